import { useEffect, useState } from 'preact/hooks';
import type { PeoplePage } from '../api/types';
import { shortDate } from '../format';
import { Link } from '../router';
import { people } from './calls';
import { Face, personHref } from './Face';
import { why } from './reasons';

type Row = PeoplePage['items'][number];

/** Who follows somebody, or whom they follow, page by page. */
export function PeopleList({ userId, which }: { userId: string; which: 'followers' | 'following' }) {
  const [rows, setRows] = useState<Row[] | null>(null);
  const [next, setNext] = useState<string | undefined>();
  const [problem, setProblem] = useState('');

  async function load(cursor?: string): Promise<void> {
    try {
      const page = await people(userId, which, cursor);
      setRows((before) => (cursor === undefined ? page.items : [...(before ?? []), ...page.items]));
      setNext(page.nextCursor);
      setProblem('');
    } catch (e) {
      setProblem(why(e));
    }
  }

  useEffect(() => void load(), [userId, which]);

  return (
    <div class="people-list">
      {rows?.length === 0 && <p class="quiet">{which === 'followers' ? 'Nobody follows them yet.' : 'They follow nobody yet.'}</p>}
      <ul class="persons">
        {rows?.map((row) => (
          <li key={row.userId} class="person-row">
            <Link href={personHref(row.userId)} class="person-link">
              <Face userId={row.userId} />
              <span class="person-words">
                <span class="person-name">{row.userId}</span>
                <span class="quiet">since {shortDate(row.since)}</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {problem && (
        <p class="trouble" role="alert">
          {problem}
        </p>
      )}
      {next && (
        <button type="button" onClick={() => void load(next)}>
          Show more
        </button>
      )}
    </div>
  );
}
