import { useEffect, useState } from 'preact/hooks';
import { Refused } from '../api/client';
import { session } from '../api/session';
import { postsOf } from '../feed/calls';
import { Face, personHref } from '../feed/Face';
import { FindPerson } from '../feed/FindPerson';
import { PeopleList } from '../feed/PeopleList';
import { PostList } from '../feed/PostList';
import { Posts } from '../feed/posts';
import { why } from '../feed/reasons';
import { TieButton } from '../feed/TieButton';
import { Profile } from '../feed/ties';
import { count } from '../format';
import { kept } from '../kept';
import { useObserved } from '../observed';
import { Link, useRoute } from '../router';
import { SignInButtons } from '../shell/SignIn';
import { useTitle } from '../title';
import { NotFound } from './NotFound';

export function PersonPage({ userId }: { userId: string }) {
  useObserved(session);
  const { user } = session;
  if (!session.current) return <div role="status" aria-label="Loading" />;
  if (user) return <SeenBy key={user} me={user} userId={userId} />;
  return (
    <div class="plain-page">
      <h1>{userId}</h1>
      <p>Sign in to see what they post, and who follows them.</p>
      <SignInButtons />
    </div>
  );
}

function SeenBy({ me, userId }: { me: string; userId: string }) {
  const [profile] = useState(() => new Profile(me, userId));
  useObserved(profile);
  const { person, failure } = profile;
  useTitle(person?.name ?? userId);
  useEffect(() => void profile.load(), [profile]);

  if (!person && failure instanceof Refused && failure.problem.status < 500) return <NotFound what="person" />;
  if (!person && failure) {
    return (
      <div class="plain-page">
        <h1>{userId}</h1>
        <p role="alert">{why(failure)}</p>
        <button type="button" onClick={() => void profile.load()}>
          Try again
        </button>
      </div>
    );
  }
  return (
    <div class="social-main person">
      <header class="person-head">
        <Face userId={userId} large />
        <div class="person-title">
          <h1>{person?.name ?? userId}</h1>
          {person?.name && <p class="quiet">{userId}</p>}
        </div>
        {me === userId ? (
          <p class="quiet">This is you.</p>
        ) : (
          <div class="person-ties">
            {person && !person.blockedByMe && <TieButton profile={profile} tie="followedByMe" />}
            <TieButton profile={profile} tie="mutedByMe" />
            <TieButton profile={profile} tie="blockedByMe" />
          </div>
        )}
      </header>
      <p class="person-note" role="status">
        {person?.blockedByMe
          ? 'You block them: neither of you sees what the other posts.'
          : person?.mutedByMe
            ? 'You mute them: your feed has nothing of theirs. They don’t notice.'
            : ''}
      </p>
      {profile.problem && (
        <p class="trouble" role="alert">
          {profile.problem}
        </p>
      )}
      {me === userId && <FindPerson />}
      <Tabs profile={profile} />
    </div>
  );
}

function Tabs({ profile }: { profile: Profile }) {
  const { person, userId } = profile;
  const tab = useRoute().query.get('list') ?? 'posts';
  const href = personHref(userId);
  const blocked = person?.blockedByMe ?? false;
  return (
    <>
      <nav class="tabs" aria-label={`Of ${userId}`}>
        <Link href={href} current={tab === 'posts'}>
          Posts <span>{person ? count(person.posts) : ''}</span>
        </Link>
        <Link href={`${href}?list=followers`} current={tab === 'followers'}>
          Followers <span>{person ? count(person.followers) : ''}</span>
        </Link>
        <Link href={`${href}?list=following`} current={tab === 'following'}>
          Following <span>{person ? count(person.following) : ''}</span>
        </Link>
      </nav>
      {tab === 'followers' || tab === 'following' ? (
        <PeopleList key={tab} userId={userId} which={tab} />
      ) : (
        <PostsOf key={String(blocked)} profile={profile} hidden={blocked} />
      )}
    </>
  );
}

/** Back from elsewhere the posts are as they were left. */
function PostsOf({ profile, hidden }: { profile: Profile; hidden: boolean }) {
  const { me, userId } = profile;
  const [list] = useState(() => kept(`posts of ${userId} for ${me}, ${hidden}`, () => new Posts((cursor) => postsOf(userId, cursor))));
  useObserved(list);
  useEffect(() => {
    if (!list.loaded) void list.loadFirst();
  }, [list]);
  useEffect(() => {
    if (list.removed > 0) void profile.load();
  }, [list.removed]);
  return (
    <>
      <PostList list={list} label={`Posts of ${userId}`} me={me} />
      {list.loaded && list.shown.length === 0 && (
        <p class="quiet">{hidden ? 'Unblock them to see their posts.' : 'Nothing posted yet.'}</p>
      )}
    </>
  );
}
