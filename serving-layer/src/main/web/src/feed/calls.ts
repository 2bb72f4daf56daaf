import { read, type Method } from '../api/client';
import { settled as settledIn } from '../api/settled';
import type { Arrivals, FeedPage, PeoplePage, Person, PostPage } from '../api/types';
import { feedPositions } from './positions';

/** Most characters of one post. */
export const CONTENT_CHARS_MAX = 5000;

const PAGE_SIZE = 20;

function user(id: string): string {
  return `/users/${encodeURIComponent(id)}`;
}

function page(path: string, cursor: string | undefined, pageSize = PAGE_SIZE): string {
  const query = new URLSearchParams({ pageSize: String(pageSize) });
  if (cursor !== undefined) query.set('cursor', cursor);
  return `${path}?${query}`;
}

export function feedPage(cursor?: string, pageSize?: number): Promise<FeedPage> {
  return read<FeedPage>(page('/feed', cursor, pageSize), feedPositions.header());
}

export function arrivals(since: string): Promise<Arrivals> {
  return read<Arrivals>(`/feed?${new URLSearchParams({ pageSize: '100', since })}`, feedPositions.header());
}

export function postsOf(userId: string, cursor?: string): Promise<PostPage> {
  return read<PostPage>(page(`${user(userId)}/posts`, cursor), feedPositions.header());
}

export function person(userId: string): Promise<Person> {
  return read<Person>(user(userId), feedPositions.header());
}

export function people(userId: string, which: 'followers' | 'following', cursor?: string): Promise<PeoplePage> {
  return read<PeoplePage>(page(`${user(userId)}/${which}`, cursor), feedPositions.header());
}

interface PostDone {
  postId: string;
  createdAt: string;
  updatedAt?: string;
}

export function create(content: string, key: string): Promise<PostDone> {
  return settled<PostDone>('POST', '/posts', key, { content });
}

export function edit(postId: string, content: string, key: string): Promise<PostDone> {
  return settled<PostDone>('PUT', `/posts/${postId}`, key, { content });
}

export function remove(postId: string, key: string): Promise<PostDone> {
  return settled<PostDone>('DELETE', `/posts/${postId}`, key);
}

/** What one can be to somebody else. */
export type Tie = 'followedByMe' | 'blockedByMe' | 'mutedByMe';

export function setTie(tie: Tie, me: string, whom: string, on: boolean, key: string): Promise<unknown> {
  if (tie === 'followedByMe') {
    const path = `${user(whom)}/followers`;
    return on ? settled('PUT', path, key, {}) : settled('DELETE', `${path}/${encodeURIComponent(me)}`, key);
  }
  const path = `${user(me)}/${tie === 'blockedByMe' ? 'blocks' : 'mutes'}`;
  return on ? settled('PUT', path, key, { userId: whom }) : settled('DELETE', `${path}/${encodeURIComponent(whom)}`, key);
}

function settled<T>(method: Method, path: string, key: string, body?: unknown): Promise<T> {
  return settledIn<T>(feedPositions, method, path, key, body);
}
