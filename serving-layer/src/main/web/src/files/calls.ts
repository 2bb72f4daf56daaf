import { newKey, read, type Method } from '../api/client';
import { pauseUntilDecided, settled } from '../api/settled';
import type {
  ChangePage,
  Entry,
  EntryDetails,
  EntryPage,
  Permission,
  Share,
  SharePage,
  SignedPart,
  UploadStarted,
  UploadState,
  Usage,
  VersionPage,
} from '../api/types';
import { filesPositions } from './positions';

/** What one's own root folder is called in a call. */
export const ROOT = 'root';

/** Most changes of one answer. */
const CHANGES_SIZE = 1000;

function get<T>(path: string, query: Record<string, string | undefined> = {}): Promise<T> {
  const given = Object.entries(query).filter((one): one is [string, string] => one[1] !== undefined);
  return read<T>(given.length > 0 ? `${path}?${new URLSearchParams(given)}` : path, filesPositions.header());
}

function act<T>(method: Method, path: string, body?: unknown): Promise<T> {
  return settled<T>(filesPositions, method, path, newKey(), body);
}

/** What is written but not decided yet has no kind: it is asked for again. */
export async function entry(fileId: string, version?: number): Promise<EntryDetails> {
  for (let asked = 1; ; asked++) {
    const found = await get<EntryDetails | { kind?: undefined }>(`/files/${fileId}`, { version: version?.toString() });
    if (found.kind !== undefined) return found;
    await pauseUntilDecided(asked, fileId);
  }
}

export function children(folderId: string, cursor?: string): Promise<EntryPage> {
  return get<EntryPage>(`/folders/${folderId}/children`, { cursor });
}

export function makeFolder(name: string, parentId: string): Promise<Entry> {
  return act<Entry>('POST', '/folders', { name, parentId });
}

export function rename(fileId: string, name: string): Promise<Entry> {
  return act<Entry>('PATCH', `/files/${fileId}`, { name });
}

export function move(fileId: string, parentId: string): Promise<Entry> {
  return act<Entry>('PATCH', `/files/${fileId}`, { parentId });
}

export function remove(fileId: string): Promise<Entry> {
  return act<Entry>('DELETE', `/files/${fileId}`);
}

/** Where what is deleted comes back to, if not where it was. */
export interface Elsewhere {
  name?: string;
  parentId?: string;
}

export function restore(fileId: string, elsewhere: Elsewhere = {}): Promise<Entry> {
  return act<Entry>('POST', `/files/${fileId}/restore`, elsewhere);
}

/** What is in one's own bin, what was deleted last first. */
export function trash(cursor?: string): Promise<EntryPage> {
  return get<EntryPage>('/trash', { cursor });
}

/** Out of the bin, for good. */
export function purge(fileId: string): Promise<unknown> {
  return act<unknown>('DELETE', `/trash/${fileId}`);
}

export function emptyTrash(): Promise<unknown> {
  return act<unknown>('DELETE', '/trash');
}

export function versions(fileId: string, cursor?: string): Promise<VersionPage> {
  return get<VersionPage>(`/files/${fileId}/versions`, { cursor });
}

export function restoreVersion(fileId: string, version: number): Promise<Entry> {
  return act<Entry>('POST', `/files/${fileId}/restore`, { version });
}

/** An old one, for good. */
export function purgeVersion(fileId: string, version: number): Promise<Entry> {
  return act<Entry>('DELETE', `/files/${fileId}/versions/${version}`);
}

export function shares(cursor?: string): Promise<SharePage> {
  return get<SharePage>('/shares', { cursor });
}

export function share(fileId: string, userId: string, permissions: Permission[], expiresAt?: string): Promise<Share> {
  return act<Share>('POST', `/files/${fileId}/share`, { userId, permissions, expiresAt });
}

export function makeLink(fileId: string, expiresAt: string, password?: string): Promise<Share> {
  return act<Share>('POST', `/files/${fileId}/links`, { expiresAt, password });
}

export function endShare(shareId: string): Promise<unknown> {
  return act<unknown>('DELETE', `/shares/${shareId}`);
}

/** What a link leads to. */
export function openLink(token: string, password?: string): Promise<EntryDetails> {
  return act<EntryDetails>('POST', `/links/${token}`, { password });
}

export function usage(): Promise<Usage> {
  return get<Usage>('/usage');
}

export function changes(cursor?: string): Promise<ChangePage> {
  return get<ChangePage>('/changes', { cursor, pageSize: String(CHANGES_SIZE) });
}

/** What is to be sent: a file of its own, or with fileId a new version of one. */
export interface Wanted {
  fileName?: string;
  parentId?: string;
  fileId?: string;
  baseVersion?: number;
  fileSize: number;
  mimeType: string;
  contentHash?: string;
}

export function startUpload(wanted: Wanted): Promise<UploadStarted> {
  return act<UploadStarted>('POST', '/files', wanted);
}

export function upload(uploadId: string): Promise<UploadState> {
  return get<UploadState>(`/uploads/${uploadId}`);
}

export async function signPart(uploadId: string, number: number, size: number, sha256: string): Promise<SignedPart> {
  const parts = [{ number, size, sha256 }];
  return (await act<{ parts: SignedPart[] }>('POST', `/uploads/${uploadId}/parts`, { parts })).parts[0]!;
}

export function completeUpload(uploadId: string): Promise<unknown> {
  return act<unknown>('POST', `/uploads/${uploadId}/complete`);
}

export function cancelUpload(uploadId: string): Promise<unknown> {
  return act<unknown>('DELETE', `/uploads/${uploadId}`);
}
