import { useEffect, useRef, useState } from 'preact/hooks';
import type { Entry } from '../api/types';
import { bytes, shortDate, shortDateTime } from '../format';
import { useTitle } from '../title';
import { emptyTrash, purge, restore, trash } from './calls';
import { changesOf } from './changes';
import { ConfirmDialog } from './ConfirmDialog';
import { KindIcon } from './Icons';
import { MoveDialog } from './MoveDialog';
import { NameDialog } from './NameDialog';
import { isRefusal, why } from './reasons';

type Open = { what: 'name' | 'place' | 'purge'; one: Entry } | { what: 'empty' } | null;

interface Bin {
  entries: Entry[];
  more: boolean;
}

/** What there is of the bin: all pages, until there are so many entries. */
async function binOf(least: number): Promise<Bin> {
  const entries: Entry[] = [];
  let cursor: string | undefined;
  do {
    const page = await trash(cursor);
    entries.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined && entries.length < least);
  return { entries, more: cursor !== undefined };
}

/** What was deleted and can be had back, newest first; and what can go for good. */
export function BinView({ user }: { user: string }) {
  useTitle('Bin');
  const [bin, setBin] = useState<Bin | null>(null);
  const [open, setOpen] = useState<Open>(null);
  const [said, setSaid] = useState('');
  const [problem, setProblem] = useState('');
  const least = useRef(1);
  /** Only the newest look counts. */
  const looks = useRef(0);

  async function load(): Promise<void> {
    const look = ++looks.current;
    const now = await binOf(least.current);
    if (look === looks.current) setBin(now);
  }

  async function tell(what: () => Promise<void>): Promise<void> {
    setProblem('');
    try {
      await what();
    } catch (e) {
      setProblem(why(e));
    }
  }

  useEffect(() => {
    const read = () => void load().catch((e: unknown) => setProblem(why(e)));
    read();
    const unlisten = changesOf(user).listen(read);
    return () => {
      unlisten();
      looks.current++;
    };
  }, [user]);

  async function bringBack(one: Entry): Promise<void> {
    setSaid('');
    try {
      await restored(one, {});
    } catch (e) {
      if (isRefusal(e, 'NAME_TAKEN')) setOpen({ what: 'name', one });
      else if (isRefusal(e, 'FILE_DELETED', 'NOT_A_FOLDER')) setOpen({ what: 'place', one });
      else throw e;
    }
  }

  async function restored(one: Entry, elsewhere: { name?: string; parentId?: string }): Promise<void> {
    const { name } = await restore(one.fileId, elsewhere);
    setSaid(`“${name}” is back.`);
    await load();
  }

  async function purged(one: Entry): Promise<void> {
    await purge(one.fileId);
    setSaid(`“${one.name}” is gone for good. Its room is free in a moment.`);
    await load();
  }

  async function emptied(): Promise<void> {
    await emptyTrash();
    setSaid('The bin is emptied. Its room is free in a moment.');
    await load();
  }

  const all = bin?.entries ?? [];
  return (
    <>
      <div class="files-head">
        <h1>Bin</h1>
        {all.length > 0 && (
          <button type="button" onClick={() => setOpen({ what: 'empty' })}>
            Empty the bin
          </button>
        )}
      </div>
      <p class="quiet">What is deleted is kept for 30 days, and takes room until then or until it is deleted for good.</p>
      <p class="files-notice" role="status">
        {said}
      </p>
      {problem && (
        <p class="trouble" role="alert">
          {problem}
        </p>
      )}
      {!bin && !problem && (
        <p class="quiet" role="status">
          Loading
        </p>
      )}
      {bin && all.length === 0 && <p class="empty-word">Nothing in here.</p>}
      {all.length > 0 && (
        <ul class="entries" aria-label="In the bin">
          {all.map((one) => (
            <BinRow
              key={one.fileId}
              entry={one}
              onRestore={() => void tell(() => bringBack(one))}
              onPurge={() => setOpen({ what: 'purge', one })}
            />
          ))}
        </ul>
      )}
      {bin?.more && (
        <button
          type="button"
          onClick={() => {
            least.current = all.length + 1;
            void tell(load);
          }}
        >
          Show more
        </button>
      )}
      {open?.what === 'name' && (
        <NameDialog
          title="Its name is taken meanwhile. Restore it as"
          value={open.one.name}
          action="Restore"
          onDone={(name) => restored(open.one, { name })}
          onClose={() => setOpen(null)}
        />
      )}
      {open?.what === 'place' && (
        <MoveDialog
          entry={open.one}
          user={user}
          from="root"
          title={`Its folder is gone. Where to restore “${open.one.name}”?`}
          action="Restore here"
          onDone={(parentId) => restored(open.one, { parentId })}
          onClose={() => setOpen(null)}
        />
      )}
      {open?.what === 'purge' && (
        <ConfirmDialog
          title={`Delete “${open.one.name}” for good?`}
          words={
            open.one.kind === 'folder'
              ? 'All that is in it goes with it, every version. Nobody can bring it back.'
              : 'All its versions go with it. Nobody can bring it back.'
          }
          action="Delete for good"
          onDone={() => purged(open.one)}
          onClose={() => setOpen(null)}
        />
      )}
      {open?.what === 'empty' && (
        <ConfirmDialog
          title="Empty the bin?"
          words="All that is in it goes for good, also what isn’t shown here. Nobody can bring it back."
          action="Empty the bin"
          onDone={emptied}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  );
}

interface BinRowProps {
  entry: Entry;
  onRestore(): void;
  onPurge(): void;
}

function BinRow({ entry, onRestore, onPurge }: BinRowProps) {
  const { fileId, kind, name, fileSize, deletedAt, keptUntil } = entry;
  return (
    <li class="entry deleted" data-entry={fileId}>
      <KindIcon kind={kind} />
      <span class="entry-name">{name}</span>
      <span class="entry-about">
        {fileSize !== undefined && <span class="entry-size">{bytes(fileSize)}</span>}
        {keptUntil && (
          <time class="entry-time" dateTime={keptUntil} title={deletedAt && `Deleted ${shortDateTime(deletedAt)}`}>
            until {shortDate(keptUntil)}
          </time>
        )}
      </span>
      <span class="entry-acts">
        <button type="button" class="plain" aria-label={`Restore ${name}`} onClick={onRestore}>
          Restore
        </button>
        <button type="button" class="plain danger-words" aria-label={`Delete ${name} for good`} onClick={onPurge}>
          Delete
        </button>
      </span>
    </li>
  );
}
