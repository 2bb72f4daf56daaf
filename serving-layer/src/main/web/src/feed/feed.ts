import { LiveChannel, type ChannelState } from '../api/channel';
import type { FeedMessage, FeedPage, Post, PostPage } from '../api/types';
import { session } from '../api/session';
import { arrivals, create, feedPage } from './calls';
import { feedPositions } from './positions';
import { newer, Posts, type Shown } from './posts';
import { why } from './reasons';

/** Most new posts that wait to be shown; whoever has more begins at the top again. */
const ARRIVED_MAX = 300;
const REFRESH_PAGE_SIZE = 100;
const REFRESH_PAGES_MAX = 5;
const POLLS_AT_ONCE_MAX = 5;

/** What one user sees: kept while they look at other pages, so that it is as they left it. */
export class Feed extends Posts {
  /** New posts that aren't shown yet: nothing moves under a reader's eyes. */
  arrived: readonly Post[] = [];
  /** So much is new that only reading from the top helps. */
  missed = false;
  live: ChannelState = 'connecting';
  /** What is being written. */
  draft = '';
  draftProblem = '';
  /** The post that had the keyboard last. */
  focused: string | null = null;
  private since: string | null = null;
  /** Heard before the first page was there. */
  private early: FeedMessage[] = [];
  private composed = 0;
  private posting = 0;
  /** One's own, heard of while a post is on its way: it may be the one. */
  private heldBack: Post[] = [];
  private refreshing = false;
  private refreshAgain = false;
  private readonly channel: LiveChannel<FeedMessage>;

  constructor(readonly user: string) {
    super((cursor) => feedPage(cursor));
    this.channel = new LiveChannel('/feed/live', {
      hear: (message) => this.hear(message),
      without: () => this.poll(),
      changed: (state) => {
        this.live = state;
        this.changed();
      },
    });
  }

  /** Somebody looks at it. */
  open(): void {
    this.channel.start();
  }

  /** Nobody does. */
  rest(): void {
    this.channel.stop();
  }

  /** Remembers what is being written. */
  write(text: string): void {
    this.draft = text;
    this.changed();
  }

  async post(content: string): Promise<void> {
    const temporary = `~${String(++this.composed).padStart(6, '0')}`;
    const post = { postId: temporary, authorId: this.user, content, createdAt: new Date().toISOString() };
    this.draft = '';
    this.draftProblem = '';
    this.posting++;
    this.show([...this.shown, { post, key: temporary, doing: 'posting' }]);
    this.changed();
    try {
      const done = await this.once(`post ${content}`, (key) => create(content, key));
      const before = this.shown.filter((shown) => shown.post.postId !== done.postId);
      this.show(
        before.map((shown) =>
          shown.post.postId === temporary
            ? { post: { ...post, postId: done.postId, createdAt: done.createdAt }, key: temporary }
            : shown,
        ),
      );
      this.arrived = this.arrived.filter(({ postId }) => postId !== done.postId);
    } catch (e) {
      this.drop(({ postId }) => postId === temporary);
      this.draft = this.draft ? `${content}\n\n${this.draft}` : content;
      this.draftProblem = `Not posted. ${why(e)} Your text is back in the box.`;
    }
    if (--this.posting === 0) {
      const held = this.heldBack;
      this.heldBack = [];
      held.forEach((own) => this.arrive(own));
    }
    this.changed();
  }

  /** Puts what is new into its places. */
  showArrived(): void {
    const posts = [...this.arrived];
    this.arrived = [];
    this.add(posts);
    this.changed();
  }

  /** From the top, as if it were opened for the first time. */
  async startOver(): Promise<void> {
    this.shown = this.shown.filter((shown) => shown.doing === 'posting');
    this.arrived = [];
    this.missed = false;
    this.loaded = false;
    await this.loadFirst();
  }

  protected override took(page: PostPage, first: boolean): void {
    if (first) this.since = (page as FeedPage).nextSince ?? null;
    if (!this.loaded) {
      this.loaded = true;
      const early = this.early;
      this.early = [];
      this.add(page.items);
      early.forEach((message) => this.hear(message));
    }
  }

