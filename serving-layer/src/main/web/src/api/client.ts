import type { Problem } from './types';

/** The server said no, and why; `problem.reason` is the stable name of it. */
export class Refused extends Error {
  constructor(
    readonly problem: Problem,
    readonly retryAfterSeconds: number | null,
  ) {
    super(`${problem.status} ${problem.reason}`);
  }
}

/** Nothing answered, although it was asked several times. */
export class Unreachable extends Error {}

const ATTEMPTS_MAX = 6;
const ATTEMPT_TIMEOUT_MS = 12_000;

let csrfToken: string | null = null;

export function useCsrfToken(token: string | null): void {
  csrfToken = token;
}

export type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A new key for one thing somebody wants to happen once. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

export interface Answer<T> {
  status: number;
  body: T;
  /** Where the change is on the log; a read that sends it back sees it. */
  position: string | null;
  location: string | null;
}

export async function read<T>(path: string, after?: string | null): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (after) headers['Millrace-Position'] = after;
  try {
    return (await persist<T>('GET', path, headers, undefined, 3)).body;
  } catch (e) {
    // The view is behind for longer than the server waits: an older answer is better than none.
    if (after && e instanceof Refused && e.problem.reason === 'NOT_YET_VISIBLE') return read<T>(path);
    throw e;
  }
}

/**
 * Changes something. The same key goes out with every attempt, so that an answer lost on the way is asked for again
 * and nothing happens twice.
 */
export function change<T>(
  method: Method,
  path: string,
  key: string,
  body?: unknown,
  onRetry?: () => void,
): Promise<Answer<T>> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Idempotency-Key': key };
  if (csrfToken) headers['X-CSRF-Token'] = csrfToken;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  return persist<T>(method, path, headers, body === undefined ? undefined : JSON.stringify(body), ATTEMPTS_MAX, onRetry);
}

async function persist<T>(
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string | undefined,
  attemptsMax: number,
  onRetry?: () => void,
): Promise<Answer<T>> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once<T>(method, path, headers, body);
    } catch (e) {
      if (attempt >= attemptsMax || !worthAnotherTry(e)) throw e;
      onRetry?.();
      const asked = e instanceof Refused ? e.retryAfterSeconds : null;
      const backoff = Math.min(4000, 300 * 2 ** (attempt - 1));
      await pause(asked === null ? backoff * (0.75 + Math.random() / 2) : Math.min(asked, 10) * 1000);
    }
  }
}

function worthAnotherTry(e: unknown): boolean {
  if (e instanceof Unreachable) return true;
  if (!(e instanceof Refused)) return false;
  const { status, reason } = e.problem;
  return status === 502 || status === 503 || status === 429 || reason === 'IN_PROGRESS';
}

async function once<T>(
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string | undefined,
): Promise<Answer<T>> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body ?? null,
      credentials: 'same-origin',
      signal: AbortSignal.timeout(ATTEMPT_TIMEOUT_MS),
    });
    const text = await response.text();
    const parsed = text ? parse(text) : null;
    if (!response.ok) {
      const problem = { reason: `HTTP_${response.status}`, ...(parsed as object), status: response.status } as Problem;
      const after = Number(response.headers.get('Retry-After') ?? NaN);
      throw new Refused(problem, Number.isFinite(after) ? after : null);
    }
    return {
      status: response.status,
      body: parsed as T,
      position: response.headers.get('Millrace-Position'),
      location: response.headers.get('Location'),
    };
  } catch (e) {
    if (e instanceof Refused) throw e;
    throw new Unreachable(String(e));
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
