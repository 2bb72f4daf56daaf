import { useEffect, useRef, useState } from 'preact/hooks';
import { count } from '../format';
import { EntryRow, type Doing } from './EntryRow';
import type { Folder } from './folder';

/** Rows that are drawn before anybody scrolls, and with each coming near the end. */
const ROWS_STEP = 150;

interface EntryListProps {
  folder: Folder;
  label: string;
  onDo: Doings;
}

type Doings = (what: Doing, entry: Folder['entries'][number]) => void;

/** What is in a folder; rows are drawn as one scrolls to them. */
export function EntryList({ folder, label, onDo }: EntryListProps) {
  const [drawn, setDrawn] = useState(ROWS_STEP);
  const end = useRef<HTMLDivElement>(null);
  const { entries, writable, isOwn } = folder;
  const isAll = drawn >= entries.length;

  useEffect(() => {
    if (isAll) return;
    const near = new IntersectionObserver(
      (seen) => {
        if (seen.some(({ isIntersecting }) => isIntersecting)) setDrawn(drawn + ROWS_STEP);
      },
      { rootMargin: '0px 0px 1500px' },
    );
    near.observe(end.current!);
    return () => near.disconnect();
  }, [isAll, drawn]);

  return (
    <>
      <ul class="entries" aria-label={label} onKeyDown={(e) => walk(e, folder, onDo)}>
        {entries.slice(0, drawn).map((entry) => (
          <EntryRow key={entry.fileId} entry={entry} writable={writable} own={isOwn} onDo={onDo} />
        ))}
      </ul>
      <div ref={end} class="entries-end">
        {folder.hasMore && (
          <button type="button" onClick={() => void folder.loadMore()}>
            Show more than these {count(entries.length)}
          </button>
        )}
      </div>
    </>
  );
}

/** Up and down lead from entry to entry, F2 renames and Delete deletes, as in any list of files. */
function walk(e: KeyboardEvent, folder: Folder, onDo: Doings): void {
  const name = (e.target as Element).closest<HTMLElement>('.entry-name');
  const row = name?.closest<HTMLElement>('.entry');
  if (!row || e.ctrlKey || e.metaKey || e.altKey) return;
  const names = [...(e.currentTarget as Element).querySelectorAll<HTMLElement>('.entry-name')];
  const at = names.indexOf(name!);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: names.length - 1 }[e.key];
  const what = ({ F2: 'rename', Delete: 'remove' } as const)[e.key as 'F2' | 'Delete'];
  if (to !== undefined) {
    e.preventDefault();
    names[to]?.focus();
  } else if (what && folder.writable) {
    e.preventDefault();
    onDo(what, folder.entries.find(({ fileId }) => fileId === row.dataset.entry)!);
  }
}
