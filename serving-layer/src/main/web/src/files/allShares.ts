import type { Share } from '../api/types';
import { shares } from './calls';

const PAGES_MAX = 50;

/** All that one shares, and that is shared with one. */
export async function allShares(): Promise<Share[]> {
  const all: Share[] = [];
  let cursor: string | undefined;
  for (let i = 0; i < PAGES_MAX && (i === 0 || cursor !== undefined); i++) {
    const page = await shares(cursor);
    all.push(...page.items);
    cursor = page.nextCursor;
  }
  return all;
}
