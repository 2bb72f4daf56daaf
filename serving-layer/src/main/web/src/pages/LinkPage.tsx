import { useEffect, useState } from 'preact/hooks';
import { session } from '../api/session';
import type { EntryDetails } from '../api/types';
import { openLink } from '../files/calls';
import { NO_DOWNLOAD } from '../files/download';
import { KindIcon } from '../files/Icons';
import { isRefusal, why } from '../files/reasons';
import { bytes, shortDate } from '../format';
import { useObserved } from '../observed';
import { SignInButtons } from '../shell/SignIn';
import { useTitle } from '../title';

const PASSWORD_CHARS_MAX = 128;

/** What somebody gave a link to. */
export function LinkPage({ token }: { token: string }) {
  useTitle('Shared with you');
  useObserved(session);
  if (!session.current) return <div role="status" aria-label="Loading" />;
  if (session.user) return <Opened key={session.user} token={token} />;
  return (
    <div class="plain-page">
      <h1>Shared with you</h1>
      <p>Sign in to see what this link leads to.</p>
      <SignInButtons />
    </div>
  );
}

function Opened({ token }: { token: string }) {
  const [entry, setEntry] = useState<EntryDetails | null>(null);
  const [needsPassword, setNeedsPassword] = useState(false);
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState('');

  async function open(): Promise<void> {
    setProblem('');
    try {
      setEntry(await openLink(token, password || undefined));
    } catch (e) {
      const asks = isRefusal(e, 'PASSWORD_WRONG');
      setNeedsPassword(needsPassword || asks);
      setProblem(asks && password === '' ? '' : why(e));
    }
  }

  useEffect(() => void open(), [token]);

  return (
    <div class="plain-page">
      <h1>{entry?.name ?? 'Shared with you'}</h1>
      {entry && (
        <p class="link-what">
          <KindIcon kind={entry.kind} />
          {entry.kind === 'folder' ? 'A folder' : entry.fileSize !== undefined ? bytes(entry.fileSize) : 'A file'}, changed{' '}
          {shortDate(entry.changedAt)}
        </p>
      )}
      {entry?.downloadUrl && (
        <a href={entry.downloadUrl} class="primary button">
          Download
        </a>
      )}
      {entry && !entry.downloadUrl && (
        <>
          <button type="button" class="primary" disabled aria-describedby="no-download">
            Download
          </button>
          <p id="no-download" class="quiet">
            {entry.kind === 'folder' ? 'A folder can’t be fetched as a whole.' : NO_DOWNLOAD}
          </p>
        </>
      )}
      {!entry && needsPassword && (
        <form
          class="link-form"
          onSubmit={(e) => {
            e.preventDefault();
            void open();
          }}
        >
          <label for="link-password">This link has a password.</label>
          <input
            id="link-password"
            class="text-input"
            type="password"
            value={password}
            maxLength={PASSWORD_CHARS_MAX}
            autocomplete="off"
            onInput={(e) => setPassword(e.currentTarget.value)}
          />
          <button type="submit" class="primary" disabled={password === ''}>
            Open
          </button>
        </form>
      )}
      {problem && (
        <p class="problem-words" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
