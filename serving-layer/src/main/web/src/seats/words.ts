import { listed, money } from '../format';
import type { Room } from './room';
import { Look } from './painter';

/** What came of touching a seat. */
export interface Picked {
  refused: boolean;
  said: string;
}

/** "Section 104, row C, seat 12". */
export function seatName(room: Room, seat: number): string {
  const ticket = room.layout.tickets[seat]!;
  const row = room.layout.rows[room.layout.row[seat]!]!;
  return `${room.layout.sections[row.section]!.name}, row ${ticket.row}, seat ${ticket.seat}`;
}

export function statusWord(room: Room, seat: number): string {
  if (room.chosen.has(seat)) return 'chosen';
  const mine = room.mine.get(seat);
  if (mine === Look.MineHeld) return 'held for you';
  if (mine === Look.MineBooked) return 'booked by you';
  return { A: 'free', R: 'held by someone', S: 'sold' }[room.status(seat)];
}

/** What a screen reader says about a seat. */
export function seatSentence(room: Room, seat: number): string {
  const ticket = room.layout.tickets[seat]!;
  const tier = room.event.tiers[room.layout.tier[seat]!];
  const place = ticket.accessible ? ', wheelchair place' : '';
  return `${seatName(room, seat)}, ${statusWord(room, seat)}${place}, ${tier?.name ?? ''}, ${money(ticket.price, room.event.currency)}`;
}

/** Seats of one row in one breath: "Section 104, row C, seats 12, 13 and 14". */
export function seatGroups(room: Room, seats: number[]): string[] {
  const byRow = new Map<number, number[]>();
  for (const seat of [...seats].sort((a, b) => a - b)) {
    const row = room.layout.row[seat]!;
    byRow.set(row, [...(byRow.get(row) ?? []), seat]);
  }
  return [...byRow].map(([row, members]) => {
    const { section, label } = room.layout.rows[row]!;
    const numbers = members.map((seat) => String(room.layout.tickets[seat]!.seat));
    const word = numbers.length === 1 ? 'seat' : 'seats';
    return `${room.layout.sections[section]!.name}, row ${label}, ${word} ${listed(numbers)}`;
  });
}
