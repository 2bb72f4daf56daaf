import { newKey, Refused, Unreachable } from '../api/client';
import type { Post, PostPage } from '../api/types';
import { Observed } from '../observed';
import { edit, remove } from './calls';
import { why } from './reasons';

/** A post on the screen, and what is being done to it. */
export interface Shown {
  readonly post: Post;
  /** Stays the same while a new post gets its id. */
  readonly key: string;
  readonly doing?: 'posting' | 'saving';
  /** Why the last thing tried didn't work. */
  readonly problem?: string;
  /** An edit that wasn't taken, kept for another try. */
  readonly draft?: string;
}

/** Posts newest first, read page by page; one's own can be changed in place. */
export class Posts extends Observed {
  shown: readonly Shown[] = [];
  /** The first page is there. */
  loaded = false;
  loading = false;
  problem = '';
  /** How many have been deleted from here. */
  removed = 0;
  protected cursor: string | undefined;
  /** Deleted is for good: a page read before it may still bring the post. */
  protected readonly gone = new Set<string>();
  /** Kept until an answer has come, so that trying again means the same call. */
  private readonly keys = new Map<string, string>();

  constructor(private readonly page: (cursor?: string) => Promise<PostPage>) {
    super();
  }

  get hasOlder(): boolean {
    return this.loaded && this.cursor !== undefined;
  }

  async loadFirst(): Promise<void> {
    await this.load(undefined);
  }

  async loadOlder(): Promise<void> {
    if (this.hasOlder) await this.load(this.cursor);
  }

  private async load(cursor: string | undefined): Promise<void> {
    if (this.loading) return;
    this.loading = true;
    this.problem = '';
    this.changed();
    try {
      const page = await this.page(cursor);
      this.took(page, cursor === undefined);
      this.add(page.items);
      this.cursor = page.nextCursor;
      this.loaded = true;
    } catch (e) {
      this.problem = why(e);
    }
    this.loading = false;
    this.changed();
  }

  /** More than the posts may be of use in a page. */
  protected took(_page: PostPage, _first: boolean): void {}

  /** What belongs into the list; order and doubles are seen to here. */
  protected add(posts: Post[]): void {
    const known = new Map(this.shown.map((shown) => [shown.post.postId, shown]));
    for (const post of posts) {
      if (this.gone.has(post.postId)) continue;
      const before = known.get(post.postId);
      known.set(post.postId, before ? { ...before, post: newer(before.post, post) } : { post, key: post.postId });
    }
    this.show([...known.values()]);
  }

  protected show(shown: Shown[]): void {
    this.shown = shown.sort((a, b) => (a.post.postId < b.post.postId ? 1 : -1));
  }

  protected drop(isGone: (post: Post) => boolean): void {
    this.shown = this.shown.filter(({ post }) => !isGone(post));
  }

  protected put(postId: string, part: Partial<Shown>): void {
    this.shown = this.shown.map((shown) => (shown.post.postId === postId ? { ...shown, ...part } : shown));
    this.changed();
  }

  /** Shows the new text at once; if it isn't taken the old one is back, and the new one a draft. */
  async edit({ post }: Shown, content: string): Promise<void> {
    const { postId } = post;
    this.put(postId, { post: { ...post, content }, doing: 'saving', problem: undefined, draft: undefined });
    try {
      const done = await this.once(`edit ${postId} ${content}`, (key) => edit(postId, content, key));
      this.put(postId, { post: { ...post, content, updatedAt: done.updatedAt ?? done.createdAt }, doing: undefined });
    } catch (e) {
      if (this.vanished(e, postId)) return;
      this.put(postId, { post, doing: undefined, problem: `Not changed. ${why(e)}`, draft: content });
    }
  }

  /** Takes it away at once; if that isn't taken it is back where it was. */
  async remove(shown: Shown): Promise<void> {
    const { postId } = shown.post;
    this.drop((post) => post.postId === postId);
    this.changed();
    try {
      await this.once(`delete ${postId}`, (key) => remove(postId, key));
      this.gone.add(postId);
      this.removed++;
      this.changed();
    } catch (e) {
      if (this.vanished(e, postId)) return;
      this.show([...this.shown, { ...shown, problem: `Not deleted. ${why(e)}` }]);
      this.changed();
    }
  }

  /** Closes what was said about a post. */
  dismiss(postId: string): void {
    this.put(postId, { problem: undefined, draft: undefined });
  }

  private vanished(e: unknown, postId: string): boolean {
    const isGone = e instanceof Refused && ['POST_DELETED', 'UNKNOWN_POST'].includes(e.problem.reason);
    if (isGone) {
      this.gone.add(postId);
      this.drop((post) => post.postId === postId);
      this.changed();
    }
    return isGone;
  }

  /** The same key for the same thing until it is answered: an answer lost on the way may be asked for again. */
  protected async once<T>(what: string, act: (key: string) => Promise<T>): Promise<T> {
    const key = this.keys.get(what) ?? newKey();
    this.keys.set(what, key);
    try {
      const done = await act(key);
      this.keys.delete(what);
      return done;
    } catch (e) {
      const isOpen = e instanceof Unreachable || (e instanceof Refused && e.problem.status >= 500);
      if (!isOpen) this.keys.delete(what);
      throw e;
    }
  }
}

/** Of two states of one post. */
export function newer(one: Post, other: Post): Post {
  return (other.updatedAt ?? '') >= (one.updatedAt ?? '') ? other : one;
}
