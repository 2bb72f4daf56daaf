import { Refused } from '../api/client';

const TEXTS: Record<string, string> = {
  NAME_TAKEN: 'Something else there has that name.',
  NAME_INVALID: 'That can’t be a name: no slashes, and at most 255 bytes.',
  QUOTA_EXCEEDED: 'There isn’t enough room left for it.',
  FILE_TOO_LARGE: 'It is larger than 5 TiB.',
  UPLOADS_TOO_MANY: 'Too many uploads are open. Finish or cancel some first.',
  UPLOAD_ENDED: 'This upload has ended.',
  UNKNOWN_UPLOAD: 'This upload is no longer there.',
  PARTS_MISSING: 'Not all of it arrived. Try again to send the rest.',
  UNKNOWN_FILE: 'It is no longer there, or no longer shared with you.',
  UNKNOWN_VERSION: 'That version is no longer there.',
  FILE_DELETED: 'It, or a folder above it, was deleted.',
  NOT_DELETED: 'It isn’t deleted any more.',
  NOT_A_FILE: 'A folder there has that name.',
  NOT_A_FOLDER: 'A file there has that name.',
  CYCLE: 'A folder can’t go into itself.',
  OTHER_NAMESPACE: 'It can’t go to somebody else’s folder.',
  READ_ONLY: 'This is shared with you to read only.',
  NOT_YOURS: 'Only its owner can do that.',
  TREE_TOO_DEEP: 'Folders can’t be that deep.',
  UNKNOWN_USER: 'There is nobody with that id: the account is closed.',
  YOURSELF: 'It is yours already.',
  SHARES_TOO_MANY: 'It is shared too often. End some of its shares first.',
  UNKNOWN_SHARE: 'This share or link has ended.',
  NEWEST_VERSION: 'The newest version goes with its file only.',
  UPLOADS_OPEN: 'Something is being uploaded to it, which may build on that version. Wait for it, or cancel it.',
  EXPIRY_INVALID: 'It can’t end then: choose a time to come, within ten years.',
  LINK_EXPIRED: 'This link has expired.',
  LINK_LOCKED: 'Too many wrong passwords. Try again in a quarter of an hour.',
  PASSWORD_WRONG: 'That isn’t the password of this link.',
  DEVICE_REMOVED: 'This device was removed from your account.',
  CONTENT_STORE_UNAVAILABLE: 'Files can’t be sent or fetched just now. Try again in a moment.',
  TOO_MANY_REQUESTS: 'That was a lot in a short time. Wait a moment, then try again.',
  TOKEN_MISSING: 'You are signed out. Sign in again to go on.',
  TOKEN_EXPIRED: 'Your session has ended. Sign in again to go on.',
  TOKEN_INVALID: 'Your session is no longer valid. Sign in again to go on.',
  CSRF_TOKEN_WRONG: 'This page is older than your session. Reload it and try again.',
  ACCOUNT_CLOSED: 'Your account is closed.',
  HASH_MISMATCH: 'What arrived isn’t what was sent. Upload it again.',
  SIZE_MISMATCH: 'What arrived isn’t all of it. Upload it again.',
  CONTENT_MISSING: 'Nothing arrived. Upload it again.',
};

/** Something on this side of the network, said in words already. */
export class Trouble extends Error {}

export function inWords(reason: string): string {
  return TEXTS[reason] ?? `The server refused: ${reason}.`;
}

/** Why something didn't work and what to do about it, in words. */
export function why(e: unknown): string {
  if (e instanceof Trouble) return e.message;
  if (!(e instanceof Refused)) return 'No answer came, although we asked several times.';
  const { reason, status, detail, title } = e.problem;
  if (TEXTS[reason]) return TEXTS[reason];
  if (status >= 500) return 'The server can’t take it just now.';
  return `The server refused: ${detail ?? title ?? reason}.`;
}

export function isRefusal(e: unknown, ...reasons: string[]): e is Refused {
  return e instanceof Refused && reasons.includes(e.problem.reason);
}