  private hear(message: FeedMessage): void {
    feedPositions.remember(message.position);
    if (message.type === 'ready' || message.type === 'resync') {
      void (this.loaded ? this.refresh() : this.loadFirst());
      return;
    }
    if (!this.loaded) {
      this.early.push(message);
      return;
    }
    switch (message.type) {
      case 'created':
        this.arrive(message.post);
        break;
      case 'edited':
        this.change(message.post);
        break;
      case 'deleted':
        this.gone.add(message.postId);
        this.dropAll(({ postId }) => postId === message.postId);
        break;
      case 'hidden':
        this.dropAll(({ authorId }) => authorId === message.authorId);
        break;
      case 'shown':
        void this.refresh();
        break;
    }
    this.changed();
  }

  private dropAll(isGone: (post: Post) => boolean): void {
    this.drop(isGone);
    this.arrived = this.arrived.filter((post) => !isGone(post));
  }

  private change(post: Post): void {
    const update = (before: Post) => (before.postId === post.postId ? newer(before, post) : before);
    this.shown = this.shown.map((shown) => (shown.doing ? shown : { ...shown, post: update(shown.post) }));
    this.arrived = this.arrived.map(update);
  }

  private arrive(post: Post): void {
    if (this.posting > 0 && post.authorId === this.user) {
      this.heldBack.push(post);
    } else if (this.isKnown(post.postId)) {
      this.change(post);
    } else if (!this.gone.has(post.postId)) {
      this.arrived = [...this.arrived, post];
      if (this.arrived.length > ARRIVED_MAX) {
        this.arrived = [];
        this.missed = true;
      }
    }
  }

  private isKnown(id: string): boolean {
    return this.shown.some(({ post }) => post.postId === id) || this.arrived.some(({ postId }) => postId === id);
  }

  /** Instead of the socket, while there is none. */
  private async poll(): Promise<void> {
    if (!this.loaded) {
      await this.loadFirst();
      return;
    }
    for (let i = 0, more = true; more && i < POLLS_AT_ONCE_MAX && this.since !== null; i++) {
      const answer = await arrivals(this.since).catch(() => null);
      if (!answer) return;
      this.since = answer.nextSince;
      more = answer.more;
      answer.items.forEach((post) => this.arrive(post));
      if (answer.hasGap) this.missed = true;
    }
    this.changed();
  }

  /** Reads again what is shown, newest first: what is edited, gone or should have been there is put right in place. */
  async refresh(): Promise<void> {
    if (this.refreshing) {
      this.refreshAgain = true;
      return;
    }
    this.refreshing = true;
    do {
      this.refreshAgain = false;
      await this.readAgain().catch(() => undefined);
    } while (this.refreshAgain);
    this.refreshing = false;
    this.changed();
  }

  private async readAgain(): Promise<void> {
    const before = new Set([...this.shown.map(({ post }) => post.postId), ...this.arrived.map(({ postId }) => postId)]);
    const settled = this.shown.filter((shown) => shown.doing !== 'posting');
    const newest = settled[0]?.post.postId ?? '';
    const oldest = settled.at(-1)?.post.postId ?? '~';
    const read: Post[] = [];
    let cursor: string | undefined;
    for (let i = 0; i < REFRESH_PAGES_MAX; i++) {
      const page = await feedPage(cursor, REFRESH_PAGE_SIZE);
      if (i === 0) this.since = page.nextSince ?? this.since;
      read.push(...page.items);
      cursor = page.nextCursor;
      if (cursor === undefined || read.at(-1)!.postId <= oldest) break;
    }
    const reached = cursor === undefined ? '' : read.at(-1)!.postId;
    if (reached > newest && newest !== '') {
      this.missed = true;
      return;
    }
    const now = new Set(read.map(({ postId }) => postId));
    this.dropAll(({ postId }) => before.has(postId) && postId >= reached && !now.has(postId) && !postId.startsWith('~'));
    const waiting = new Set(this.arrived.map(({ postId }) => postId));
    const inPlace = (post: Post) => newest === '' || (post.postId <= newest && !waiting.has(post.postId));
    this.add(read.filter(inPlace));
    read.filter((post) => !inPlace(post)).forEach((post) => this.arrive(post));
    if (reached <= oldest) this.cursor = cursor;
  }
}

let current: Feed | null = null;

/** The feed of whoever is signed in; another person's is forgotten. */
export function feedOf(user: string): Feed {
  if (current?.user !== user) {
    current?.rest();
    current = new Feed(user);
  }
  return current;
}

session.watch(() => {
  if (current && current.user !== session.user) {
    current.rest();
    current = null;
  }
});

/** Whom this user sees has changed by their own doing. */
export function tiesChanged(user: string): void {
  if (current?.user === user && current.loaded) void current.refresh();
}

export type { Shown };
