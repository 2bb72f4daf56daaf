import { session } from '../api/session';
import type { Entry } from '../api/types';
import { Observed } from '../observed';
import { begunBy, heldLocks, lockOf } from './begun';
import { makeFolder } from './calls';
import type { Chosen } from './chosen';
import { isRefusal, why } from './reasons';
import { Sending } from './sending';

/** Files on their way at once; the others wait. */
const FILES_AT_ONCE = 2;

/** All files on their way from this window, whichever folder is looked at. */
class Outgoing extends Observed {
  all: readonly Sending[] = [];
  problem = '';
  private recalled: string | null = null;

  of(user: string): Sending[] {
    return this.all.filter((one) => one.user === user && one.state !== 'cancelled');
  }

  /** Files into a folder, with the folders they come in. */
  async send(user: string, folderId: string, chosen: Chosen[]): Promise<void> {
    this.problem = '';
    const folders = new Map<string, Promise<string>>();
    for (const { path, file } of chosen) {
      try {
        this.add(user, await folderAt(path, folderId, folders), file);
      } catch (e) {
        this.problem = `“${[...path, file.name].join('/')}” wasn’t sent. ${why(e)}`;
      }
    }
    this.changed();
  }

  sendVersion(user: string, over: Entry, file: File): void {
    this.take(Sending.of(user, { folderId: over.parentId, over }, file));
    this.next();
  }

  private add(user: string, folderId: string, file: File): void {
    const before = this.of(user).find(
      (one) => one.state === 'interrupted' && one.target.folderId === folderId && one.isOf(file),
    );
    if (before) before.choose(file);
    else this.take(Sending.of(user, { folderId }, file));
    this.next();
  }

  private take(sending: Sending): void {
    sending.watch(() => {
      this.changed();
      this.next();
    });
    this.all = [...this.all, sending];
    this.changed();
  }

  /** What earlier pages of this browser began, and no window is sending. */
  async recall(user: string): Promise<void> {
    if (this.recalled === user) return;
    this.recalled = user;
    const held = await heldLocks();
    for (const begun of begunBy(user)) {
      if (held.has(lockOf(begun.uploadId))) continue;
      const sending = Sending.begun(begun);
      this.take(sending);
      void sending.recall();
    }
  }

  /** No longer shown. */
  dismiss(...these: Sending[]): void {
    this.all = this.all.filter((one) => !these.includes(one));
    this.changed();
  }

  private next(): void {
    const busy = this.all.filter((one) => one.state === 'sending').length;
    const waiting = this.all.filter((one) => one.state === 'waiting' && one.user === session.user);
    // One that begins is heard of here again, before the next of these.
    for (const one of waiting.slice(0, Math.max(0, FILES_AT_ONCE - busy))) if (one.state === 'waiting') void one.run();
  }
}

async function folderAt(path: string[], root: string, known: Map<string, Promise<string>>): Promise<string> {
  let at = Promise.resolve(root);
  for (let depth = 1; depth <= path.length; depth++) {
    const key = path.slice(0, depth).join('/');
    const parent = at;
    if (!known.has(key)) known.set(key, parent.then((parentId) => folderNamed(path[depth - 1]!, parentId)));
    at = known.get(key)!;
  }
  return at;
}

async function folderNamed(name: string, parentId: string): Promise<string> {
  try {
    return (await makeFolder(name, parentId)).fileId;
  } catch (e) {
    if (isRefusal(e, 'NAME_TAKEN') && e.problem.fileId) return e.problem.fileId;
    throw e;
  }
}

export const outgoing = new Outgoing();

addEventListener('beforeunload', (e) => {
  if (outgoing.all.some((one) => one.isUnderWay)) e.preventDefault();
});
