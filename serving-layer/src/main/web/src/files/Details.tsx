import { useEffect, useRef, useState } from 'preact/hooks';
import type { EntryDetails, FileVersion } from '../api/types';
import { bytes, shortDateTime } from '../format';
import { entry, purgeVersion, restoreVersion, versions } from './calls';
import { changesOf } from './changes';
import { ConfirmDialog } from './ConfirmDialog';
import { Dialog } from './Dialog';
import { download, NO_DOWNLOAD } from './download';
import { outgoing } from './outgoing';
import { why } from './reasons';

interface DetailsProps {
  fileId: string;
  user: string;
  /** It is the whole page, and not a dialog over one. */
  inPage?: boolean;
  onClose?: () => void;
}

/** A file, its versions, and what can be done with them. */
export function Details({ fileId, user, inPage, onClose }: DetailsProps) {
  const [file, setFile] = useState<EntryDetails | null>(null);
  const [list, setList] = useState<FileVersion[] | null>(null);
  const [next, setNext] = useState<string | undefined>();
  const [problem, setProblem] = useState('');
  const [said, setSaid] = useState('');
  /** The version that is asked about. */
  const [purging, setPurging] = useState<number | null>(null);

  async function tell(what: () => Promise<void>): Promise<void> {
    setProblem('');
    try {
      await what();
    } catch (e) {
      setProblem(why(e));
    }
  }

  async function load(): Promise<void> {
    const [now, page] = await Promise.all([entry(fileId), versions(fileId)]);
    setFile(now);
    setList(page.items);
    setNext(page.nextCursor);
  }

  async function more(): Promise<void> {
    const page = await versions(fileId, next);
    setList([...(list ?? []), ...page.items]);
    setNext(page.nextCursor);
  }

  useEffect(() => {
    void tell(load);
    return changesOf(user).listen((news) => {
      if (news.some((change) => change.fileId === fileId)) void tell(load);
    });
  }, [fileId]);

  const body = (
    <>
      {file && (
        <dl class="facts">
          <Fact name="Owner" value={file.ownerId === user ? 'You' : file.ownerId} />
          <Fact name="Changed" value={shortDateTime(file.changedAt)} />
          {file.fileSize !== undefined && <Fact name="Size" value={bytes(file.fileSize)} />}
          {file.mimeType && <Fact name="Kind" value={file.mimeType} />}
        </dl>
      )}
      {file && (
        <div class="details-actions">
          <button
            type="button"
            class="primary"
            disabled={!file.downloadUrl}
            aria-describedby={file.downloadUrl ? undefined : 'no-download'}
            onClick={() => void tell(() => download(fileId))}
          >
            Download
          </button>
          {file.permissions.includes('write') && <NewVersion file={file} user={user} onSent={onClose} />}
        </div>
      )}
      {file && !file.downloadUrl && (
        <p id="no-download" class="quiet">
          {file.version === undefined ? 'There is nothing to fetch yet: its content hasn’t been checked.' : NO_DOWNLOAD}
        </p>
      )}
      {problem && (
        <p class="problem-words" role="alert">
          {problem}
        </p>
      )}
      <h3 class="details-title">Versions</h3>
      <ol class="versions">
        {list?.map((version) => (
          <Version
            key={version.version}
            version={version}
            isNewest={version.version === file?.version}
            onDownload={file?.downloadUrl ? () => void tell(() => download(fileId, version.version)) : undefined}
            onRestore={
              file?.permissions.includes('write')
                ? () =>
                    void tell(async () => {
                      await restoreVersion(fileId, version.version);
                      await load();
                      setSaid(`What version ${version.version} was is the newest again.`);
                    })
                : undefined
            }
            onPurge={file?.ownerId === user ? () => setPurging(version.version) : undefined}
          />
        ))}
      </ol>
      <p class="quiet" role="status">
        {said || (list?.length === 0 ? 'None yet.' : '')}
      </p>
      {next && (
        <button type="button" onClick={() => void tell(more)}>
          Show more
        </button>
      )}
      {purging !== null && (
        <ConfirmDialog
          title={`Delete version ${purging} for good?`}
          words="Nobody can fetch it or bring it back. The other versions stay."
          action="Delete for good"
          onDone={async () => {
            await purgeVersion(fileId, purging);
            await load();
            setSaid(`Version ${purging} is gone for good.`);
          }}
          onClose={() => setPurging(null)}
        />
      )}
    </>
  );
  if (inPage) return <div class="details">{body}</div>;
  return (
    <Dialog title={file?.name ?? ''} wide onClose={onClose!}>
      {body}
    </Dialog>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

interface VersionProps {
  version: FileVersion;
  isNewest: boolean;
  onDownload?: () => void;
  onRestore?: () => void;
  onPurge?: () => void;
}

function Version({ version, isNewest, onDownload, onRestore, onPurge }: VersionProps) {
  const { version: number, createdBy, createdAt, deviceId, fileSize, restoredVersion } = version;
  return (
    <li class="version">
      <span class="version-number">{number}</span>
      <span class="version-words">
        <span>
          {shortDateTime(createdAt)}
          {isNewest && <span class="version-newest">Newest</span>}
        </span>
        <span class="quiet">
          {createdBy}
          {deviceId && ` on ${deviceId}`}, {bytes(fileSize)}
          {restoredVersion !== undefined && `, as version ${restoredVersion} was`}
        </span>
      </span>
      {onDownload && !isNewest && (
        <button type="button" class="plain" aria-label={`Download version ${number}`} onClick={onDownload}>
          Download
        </button>
      )}
      {onRestore && !isNewest && (
        <button type="button" class="plain" aria-label={`Restore version ${number}`} onClick={onRestore}>
          Restore
        </button>
      )}
      {onPurge && !isNewest && (
        <button type="button" class="plain danger-words" aria-label={`Delete version ${number} for good`} onClick={onPurge}>
          Delete
        </button>
      )}
    </li>
  );
}

function NewVersion({ file, user, onSent }: { file: EntryDetails; user: string; onSent?: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" onClick={() => input.current!.click()}>
        Upload a new version
      </button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label="Upload a new version"
        onChange={(e) => {
          const chosen = e.currentTarget.files?.[0];
          if (!chosen) return;
          outgoing.sendVersion(user, file, chosen);
          onSent?.();
        }}
      />
    </>
  );
}
