import type { Entry, EntryDetails, FileChange } from '../api/types';
import { Observed } from '../observed';
import { children, entry, makeFolder, move, remove, rename, restore, ROOT } from './calls';
import { isRefusal, why } from './reasons';

/** A root folder's id ends so. */
const ROOT_ID = /\.0{32}$/;
/** What has no name in its folder, or not any more: as of a first upload that came to nothing. */
const UNLISTED: Entry['status'][] = ['PENDING', 'rejected', 'deleted'];
/** Most entries that are read unasked. */
const LOADED_MAX = 5000;
/** More changes than that, and the folder is read again. */
const LOOKED_AT_MAX = 30;

const byName = new Intl.Collator(undefined, { numeric: true });

export function isRoot(folderId: string): boolean {
  return folderId === ROOT || ROOT_ID.test(folderId);
}

export function folderHref(folderId: string): string {
  return isRoot(folderId) ? '/files' : `/files/${folderId}`;
}

/** Folders first, and then as people read names. */
function inOrder(entries: Iterable<Entry>): Entry[] {
  return [...entries].sort(
    (a, b) => Number(b.kind === 'folder') - Number(a.kind === 'folder') || byName.compare(a.name, b.name),
  );
}

/** What is said once, and what can be done about it. */
export interface Notice {
  text: string;
  undo?: () => void;
}

/** A folder, what is in it, and what is done there. */
export class Folder extends Observed {
  entries: readonly Entry[] = [];
  /** From the outermost that one may see to this one, without one's own root. */
  path: readonly EntryDetails[] = [];
  loaded = false;
  loading = false;
  /** It couldn't be read. */
  failure: unknown = null;
  notice: Notice | null = null;
  problem = '';
  private readonly byId = new Map<string, Entry>();
  private cursor: string | undefined;
  private wanted = LOADED_MAX;
  /** Counts readings of the folder; an earlier one is of no use. */
  private turn = 0;

  constructor(
    readonly user: string,
    readonly folderId: string,
  ) {
    super();
  }

  /** Itself; a root has nothing to say of itself. */
  get self(): EntryDetails | null {
    return this.path.at(-1) ?? null;
  }

  /** It isn't a folder at all. */
  get isFile(): boolean {
    return this.self?.kind === 'file';
  }

  get isOwn(): boolean {
    return this.self === null || this.self.ownerId === this.user;
  }

  get writable(): boolean {
    if (this.self === null) return isRoot(this.folderId);
    return !this.isFile && this.self.permissions.includes('write');
  }

  get hasMore(): boolean {
    return this.cursor !== undefined && !this.loading;
  }

  async load(): Promise<void> {
    const turn = ++this.turn;
    this.loading = true;
    this.changed();
    try {
      const [refusal] = await Promise.all([this.refusalOfEntries(turn), this.loadPath(turn)]);
      if (refusal && !this.isFile) throw refusal;
      if (this.turn === turn) this.failure = null;
      this.loaded = true;
    } catch (e) {
      if (this.turn === turn) this.failure = e;
    }
    if (this.turn !== turn) return;
    this.loading = false;
    this.changed();
  }

  /** What it is asked of may be a file: that has nothing in it. */
  private refusalOfEntries(turn: number): Promise<unknown> {
    return this.loadEntries(turn).then(
      () => null,
      (e: unknown) => {
        if (isRefusal(e, 'UNKNOWN_FILE')) return e;
        throw e;
      },
    );
  }

  async loadMore(): Promise<void> {
    this.wanted += LOADED_MAX;
    await this.load();
  }

  /** Shown page by page the first time; read again, it changes only once all is there. */
  private async loadEntries(turn: number): Promise<void> {
    const again = this.loaded;
    const read = new Map<string, Entry>();
    let cursor: string | undefined;
    do {
      const page = await children(this.folderId, cursor);
      if (this.turn !== turn) return;
      for (const one of page.items) read.set(one.fileId, one);
      cursor = page.nextCursor;
      if (!again) this.replace(read, cursor);
    } while (cursor !== undefined && read.size < this.wanted);
    this.replace(read, cursor);
  }

  private replace(read: Map<string, Entry>, cursor: string | undefined): void {
    this.byId.clear();
    for (const [id, one] of read) this.byId.set(id, one);
    this.cursor = cursor;
    this.loaded = true;
    this.order();
  }

  private order(): void {
    this.entries = inOrder(this.byId.values());
    this.changed();
  }

  private async loadPath(turn: number): Promise<void> {
    const path: EntryDetails[] = [];
    for (let id = this.folderId; !isRoot(id); id = path[0]!.parentId) {
      try {
        path.unshift(await entry(id));
      } catch (e) {
        // What is above what is shared isn't.
        if (path.length > 0 && isRefusal(e, 'UNKNOWN_FILE')) break;
        throw e;
      }
    }
    if (this.turn !== turn) return;
    this.path = path;
    this.changed();
  }

  /** Something has become of files and folders, some of them maybe here. */
  async hear(news: FileChange[]): Promise<void> {
    const onPath = new Set(this.path.map(({ fileId }) => fileId));
    const ids = new Set<string>();
    for (const { fileId, parentId } of news) {
      if (fileId && (onPath.has(fileId) || this.byId.has(fileId) || this.isHere(parentId))) ids.add(fileId);
    }
    if (ids.size > LOOKED_AT_MAX || [...ids].some((id) => onPath.has(id))) {
      await this.load();
    } else {
      await Promise.all([...ids].map((id) => this.look(id)));
    }
  }

  /** Reads one entry again. */
  async look(fileId: string): Promise<void> {
    try {
      this.put(await entry(fileId));
    } catch (e) {
      if (isRefusal(e, 'UNKNOWN_FILE')) this.drop(fileId);
    }
  }

  private isHere(parentId: string | undefined): boolean {
    return parentId === this.folderId || (this.folderId === ROOT && parentId !== undefined && ROOT_ID.test(parentId));
  }

  private put(one: Entry): void {
    if (!this.isHere(one.parentId) || UNLISTED.includes(one.status)) {
      this.drop(one.fileId);
      return;
    }
    this.byId.set(one.fileId, one);
    this.order();
  }

  private drop(fileId: string): void {
    if (this.byId.delete(fileId)) this.order();
  }

  async make(name: string): Promise<void> {
    this.put(await makeFolder(name, this.folderId));
  }

  async rename(one: Entry, name: string): Promise<void> {
    this.put(await rename(one.fileId, name));
  }

  async move(one: Entry, folderId: string, folderName: string): Promise<void> {
    this.put(await move(one.fileId, folderId));
    this.say({
      text: `“${one.name}” is now in ${folderName}.`,
      undo: () => void this.tell(async () => this.put(await move(one.fileId, one.parentId))),
    });
  }

  async remove(one: Entry): Promise<void> {
    await this.tell(async () => {
      await remove(one.fileId);
      this.drop(one.fileId);
      this.say({
        text: `“${one.name}” is in the bin.`,
        undo: () => void this.tell(async () => this.put(await restore(one.fileId))),
      });
    });
  }

  say(notice: Notice | null): void {
    this.notice = notice;
    this.problem = '';
    this.changed();
  }

  /** Does it, or says why not. */
  async tell(what: () => Promise<void>): Promise<void> {
    this.say(null);
    try {
      await what();
    } catch (e) {
      this.problem = why(e);
      this.changed();
    }
  }
}
