import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ARENA, closeBrowser, freeSeats, Visitor } from '../stage.js';

after(closeBrowser);

test('two people each see the other hold and confirm, at once', async () => {
  const alice = await (await Visitor.arrive()).signIn('alice');
  const bob = await (await Visitor.arrive()).signIn('bob');
  await alice.openArena();
  await bob.openArena();
  const [hers, his] = [await freeSeats(2), await freeSeats(1)];

  await alice.choose(hers);
  await alice.hold('2 seats');
  await bob.sees(hers, hers.seats[0], 'held by someone');
  await alice.page.getByRole('button', { name: 'Confirm booking' }).click();
  await alice.page.getByTestId('confirmed').waitFor();
  await bob.sees(hers, hers.seats[1], 'sold');

  await bob.choose(his);
  await bob.hold('1 seat');
  await alice.sees(his, his.seats[0], 'held by someone');
  await bob.page.getByRole('button', { name: 'Release seats' }).click();
  await alice.sees(his, his.seats[0], 'free');

  await alice.leave();
  await bob.leave();
});

test('a seat taken meanwhile is named, the others are kept, and a free one is offered', async () => {
  const alice = await (await Visitor.arrive()).signIn('alice');
  const bob = await (await Visitor.arrive()).signIn('bob');
  const seats = await freeSeats(2);
  // Bob's window hears nothing new, so that he asks for a seat that is gone.
  await bob.page.routeWebSocket(/\/live$/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      if (JSON.parse(message).type === 'snapshot') socket.send(message);
    });
  });
  await alice.openArena();
  await bob.openArena();
  await bob.choose(seats);
  await alice.choose({ ...seats, seats: [seats.seats[0]] });
  await alice.hold('1 seat');

  await bob.page.getByRole('button', { name: 'Hold 2 seats' }).click();
  const conflict = bob.page.getByTestId('conflict');
  await conflict.waitFor();
  assert.match(await conflict.innerText(), new RegExp(`seat ${seats.seats[0]} is no longer free`));
  assert.match(await conflict.innerText(), /your other 1 seat stay/);
  await bob.page.getByText('1 of 8', { exact: true }).waitFor();
  await conflict.getByRole('button', { name: /^(Add|Together)/ }).first().click();
  await bob.hold('2 seats');

  for (const visitor of [alice, bob]) {
    await visitor.page.getByRole('button', { name: 'Release seats' }).click();
    await visitor.page.getByText('Released.').waitFor();
    await visitor.leave();
  }
});

test('a chosen seat that somebody else takes first is dropped and explained', async () => {
  const alice = await (await Visitor.arrive()).signIn('alice');
  const bob = await (await Visitor.arrive()).signIn('bob');
  await alice.openArena();
  await bob.openArena();
  const seats = await freeSeats(1);
  await bob.choose(seats);
  await alice.choose(seats);
  await alice.hold('1 seat');

  await bob.page.getByTestId('conflict').waitFor();
  await bob.page.getByText('up to 8').waitFor();

  await alice.page.getByRole('button', { name: 'Release seats' }).click();
  await alice.page.getByText('Released.').waitFor();
  await alice.leave();
  await bob.leave();
});

test('an answer lost on the way is asked for again and books once', async () => {
  const carol = await (await Visitor.arrive()).signIn('carol');
  const seats = await freeSeats(2);
  const keys = [];
  await carol.page.route(`**/bookings/${ARENA}`, async (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    if (keys.length > 1) return route.continue();
    // The claim arrives and is decided; only its answer never reaches the page.
    await route.fetch();
    return route.abort('connectionreset');
  });
  await carol.openArena();
  await carol.choose(seats);
  await carol.hold('2 seats');

  assert.equal(keys.length, 2);
  assert.equal(keys[0], keys[1]);
  const { items } = await (await carol.context.request.get('/bookings')).json();
  const made = items.filter((b) => b.tickets.some((t) => seats.ticketIds.includes(t.ticketId)));
  assert.equal(made.length, 1);
  assert.equal(made[0].tickets.length, 2);

  await carol.page.getByRole('button', { name: 'Release seats' }).click();
  await carol.page.getByText('Released.').waitFor();
  await carol.leave();
});

test('a hold counts down, goes on after a reload, and its end is explained', async () => {
  const carol = await (await Visitor.arrive()).signIn('carol');
  await carol.openArena();
  const seats = await freeSeats(1);
  await carol.choose(seats);
  await carol.hold('1 seat');
  assert.match(await carol.page.getByRole('timer').innerText(), /^(10:00|9:\d\d)$/);

  await carol.page.clock.install();
  await carol.page.reload();
  await carol.page.getByRole('heading', { name: 'Held for you' }).waitFor();
  await carol.page.clock.fastForward('10:01');
  const lapsed = carol.page.getByTestId('lapsed');
  await lapsed.waitFor();
  assert.match(await lapsed.innerText(), new RegExp(`seat ${seats.seats[0]} went back on sale`));
  await carol.leave();
});

test('a booking is listed with its seats and can be cancelled', async () => {
  const alice = await (await Visitor.arrive()).signIn('alice');
  await alice.openArena();
  const seats = await freeSeats(2);
  await alice.choose(seats);
  await alice.hold('2 seats');
  await alice.page.getByRole('button', { name: 'Confirm booking' }).click();
  await alice.page.getByTestId('confirmed').getByRole('link').click();

  await alice.page.getByRole('heading', { name: 'Booking', exact: true }).waitFor();
  const card = alice.page.locator('.booking');
  await card.getByText('Booked', { exact: true }).waitFor();
  assert.match(await card.innerText(), new RegExp(`row ${seats.row}, seats ${seats.seats[0]} and ${seats.seats[1]}`));
  await card.getByRole('button', { name: 'Cancel booking' }).click();
  await card.getByText('The seats go back on sale').waitFor();
  await card.getByRole('button', { name: 'Cancel booking' }).click();
  await card.getByText('Cancelled').waitFor();

  await alice.openArena();
  await alice.sees(seats, seats.seats[0], 'free');
  await alice.leave();
});

test('events are found by a word of the title, the performer or the city', async () => {
  const visitor = await Visitor.arrive();
  await visitor.page.goto('/tickets');
  for (const word of ['wheelwright', 'undershot', 'ferris']) {
    await visitor.page.getByRole('searchbox').fill(word);
    await visitor.page.getByRole('link', { name: word === 'ferris' ? /Ada Ferris/ : /The Wheelwright/ }).waitFor();
  }
  await visitor.page.getByRole('searchbox').fill('nothing is called that');
  await visitor.page.getByText('Nothing matches').waitFor();
  await visitor.leave();
});
