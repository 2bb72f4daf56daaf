import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser, freeSeats, Visitor } from '../stage.js';

after(closeBrowser);

test('a booking is made with the keyboard alone', async () => {
  const bob = await Visitor.arrive({ reducedMotion: 'reduce' });
  const { page } = bob;
  await page.goto('/tickets');
  await tabTo(page, 'button', 'Sign in');
  await page.keyboard.press('Enter');
  await tabTo(page, 'button', 'bob');
  await page.keyboard.press('Enter');
  await page.locator('.account-button', { hasText: 'bob' }).waitFor();
  await tabTo(page, 'searchbox', 'Search events');
  await page.keyboard.type('slow water');
  await tabTo(page, 'link', /Slow Water Tour/);
  await page.keyboard.press('Enter');

  await page.locator('.live-sign[data-state=live]').waitFor();
  await tabTo(page, 'application', /Seat map/);
  const said = page.getByTestId('seat-said');
  await page.keyboard.press('ArrowRight');
  await until(said, /^Floor A1, row \w+, seat \d+, free, Front of stage, €0\.00$/);
  const first = await said.innerText();
  await page.keyboard.press('ArrowRight');
  await untilNot(said, first);
  await page.keyboard.press('PageDown');
  await until(said, /^Floor A2, row A, seat 1,/);
  await page.keyboard.press('n');
  await until(said, /^Floor A\d, row \w+, seat \d+, free/);
  await page.keyboard.press('Enter');
  await until(said, /chosen\. 1 of 8\.$/);

  await tabTo(page, 'button', 'Hold 1 seat');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Held for you' }).waitFor();
  await tabTo(page, 'button', 'Confirm booking');
  await page.keyboard.press('Enter');
  await page.getByTestId('confirmed').waitFor();
  await bob.leave();
});

test('seats are chosen with the mouse: a section comes closer, then a seat is picked', async () => {
  const carol = await (await Visitor.arrive({ reducedMotion: 'reduce' })).signIn('carol');
  await carol.openArena();
  await pickNearMiddle(carol.page, (x, y) => carol.page.mouse.click(x, y));
  await carol.page.getByText('1 of 8', { exact: true }).waitFor();
  await carol.leave();
});

test('on a phone the map is tapped, and everything fits the width', async () => {
  const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
  const alice = await (await Visitor.arrive({ ...phone, reducedMotion: 'reduce' })).signIn('alice');
  for (const path of ['/', '/tickets', '/me/bookings', '/feed', '/people/bob']) {
    await alice.page.goto(path);
    await alice.page.getByRole('heading').first().waitFor();
    await fitsTheWidth(alice.page, path);
  }
  await alice.openArena();
  await fitsTheWidth(alice.page, 'the event');
  await pickNearMiddle(alice.page, (x, y) => alice.page.touchscreen.tap(x, y));
  await alice.page.getByText('1 of 8', { exact: true }).waitFor();
  const hold = alice.page.getByRole('button', { name: 'Hold 1 seat' });
  const box = await hold.boundingBox();
  assert.ok(box.y + box.height <= 844, 'the next step is on the screen without scrolling');
  await alice.leave();
});

test('after a lost connection the map catches up by itself', async () => {
  const alice = await (await Visitor.arrive()).signIn('alice');
  const bob = await (await Visitor.arrive()).signIn('bob');
  const sockets = [];
  let reachable = true;
  await bob.page.routeWebSocket(/\/live$/, (socket) => {
    if (!reachable) return socket.close();
    socket.connectToServer();
    sockets.push(socket);
  });
  await alice.openArena();
  await bob.openArena();
  const seats = await freeSeats(1);

  reachable = false;
  await sockets[0].close();
  await bob.page.locator('.live-sign[data-state=lost]').waitFor();
  await alice.choose(seats);
  await alice.hold('1 seat');
  reachable = true;
  await bob.page.locator('.live-sign[data-state=live]').waitFor();
  await bob.sees(seats, seats.seats[0], 'held by someone');

  await alice.page.getByRole('button', { name: 'Release seats' }).click();
  await alice.page.getByText('Released.').waitFor();
  await alice.leave();
  await bob.leave();
});

test('who isn’t signed in sees changes within seconds', async () => {
  const alice = await (await Visitor.arrive()).signIn('alice');
  const guest = await Visitor.arrive();
  await alice.openArena();
  await guest.page.goto('/tickets/long-reach-rotterdam');
  await guest.page.locator('.live-sign[data-state=polling]').waitFor();
  const seats = await freeSeats(1);
  await alice.choose(seats);
  await alice.hold('1 seat');
  await guest.sees(seats, seats.seats[0], 'held by someone');
  await alice.page.getByRole('button', { name: 'Release seats' }).click();
  await alice.page.getByText('Released.').waitFor();
  await alice.leave();
  await guest.leave();
});

/** Presses Tab until the element has the focus, as somebody without a mouse has to. */
async function tabTo(page, role, name) {
  const wanted = page.getByRole(role, { name }).first();
  await wanted.waitFor();
  for (let i = 0; i < 60; i++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`Tab doesn't lead to the ${role} ${name}`);
}

async function until(locator, pattern) {
  await locator.filter({ hasText: pattern }).waitFor({ state: 'attached' });
}

async function untilNot(locator, text) {
  await locator.filter({ hasNotText: text }).waitFor({ state: 'attached' });
}

/** Goes to a section and tries places about the map's middle until a seat is chosen. */
async function pickNearMiddle(page, touch) {
  const map = await page.locator('.seat-map-marks').boundingBox();
  const [x, y] = [map.x + map.width / 2, map.y + map.height * 0.4];
  await touch(x, y);
  const chosen = page.locator('.tray-seats li');
  for (let i = 0; i < 25; i++) {
    await touch(map.x + map.width / 2 + ((i % 5) - 2) * 23, map.y + map.height / 2 + (Math.floor(i / 5) - 2) * 31);
    // The seat under the pointer may be taken; then the next place is tried.
    if (await chosen.waitFor({ timeout: 700 }).then(() => true, () => false)) return;
  }
  assert.fail('no seat was chosen by touching the map');
}

async function fitsTheWidth(page, what) {
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(wider, 0, `${what} is ${wider} px wider than the screen`);
}
