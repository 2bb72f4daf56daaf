import { pause } from '../api/client';
import type { Entry, UploadStarted, UploadState } from '../api/types';
import { Observed } from '../observed';
import { forget, lockOf, remember, type Begun } from './begun';
import { cancelUpload, completeUpload, entry, signPart, startUpload, upload, type Wanted } from './calls';
import { newsWithin } from './changes';
import { hashOf } from './hash';
import { inWords, isRefusal, Trouble, why } from './reasons';

/** Parts of one file on their way at once. */
const PARTS_AT_ONCE = 3;
const ATTEMPTS_MAX = 6;
/** What this window itself sent before has ended by then. */
const LOCKED_MS_MAX = 5000;
const RETRY_MS = 500;
const RETRY_MS_MAX = 10_000;
const ASK_MS = 1000;
const ASK_MS_MAX = 10_000;
/** Up to here a file is one part; a larger one's hash would need all of it in memory, so the server's has to do. */
const HASHED_BYTES_MAX = 16 << 20;

let begunHere = 0;

export type SendingState =
  | 'waiting'
  | 'sending'
  | 'paused'
  /** Begun before this page was loaded, and its file has to be chosen again. */
  | 'interrupted'
  | 'verifying'
  | 'done'
  | 'failed'
  | 'cancelled';

export interface Target {
  folderId: string;
  /** It is to be a new version of this. */
  over?: Entry;
}

/**
 * One file on its way to the bucket: in parts, several at once, each again until it is there. Whatever interrupts it,
 * only what isn't there is sent afterwards.
 */
export class Sending extends Observed {
  /** Tells it from all others of this page. */
  readonly key = ++begunHere;
  state: SendingState = 'waiting';
  problem = '';
  /** Somebody else had changed the same version: it became a file of its own. */
  copyName = '';
  isNewVersion = false;
  fileId: string | null = null;
  private uploadId: string | null = null;
  private readonly sentOf = new Map<number, number>();
  private ending = new AbortController();

  private constructor(
    readonly user: string,
    readonly target: Target,
    readonly name: string,
    readonly size: number,
    readonly lastModified: number,
    private file: File | null,
  ) {
    super();
    this.isNewVersion = target.over !== undefined;
  }

  static of(user: string, target: Target, file: File): Sending {
    return new Sending(user, target, file.name, file.size, file.lastModified, file);
  }

  /** One that an earlier page began. */
  static begun({ user, folderId, name, size, lastModified, uploadId, fileId }: Begun): Sending {
    const sending = new Sending(user, { folderId }, name, size, lastModified, null);
    sending.uploadId = uploadId;
    sending.fileId = fileId;
    sending.state = 'interrupted';
    return sending;
  }

