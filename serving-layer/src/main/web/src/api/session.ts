import { change, newKey, read, useCsrfToken } from './client';
import { Observed } from '../observed';
import type { Session } from './types';

/** Who is signed in on this browser; `null` until the server has said. */
class Sessions extends Observed {
  current: Session | null = null;
  problem: string | null = null;

  get user(): string | null {
    return this.current?.user ?? null;
  }

  async load(): Promise<void> {
    try {
      this.current = await read<Session>('/session');
      this.problem = null;
      useCsrfToken(this.current.csrfToken ?? null);
    } catch {
      this.problem = 'The server did not answer.';
      this.current ??= { user: null, roles: [], csrfToken: null, demoUsers: [] };
    }
    this.changed();
  }

  async signIn(user: string): Promise<void> {
    await change('POST', '/session', newKey(), { user });
    await this.load();
  }

  async signOut(): Promise<void> {
    await change('DELETE', '/session', newKey());
    await this.load();
  }
}

export const session = new Sessions();
