import { useEffect, useState } from 'preact/hooks';
import { read } from '../api/client';
import type { EventSummary, SearchPage } from '../api/types';
import { count } from '../format';
import { useTitle } from '../title';
import { EventRows } from './EventRows';

const PAGE_SIZE = 20;
const TYPING_PAUSE_MS = 200;

interface Wanted {
  keyword: string;
  type: string;
  city: string;
  sort: string;
}

export function EventsPage() {
  useTitle('Tickets');
  const [wanted, setWanted] = useState<Wanted>({ keyword: '', type: '', city: '', sort: 'date' });
  const [events, setEvents] = useState<EventSummary[]>([]);
  const [found, setFound] = useState<SearchPage | null>(null);
  const [page, setPage] = useState(0);
  const [problem, setProblem] = useState('');

  useEffect(() => {
    let outdated = false;
    const timer = setTimeout(
      () => {
        read<SearchPage>(`/events/search?${query(wanted, page)}`).then(
          (answer) => {
            if (outdated) return;
            setProblem('');
            setFound(answer);
            setEvents((before) => (page === 0 ? answer.items : [...before, ...answer.items]));
          },
          () => !outdated && setProblem('Search does not answer at the moment. It will be back shortly.'),
        );
      },
      wanted.keyword && page === 0 ? TYPING_PAUSE_MS : 0,
    );
    return () => {
      outdated = true;
      clearTimeout(timer);
    };
  }, [wanted, page]);

  const want = (part: Partial<Wanted>) => {
    setPage(0);
    setWanted({ ...wanted, ...part });
  };

  return (
    <div class="events">
      <h1>On sale</h1>
      <form class="search" role="search" onSubmit={(e) => e.preventDefault()}>
        <label class="search-word">
          <span class="visually-hidden">Search events</span>
          <svg viewBox="0 0 20 20" aria-hidden="true"><circle cx="8.5" cy="8.5" r="5" /><path d="m12.5 12.5 4 4" /></svg>
          <input
            type="search"
            value={wanted.keyword}
            placeholder="Title, performer, venue or city"
            onInput={(e) => want({ keyword: e.currentTarget.value })}
          />
        </label>
        <Choice label="City" none="Every city" value={wanted.city} facet={found?.facets?.city} onChange={(city) => want({ city })} />
        <Choice label="Kind" none="Every kind" value={wanted.type} facet={found?.facets?.type} onChange={(type) => want({ type })} />
      </form>
      <p class="found" role="status">
        {problem || (found ? `${count(found.total)} ${found.total === 1 ? 'event' : 'events'}` : '')}
      </p>
      <EventRows events={events} />
      {found && found.total === 0 && !problem && (
        <p class="quiet">Nothing matches. Try a shorter word, or another city.</p>
      )}
      {found && events.length < found.total && (
        <button type="button" onClick={() => setPage(page + 1)}>
          Show more
        </button>
      )}
    </div>
  );
}

interface ChoiceProps {
  label: string;
  none: string;
  value: string;
  facet: { value: string; count: number }[] | undefined;
  onChange(value: string): void;
}

function Choice({ label, none, value, facet, onChange }: ChoiceProps) {
  if (!facet || (facet.length < 2 && !value)) return null;
  return (
    <label class="search-choice">
      <span class="visually-hidden">{label}</span>
      <select value={value} onChange={(e) => onChange(e.currentTarget.value)}>
        <option value="">{none}</option>
        {facet.map((f) => (
          <option key={f.value} value={f.value}>
            {word(f.value)} ({f.count})
          </option>
        ))}
      </select>
    </label>
  );
}

/** CONCERT reads as a shout. */
function word(value: string): string {
  return value === value.toUpperCase() ? value.slice(0, 1) + value.slice(1).toLowerCase() : value;
}

function query({ keyword, type, city, sort }: Wanted, page: number): string {
  const parts = new URLSearchParams({ sort, page: String(page), pageSize: String(PAGE_SIZE) });
  if (keyword.trim()) parts.set('keyword', keyword.trim());
  if (type) parts.set('type', type);
  if (city) parts.set('city', city);
  return parts.toString();
}
