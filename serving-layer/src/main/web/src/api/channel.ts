import { pause } from './client';

export type ChannelState = 'connecting' | 'live' | 'polling';

const POLL_MS = 8000;
/** After a connection that worked ended: soon, but not everybody at once. */
const RECONNECT_MS = 500;
const RECONNECT_SPREAD_MS = 2500;
/** The socket is waited for so long before what it tells of is read without it. */
const FIRST_MESSAGE_MS = 800;

export interface Hearer<Message> {
  hear(message: Message): void;
  /** Asks for what is new by an ordinary call. */
  without(): Promise<void>;
  changed(state: ChannelState): void;
}

/** What happens, as it happens: over a WebSocket; by asking every few seconds while that can't be had. */
export class LiveChannel<Message extends { type: string }> {
  private socket: WebSocket | null = null;
  /** Counts starts and stops; whatever belongs to an earlier one ends. */
  private turn = 0;

  constructor(
    private readonly path: string,
    private readonly hearer: Hearer<Message>,
  ) {}

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
    const socket = new WebSocket(`${scheme}://${location.host}${this.path}`);
    this.socket = socket;
    let worked = false;
    return new Promise((resolve) => {
      const late = setTimeout(() => current() && void this.hearer.without(), FIRST_MESSAGE_MS);
      socket.onmessage = ({ data }) => {
        clearTimeout(late);
        worked = true;
        if (!current()) return;
        const message = JSON.parse(String(data)) as Message;
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
