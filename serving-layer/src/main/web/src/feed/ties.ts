import { newKey } from '../api/client';
import type { Person } from '../api/types';
import { Observed } from '../observed';
import { person, setTie, type Tie } from './calls';
import { tiesChanged } from './feed';
import { why } from './reasons';

const DONE: Record<Tie, [on: string, off: string]> = {
  followedByMe: ['Not followed.', 'Still followed.'],
  blockedByMe: ['Not blocked.', 'Still blocked.'],
  mutedByMe: ['Not muted.', 'Still muted.'],
};

/** Somebody's profile, and what one is to them. */
export class Profile extends Observed {
  person: Person | null = null;
  /** Why it isn't there. */
  failure: unknown = null;
  problem = '';
  busy = false;

  constructor(
    readonly me: string,
    readonly userId: string,
  ) {
    super();
  }

  async load(): Promise<void> {
    try {
      this.person = await person(this.userId);
      this.failure = null;
    } catch (e) {
      this.failure = e;
    }
    this.changed();
  }

  /** Shows it as done at once; if it isn't, it says so and is as it was. */
  async set(tie: Tie, on: boolean): Promise<void> {
    const before = this.person;
    if (!before || this.busy) return;
    const counted = tie === 'followedByMe' ? (on ? 1 : -1) : 0;
    this.person = { ...before, [tie]: on, followers: before.followers + counted };
    this.busy = true;
    this.problem = '';
    this.changed();
    try {
      await setTie(tie, this.me, this.userId, on, newKey());
      tiesChanged(this.me);
    } catch (e) {
      this.person = before;
      this.problem = `${DONE[tie][on ? 0 : 1]} ${why(e)}`;
    }
    this.busy = false;
    this.changed();
    if (!this.problem) await this.load();
  }
}
