import { pause } from '../api/client';
import type { FeedMessage } from '../api/types';

export type FeedLiveState = 'connecting' | 'live' | 'polling';

const POLL_MS = 8000;
/** After a connection that worked ended: soon, but not everybody at once. */
const RECONNECT_MS = 500;
const RECONNECT_SPREAD_MS = 2500;
/** The socket is waited for so long before the feed is read without it. */
const FIRST_MESSAGE_MS = 800;

export interface FeedHearer {
  hear(message: FeedMessage): void;
  /** Asks for what is new by an ordinary call. */
  without(): Promise<void>;
  changed(state: FeedLiveState): void;
}

/** What happens in a feed, as it happens: over a WebSocket; by asking every few seconds while that can't be had. */
export class FeedLive {
  private socket: WebSocket | null = null;
  /** Counts starts and stops; whatever belongs to an earlier one ends. */
  private turn = 0;

  constructor(private readonly hearer: FeedHearer) {}

  start(): void {
    void this.run(++this.turn);
  }

  stop(): void {
    this.turn++;
    this.socket?.close();
    this.socket = null;
  }

  private async run(turn: number): Promise<void> {
    const current = () => this.turn === turn;
    this.hearer.changed('connecting');
    while (current()) {
      const worked = await this.listen(current);
      if (!current()) return;
      this.hearer.changed('polling');
      if (!document.hidden) await this.hearer.without();
      await pause(worked ? RECONNECT_MS + Math.random() * RECONNECT_SPREAD_MS : POLL_MS * (0.8 + Math.random() * 0.4));
    }
  }

  /** Until the connection ends; whether there was one. */
  private listen(current: () => boolean): Promise<boolean> {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${location.host}/feed/live`);
    this.socket = socket;
    let worked = false;
    return new Promise((resolve) => {
      const late = setTimeout(() => current() && void this.hearer.without(), FIRST_MESSAGE_MS);
      socket.onmessage = ({ data }) => {
        clearTimeout(late);
        worked = true;
        if (!current()) return;
        const message = JSON.parse(String(data)) as FeedMessage;
        if (message.type === 'ready') this.hearer.changed('live');
        this.hearer.hear(message);
      };
      socket.onclose = () => {
        clearTimeout(late);
        resolve(worked);
      };
    });
  }
}
