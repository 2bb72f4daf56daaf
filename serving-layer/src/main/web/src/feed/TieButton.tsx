import type { Tie } from './calls';
import type { Profile } from './ties';

const WORDS: Record<Tie, [off: string, on: string]> = {
  followedByMe: ['Follow', 'Following'],
  blockedByMe: ['Block', 'Unblock'],
  mutedByMe: ['Mute', 'Unmute'],
};

/** Follows, blocks or mutes somebody, or no longer. */
export function TieButton({ profile, tie }: { profile: Profile; tie: Tie }) {
  const { person, userId } = profile;
  if (!person) return null;
  const on = person[tie];
  const [off, words] = WORDS[tie];
  const isFollow = tie === 'followedByMe';
  return (
    <button
      type="button"
      class={isFollow ? (on ? 'tie' : 'tie primary') : 'tie plain'}
      aria-label={`${on ? words : off} ${userId}${isFollow && on ? ': unfollow' : ''}`}
      onClick={() => void profile.set(tie, !on)}
    >
      {on ? words : off}
    </button>
  );
}
