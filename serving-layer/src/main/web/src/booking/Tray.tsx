import { session } from '../api/session';
import { count, money, seats as seatCount } from '../format';
import { useObserved } from '../observed';
import { Link } from '../router';
import type { Room } from '../seats/room';
import { seatGroups, seatName } from '../seats/words';
import { SignInButtons } from '../shell/SignIn';
import type { Claim, Notice } from './claim';
import { Countdown } from './Countdown';

interface TrayProps {
  room: Room;
  claim: Claim;
  onShow(seats: number[]): void;
}

/** The seats somebody has chosen or holds, and the next step. */
export function Tray({ room, claim, onShow }: TrayProps) {
  useObserved(claim);
  useObserved(session);
  const held = claim.booking;
  return (
    <section class="tray" aria-labelledby="tray-title" data-phase={claim.phase}>
      {claim.notice && <NoticeCard room={room} claim={claim} notice={claim.notice} onShow={onShow} />}
      {held ? <Held room={room} claim={claim} /> : <Chosen room={room} claim={claim} onShow={onShow} />}
      {claim.retrying && (
        <p class="tray-note" role="status">
          The connection dropped. Asking again with the same key, so nothing is booked twice.
        </p>
      )}
    </section>
  );
}

function Chosen({ room, claim, onShow }: TrayProps) {
  const chosen = [...room.chosen].sort((a, b) => a - b);
  const { currency, seatsPerBookingMax, holdSeconds } = room.event;
  const total = chosen.reduce((sum, seat) => sum + room.layout.tickets[seat]!.price, 0);
  return (
    <>
      <div class="tray-head">
        <h2 id="tray-title">Your seats</h2>
        <span>
          {chosen.length > 0 ? `${chosen.length} of ${seatsPerBookingMax}` : `up to ${seatsPerBookingMax}`}
        </span>
      </div>
      {chosen.length === 0 ? (
        <p class="tray-empty">Choose seats on the map, or let us find some together.</p>
      ) : (
        <ul class="tray-seats">
          {chosen.map((seat) => (
            <li key={seat}>
              <button type="button" class="tray-seat" onClick={() => onShow([seat])}>
                <TierMark tier={room.layout.tier[seat]!} />
                <span>{seatName(room, seat)}</span>
              </button>
              <span>{money(room.layout.tickets[seat]!.price, currency)}</span>
              <button
                type="button"
                class="icon-button"
                aria-label={`Remove ${seatName(room, seat)}`}
                onClick={() => room.toggle(seat)}
              >
                <svg viewBox="0 0 20 20" aria-hidden="true"><path d="m6 6 8 8M14 6l-8 8" /></svg>
              </button>
            </li>
          ))}
        </ul>
      )}
      {chosen.length > 0 && (
        <div class="tray-total">
          <span>Total</span>
          <strong>{money(total, currency)}</strong>
        </div>
      )}
      {chosen.length > 0 && session.user && (
        <button
          type="button"
          class="primary wide"
          disabled={claim.phase === 'holding'}
          onClick={() => void claim.hold()}
        >
          {claim.phase === 'holding' ? 'Holding' : `Hold ${seatCount(chosen.length)}`}
        </button>
      )}
      {chosen.length > 0 && session.current && !session.user && (
        <div class="tray-sign-in">
          <p>Sign in to hold them for {count(Math.round(holdSeconds / 60))} minutes.</p>
          <SignInButtons />
        </div>
      )}
    </>
  );
}

