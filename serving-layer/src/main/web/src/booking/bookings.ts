import { change, pause, read, type Answer } from '../api/client';
import { positions } from '../api/positions';
import type { Booking } from '../api/types';

/** The event's id is the part of the booking's id before its last dot. */
export function eventOf(bookingId: string): string {
  return bookingId.slice(0, bookingId.lastIndexOf('.'));
}

export async function hold(
  eventId: string,
  ticketIds: string[],
  key: string,
  onRetry: () => void,
): Promise<Booking> {
  const path = `/bookings/${encodeURIComponent(eventId)}`;
  return decided(eventId, await change<Booking>('POST', path, key, { ticketIds }, onRetry));
}

export async function confirm(bookingId: string, key: string, onRetry: () => void): Promise<Booking> {
  const path = `/bookings/${encodeURIComponent(bookingId)}/payment`;
  return decided(eventOf(bookingId), await change<Booking>('POST', path, key, {}, onRetry));
}

export async function cancel(bookingId: string, key: string, onRetry: () => void): Promise<Booking> {
  const path = `/bookings/${encodeURIComponent(bookingId)}`;
  return decided(eventOf(bookingId), await change<Booking>('DELETE', path, key, undefined, onRetry));
}

export function booking(bookingId: string): Promise<Booking> {
  return read<Booking>(`/bookings/${encodeURIComponent(bookingId)}`, positions.of(eventOf(bookingId)));
}

export interface BookingPage {
  items: Booking[];
  /** Where the next page begins; absent on the last one. */
  nextCursor?: string;
}

/** The caller's bookings, newest first, a page at a time. */
export function bookings(cursor?: string): Promise<BookingPage> {
  const path = cursor === undefined ? '/bookings' : `/bookings?cursor=${encodeURIComponent(cursor)}`;
  return read<BookingPage>(path, positions.newest());
}

/** 202 means written but not decided yet: asks until it is. */
async function decided(eventId: string, answer: Answer<Booking>): Promise<Booking> {
  positions.remember(eventId, answer.position);
  let current = answer.body;
  for (let wait = 250; current.status === 'PENDING'; wait = Math.min(2000, wait * 1.6)) {
    await pause(wait);
    current = await booking(current.bookingId);
  }
  return current;
}

/** When the hold ends, on this machine's monotonic clock: its wall clock may be wrong. */
export function deadlineOf(held: Booking): number {
  return performance.now() + held.expiresInMs;
}
