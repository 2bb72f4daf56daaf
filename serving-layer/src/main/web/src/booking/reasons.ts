import type { Refused } from '../api/client';

const TEXTS: Record<string, string> = {
  UNREACHABLE:
    'No answer came, although we asked several times. Try again: it is the same request, so nothing can be booked twice.',
  TOO_MANY_SEATS: 'That is more seats than one booking may have here.',
  VERSION_CONFLICT: 'These seats changed in the meantime. The map shows them as they are now.',
  UNKNOWN_TICKET: 'The organiser changed the seating. The map shows it as it is now; choose again.',
  UNKNOWN_EVENT: 'This event is no longer on sale.',
  PAYMENT_REQUIRED: 'These seats cost money, and payments are not part of this build. The hold stays until it ends.',
  TOO_MANY_REQUESTS: 'That was a lot of requests in a short time. Wait a moment, then try again.',
  OVERLOADED: 'Very many people are booking right now. Try again in a moment; your choice is kept.',
  LOG_UNAVAILABLE: 'Booking is down for the moment. Nothing was booked; try again shortly, your choice is kept.',
  STATE_UNAVAILABLE: 'Booking is down for the moment. Nothing was booked; try again shortly, your choice is kept.',
  TOKEN_MISSING: 'You are signed out. Sign in again to go on; your choice is kept.',
  TOKEN_EXPIRED: 'Your session has ended. Sign in again to go on; your choice is kept.',
  TOKEN_INVALID: 'Your session is no longer valid. Sign in again to go on; your choice is kept.',
  CSRF_TOKEN_WRONG: 'This page is older than your session. Reload it and try again.',
  BOOKING_CLOSED: 'This booking was cancelled before.',
  HOLD_LAPSED: 'The hold had ended before the seats were confirmed.',
};

/** What went wrong and what to do about it, in words. */
export function explain(reason: string, e?: Refused): string {
  return TEXTS[reason] ?? `The server refused: ${e?.problem.detail ?? e?.problem.title ?? reason}.`;
}
