import { read } from '../api/client';
import { positions } from '../api/positions';
import { session } from '../api/session';
import type { Booking, EventDetails, LiveMessage, SeatCode } from '../api/types';
import { bookings } from '../booking/bookings';
import { Observed } from '../observed';
import { SeatGrid } from './grid';
import { layOut, type SeatLayout } from './layout';
import { LiveSeats, type LiveState } from './live';
import { Look } from './painter';

const CODES: Record<string, number> = { A: 0, R: 1, S: 2 };
const WORDS: Record<string, SeatCode> = { AVAILABLE: 'A', RESERVED: 'R', SOLD: 'S' };

/** One event as this page sees it: its seats, what is free, what this person has chosen, holds and has booked. */
export class Room extends Observed {
  layout: SeatLayout;
  grid: SeatGrid;
  /** By seat: how it is drawn, derived from its status and from what is ours. */
  looks: Uint8Array;
  available: number[];
  version: number;
  live: LiveState = 'connecting';
  readonly chosen = new Set<number>();
  readonly mine = new Map<number, Look.MineHeld | Look.MineBooked>();
  /** Seats that have just changed, for a moment's emphasis; whoever draws them empties it. */
  justChanged: number[] = [];
  onlyTier = -1;
  /** Chosen seats that somebody else took before they were held. */
  lost: number[] = [];
  /** While our own claim is on its way a chosen seat that becomes held is most likely held by us. */
  claiming = false;
  private statuses: Uint8Array;
  private readonly liveSeats: LiveSeats;
  private readonly stopWatching: () => void;
  private user: string | null = session.user;

  private constructor(public event: EventDetails) {
    super();
    this.layout = layOut(event);
    this.grid = new SeatGrid(this.layout);
    this.statuses = statusesOf(event);
    this.looks = new Uint8Array(this.layout.count);
    this.available = event.tiers.map((tier) => tier.available);
    this.version = event.seatMapVersion;
    this.refreshLooks();
    this.liveSeats = new LiveSeats(
      event.eventId,
      () => session.user !== null,
      (message) => this.take(message),
      (state) => this.setLive(state),
    );
    this.stopWatching = session.watch(() => {
      if (session.user === this.user) return;
      this.user = session.user;
      this.mine.clear();
      this.refreshLooks();
      this.liveSeats.restart();
      this.changed();
    });
  }

  static async open(eventId: string): Promise<Room> {
    const room = new Room(await fetchEvent(eventId));
    room.liveSeats.start();
    return room;
  }

  close(): void {
    this.liveSeats.stop();
    this.stopWatching();
  }

  /** What this person already holds or has booked here. */
  async loadMine(): Promise<Booking[]> {
    const own = (await bookings()).items.filter((booking) => booking.eventId === this.event.eventId);
    this.mine.clear();
    for (const booking of own) this.markMine(booking);
    this.refreshLooks();
    this.changed();
    return own;
  }

  /** Takes a booking's newest state into the picture. */
  adopt(booking: Booking): void {
    this.markMine(booking);
    for (const ticket of booking.tickets) {
      const seat = this.layout.byTicket.get(ticket.ticketId);
      if (seat !== undefined) this.refreshLook(seat);
    }
    this.changed();
  }

  private markMine(booking: Booking): void {
    for (const ticket of booking.tickets ?? []) {
      const seat = this.layout.byTicket.get(ticket.ticketId);
      if (seat === undefined) continue;
      if (booking.status === 'CONFIRMED') this.mine.set(seat, Look.MineBooked);
      else if (booking.status === 'RESERVED' || booking.status === 'PAYING') this.mine.set(seat, Look.MineHeld);
      else if (this.mine.get(seat) === Look.MineHeld || booking.status === 'CANCELLED') this.mine.delete(seat);
    }
  }

  isFree(seat: number): boolean {
    return this.statuses[seat] === 0 && !this.mine.has(seat);
  }

  status(seat: number): SeatCode {
    return (['A', 'R', 'S'] as const)[this.statuses[seat]!]!;
  }

