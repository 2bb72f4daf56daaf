const COLOURS = 8;

/** Stands for somebody: their first letter, in a colour that is always theirs. */
export function Face({ userId, large }: { userId: string; large?: boolean }) {
  let sum = 0;
  for (const c of userId) sum = (sum * 31 + c.codePointAt(0)!) % 65521;
  return (
    <span class={large ? 'face face-large' : 'face'} data-colour={(sum % COLOURS) + 1} aria-hidden="true">
      {[...userId][0]}
    </span>
  );
}

export function personHref(userId: string): string {
  return `/people/${encodeURIComponent(userId)}`;
}
