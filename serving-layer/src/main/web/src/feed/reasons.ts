import { Refused } from '../api/client';

const TEXTS: Record<string, string> = {
  POST_DELETED: 'This post was deleted in the meantime.',
  UNKNOWN_POST: 'This post is no longer there.',
  NOT_YOURS: 'This post isn’t yours.',
  UNKNOWN_USER: 'This account is closed.',
  TOO_MANY_REQUESTS: 'That was a lot in a short time. Wait a moment, then try again.',
  TOKEN_MISSING: 'You are signed out. Sign in again to go on.',
  TOKEN_EXPIRED: 'Your session has ended. Sign in again to go on.',
  TOKEN_INVALID: 'Your session is no longer valid. Sign in again to go on.',
  CSRF_TOKEN_WRONG: 'This page is older than your session. Reload it and try again.',
  ACCOUNT_CLOSED: 'Your account is closed.',
};

/** Why something didn't work and what to do about it, in words. */
export function why(e: unknown): string {
  if (!(e instanceof Refused)) return 'No answer came, although we asked several times.';
  const { reason, status, detail, title } = e.problem;
  if (TEXTS[reason]) return TEXTS[reason];
  if (status >= 500) return 'The server can’t take it just now.';
  return `The server refused: ${detail ?? title ?? reason}.`;
}
