import { newKey, Refused } from '../api/client';
import type { Booking } from '../api/types';
import { Observed } from '../observed';
import { areTogether, replacements, together } from '../seats/neighbours';
import type { Room } from '../seats/room';
import { cancel, confirm, deadlineOf, hold } from './bookings';
import { explain } from './reasons';

export type Phase = 'choosing' | 'holding' | 'held' | 'confirming' | 'releasing';

/** Something the person should know; stays until the next step. */
export type Notice =
  /** Each offer is a whole choice: the seats kept and others close by, or as many side by side elsewhere. */
  | { kind: 'conflict'; taken: number[]; kept: number[]; offers: number[][] }
  | { kind: 'lapsed'; seats: number[] }
  | { kind: 'confirmed'; booking: Booking }
  | { kind: 'released' }
  | { kind: 'refused'; text: string };

/** One person's way through one event: choose, hold, confirm or let go, and what can come in between. */
export class Claim extends Observed {
  phase: Phase = 'choosing';
  booking: Booking | null = null;
  /** On the clock of performance.now(). */
  deadline = 0;
  notice: Notice | null = null;
  /** An answer was lost on the way and is being asked for again. */
  retrying = false;
  private timer = 0;
  /** Kept until an answer has come, so that trying again means the same call. */
  private readonly keys = new Map<string, string>();
  private readonly stopWatching: () => void;

  constructor(private readonly room: Room) {
    super();
    this.stopWatching = room.watch(() => this.noticeLost());
  }

  close(): void {
    clearTimeout(this.timer);
    this.stopWatching();
  }

  /** Goes on with a hold made earlier, in another tab or before a reload. */
  resume(own: Booking[]): void {
    const held = own.find((booking) => booking.status === 'RESERVED' && booking.expiresInMs > 0);
    if (held) this.nowHeld(held);
    else if (this.phase === 'held') this.back();
    this.changed();
  }

  dismiss(): void {
    this.notice = null;
    this.changed();
  }

  async hold(): Promise<void> {
    const { room } = this;
    const ticketIds = room.chosenTickets();
    if (this.phase !== 'choosing' || ticketIds.length === 0) return;
    const wanted = [...room.chosen];
    room.claiming = true;
    await this.attempt('holding', `hold ${ticketIds.join()}`, async (key) => {
      const booking = await hold(room.event.eventId, ticketIds, key, () => this.retry());
      if (booking.status === 'REFUSED') {
        this.refused(booking.reason ?? '', booking.values ?? [], wanted);
        return;
      }
      room.choose([]);
      room.adopt(booking);
      this.notice = null;
      this.nowHeld(booking);
    });
    room.claiming = false;
  }

  async confirm(): Promise<void> {
    const { booking } = this;
    if (this.phase !== 'held' || !booking) return;
    await this.attempt('confirming', `confirm ${booking.bookingId}`, async (key) => {
      const confirmed = await confirm(booking.bookingId, key, () => this.retry());
      this.room.adopt(confirmed);
      this.back();
      this.notice = { kind: 'confirmed', booking: confirmed };
    });
  }

  async release(): Promise<void> {
    const { booking } = this;
    if (this.phase !== 'held' || !booking) return;
    await this.attempt('releasing', `release ${booking.bookingId}`, async (key) => {
      this.room.adopt(await cancel(booking.bookingId, key, () => this.retry()));
      this.back();
      this.notice = { kind: 'released' };
    });
  }

  /** Chooses what a notice offered. */
  take(seats: number[]): void {
    this.room.choose(seats);
    this.dismiss();
  }

  private async attempt(phase: Phase, what: string, act: (key: string) => Promise<void>): Promise<void> {
    const before = this.phase;
    const key = this.keys.get(what) ?? newKey();
    this.keys.set(what, key);
    this.phase = phase;
    this.notice = null;
    this.changed();
    try {
      await act(key);
      this.keys.delete(what);
    } catch (e) {
      if (e instanceof Refused) {
        // A decision is an answer; only a call without one keeps its key.
        if (e.problem.status < 500 && e.problem.reason !== 'IN_PROGRESS') this.keys.delete(what);
        this.refused(e.problem.reason, takenIn(e), [...this.room.chosen], e);
      } else {
        this.notice = { kind: 'refused', text: explain('UNREACHABLE') };
      }
    }
    if (this.phase === phase) this.phase = before;
    this.retrying = false;
    this.changed();
  }

  private refused(reason: string, tickets: string[], wanted: number[], e?: Refused): void {
    const { room } = this;
    if (reason === 'SEAT_TAKEN') {
      const seats = tickets.map((id) => room.layout.byTicket.get(id)).filter((seat) => seat !== undefined);
      room.markTaken(seats);
      this.conflict(seats, wanted.filter((seat) => !seats.includes(seat)));
    } else if (reason === 'HOLD_LAPSED' || reason === 'UNKNOWN_BOOKING' || reason === 'BOOKING_CLOSED') {
      this.lapse();
    } else {
      this.notice = { kind: 'refused', text: explain(reason, e) };
    }
  }

  private conflict(taken: number[], kept: number[]): void {
    const { room } = this;
    const isFree = (seat: number) => room.isFree(seat);
    const filled = [...kept, ...replacements(room.layout, room.grid, taken, kept, isFree)];
    const complete = filled.length === kept.length + taken.length;
    const offers = complete ? [filled] : [];
    if (filled.length > 1 && !(complete && areTogether(room.layout, filled))) {
      const near = { x: room.layout.xs[taken[0]!]!, y: room.layout.ys[taken[0]!]! };
      const tier = room.layout.tier[taken[0]!]!;
      const run = together(room.layout, kept.length + taken.length, isFree, tier, near);
      if (run) offers.push(run);
    }
    this.notice = { kind: 'conflict', taken, kept, offers };
  }

  /** The live view says that a chosen seat went to somebody else. */
  private noticeLost(): void {
    const { room } = this;
    if (room.lost.length === 0) return;
    const before = this.notice?.kind === 'conflict' ? this.notice.taken : [];
    const taken = [...before, ...room.lost];
    room.lost = [];
    this.conflict(taken, [...room.chosen]);
    this.changed();
  }

  private nowHeld(booking: Booking): void {
    this.booking = booking;
    this.deadline = deadlineOf(booking);
    this.phase = 'held';
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.lapse(), booking.expiresInMs) as unknown as number;
  }

  private lapse(): void {
    const { booking, room } = this;
    if (!booking) return;
    // A confirmation that is on its way may still come in time; its answer decides.
    if (this.phase === 'confirming') {
      this.timer = setTimeout(() => this.lapse(), 1000) as unknown as number;
      if (performance.now() < this.deadline + 20_000) return;
    }
    const seats = booking.tickets
      .map((ticket) => room.layout.byTicket.get(ticket.ticketId))
      .filter((seat) => seat !== undefined);
    room.adopt({ ...booking, status: 'LAPSED' });
    this.back();
    this.notice = { kind: 'lapsed', seats };
    this.changed();
  }

  private back(): void {
    clearTimeout(this.timer);
    this.booking = null;
    this.phase = 'choosing';
  }

  private retry(): void {
    this.retrying = true;
    this.changed();
  }
}

function takenIn(e: Refused): string[] {
  const { tickets, values, value } = e.problem;
  return tickets ?? values ?? (Array.isArray(value) ? value.map(String) : []);
}
