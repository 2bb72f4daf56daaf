import { pause, read, Refused } from '../api/client';
import type { LiveMessage, SeatMap } from '../api/types';

export type LiveState = 'connecting' | 'live' | 'polling' | 'lost';

const POLL_MS = 3000;
const SILENCE_BEFORE_RECONNECT_MS = 400;
const RECONNECT_MS_MAX = 8000;

/**
 * Seat changes as they happen: over a WebSocket for whoever is signed in, by asking every few seconds for everybody
 * else. Every connection begins with a fresh snapshot, so nothing is missed between two of them.
 */
export class LiveSeats {
  private socket: WebSocket | null = null;
  private stopped = false;
  private attempt = 0;

  constructor(
    private readonly eventId: string,
    private readonly signedIn: () => boolean,
    private readonly onMessage: (message: LiveMessage) => void,
    private readonly onState: (state: LiveState) => void,
  ) {}

  start(): void {
    void this.run();
    addEventListener('online', this.hurry);
  }

  stop(): void {
    this.stopped = true;
    this.socket?.close();
    removeEventListener('online', this.hurry);
  }

  /** Somebody signed in or out: the kind of connection may have to change. */
  restart(): void {
    this.attempt = 0;
    this.socket?.close();
  }

  private readonly hurry = () => {
    this.attempt = 0;
  };

  private async run(): Promise<void> {
    this.onState('connecting');
    while (!this.stopped) {
      if (this.signedIn()) {
        await this.listen();
        if (this.stopped) return;
        this.onState(this.attempt === 0 ? 'connecting' : 'lost');
        const backoff = Math.min(RECONNECT_MS_MAX, SILENCE_BEFORE_RECONNECT_MS * 2 ** this.attempt++);
        await pause(backoff * (0.7 + Math.random() * 0.6));
      } else {
        await this.poll();
        if (!this.stopped) await pause(POLL_MS);
      }
    }
  }

  /** Until the connection ends. */
  private listen(): Promise<void> {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${location.host}/events/${encodeURIComponent(this.eventId)}/live`);
    this.socket = socket;
    return new Promise((resolve) => {
      socket.onmessage = ({ data }) => {
        if (this.socket !== socket || this.stopped) return;
        this.attempt = 0;
        this.onState('live');
        this.onMessage(JSON.parse(String(data)) as LiveMessage);
      };
      socket.onclose = () => resolve();
    });
  }

  private async poll(): Promise<void> {
    try {
      const map = await read<SeatMap>(`/events/${encodeURIComponent(this.eventId)}/seatmap`);
      if (this.stopped || this.signedIn()) return;
      this.onState('polling');
      this.onMessage({
        type: 'snapshot',
        version: map.seatMapVersion,
        definition: map.definition,
        statuses: map.statuses,
        available: map.available,
      });
    } catch (e) {
      if (!(e instanceof Refused && e.problem.status === 404)) this.onState('lost');
    }
  }
}
