import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

/** Where Millrace answers; whoever starts these tests has started it. */
export const baseURL = process.env.BASE_URL ?? 'http://127.0.0.1:8080';
/** Where files' bytes are sent to and fetched from, beside it. */
const bucketURL = process.env.BUCKET_URL ?? 'http://127.0.0.1:8110';
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const ARENA = 'long-reach-rotterdam';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let browser;
/** Of those who have signed in by the page: what their browser kept of it. */
const kept = new Map();

/** A person in front of a browser window of their own. */
export class Visitor {
  constructor(context, page) {
    this.context = context;
    this.page = page;
    this.complaints = [];
    page.on('pageerror', (e) => this.complaints.push(`error: ${e.message}`));
    page.on('console', (message) => {
      const text = message.text();
      // Refusals that a test provokes are logged by the browser itself.
      if (message.type() === 'error' && !text.startsWith('Failed to load resource')) this.complaints.push(text);
    });
    page.on('request', (request) => {
      const url = request.url();
      if (![baseURL, bucketURL].some((known) => url.startsWith(`${known}/`)) && !/^(data|blob):/.test(url)) {
        this.complaints.push(`request to elsewhere: ${url}`);
      }
    });
  }

  static async arrive(options = {}) {
    browser ??= await chromium.launch({ executablePath, args: FLAGS });
    const context = await browser.newContext({
      baseURL,
      locale: 'en-GB',
      timezoneId: 'Europe/Amsterdam',
      viewport: { width: 1280, height: 800 },
      ...options,
    });
    context.setDefaultTimeout(20_000);
    return new Visitor(context, await context.newPage());
  }

  /** Somebody signed in, with no page open yet: the first time by the page, later as one who comes back. */
  static async known(user, options = {}) {
    const visitor = await Visitor.arrive({ ...options, storageState: kept.get(user) });
    if (kept.has(user)) {
      await visitor.letGo();
    } else {
      await visitor.signIn(user);
      kept.set(user, await visitor.context.storageState());
    }
    return visitor;
  }

  /** By the page, as a person would. */
  async signIn(user) {
    await this.page.goto('/');
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.getByRole('button', { name: user }).click();
    await this.page.locator('.account-button', { hasText: user }).waitFor();
    await this.letGo();
    return this;
  }

  /** Gives back what an earlier test left held. */
  async letGo() {
    const { request } = this.context;
    const { csrfToken } = await (await request.get('/session')).json();
    const { items } = await (await request.get('/bookings')).json();
    for (const { bookingId } of items.filter((booking) => booking.status === 'RESERVED')) {
      await request.delete(`/bookings/${bookingId}`, { headers: { 'X-CSRF-Token': csrfToken } });
    }
  }

  async openArena() {
    await this.page.goto(`/tickets/${ARENA}`);
    await this.page.getByRole('application').waitFor();
    await this.page.locator('.live-sign[data-state=live]').waitFor();
  }

  /** Opens a row in the form below the map and gives its seats' buttons. */
  async openRow({ section, row }) {
    const list = this.page.locator('.by-row');
    if ((await list.getAttribute('open')) === null) await list.locator('summary').click();
    await list.locator('select').nth(0).selectOption({ index: section });
    await list.locator('select').nth(1).selectOption({ label: row });
    return list.locator('.row-seats');
  }

  async choose(place) {
    const row = await this.openRow(place);
    for (const number of place.seats) await row.getByRole('button', { name: `Seat ${number},` }).click();
  }

  /** Waits until this visitor's own page says so about a seat. */
  async sees(place, number, status) {
    const row = await this.openRow(place);
    await row.getByRole('button', { name: `Seat ${number}, ${status}` }).waitFor();
  }

  async hold(count) {
    await this.page.getByRole('button', { name: `Hold ${count}` }).click();
    await this.page.getByRole('heading', { name: 'Held for you' }).waitFor();
  }

  /** Leaves; nothing may have gone wrong in the page unnoticed. */
  async leave() {
    await this.context.close();
    assert.deepEqual(this.complaints, []);
  }
}

export async function closeBrowser() {
  await browser?.close();
  browser = undefined;
}

const given = new Set();

/** Free seats side by side that no other test of this run uses: in rows nobody else has been given. */
export async function freeSeats(quantity) {
  const event = await (await fetch(`${baseURL}/events/${ARENA}`)).json();
  const sections = event.sections.map((section) => section.sectionId);
  const rows = new Map();
  for (const ticket of event.tickets) {
    const key = `${ticket.section} ${ticket.row}`;
    rows.set(key, [...(rows.get(key) ?? []), ticket]);
  }
  for (const key of shuffled([...rows.keys()].filter((row) => !given.has(row)))) {
    const tickets = rows.get(key);
    for (let i = 0; i + quantity <= tickets.length; i++) {
      const run = tickets.slice(i, i + quantity);
      if (run.some((ticket) => ticket.status !== 'AVAILABLE')) continue;
      given.add(key);
      return {
        section: sections.indexOf(run[0].section),
        row: run[0].row,
        seats: run.map((ticket) => ticket.seat),
        ticketIds: run.map((ticket) => ticket.ticketId),
      };
    }
  }
  throw new Error(`no ${quantity} seats side by side are free`);
}

function shuffled(list) {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.log(`rows shuffled with seed ${seed}`);
  let state = seed;
  const random = () => (state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff) / 0x7fffffff;
  return list.map((item) => [random(), item]).sort((a, b) => a[0] - b[0]).map(([, item]) => item);
}
