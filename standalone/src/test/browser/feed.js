import { Visitor } from './stage.js';

const NAMES = ['alice', 'bob', 'carol'];
let present = [];
let said = 0;

/** One of the demo's people, in front of their feed. */
export class Reader {
  constructor(name, visitor) {
    this.name = name;
    this.visitor = visitor;
    this.page = visitor.page;
    this.box = this.page.getByRole('textbox', { name: 'Your post' });
    this.pill = this.page.locator('.pill button');
  }

  /** All three, as if they had just met: nobody follows, blocks or mutes anybody. */
  static async three() {
    present = [];
    for (const name of NAMES) present.push(new Reader(name, await Visitor.known(name)));
    await Promise.all(present.map((reader) => reader.knowsNobody()));
    return present;
  }

  async knowsNobody() {
    for (const other of NAMES.filter((name) => name !== this.name)) {
      await this.unfollows(other);
      await this.unblocks(other);
      await this.call('DELETE', `/users/${this.name}/mutes/${other}`);
    }
  }

  static async allLeave() {
    for (const reader of present) await reader.visitor.leave();
  }

  /** Words nobody has said before. */
  say(words) {
    return `${words} ${process.pid}-${Date.now().toString(36)}-${++said}`;
  }

  /** A call of the API as the page would make it. */
  async call(method, path, data) {
    const { request } = this.visitor.context;
    this.csrfToken ??= (await (await request.get('/session')).json()).csrfToken;
    const answer = await request.fetch(path, { method, data, headers: { 'X-CSRF-Token': this.csrfToken, Accept: 'application/json' } });
    if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`);
    return answer.json();
  }

  follows(other) {
    return this.call('PUT', `/users/${other}/followers`, {});
  }

  unfollows(other) {
    return this.call('DELETE', `/users/${other}/followers/${this.name}`);
  }

  blocks(other) {
    return this.call('PUT', `/users/${this.name}/blocks`, { userId: other });
  }

  unblocks(other) {
    return this.call('DELETE', `/users/${this.name}/blocks/${other}`);
  }

  /** Has posted at least so many. */
  async has(count) {
    const { posts } = await this.call('GET', `/users/${this.name}`);
    const missing = Array.from({ length: Math.max(0, count - posts) }, (_, i) => this.say(`note ${posts + i}\nof two lines`));
    await Promise.all(missing.map((content) => this.call('POST', '/posts', { content })));
  }

  async openFeed() {
    await this.page.goto('/feed');
    await this.page.locator('.live-sign[data-state=live]').waitFor();
    await this.page.locator('.posts:not([aria-busy=true])').waitFor({ state: 'attached' });
  }

  /** Writes it and waits until it is there for good. */
  async posts(text) {
    await this.box.first().fill(text);
    await this.page.getByRole('button', { name: 'Post', exact: true }).click();
    await this.postOf(text).getByRole('button', { name: 'Edit' }).waitFor();
  }

  postOf(text) {
    return this.page.locator('.post', { hasText: text });
  }

  /** Lets in what is new until this is there: posts come behind the pill one after the other. */
  async sees(text) {
    const post = this.postOf(text);
    while (!(await post.isVisible())) {
      await this.pill.or(post).first().waitFor();
      if (await this.pill.isVisible()) await this.pill.click();
    }
  }

  /** Scrolls until the post in this place, counted from the top, is there. */
  async scrollsToPost(place) {
    const { page } = this;
    await page.mouse.move(500, 400);
    for (let shown = 0; shown < place; shown = await page.locator('.post').count()) {
      await page.mouse.wheel(0, 5000);
      await page.waitForFunction((n) => document.querySelectorAll('.post').length > n, shown);
    }
  }

  /** The first post that begins on the screen, and where. */
  reads() {
    return this.page.evaluate(() => {
      const post = [...document.querySelectorAll('.post')].find((p) => p.getBoundingClientRect().top >= 0);
      return { postId: post.dataset.post, top: Math.round(post.getBoundingClientRect().top) };
    });
  }
}
