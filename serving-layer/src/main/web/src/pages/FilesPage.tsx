import { useEffect } from 'preact/hooks';
import { session } from '../api/session';
import { BinView } from '../files/BinView';
import { changesOf } from '../files/changes';
import { FolderView } from '../files/FolderView';
import { outgoing } from '../files/outgoing';
import { SharedView } from '../files/SharedView';
import { Uploads } from '../files/Uploads';
import { UsageBar } from '../files/UsageBar';
import { useObserved } from '../observed';
import { Link, useRoute } from '../router';
import { SignInButtons } from '../shell/SignIn';
import { useTitle } from '../title';

export function FilesPage({ folderId }: { folderId: string }) {
  useObserved(session);
  const { user } = session;
  if (!session.current) return <div role="status" aria-label="Loading" />;
  if (!user) return <SignedOut />;
  return <Files key={user} user={user} folderId={folderId} />;
}

function SignedOut() {
  useTitle('Files');
  return (
    <div class="plain-page">
      <h1>Files</h1>
      <p>Files of any size, with every version you had of them. An upload that is interrupted goes on where it was.</p>
      <SignInButtons />
    </div>
  );
}

function Files({ user, folderId }: { user: string; folderId: string }) {
  const view = useRoute().query.get('view');
  const changes = changesOf(user);

  useEffect(() => {
    changes.start();
    void outgoing.recall(user);
    return () => changes.stop();
  }, [changes]);

  return (
    <div class="files">
      <div class="files-main">
        {view === 'shared' ? (
          <SharedView user={user} />
        ) : view === 'bin' ? (
          <BinView user={user} />
        ) : (
          <FolderView key={folderId} user={user} folderId={folderId} />
        )}
      </div>
      <aside class="files-side" aria-label="Places and room">
        <nav class="places" aria-label="Files">
          <Link href="/files" current={view === null}>
            Your files
          </Link>
          <Link href="/files?view=shared" current={view === 'shared'}>
            Shared
          </Link>
          <Link href="/files?view=bin" current={view === 'bin'}>
            Bin
          </Link>
        </nav>
        <UsageBar changes={changes} />
      </aside>
      <Uploads user={user} />
    </div>
  );
}
