import { LiveChannel } from '../api/channel';
import { pause } from '../api/client';
import type { ChangesMessage, FileChange } from '../api/types';
import { session } from '../api/session';
import { changes } from './calls';
import { filesPositions } from './positions';
import { isRefusal } from './reasons';

const POLL_MS = 4000;
/** While the server says when there are changes. */
const LIVE_POLL_MS = 30_000;
/** Where much happens, what comes within so long is read at once. */
const GATHER_MS = 250;
/** What happened while the changes so far were read may be news to whoever listens. */
const NEWS_MS = 60_000;

/**
 * What becomes of all that is one's own, as the change feed tells: read from its beginning, then while somebody looks
 * whenever the server says that there is more, or every few seconds while it can't.
 */
export class Changes {
  /** All that there was has been read. */
  private caughtUp = false;
  private cursor: string | undefined;
  private readonly listeners = new Set<(news: FileChange[]) => void>();
  /** Counts starts and stops; whatever belongs to an earlier one ends. */
  private turn = 0;
  private wake = (): void => undefined;
  private live = false;
  /** There may be more than the reading under way shows. */
  private again = false;
  private readonly channel = new LiveChannel<ChangesMessage>('/changes/live', {
    hear: ({ position }) => {
      filesPositions.remember(position);
      this.look();
    },
    without: () => Promise.resolve(this.look()),
    changed: (state) => (this.live = state === 'live'),
  });

  constructor(readonly user: string) {}

  listen(listener: (news: FileChange[]) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  start(): void {
    document.addEventListener('visibilitychange', this.look);
    this.channel.start();
    void this.run(++this.turn);
  }

  stop(): void {
    this.channel.stop();
    document.removeEventListener('visibilitychange', this.look);
    this.turn++;
    this.wake();
  }

  /** Asks now, and not only when it is time again. */
  readonly look = (): void => {
    if (document.hidden) return;
    this.again = true;
    this.wake();
  };

  private async run(turn: number): Promise<void> {
    while (this.turn === turn) {
      this.again = false;
      const isRead = !document.hidden && (await this.read(turn));
      if (this.again) {
        await pause(GATHER_MS);
        continue;
      }
      await new Promise<void>((resolve) => {
        const ms = isRead && this.live ? LIVE_POLL_MS : POLL_MS;
        const timer = setTimeout(resolve, ms * (0.8 + Math.random() * 0.4));
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Whether that is all there was. */
  private async read(turn: number): Promise<boolean> {
    try {
      for (let more = true; more; ) {
        const page = await changes(this.cursor);
        if (this.turn !== turn) return false;
        this.cursor = page.nextCursor;
        more = page.more;
        this.take(page.items);
      }
      this.caughtUp = true;
      return true;
    } catch (e) {
      if (isRefusal(e, 'CURSOR_EXPIRED')) this.cursor = e.problem.snapshotCursor;
      return false;
    }
  }

  private take(items: FileChange[]): void {
    const news = this.caughtUp ? items : items.filter(({ at }) => Date.parse(at) > Date.now() - NEWS_MS);
    if (news.length === 0) return;
    for (const listener of [...this.listeners]) listener(news);
  }
}

let current: Changes | null = null;

export function changesOf(user: string): Changes {
  if (current?.user !== user) current = new Changes(user);
  return current;
}

/** Until there is such news of this user's, or that time has passed. */
export function newsWithin(ms: number, user: string, counts: (change: FileChange) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const unlisten = current?.user === user ? current.listen((news) => news.some(counts) && end()) : undefined;
    const timer = setTimeout(end, ms);
    function end(): void {
      clearTimeout(timer);
      unlisten?.();
      resolve();
    }
  });
}

session.watch(() => {
  if (current && current.user !== session.user) {
    current.stop();
    current = null;
  }
});
