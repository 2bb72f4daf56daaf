import { useEffect, useState } from 'preact/hooks';
import { session } from '../api/session';
import { Face, personHref } from '../feed/Face';
import { feedOf, type Feed } from '../feed/feed';
import { FindPerson } from '../feed/FindPerson';
import { PostList } from '../feed/PostList';
import { Suggestions } from '../feed/Suggestions';
import { Profile } from '../feed/ties';
import { Writing } from '../feed/Writing';
import { count } from '../format';
import { useObserved } from '../observed';
import { Link, router } from '../router';
import { SignInButtons } from '../shell/SignIn';
import { useTitle } from '../title';

export function FeedPage() {
  useObserved(session);
  const { user } = session;
  if (!session.current) return <div role="status" aria-label="Loading" />;
  if (!user) return <SignedOut />;
  return <OpenFeed key={user} feed={feedOf(user)} />;
}

function SignedOut() {
  useTitle('Feed');
  return (
    <div class="plain-page">
      <h1>Feed</h1>
      <p>What the people you follow have to say, in the order they said it. Nothing is left out, nothing is put in.</p>
      <SignInButtons />
    </div>
  );
}

function OpenFeed({ feed }: { feed: Feed }) {
  useObserved(feed);
  const fresh = feed.arrived.length;
  useTitle(fresh > 0 ? `(${count(fresh)}) Feed` : 'Feed');

  useEffect(() => {
    feed.open();
    if (router.returned && feed.focused) {
      document.querySelector<HTMLElement>(`.post[data-post="${feed.focused}"]`)?.focus({ preventScroll: true });
    }
    return () => feed.rest();
  }, [feed]);

  return (
    <div class="social">
      <div class="social-main">
        <div class="social-head">
          <h1>Feed</h1>
          <p class="live-sign" data-state={feed.live} role="status">
            {{ connecting: 'Connecting', live: 'Live', polling: 'Updated every few seconds' }[feed.live]}
          </p>
        </div>
        <section class="compose" aria-label="Write a post">
          <Face userId={feed.user} />
          <Writing
            label="Your post"
            placeholder="What is there to say?"
            value={feed.draft}
            action="Post"
            onInput={(text) => feed.write(text)}
            onDone={(text) => void feed.post(text)}
          />
        </section>
        {feed.draftProblem && (
          <p class="trouble" role="alert">
            {feed.draftProblem}
          </p>
        )}
        <Pill feed={feed} />
        <PostList list={feed} label="Posts" me={feed.user} onFocus={(postId) => (feed.focused = postId)} />
        {feed.loaded && feed.shown.length === 0 && <Empty feed={feed} />}
      </div>
      <Side feed={feed} />
    </div>
  );
}

/** Says that there is something new, and shows it when asked; then it leads up to it. */
function Pill({ feed }: { feed: Feed }) {
  const [above, setAbove] = useState(false);
  const fresh = feed.arrived.length;

  useEffect(() => {
    if (!above) return;
    const reached = () => {
      if (!isAbove()) setAbove(false);
    };
    addEventListener('scroll', reached, { passive: true });
    return () => removeEventListener('scroll', reached);
  }, [above]);

  function show(): void {
    const from = isAbove();
    if (feed.missed) {
      void feed.startOver();
      scrollTo({ top: 0 });
      return;
    }
    feed.showArrived();
    setAbove(from);
    // The button goes with its posts; whoever pressed it with the keyboard goes on at the newest of them.
    if (!from) requestAnimationFrame(() => requestAnimationFrame(() => firstPost()?.focus({ preventScroll: true })));
  }

  function up(): void {
    setAbove(false);
    scrollTo({ top: 0 });
    firstPost()?.focus({ preventScroll: true });
  }

  return (
    <div class="pill" role="status">
      {feed.missed || fresh > 0 ? (
        <button type="button" onClick={show}>
          {feed.missed ? 'Much is new: begin at the top' : fresh === 1 ? '1 new post' : `${count(fresh)} new posts`}
        </button>
      ) : (
        above && (
          <button type="button" onClick={up}>
            <svg viewBox="0 0 20 20" aria-hidden="true">
              <path d="M10 16V4.500M5 9l5-5 5 5" />
            </svg>
            Up to the newest
          </button>
        )
      )}
    </div>
  );
}

/** The list begins above the screen. */
function isAbove(): boolean {
  const list = document.querySelector('.posts');
  return !!list && list.getBoundingClientRect().top < 0;
}

function firstPost(): HTMLElement | null {
  return document.querySelector<HTMLElement>('.post');
}

function Empty({ feed }: { feed: Feed }) {
  return (
    <div class="empty">
      <p class="empty-word">Nothing here yet.</p>
      <p class="quiet">Your feed is what the people you follow post, and what you do. Follow someone, or say something.</p>
      <Suggestions me={feed.user} title="You could follow" />
      <FindPerson />
    </div>
  );
}

function Side({ feed }: { feed: Feed }) {
  const [profile] = useState(() => new Profile(feed.user, feed.user));
  useObserved(profile);
  useEffect(() => void profile.load(), [profile, feed.shown.length === 0]);
  const { person } = profile;

  return (
    <aside class="social-side" aria-label="You and others">
      <Link href={personHref(feed.user)} class="person-link side-me">
        <Face userId={feed.user} />
        <span class="person-words">
          <span class="person-name">{person?.name ?? feed.user}</span>
          <span class="quiet">
            {person ? `${count(person.following)} following, ${count(person.followers)} followers` : '\u00a0'}
          </span>
        </span>
      </Link>
      {feed.shown.length > 0 && <Suggestions me={feed.user} title="You could follow" />}
      {feed.shown.length > 0 && <FindPerson />}
    </aside>
  );
}
