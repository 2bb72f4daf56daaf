import { useEffect, useRef, useState } from 'preact/hooks';
import { Refused } from '../api/client';
import type { Entry } from '../api/types';
import { kept } from '../kept';
import { useObserved } from '../observed';
import { NotFound } from '../pages/NotFound';
import { Link } from '../router';
import { useTitle } from '../title';
import { changesOf } from './changes';
import { chosenIn } from './chosen';
import { Details } from './Details';
import { download } from './download';
import { useDrops } from './drops';
import { EntryList } from './EntryList';
import type { Doing } from './EntryRow';
import { Folder, folderHref, isRoot } from './folder';
import { MoveDialog } from './MoveDialog';
import { NameDialog } from './NameDialog';
import { outgoing } from './outgoing';
import { Sharing } from './Sharing';
import { why } from './reasons';
import { reread } from './reread';

type Open = { what: Exclude<Doing, 'download' | 'remove'>; entry: Entry } | { what: 'make' } | null;

export function FolderView({ user, folderId }: { user: string; folderId: string }) {
  const [folder] = useState(() => kept(`folder ${folderId} of ${user}`, () => new Folder(user, folderId)));
  const [open, setOpen] = useState<Open>(null);
  useObserved(folder);
  useTitle(folder.self?.name ?? 'Files');
  useNews(folder);

  const send = (files: Iterable<File>) => void outgoing.send(user, folderId, chosenIn(files));
  const hovering = useDrops(folder.writable, {
    files: (chosen, into) => void chosen.then((all) => outgoing.send(user, into ?? folderId, all)),
    entry: (entry, into, name) => void folder.tell(() => folder.move(entry, into, name)),
  });

  function onDo(what: Doing, entry: Entry): void {
    if (what === 'remove') {
      focusBeside(entry);
      void folder.remove(entry);
    } else if (what === 'download') {
      void folder.tell(() => download(entry.fileId));
    } else {
      setOpen({ what, entry });
    }
  }

  const { failure, self, isFile } = folder;
  if (!folder.loaded && failure instanceof Refused && failure.problem.status < 500) return <NotFound what="folder" />;
  const title = isRoot(folderId) ? 'Files' : (self?.name ?? '\u00a0');
  const close = () => setOpen(null);

  return (
    <>
      <Crumbs folder={folder} />
      <div class="files-head">
        <h1>{title}</h1>
        {folder.writable && <Actions onMake={() => setOpen({ what: 'make' })} onFiles={send} />}
      </div>
      <Notices folder={folder} />
      {failure !== null && (
        <div class="trouble" role="alert">
          <p>{why(failure)}</p>
          <button type="button" onClick={() => void folder.load()}>
            Try again
          </button>
        </div>
      )}
      {isFile ? (
        <Details fileId={folderId} user={user} inPage />
      ) : folder.loaded && folder.entries.length === 0 ? (
        <div class="empty files-empty">
          <p class="empty-word">Nothing in here.</p>
          {folder.writable && <p class="quiet">Drop files anywhere on this page, or choose some to upload.</p>}
        </div>
      ) : (
        <EntryList folder={folder} label={`In ${title}`} onDo={onDo} />
      )}
      {!folder.loaded && failure === null && (
        <p class="quiet" role="status">
          Loading
        </p>
      )}
      {hovering && (
        <div class="drop-frame" aria-hidden="true">
          <p>Drop to upload to {isRoot(folderId) ? 'Files' : `“${title}”`}</p>
        </div>
      )}
      {open?.what === 'make' && (
        <NameDialog title="New folder" value="" action="Make folder" onClose={close} onDone={(name) => folder.make(name)} />
      )}
      {open?.what === 'rename' && (
        <NameDialog
          title={`Rename “${open.entry.name}”`}
          value={open.entry.name}
          action="Rename"
          onClose={close}
          onDone={(name) => folder.rename(open.entry, name)}
        />
      )}
      {open?.what === 'move' && (
        <MoveDialog
          entry={open.entry}
          user={user}
          from={folderId}
          onClose={close}
          onDone={(to, name) => folder.move(open.entry, to, name)}
        />
      )}
      {open?.what === 'details' && <Details fileId={open.entry.fileId} user={user} onClose={close} />}
      {open?.what === 'share' && <Sharing entry={open.entry} onClose={close} />}
    </>
  );
}

