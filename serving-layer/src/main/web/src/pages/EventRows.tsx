import type { EventSummary } from '../api/types';
import { clock, count, dayParts } from '../format';
import { Link } from '../router';

/** Events as a programme: the date first, then what and where, then how much is left. */
export function EventRows({ events }: { events: EventSummary[] }) {
  return (
    <ul class="programme">
      {events.map((event) => {
        const { day, month, year, weekday } = dayParts(event.startsAt);
        const where = [event.venue?.name, event.venue?.city].filter(Boolean).join(', ');
        return (
          <li key={event.eventId}>
            <Link href={`/tickets/${encodeURIComponent(event.eventId)}`} class="programme-row">
              <time dateTime={event.startsAt} class="programme-date">
                <span class="programme-day">{day}</span>
                <span class="programme-month">
                  {month} {year}
                </span>
              </time>
              <span class="programme-what">
                <span class="programme-title">{event.title}</span>
                <span class="programme-where">{where}</span>
              </span>
              <span class="programme-when">
                {weekday}, {clock(event.startsAt)}
              </span>
              <span class="programme-left">{left(event)}</span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

function left(event: EventSummary): string {
  if (event.available === undefined) return '';
  return event.available === 0 ? 'Sold out' : `${count(event.available)} free`;
}