function Held({ room, claim }: { room: Room; claim: Claim }) {
  const booking = claim.booking!;
  const seats = booking.tickets.map((t) => room.layout.byTicket.get(t.ticketId)).filter((s) => s !== undefined);
  const busy = claim.phase !== 'held';
  return (
    <>
      <div class="tray-head">
        <h2 id="tray-title">Held for you</h2>
        <Countdown deadline={claim.deadline} total={room.event.holdSeconds * 1000} />
      </div>
      <ul class="tray-groups">
        {seatGroups(room, seats).map((group) => (
          <li key={group}>{group}</li>
        ))}
      </ul>
      <div class="tray-total">
        <span>Total</span>
        <strong>{money(booking.total, booking.currency)}</strong>
      </div>
      <div class="tray-actions">
        <button type="button" class="primary wide" disabled={busy} onClick={() => void claim.confirm()}>
          {claim.phase === 'confirming' ? 'Confirming' : 'Confirm booking'}
        </button>
        <button type="button" class="plain" disabled={busy} onClick={() => void claim.release()}>
          {claim.phase === 'releasing' ? 'Releasing' : 'Release seats'}
        </button>
      </div>
    </>
  );
}

interface NoticeProps {
  room: Room;
  claim: Claim;
  notice: Notice;
  onShow(seats: number[]): void;
}

function NoticeCard({ room, claim, notice, onShow }: NoticeProps) {
  const close = (
    <button type="button" class="icon-button notice-close" aria-label="Dismiss" onClick={() => claim.dismiss()}>
      <svg viewBox="0 0 20 20" aria-hidden="true"><path d="m6 6 8 8M14 6l-8 8" /></svg>
    </button>
  );
  switch (notice.kind) {
    case 'conflict':
      return (
        <div class="notice warn" role="alert" data-testid="conflict">
          {close}
          <h3>Somebody was faster</h3>
          <p>
            {seatGroups(room, notice.taken).join('; ')} {notice.taken.length === 1 ? 'is' : 'are'} no longer free.{' '}
            {notice.kept.length > 0 ? `Nothing is held yet; your other ${seatCount(notice.kept.length)} stay chosen.` : ''}
          </p>
          {notice.offers.length > 0 && (
            <div class="notice-actions">
              {notice.offers.map((seats) => (
                <button
                  key={seats.join()}
                  type="button"
                  onClick={() => {
                    claim.take(seats);
                    onShow(seats);
                  }}
                >
                  {offerWords(room, notice.kept, seats)}
                </button>
              ))}
            </div>
          )}
        </div>
      );
    case 'lapsed':
      return (
        <div class="notice warn" role="alert" data-testid="lapsed">
          {close}
          <h3>The hold has ended</h3>
          <p>{seatGroups(room, notice.seats).join('; ')} went back on sale. They may still be free.</p>
          <div class="notice-actions">
            <button type="button" onClick={() => claim.take(notice.seats)}>
              Choose them again
            </button>
          </div>
        </div>
      );
    case 'confirmed':
      return (
        <div class="notice good" role="status" data-testid="confirmed">
          {close}
          <h3>Booked</h3>
          <p>
            {seatGroups(room, seatsOf(room, notice)).join('; ')}. The seats are yours.{' '}
            <Link href={`/me/bookings?booking=${encodeURIComponent(notice.booking.bookingId)}`}>See the booking</Link>
          </p>
        </div>
      );
    case 'released':
      return (
        <div class="notice" role="status">
          {close}
          <p>Released. The seats are on sale again.</p>
        </div>
      );
    case 'refused':
      return (
        <div class="notice warn" role="alert">
          {close}
          <p>{notice.text}</p>
        </div>
      );
  }
}

function offerWords(room: Room, kept: number[], seats: number[]): string {
  const added = seats.filter((seat) => !kept.includes(seat));
  if (added.length < seats.length) return `Add ${seatGroups(room, added).join('; ')}`;
  return seats.length === 1 ? `Take ${seatGroups(room, seats)[0]}` : `Together: ${seatGroups(room, seats).join('; ')}`;
}

function seatsOf(room: Room, notice: { booking: { tickets: { ticketId: string }[] } }): number[] {
  return notice.booking.tickets.map((t) => room.layout.byTicket.get(t.ticketId)).filter((s) => s !== undefined);
}

export function TierMark({ tier }: { tier: number }) {
  return <span class={`tier-mark tier-${(tier % 8) + 1}`} aria-hidden="true" />;
}
