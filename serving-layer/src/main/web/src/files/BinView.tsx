import { useEffect, useState } from 'preact/hooks';
import type { EntryDetails } from '../api/types';
import { bytes, shortDate, shortDateTime } from '../format';
import { useObserved } from '../observed';
import { useTitle } from '../title';
import { entry, restore } from './calls';
import { changesOf, type Deleted } from './changes';
import { KindIcon } from './Icons';
import { MoveDialog } from './MoveDialog';
import { NameDialog } from './NameDialog';
import { isRefusal, why } from './reasons';

const SHOWN_STEP = 50;

type Open = { what: 'name' | 'place'; one: EntryDetails } | null;

/** What was deleted and can be had back, newest first. */
export function BinView({ user }: { user: string }) {
  useTitle('Bin');
  const changes = useObserved(changesOf(user));
  const [shown, setShown] = useState(SHOWN_STEP);
  const [open, setOpen] = useState<Open>(null);
  const [said, setSaid] = useState('');
  const [problem, setProblem] = useState('');
  const all = [...changes.deleted.values()].reverse();

  useEffect(() => changes.look(), [changes]);

  async function bringBack(one: EntryDetails): Promise<void> {
    setProblem('');
    setSaid('');
    try {
      await restored(one, {});
    } catch (e) {
      if (isRefusal(e, 'NAME_TAKEN')) setOpen({ what: 'name', one });
      else if (isRefusal(e, 'FILE_DELETED', 'NOT_A_FOLDER')) setOpen({ what: 'place', one });
      else setProblem(why(e));
    }
  }

  async function restored(one: EntryDetails, elsewhere: { name?: string; parentId?: string }): Promise<void> {
    const { name } = await restore(one.fileId, elsewhere);
    changes.deleted.delete(one.fileId);
    setSaid(`“${name}” is back.`);
  }

  return (
    <>
      <div class="files-head">
        <h1>Bin</h1>
      </div>
      <p class="quiet">What is deleted is kept for 30 days, and takes room until then.</p>
      <p class="files-notice" role="status">
        {said}
      </p>
      {problem && (
        <p class="trouble" role="alert">
          {problem}
        </p>
      )}
      {!changes.caughtUp && (
        <p class="quiet" role="status">
          Loading
        </p>
      )}
      {changes.caughtUp && all.length === 0 && <p class="empty-word">Nothing in here.</p>}
      {changes.forgotten && <p class="quiet">There is more than this page can tell of: only what was deleted lately is shown.</p>}
      {all.length > 0 && (
        <ul class="entries" aria-label="In the bin">
          {all.slice(0, shown).map((one) => (
            <BinRow key={one.fileId} deleted={one} onRestore={(details) => void bringBack(details)} />
          ))}
        </ul>
      )}
      {all.length > shown && (
        <button type="button" onClick={() => setShown(shown + SHOWN_STEP)}>
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
    </>
  );
}

interface BinRowProps {
  deleted: Deleted;
  onRestore(details: EntryDetails): void;
}

function BinRow({ deleted, onRestore }: BinRowProps) {
  const [details, setDetails] = useState<EntryDetails | null>(null);
  const [gone, setGone] = useState(false);

  useEffect(() => {
    void entry(deleted.fileId).then(
      (one) => (one.status === 'deleted' ? setDetails(one) : setGone(true)),
      (e: unknown) => isRefusal(e, 'UNKNOWN_FILE') && setGone(true),
    );
  }, [deleted.at]);

  if (gone) return null;
  return (
    <li class="entry deleted" data-entry={deleted.fileId}>
      <KindIcon kind={deleted.kind} />
      <span class="entry-name">{deleted.name}</span>
      <span class="entry-about">
        {details?.fileSize !== undefined && <span class="entry-size">{bytes(details.fileSize)}</span>}
        <time class="entry-time" dateTime={deleted.at} title={shortDateTime(deleted.at)}>
          {details?.keptUntil && `until ${shortDate(details.keptUntil)}`}
        </time>
      </span>
      <button
        type="button"
        class="plain"
        disabled={!details}
        aria-label={`Restore ${deleted.name}`}
        onClick={() => onRestore(details!)}
      >
        Restore
      </button>
    </li>
  );
}
