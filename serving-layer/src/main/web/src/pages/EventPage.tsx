import { useEffect, useRef, useState } from 'preact/hooks';
import { Refused } from '../api/client';
import { session } from '../api/session';
import { Claim } from '../booking/claim';
import { TierMark, Tray } from '../booking/Tray';
import { clock, count, longDate, money } from '../format';
import { useObserved } from '../observed';
import { FindSeats } from '../seats/FindSeats';
import { Room } from '../seats/room';
import { SeatMap } from '../seats/SeatMap';
import type { Surface } from '../seats/surface';
import { seatName, statusWord, type Picked } from '../seats/words';
import { useTitle } from '../title';
import { NotFound } from './NotFound';

export function EventPage({ eventId }: { eventId: string }) {
  const [room, setRoom] = useState<Room | null>(null);
  const [problem, setProblem] = useState<'' | 'unknown' | 'unreachable'>('');

  useEffect(() => {
    let opened: Room | null = null;
    let gone = false;
    Room.open(eventId).then(
      (r) => {
        opened = r;
        if (gone) r.close();
        else setRoom(r);
      },
      (e) => setProblem(e instanceof Refused && e.problem.status === 404 ? 'unknown' : 'unreachable'),
    );
    return () => {
      gone = true;
      opened?.close();
    };
  }, [eventId]);

  if (problem === 'unknown') return <NotFound what="event" />;
  if (problem) {
    return (
      <div class="plain-page">
        <h1>The event can't be shown just now</h1>
        <p>The server does not answer. Your bookings are safe; try again in a moment.</p>
        <button type="button" onClick={() => location.reload()}>
          Try again
        </button>
      </div>
    );
  }
  if (!room) return <div class="event-loading" role="status" aria-label="Loading the event" />;
  return <OpenEvent room={room} />;
}

function OpenEvent({ room }: { room: Room }) {
  useObserved(room);
  useTitle(room.event.title);
  const surface = useRef<Surface | null>(null);
  const [claim] = useState(() => new Claim(room));

  useEffect(() => {
    const own = () => {
      if (!session.user) {
        claim.resume([]);
        return;
      }
      room.loadMine().then(
        (bookings) => claim.resume(bookings),
        () => undefined,
      );
    };
    let user = session.user;
    const stop = session.watch(() => {
      if (session.user === user) return;
      user = session.user;
      own();
    });
    own();
    return () => {
      stop();
      claim.close();
    };
  }, [room, claim]);

  function pick(seat: number): Picked {
    if (claim.booking) return { refused: true, said: 'You hold seats already. Confirm or release them first.' };
    const name = seatName(room, seat);
    switch (room.toggle(seat)) {
      case 'chosen':
        return { refused: false, said: `${name}, chosen. ${room.chosen.size} of ${room.event.seatsPerBookingMax}.` };
      case 'dropped':
        return { refused: false, said: `${name}, no longer chosen.` };
      case 'too-many':
        return {
          refused: true,
          said: `One booking may have ${room.event.seatsPerBookingMax} seats. Remove one first.`,
        };
      case 'taken':
        return { refused: true, said: `${name} is ${statusWord(room, seat)}.` };
    }
  }

  const show = (seats: number[]) => surface.current?.showSeats(seats);
  const { event } = room;
  return (
    <div class="event">
      <section class="event-map" aria-label="Seat map">
        <SeatMap room={room} onPick={pick} onSurface={(s) => (surface.current = s)} />
        <div class="map-foot">
          <Legend />
          <LiveSign room={room} />
        </div>
      </section>
      <div class="event-side">
        <header class="event-head">
          <h1>{event.title}</h1>
          <p class="event-date">
            <time dateTime={event.startsAt}>
              {longDate(event.startsAt)}, {clock(event.startsAt)}
            </time>
          </p>
          <p class="event-venue">{[event.venue.name, event.venue.city].filter(Boolean).join(', ')}</p>
          {event.description && <p class="event-about">{event.description}</p>}
        </header>
        <Tiers room={room} />
        <Tray room={room} claim={claim} onShow={show} />
        {!claim.booking && <FindSeats room={room} onPick={pick} onShow={show} />}
      </div>
    </div>
  );
}

function Tiers({ room }: { room: Room }) {
  const { event } = room;
  return (
    <section class="tiers" aria-labelledby="tiers-title">
      <h2 id="tiers-title" class="visually-hidden">
        Prices
      </h2>
      <ul>
        {event.tiers.map((tier, i) => (
          <li key={tier.tierId}>
            <button
              type="button"
              class="tier"
              aria-pressed={room.onlyTier === i}
              title="Show only these on the map"
              onClick={() => room.showOnlyTier(i)}
            >
              <TierMark tier={i} />
              <span class="tier-name">{tier.name}</span>
              <span class="tier-left">{room.available[i] ? `${count(room.available[i]!)} left` : 'none left'}</span>
              <span class="tier-price">{money(tier.price, event.currency)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Legend() {
  return (
    <ul class="legend" aria-label="What the seats' shapes mean">
      <li>
        <svg viewBox="0 0 16 16" aria-hidden="true"><rect class="free" x="2" y="2" width="12" height="12" rx="3" /></svg>
        Free
      </li>
      <li>
        <svg viewBox="0 0 16 16" aria-hidden="true"><path class="held" d="M3.5 2.500h9v11h-9zM3.5 2.500l9 11" /></svg>
        Held
      </li>
      <li>
        <svg viewBox="0 0 16 16" aria-hidden="true"><rect class="sold" x="5.5" y="5.5" width="5" height="5" /></svg>
        Sold
      </li>
      <li>
        <svg viewBox="0 0 16 16" aria-hidden="true"><rect class="mine" x="2" y="2" width="12" height="12" rx="3" /><path class="tick" d="m5 8.3 2 2 4-4.6" /></svg>
        Yours
      </li>
      <li>
        <svg viewBox="0 0 16 16" aria-hidden="true"><circle class="free" cx="8" cy="8" r="6.3" /></svg>
        Wheelchair
      </li>
    </ul>
  );
}

function LiveSign({ room }: { room: Room }) {
  const words = {
    connecting: 'Connecting',
    live: 'Live',
    polling: 'Updated every few seconds',
    lost: 'Connection lost, trying again',
  }[room.live];
  return (
    <p class="live-sign" data-state={room.live} role="status">
      {words}
    </p>
  );
}
