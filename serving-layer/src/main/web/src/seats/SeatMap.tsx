import { useEffect, useRef, useState } from 'preact/hooks';
import { money } from '../format';
import { step, type Step } from './neighbours';
import type { Room } from './room';
import { Surface } from './surface';
import { seatSentence, statusWord, type Picked } from './words';

interface SeatMapProps {
  room: Room;
  /** Somebody wants this seat, or no longer wants it. */
  onPick(seat: number): Picked;
  /** Hands out the surface, so that other parts of the page can move the view. */
  onSurface(surface: Surface | null): void;
}

interface Tip {
  seat: number;
  x: number;
  y: number;
}

const REFUSAL_SHOWN_MS = 4000;

const ARROWS: Record<string, Step> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

export function SeatMap({ room, onPick, onSurface }: SeatMapProps) {
  const host = useRef<HTMLDivElement>(null);
  const base = useRef<HTMLCanvasElement>(null);
  const marks = useRef<HTMLCanvasElement>(null);
  const surface = useRef<Surface | null>(null);
  const [tip, setTip] = useState<Tip | null>(null);
  const [said, setSaid] = useState('');
  const [refusal, setRefusal] = useState('');
  const pick = useRef(take);
  pick.current = take;

  function take(seat: number): void {
    const picked = onPick(seat);
    setSaid(picked.said);
    setRefusal(picked.refused ? picked.said : '');
  }

  useEffect(() => {
    if (!refusal) return;
    const timer = setTimeout(() => setRefusal(''), REFUSAL_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [refusal]);

  useEffect(() => {
    const made = new Surface(host.current!, base.current!, marks.current!, room, {
      picked: (seat) => pick.current(seat),
      hovered: (seat, x, y) => setTip(seat < 0 ? null : { seat, x, y }),
      moved: () => setTip(null),
    });
    surface.current = made;
    onSurface(made);
    made.refresh();
    const stop = room.watch(() => made.refresh());
    return () => {
      stop();
      made.close();
      onSurface(null);
    };
  }, [room]);

  function arrive(seat: number): void {
    surface.current!.follow(seat);
    setSaid(seatSentence(room, seat));
  }

  function onKeyDown(e: KeyboardEvent): void {
    const map = surface.current;
    if (!map || e.metaKey || e.ctrlKey || e.altKey) return;
    const { layout } = room;
    const here = map.focus >= 0 && map.focus < layout.count ? map.focus : firstFree(room);
    const arrow = ARROWS[e.key];
    const row = layout.rows[layout.row[here]!]!;
    map.keyboard = true;
    if (arrow) arrive(map.focus < 0 ? here : step(layout, here, arrow));
    else if (e.key === 'Home') arrive(row.from);
    else if (e.key === 'End') arrive(row.to);
    else if (e.key === 'PageDown' || e.key === 'PageUp') arrive(otherSection(room, here, e.key === 'PageDown' ? 1 : -1));
    else if (e.key === 'n' || e.key === 'N') arrive(nextFree(room, here));
    else if (e.key === '+' || e.key === '=') map.zoomBy(1.5);
    else if (e.key === '-') map.zoomBy(1 / 1.5);
    else if (e.key === '0') map.fitAll();
    else if (e.key === 'Enter' || e.key === ' ') {
      if (map.focus < 0) arrive(here);
      else take(here);
    } else return;
    e.preventDefault();
  }

  return (
    <div class="seat-map">
      <div
        class="seat-map-field"
        ref={host}
        tabIndex={0}
        role="application"
        aria-roledescription="seat map"
        aria-label={`Seat map of ${room.event.venue.name}`}
        aria-describedby="seat-map-keys"
        onKeyDown={onKeyDown}
        onFocus={() => {
          const map = surface.current;
          if (map && host.current?.matches(':focus-visible')) {
            map.keyboard = true;
            map.ask();
          }
        }}
        onBlur={() => {
          if (!surface.current) return;
          surface.current.keyboard = false;
          surface.current.ask();
        }}
      >
        <canvas ref={base} aria-hidden="true" />
        <canvas ref={marks} aria-hidden="true" class="seat-map-marks" />
      </div>
      <p id="seat-map-keys" class="visually-hidden">
        Arrow keys move from seat to seat, Enter chooses. Page down goes to the next section, N to the next free seat,
        plus and minus zoom, zero shows everything. Below the map the same seats can be found as a form.
      </p>
      <div class="visually-hidden" role="status" aria-live="polite" data-testid="seat-said">
        {said}
      </div>
      {refusal && (
        <p class="map-refusal" aria-hidden="true">
          {refusal}
        </p>
      )}
      {tip && <SeatTip room={room} tip={tip} />}
      <div class="map-buttons" role="group" aria-label="View of the map">
        <button type="button" aria-label="Zoom in" onClick={() => surface.current?.zoomBy(1.7)}>
          <svg viewBox="0 0 20 20" aria-hidden="true"><path d="M10 4v12M4 10h12" /></svg>
        </button>
        <button type="button" aria-label="Zoom out" onClick={() => surface.current?.zoomBy(1 / 1.7)}>
          <svg viewBox="0 0 20 20" aria-hidden="true"><path d="M4 10h12" /></svg>
        </button>
        <button type="button" aria-label="Show the whole venue" onClick={() => surface.current?.fitAll()}>
          <svg viewBox="0 0 20 20" aria-hidden="true"><path d="M4 8V4h4M12 4h4v4M16 12v4h-4M8 16H4v-4" /></svg>
        </button>
      </div>
    </div>
  );
}

function SeatTip({ room, tip }: { room: Room; tip: Tip }) {
  const ticket = room.layout.tickets[tip.seat];
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current!;
    const field = element.parentElement!;
    const x = Math.min(tip.x + 14, field.clientWidth - element.offsetWidth - 8);
    const below = tip.y + 18 + element.offsetHeight < field.clientHeight;
    element.style.transform = `translate(${x}px, ${below ? tip.y + 18 : tip.y - element.offsetHeight - 12}px)`;
  });
  if (!ticket) return null;
  const tier = room.event.tiers[room.layout.tier[tip.seat]!]!;
  const section = room.layout.sections[room.layout.rows[room.layout.row[tip.seat]!]!.section]!;
  return (
    <div class="seat-tip" ref={box} aria-hidden="true">
      <strong>
        {section.name} <span>Row {ticket.row}</span> <span>Seat {ticket.seat}</span>
      </strong>
      <span>
        {tier.name}, {money(ticket.price, room.event.currency)}, {statusWord(room, tip.seat)}
        {ticket.accessible ? ', wheelchair place' : ''}
      </span>
    </div>
  );
}

function firstFree(room: Room): number {
  return nextFree(room, room.layout.count - 1);
}

function nextFree(room: Room, from: number): number {
  const { count } = room.layout;
  for (let i = 1; i <= count; i++) {
    const seat = (from + i) % count;
    if (room.isFree(seat)) return seat;
  }
  return from;
}

function otherSection(room: Room, seat: number, direction: 1 | -1): number {
  const { rows, row, sections } = room.layout;
  const here = rows[row[seat]!]!.section;
  const there = sections[(here + direction + sections.length) % sections.length]!;
  return rows[there.rowsFrom]!.from;
}
