import { useEffect, useState } from 'preact/hooks';
import type { Entry } from '../api/types';
import { useObserved } from '../observed';
import { useAttempt } from './attempt';
import { Dialog } from './Dialog';
import { Folder, isRoot } from './folder';
import { FolderIcon } from './Icons';
import { why } from './reasons';

interface MoveDialogProps {
  entry: Entry;
  user: string;
  from: string;
  title?: string;
  action?: string;
  onDone(folderId: string, folderName: string): Promise<void>;
  onClose(): void;
}

/** Walks through folders until the right one is reached. */
export function MoveDialog({ entry, user, from, title, action = 'Move here', onDone, onClose }: MoveDialogProps) {
  const [folder, setFolder] = useState(() => new Folder(user, from));
  const { busy, problem, attempt } = useAttempt(onClose);
  useObserved(folder);
  useEffect(() => void folder.load(), [folder]);

  const go = (folderId: string) => setFolder(new Folder(user, folderId));
  const folders = folder.entries.filter(({ kind, fileId }) => kind === 'folder' && fileId !== entry.fileId);
  const isSame = entry.status !== 'deleted' && isIn(entry, folder.folderId);

  const done = () =>
    attempt(() => onDone(folder.folderId, isRoot(folder.folderId) ? 'Files' : `“${folder.self!.name}”`));

  return (
    <Dialog title={title ?? `Move “${entry.name}”`} onClose={onClose}>
      <nav class="crumbs" aria-label="Where to">
        {folder.isOwn && (
          <button type="button" class="crumb" onClick={() => go('root')}>
            Files
          </button>
        )}
        {folder.path.map(({ fileId, name }) => (
          <button key={fileId} type="button" class="crumb" onClick={() => go(fileId)}>
            {name}
          </button>
        ))}
      </nav>
      <ul class="move-list" aria-label="Folders here" aria-busy={folder.loading}>
        {folders.map(({ fileId, name }) => (
          <li key={fileId}>
            <button type="button" class="plain" onClick={() => go(fileId)}>
              <FolderIcon />
              <span class="cut">{name}</span>
            </button>
          </li>
        ))}
        {folder.loaded && folders.length === 0 && <li class="quiet">No folders in here.</li>}
      </ul>
      {(problem || folder.failure !== null) && (
        <p class="problem-words" role="alert">
          {problem || why(folder.failure)}
        </p>
      )}
      <div class="dialog-foot">
        <button type="button" class="plain" onClick={onClose}>
          Cancel
        </button>
        <button
          type="button"
          class="primary"
          disabled={busy || !folder.loaded || folder.loading || isSame}
          onClick={() => void done()}
        >
          {action}
        </button>
      </div>
    </Dialog>
  );
}

function isIn({ parentId }: Entry, folderId: string): boolean {
  return parentId === folderId || (isRoot(folderId) && isRoot(parentId));
}
