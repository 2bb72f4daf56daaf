import { change, pause, Unreachable, type Method } from './client';
import type { NewestPositions } from './newest';

const ASKED_AGAIN_MAX = 20;

/** PENDING means written but not decided yet: the same call with the same key tells the outcome once there is one. */
export async function settled<T>(
  positions: NewestPositions,
  method: Method,
  path: string,
  key: string,
  body?: unknown,
): Promise<T> {
  for (let asked = 1; ; asked++) {
    const answer = await change<T>(method, path, key, body);
    positions.remember(answer.position);
    const pending = answer.status === 202 && (answer.body as { status?: string } | null)?.status === 'PENDING';
    if (!pending) return answer.body;
    await pauseUntilDecided(asked, `${method} ${path}`);
  }
}

/** Longer each time; fails once it was asked too often. */
export async function pauseUntilDecided(asked: number, what: string): Promise<void> {
  if (asked > ASKED_AGAIN_MAX) throw new Unreachable(`${what} is still being decided`);
  await pause(Math.min(2000, 200 * 1.5 ** asked));
}
