import { useState } from 'preact/hooks';
import { seats as seatCount } from '../format';
import { together } from './neighbours';
import type { Room } from './room';
import { seatGroups, statusWord, type Picked } from './words';

interface FindSeatsProps {
  room: Room;
  onPick(seat: number): Picked;
  onShow(seats: number[]): void;
}

/** The way to seats without the map: ask for some together, or go through a section's rows. */
export function FindSeats({ room, onPick, onShow }: FindSeatsProps) {
  const [quantity, setQuantity] = useState(2);
  const [tier, setTier] = useState(-1);
  const [said, setSaid] = useState('');
  const max = room.event.seatsPerBookingMax;

  function find(e: Event): void {
    e.preventDefault();
    const found = together(room.layout, quantity, (seat) => room.isFree(seat), tier, { x: 0, y: 0 });
    if (!found) {
      setSaid(`No ${seatCount(quantity)} side by side are free ${tier < 0 ? 'any more' : 'in this tier'}. Ask for fewer, or another tier.`);
      return;
    }
    room.choose(found);
    onShow(found);
    setSaid(`Chosen: ${seatGroups(room, found).join('; ')}.`);
  }

  return (
    <section class="find" aria-labelledby="find-title">
      <h2 id="find-title">Find seats together</h2>
      <form class="find-form" onSubmit={find}>
        <label>
          <span>Seats</span>
          <select value={quantity} onChange={(e) => setQuantity(Number(e.currentTarget.value))}>
            {Array.from({ length: max }, (_, i) => (
              <option key={i} value={i + 1}>
                {i + 1}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>Where</span>
          <select value={tier} onChange={(e) => setTier(Number(e.currentTarget.value))}>
            <option value={-1}>Nearest the stage</option>
            {room.event.tiers.map((t, i) => (
              <option key={t.tierId} value={i}>
                {t.name}
              </option>
            ))}
          </select>
        </label>
        <button type="submit">Find</button>
      </form>
      <p class="find-said" role="status">
        {said}
      </p>
      <SectionList room={room} onPick={onPick} />
    </section>
  );
}

function SectionList({ room, onPick }: { room: Room; onPick(seat: number): Picked }) {
  const [section, setSection] = useState(0);
  const [row, setRow] = useState(0);
  const [said, setSaid] = useState('');
  const shape = room.layout.sections[Math.min(section, room.layout.sections.length - 1)]!;
  const rows = room.layout.rows.slice(shape.rowsFrom, shape.rowsTo + 1);
  const span = rows[Math.min(row, rows.length - 1)]!;
  const inRow = Array.from({ length: span.to - span.from + 1 }, (_, i) => span.from + i);
  return (
    <details class="by-row">
      <summary>Choose by section and row</summary>
      <div class="find-form">
        <label>
          <span>Section</span>
          <select
            value={section}
            onChange={(e) => {
              setSection(Number(e.currentTarget.value));
              setRow(0);
            }}
          >
            {room.layout.sections.map((s, i) => (
              <option key={s.id} value={i}>
                {s.name}, {room.event.tiers[s.tier]?.name}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>Row</span>
          <select value={row} onChange={(e) => setRow(Number(e.currentTarget.value))}>
            {rows.map((r, i) => (
              <option key={r.label} value={i}>
                {r.label}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div class="row-seats" role="group" aria-label={`${shape.name}, row ${span.label}`}>
        {inRow.map((seat) => (
          <button
            key={seat}
            type="button"
            aria-pressed={room.chosen.has(seat)}
            aria-disabled={!room.isFree(seat) && !room.chosen.has(seat)}
            aria-label={`Seat ${room.layout.tickets[seat]!.seat}, ${statusWord(room, seat)}`}
            onClick={() => setSaid(onPick(seat).said)}
          >
            {room.layout.tickets[seat]!.seat}
          </button>
        ))}
      </div>
      <p class="visually-hidden" role="status">
        {said}
      </p>
    </details>
  );
}