/** Keeps the folder as it is on the server: by the change feed, and as uploads from here come in. */
function useNews(folder: Folder): void {
  const { user, folderId, isOwn } = folder;

  useEffect(() => {
    void folder.load();
    const seen = new Map<string, string>();
    return outgoing.watch(() => {
      for (const { target, fileId, state } of outgoing.of(user)) {
        if (target.folderId !== folderId || fileId === null || seen.get(fileId) === state) continue;
        seen.set(fileId, state);
        void folder.look(fileId);
      }
    });
  }, [folder]);

  useEffect(() => {
    const changes = changesOf(user);
    if (isOwn) return changes.listen((news) => void folder.hear(news));
    const unread = reread(() => void folder.load());
    const unlisten = changes.listen((news) => {
      if (news.some(({ type }) => type === 'share_received')) void folder.load();
    });
    return () => {
      unread();
      unlisten();
    };
  }, [folder, isOwn]);
}

function Crumbs({ folder }: { folder: Folder }) {
  const above = folder.path.slice(0, -1);
  if (isRoot(folder.folderId)) return null;
  return (
    <nav class="crumbs" aria-label="Folders above">
      {folder.isOwn ? (
        <span data-drop="root" data-drop-name="Files">
          <Link href="/files" class="crumb">
            Files
          </Link>
        </span>
      ) : (
        <Link href="/files?view=shared" class="crumb">
          Shared
        </Link>
      )}
      {above.map(({ fileId, name, permissions }) => (
        <span key={fileId} data-drop={permissions.includes('write') ? fileId : undefined} data-drop-name={`“${name}”`}>
          <Link href={folderHref(fileId)} class="crumb">
            {name}
          </Link>
        </span>
      ))}
    </nav>
  );
}

function Actions({ onMake, onFiles }: { onMake(): void; onFiles(files: Iterable<File>): void }) {
  return (
    <div class="files-actions">
      <button type="button" class="plain" onClick={onMake}>
        New folder
      </button>
      <Choose words="Upload folder" folder onFiles={onFiles} />
      <Choose words="Upload files" primary onFiles={onFiles} />
    </div>
  );
}

interface ChooseProps {
  words: string;
  primary?: boolean;
  folder?: boolean;
  onFiles(files: Iterable<File>): void;
}

function Choose({ words, primary, folder, onFiles }: ChooseProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class={primary ? 'primary' : 'plain'} onClick={() => input.current!.click()}>
        {words}
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={words}
        // Its types don't know the attribute that makes it ask for a folder.
        {...(folder ? { webkitdirectory: true } : {})}
        onChange={(e) => {
          onFiles([...(e.currentTarget.files ?? [])]);
          e.currentTarget.value = '';
        }}
      />
    </>
  );
}

function Notices({ folder }: { folder: Folder }) {
  const { notice, problem } = folder;
  return (
    <>
      <div class="files-notice" role="status">
        {notice && (
          <>
            <p>{notice.text}</p>
            {notice.undo && (
              <button type="button" onClick={notice.undo}>
                Undo
              </button>
            )}
            <button type="button" class="plain" onClick={() => folder.say(null)}>
              Close
            </button>
          </>
        )}
      </div>
      {problem && (
        <div class="trouble" role="alert">
          <p>{problem}</p>
          <button type="button" class="plain" onClick={() => folder.say(null)}>
            Close
          </button>
        </div>
      )}
    </>
  );
}

/** The row goes, and the keyboard with it, unless it goes on to the next. */
function focusBeside({ fileId }: Entry): void {
  const row = document.querySelector(`.entry[data-entry="${fileId}"]`);
  const beside = row?.nextElementSibling ?? row?.previousElementSibling;
  beside?.querySelector<HTMLElement>('.entry-name')?.focus({ preventScroll: true });
}
