import { useEffect, useState } from 'preact/hooks';
import { session } from '../api/session';
import { people, person } from './calls';
import { TieButton } from './TieButton';
import { Face, personHref } from './Face';
import { Profile } from './ties';
import { useObserved } from '../observed';
import { Link } from '../router';

const SUGGESTED_MAX = 4;
const LOOKED_AT_MAX = 12;

/** Whom one might follow: those who follow one, and those who are here to be tried. */
export function Suggestions({ me, title }: { me: string; title: string }) {
  const [profiles, setProfiles] = useState<Profile[]>([]);

  useEffect(() => {
    let gone = false;
    void suggested(me).then((found) => !gone && setProfiles(found));
    return () => {
      gone = true;
    };
  }, [me]);

  if (profiles.length === 0) return null;
  return (
    <section class="suggestions" aria-labelledby="suggestions-title">
      <h2 id="suggestions-title">{title}</h2>
      <ul class="persons">
        {profiles.map((profile) => (
          <Suggestion key={profile.userId} profile={profile} />
        ))}
      </ul>
    </section>
  );
}

function Suggestion({ profile }: { profile: Profile }) {
  useObserved(profile);
  const { person } = profile;
  return (
    <li class="person-row">
      <Link href={personHref(profile.userId)} class="person-link">
        <Face userId={profile.userId} />
        <span class="person-words">
          <span class="person-name">{person?.name ?? profile.userId}</span>
          {person?.name && <span class="quiet">{profile.userId}</span>}
        </span>
      </Link>
      <TieButton profile={profile} tie="followedByMe" />
      {profile.problem && <p role="alert">{profile.problem}</p>}
    </li>
  );
}

async function suggested(me: string): Promise<Profile[]> {
  const followers = await people(me, 'followers').then(
    (page) => page.items.map(({ userId }) => userId),
    () => [],
  );
  const ids = [...new Set([...followers, ...(session.current?.demoUsers ?? [])])];
  const others = ids.filter((id) => id !== me).slice(0, LOOKED_AT_MAX);
  const persons = await Promise.all(others.map((id) => person(id).catch(() => null)));
  return persons
    .filter((p) => p !== null)
    .filter((p) => !p.followedByMe && !p.blockedByMe && !p.mutedByMe)
    .slice(0, SUGGESTED_MAX)
    .map((p) => {
      const profile = new Profile(me, p.userId);
      profile.person = p;
      return profile;
    });
}