  get sentBytes(): number {
    return [...this.sentOf.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  get isOver(): boolean {
    return this.state === 'done' || this.state === 'cancelled';
  }

  /** It keeps whoever leaves the page from losing something. */
  get isUnderWay(): boolean {
    return this.state === 'waiting' || this.state === 'sending';
  }

  isOf(file: File): boolean {
    return file.name === this.name && file.size === this.size && file.lastModified === this.lastModified;
  }

  /** Goes on with the file that was chosen again; says why if it is another. */
  choose(file: File): void {
    if (this.isOf(file)) {
      this.file = file;
      this.problem = '';
      this.become('waiting');
    } else {
      this.problem =
        file.name === this.name
          ? 'This file has changed since. Cancel this upload and begin anew.'
          : `That is “${file.name}”. Choose “${this.name}”.`;
      this.changed();
    }
  }

  /** Looks what became of it since the page that began it went away. */
  async recall(): Promise<void> {
    try {
      const state = await upload(this.uploadId!);
      if (state.status === 'open') this.noteParts(state);
      else await this.follow(state);
    } catch (e) {
      if (isRefusal(e, 'UNKNOWN_UPLOAD')) this.end('cancelled');
      else this.fail(e);
    }
    this.changed();
  }

  async run(): Promise<void> {
    this.problem = '';
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.become('sending');
    try {
      const begun = await this.goOn();
      if (this.wasCancelled()) await this.giveUp();
      signal.throwIfAborted();
      if (begun) {
        await this.alone(begun.uploadId, () => this.sendAll(begun, signal));
        signal.throwIfAborted();
        await completeUpload(begun.uploadId);
      }
      const state = await upload(this.uploadId!);
      if (!signal.aborted) await this.follow(state);
    } catch (e) {
      if (!signal.aborted) this.fail(e);
    }
  }

  pause(): void {
    this.ending.abort();
    this.become('paused');
  }

  /** Nothing of it is kept. */
  async cancel(): Promise<void> {
    this.ending.abort();
    this.become('cancelled');
    await this.giveUp();
  }

  private wasCancelled(): boolean {
    return this.state === 'cancelled';
  }

  private async giveUp(): Promise<void> {
    if (!this.uploadId) return;
    forget(this.uploadId);
    await cancelUpload(this.uploadId).catch(() => undefined);
  }

  wait(): void {
    this.become('waiting');
  }

  private become(state: SendingState): void {
    this.state = state;
    this.changed();
  }

  private end(state: SendingState): void {
    if (this.uploadId) forget(this.uploadId);
    this.become(state);
  }

  private fail(e: unknown): void {
    this.problem = why(e);
    this.become(this.file ? 'failed' : 'interrupted');
  }

  /** Two windows that send the same would only be in each other's way. */
  private alone(uploadId: string, what: () => Promise<void>): Promise<void> {
    let mine = false;
    const signal = AbortSignal.timeout(LOCKED_MS_MAX);
    const sent = navigator.locks.request(lockOf(uploadId), { signal }, async () => {
      mine = true;
      await what();
    });
    return sent.catch((e: unknown) => {
      throw mine ? e : new Trouble('It is being sent from another window.');
    });
  }

  /** What was begun before, or a new upload; nothing, if all of it was sent. */
  private async goOn(): Promise<UploadStarted | null> {
    if (this.uploadId) {
      const state = await upload(this.uploadId).catch((e: unknown) => {
        if (isRefusal(e, 'UNKNOWN_UPLOAD')) return null;
        throw e;
      });
      if (state?.status === 'open') {
        this.noteParts(state);
        return state;
      }
      if (state && state.status !== 'abandoned' && state.status !== 'rejected') return null;
      forget(this.uploadId);
      this.sentOf.clear();
    }
    const begun = await this.begin();
    this.uploadId = begun.uploadId;
    this.fileId = begun.fileId;
    const { user, name, size, lastModified } = this;
    const { folderId } = this.target;
    remember({ uploadId: begun.uploadId, fileId: begun.fileId, user, folderId, name, size, lastModified });
    return begun;
  }

  private noteParts({ parts, partSize, partCount }: UploadState): void {
    this.sentOf.clear();
    for (const { number, size } of parts) {
      const whole = number < partCount ? partSize : this.size - (partCount - 1) * partSize;
      if (size === whole) this.sentOf.set(number, size);
    }
    this.changed();
  }

  private async begin(): Promise<UploadStarted> {
    const { over, folderId } = this.target;
    const about: Omit<Wanted, 'fileName'> = {
      fileSize: this.size,
      mimeType: this.file!.type || 'application/octet-stream',
    };
    if (this.size <= HASHED_BYTES_MAX) about.contentHash = await hashOf(this.file!);
    if (over) return startUpload({ ...about, fileId: over.fileId, baseVersion: over.version ?? 0 });
    try {
      return await startUpload({ ...about, fileName: this.name, parentId: folderId });
    } catch (e) {
      const taken = isRefusal(e, 'NAME_TAKEN') ? e.problem.fileId : undefined;
      if (!taken) throw e;
      // A file of this name again is a new version of it: what was there stays, as an older one.
      const { version } = await entry(taken);
      const begun = await startUpload({ ...about, fileId: taken, baseVersion: version ?? 0 });
      this.isNewVersion = true;
      return begun;
    }
  }

  private async sendAll(begun: UploadStarted, signal: AbortSignal): Promise<void> {
    const left = Array.from({ length: begun.partCount }, (_, i) => i + 1).filter((number) => !this.sentOf.has(number));
    const one = async (): Promise<void> => {
      for (let number = left.shift(); number !== undefined; number = left.shift()) {
        await this.sendPart(begun, number, signal);
      }
    };
    await Promise.all(Array.from({ length: Math.min(PARTS_AT_ONCE, left.length) }, one));
  }

  /** Each attempt has leave of its own, as that is good for a quarter of an hour only. */
  private async sendPart(begun: UploadStarted, number: number, signal: AbortSignal): Promise<void> {
    const from = (number - 1) * begun.partSize;
    const part = this.file!.slice(from, Math.min(this.size, from + begun.partSize));
    const sha256 = await hashOf(part);
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted();
      const { url, headers } =
        attempt === 1 && begun.uploadUrl
          ? { url: begun.uploadUrl, headers: begun.uploadHeaders ?? {} }
          : await signPart(begun.uploadId, number, part.size, sha256);
      signal.throwIfAborted();
      if (await this.put(number, url, headers, part, signal)) return;
      this.sentOf.delete(number);
      this.changed();
      if (attempt === ATTEMPTS_MAX) throw new Trouble('The bytes didn’t get through. Try again to send the rest.');
      await pause(Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** attempt));
    }
  }

  /** By the one way of sending that tells how far it is. */
  private put(
    number: number,
    url: string,
    headers: Record<string, string>,
    part: Blob,
    signal: AbortSignal,
  ): Promise<boolean> {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      const abort = () => request.abort();
      signal.addEventListener('abort', abort);
      request.open('PUT', url);
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.upload.onprogress = ({ loaded }) => {
        this.sentOf.set(number, loaded);
        this.changed();
      };
      request.onloadend = () => {
        signal.removeEventListener('abort', abort);
        const taken = request.status === 200;
        if (taken) this.sentOf.set(number, part.size);
        this.changed();
        resolve(taken);
      };
      request.send(part);
    });
  }

  /** Until it is known what became of it. */
  private async follow(first: UploadState): Promise<void> {
    let state = first;
    this.become('verifying');
    for (let asked = 0; state.status === 'verifying' || state.status === 'PENDING'; asked++) {
      const { uploadId } = state;
      await newsWithin(Math.min(ASK_MS_MAX, ASK_MS * 1.5 ** asked), this.user, (news) => news.uploadId === uploadId);
      if (this.state !== 'verifying') return;
      state = await upload(state.uploadId).catch(() => state);
    }
    if (state.status === 'conflict') {
      this.copyName = await entry(state.conflictFileId!).then(
        ({ name }) => name,
        () => 'a copy',
      );
    }
    if (state.status === 'rejected') {
      this.problem = inWords(state.reason ?? '');
      this.end('failed');
    } else {
      this.end(state.status === 'abandoned' ? 'cancelled' : 'done');
    }
  }
}