  /** Chooses a seat or puts it back; says why not. */
  toggle(seat: number): 'chosen' | 'dropped' | 'taken' | 'too-many' {
    if (this.chosen.delete(seat)) {
      this.refreshLook(seat);
      this.changed();
      return 'dropped';
    }
    if (!this.isFree(seat)) return 'taken';
    if (this.chosen.size >= this.event.seatsPerBookingMax) return 'too-many';
    this.chosen.add(seat);
    this.refreshLook(seat);
    this.changed();
    return 'chosen';
  }

  choose(seats: number[]): void {
    const before = [...this.chosen];
    this.chosen.clear();
    for (const seat of seats.slice(0, this.event.seatsPerBookingMax)) if (this.isFree(seat)) this.chosen.add(seat);
    for (const seat of [...before, ...this.chosen]) this.refreshLook(seat);
    this.changed();
  }

  /** What the server has just refused is not free, whatever the live view said so far. */
  markTaken(seats: number[]): void {
    for (const seat of seats) {
      this.chosen.delete(seat);
      if (this.statuses[seat] === 0) this.statuses[seat] = 1;
      this.refreshLook(seat);
    }
    this.changed();
  }

  showOnlyTier(tier: number): void {
    this.onlyTier = this.onlyTier === tier ? -1 : tier;
    this.changed();
  }

  private take(message: LiveMessage): void {
    if (message.type === 'redefined') {
      void this.reload();
      return;
    }
    if (message.type === 'snapshot') {
      if (message.definition !== this.event.definition || message.statuses.length !== this.layout.count) {
        void this.reload();
        return;
      }
      for (let i = 0; i < this.layout.count; i++) this.setStatus(i, CODES[message.statuses[i]!] ?? 0);
    } else {
      if (message.version <= this.version) return;
      for (const [seat, code] of message.changes) this.setStatus(seat, CODES[code] ?? 0);
    }
    this.version = message.version;
    this.available = message.available;
    this.changed();
  }

  private setStatus(seat: number, status: number): void {
    if (this.statuses[seat] === status) return;
    this.statuses[seat] = status;
    if (status === 0) this.mine.delete(seat);
    else if (!this.claiming && this.chosen.delete(seat)) this.lost.push(seat);
    this.refreshLook(seat);
    this.justChanged.push(seat);
  }

  /** The organiser changed the seating: everything is laid out again, and what is chosen is kept where it still exists. */
  private async reload(): Promise<void> {
    const chosen = this.chosenTickets();
    this.event = await fetchEvent(this.event.eventId);
    this.layout = layOut(this.event);
    this.grid = new SeatGrid(this.layout);
    this.statuses = statusesOf(this.event);
    this.looks = new Uint8Array(this.layout.count);
    this.version = this.event.seatMapVersion;
    this.available = this.event.tiers.map((tier) => tier.available);
    this.mine.clear();
    this.chosen.clear();
    for (const ticketId of chosen) {
      const seat = this.layout.byTicket.get(ticketId);
      if (seat !== undefined && this.isFree(seat)) this.chosen.add(seat);
    }
    this.refreshLooks();
    this.changed();
    if (session.user) await this.loadMine();
  }

  chosenTickets(): string[] {
    return [...this.chosen].sort((a, b) => a - b).map((seat) => this.layout.tickets[seat]!.ticketId);
  }

  private setLive(state: LiveState): void {
    if (this.live === state) return;
    this.live = state;
    this.changed();
  }

  private refreshLooks(): void {
    for (let i = 0; i < this.layout.count; i++) this.refreshLook(i);
  }

  private refreshLook(seat: number): void {
    this.looks[seat] = this.mine.get(seat) ?? (this.chosen.has(seat) ? Look.Chosen : this.statuses[seat]!);
  }
}

function fetchEvent(eventId: string): Promise<EventDetails> {
  return read<EventDetails>(`/events/${encodeURIComponent(eventId)}`, positions.of(eventId));
}

function statusesOf(event: EventDetails): Uint8Array {
  return Uint8Array.from(event.tickets, (ticket) => CODES[WORDS[ticket.status] ?? ticket.status] ?? 0);
}
