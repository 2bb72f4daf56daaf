import { useEffect, useState } from 'preact/hooks';
import { newKey, read, Refused } from '../api/client';
import { session } from '../api/session';
import type { Booking, EventSummary } from '../api/types';
import { booking as fetchBooking, bookings as fetchBookings, cancel, confirm, deadlineOf } from '../booking/bookings';
import { Countdown } from '../booking/Countdown';
import { explain } from '../booking/reasons';
import { clock, listed, longDate, money, seats, shortDateTime } from '../format';
import { useObserved } from '../observed';
import { Link, useRoute } from '../router';
import { SignInButtons } from '../shell/SignIn';
import { useTitle } from '../title';

const STATUS_WORDS: Record<string, string> = {
  PENDING: 'Being decided',
  REFUSED: 'Refused',
  RESERVED: 'Held',
  PAYING: 'Paying',
  CAPTURING: 'Paying',
  CONFIRMED: 'Booked',
  LAPSED: 'Hold ended',
  CANCELLED: 'Cancelled',
  REFUNDED: 'Refunded',
};

interface Shown {
  booking: Booking;
  deadline: number;
}

export function BookingsPage() {
  useTitle('My bookings');
  useObserved(session);
  const route = useRoute();
  const one = route.query.get('booking');
  const { user } = session;
  const [shown, setShown] = useState<Shown[] | null>(null);
  const [events, setEvents] = useState(new Map<string, EventSummary>());
  const [next, setNext] = useState<string | undefined>();
  const [problem, setProblem] = useState('');

  /** Shows the first page, or adds the one that begins at the cursor. */
  async function load(cursor?: string): Promise<void> {
    try {
      const page = one ? { items: [await fetchBooking(one)] } : await fetchBookings(cursor);
      const found = page.items.map((booking) => ({ booking, deadline: deadlineOf(booking) }));
      setShown((before) => (cursor === undefined ? found : [...(before ?? []), ...found]));
      setNext(page.nextCursor);
      setProblem('');
      const ids = [...new Set(page.items.map((booking) => booking.eventId))];
      const summaries = await Promise.all(
        ids.map((id) => read<EventSummary>(`/events/${encodeURIComponent(id)}?view=summary`).catch(() => null)),
      );
      setEvents((before) => new Map([...before, ...summaries.filter((s) => s !== null).map((s) => [s.eventId, s] as const)]));
    } catch (e) {
      if (e instanceof Refused && e.problem.status === 404) setShown([]);
      else setProblem('Your bookings can’t be shown just now. They are safe; try again in a moment.');
    }
  }

  useEffect(() => {
    setShown(null);
    if (user) void load();
  }, [user, one]);

  if (session.current && !user) {
    return (
      <div class="plain-page">
        <h1>My bookings</h1>
        <p>Sign in to see them.</p>
        <SignInButtons />
      </div>
    );
  }
  return (
    <div class="bookings">
      <h1>{one ? 'Booking' : 'My bookings'}</h1>
      {one && (
        <p>
          <Link href="/me/bookings">All my bookings</Link>
        </p>
      )}
      {problem && <p role="alert">{problem}</p>}
      {shown?.length === 0 && (
        <p class="quiet">
          {one ? 'There is no such booking of yours.' : 'Nothing yet.'} <Link href="/tickets">See what is on</Link>
        </p>
      )}
      <ul class="booking-list">
        {shown?.map((entry) => (
          <li key={entry.booking.bookingId}>
            <BookingCard {...entry} event={events.get(entry.booking.eventId)} onChanged={() => void load()} />
          </li>
        ))}
      </ul>
      {next && (
        <button type="button" onClick={() => void load(next)}>
          Show older ones
        </button>
      )}
    </div>
  );
}

interface CardProps extends Shown {
  event: EventSummary | undefined;
  onChanged(): void;
}

function BookingCard({ booking, deadline, event, onChanged }: CardProps) {
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const [sure, setSure] = useState(false);
  const held = booking.status === 'RESERVED';
  const eventHref = `/tickets/${encodeURIComponent(booking.eventId)}`;

  async function act(what: () => Promise<unknown>): Promise<void> {
    setBusy(true);
    setProblem('');
    try {
      await what();
    } catch (e) {
      setProblem(explain(e instanceof Refused ? e.problem.reason : 'UNREACHABLE', e instanceof Refused ? e : undefined));
    }
    setBusy(false);
    setSure(false);
    onChanged();
  }

  return (
    <article class="booking" data-status={booking.status}>
      <div class="booking-what">
        <p class="booking-status">
          {STATUS_WORDS[booking.status] ?? booking.status}
          {held && (
            <>
              {', '}
              <Countdown deadline={deadline} /> left
            </>
          )}
        </p>
        <h2>
          <Link href={eventHref}>{event?.title ?? booking.eventId}</Link>
        </h2>
        {event && (
          <p>
            {longDate(event.startsAt)}, {clock(event.startsAt)}
            {event.venue ? `, ${event.venue.name}` : ''}
          </p>
        )}
        {booking.tickets?.length > 0 && (
          <ul class="booking-seats">
            {groups(booking, event).map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        )}
        <p class="quiet booking-made">
          {booking.tickets?.length > 0 && `${seats(booking.tickets.length)}, ${money(booking.total, booking.currency)}. `}
          {booking.createdAt && `Made ${shortDateTime(booking.createdAt)}.`}
        </p>
        {problem && <p role="alert">{problem}</p>}
      </div>
      <div class="booking-actions">
        {held && (
          <button
            type="button"
            class="primary"
            disabled={busy}
            onClick={() => void act(() => confirm(booking.bookingId, newKey(), () => undefined))}
          >
            Confirm booking
          </button>
        )}
        {(held || booking.status === 'CONFIRMED') &&
          (sure ? (
            <div class="sure">
              <p>{held ? 'Release these seats?' : 'Cancel? The seats go back on sale.'}</p>
              <button
                type="button"
                class="danger"
                disabled={busy}
                onClick={() => void act(() => cancel(booking.bookingId, newKey(), () => undefined))}
              >
                {held ? 'Release seats' : 'Cancel booking'}
              </button>
              <button type="button" class="plain" onClick={() => setSure(false)}>
                Keep
              </button>
            </div>
          ) : (
            <button type="button" disabled={busy} onClick={() => setSure(true)}>
              {held ? 'Release seats' : 'Cancel booking'}
            </button>
          ))}
      </div>
    </article>
  );
}

function groups(booking: Booking, event: EventSummary | undefined): string[] {
  const names = new Map(event?.sections?.map((s) => [s.sectionId, s.name]));
  const byRow = new Map<string, string[]>();
  for (const { section, row, seat } of booking.tickets) {
    const key = `${names.get(section) ?? `Section ${section}`}, row ${row}`;
    byRow.set(key, [...(byRow.get(key) ?? []), String(seat)]);
  }
  return [...byRow].map(([row, numbers]) => `${row}, ${numbers.length === 1 ? 'seat' : 'seats'} ${listed(numbers)}`);
}
