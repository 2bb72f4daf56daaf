import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import axe from 'axe-core';
import { ARENA, closeBrowser, freeSeats, Visitor } from '../stage.js';

after(closeBrowser);

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing serious on any page, ${colorScheme}`, async () => {
    const visitor = await Visitor.arrive({ colorScheme });
    const { page } = visitor;
    for (const path of ['/', '/tickets', `/tickets/${ARENA}`, '/me/bookings', '/tickets/no-such-event']) {
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await findsNothingSerious(page, `${path}, signed out`);
    }
    await visitor.signIn('carol');
    await page.getByRole('button', { name: 'carol' }).click();
    await findsNothingSerious(page, 'the account menu');
    await visitor.openArena();
    const seats = await freeSeats(2);
    await visitor.choose(seats);
    await findsNothingSerious(page, 'seats chosen, a row open');
    await visitor.hold('2 seats');
    await findsNothingSerious(page, 'seats held');
    await page.goto('/me/bookings');
    await page.locator('.booking').first().waitFor();
    await findsNothingSerious(page, 'bookings');
    await page.locator('.booking').first().getByRole('button', { name: 'Release seats' }).click();
    await page.getByText('Release these seats?').waitFor();
    await findsNothingSerious(page, 'releasing');
    await page.locator('.booking').first().getByRole('button', { name: 'Release seats' }).click();
    await page.locator('.booking').first().getByText('Cancelled').waitFor();
    await visitor.leave();
  });
}

async function findsNothingSerious(page, where) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => window.axe.run(document));
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
  assert.deepEqual(serious, [], where);
}
