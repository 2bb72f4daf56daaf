/** Uploads that this browser has begun and not seen the end of, one key each, so that no window forgets another's. */
const PREFIX = 'upload ';

/** Which file it was: the same one, chosen again, goes on. */
export interface Begun {
  uploadId: string;
  fileId: string;
  user: string;
  folderId: string;
  name: string;
  size: number;
  lastModified: number;
}

export function remember(begun: Begun): void {
  try {
    localStorage.setItem(PREFIX + begun.uploadId, JSON.stringify(begun));
  } catch {
    // Without it everything works, but for going on after a reload.
  }
}

export function forget(uploadId: string): void {
  localStorage.removeItem(PREFIX + uploadId);
}

export function begunBy(user: string): Begun[] {
  return Object.entries(localStorage)
    .filter(([key]) => key.startsWith(PREFIX))
    .map(([, text]) => parse(String(text)))
    .filter((begun) => begun !== null)
    .filter((begun) => begun.user === user);
}

function parse(text: string): Begun | null {
  try {
    return JSON.parse(text) as Begun;
  } catch {
    return null;
  }
}

/** Held by whichever window sends it. */
export function lockOf(uploadId: string): string {
  return PREFIX + uploadId;
}

/** Which are being sent by some window. */
export async function heldLocks(): Promise<Set<string>> {
  const { held } = await navigator.locks.query();
  return new Set(held?.map(({ name }) => name ?? ''));
}
