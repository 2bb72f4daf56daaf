import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import axe from 'axe-core';
import { Keeper } from '../files.js';
import { ARENA, closeBrowser, freeSeats, Visitor } from '../stage.js';

after(closeBrowser);

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing serious on any page, ${colorScheme}`, async () => {
    const visitor = await Visitor.arrive({ colorScheme });
    const { page } = visitor;
    for (const path of ['/', '/tickets', `/tickets/${ARENA}`, '/me/bookings', '/tickets/no-such-event', '/feed', '/people/bob', '/files', '/links/none']) {
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await findsNothingSerious(page, `${path}, signed out`);
    }
    await visitor.signIn('carol');
    await page.getByRole('button', { name: 'carol' }).click();
    await findsNothingSerious(page, 'the account menu');
    await page.goto('/people/bob');
    await page.locator('.person-ties button').first().waitFor();
    await findsNothingSerious(page, 'somebody');
    await page.goto('/people/bob?list=followers');
    await page.locator('.people-list .quiet, .people-list li').first().waitFor();
    await findsNothingSerious(page, 'followers');
    await page.goto('/feed');
    await page.getByRole('textbox', { name: 'Your post' }).fill(`for everybody, ${colorScheme}`);
    await page.getByRole('button', { name: 'Post', exact: true }).click();
    const post = page.locator('.post').first();
    await post.getByRole('button', { name: 'Edit' }).click();
    await findsNothingSerious(page, 'the feed, one post being edited');
    await post.getByRole('button', { name: 'Cancel' }).click();
    await post.getByRole('button', { name: 'Delete' }).click();
    await findsNothingSerious(page, 'the feed, one post about to be deleted');
    await post.getByRole('button', { name: 'Delete post' }).click();
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

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing serious among files, ${colorScheme}`, async () => {
    const carol = await Keeper.arrive('carol', { colorScheme });
    const { page } = carol;
    const shelf = await carol.opensFolder('Shelf');
    await findsNothingSerious(page, 'an empty folder');
    await carol.folder('folder', shelf.fileId);
    await carol.opens(shelf.fileId);
    await carol.drops([{ name: 'file.txt', text: 'words' }], page.locator('h1'));
    await carol.seesArrived('file.txt');
    await findsNothingSerious(page, 'a folder, an upload in it');
    await carol.row('file.txt').getByRole('button', { name: 'Do something with file.txt' }).click();
    await findsNothingSerious(page, 'what can be done');
    await page.keyboard.press('Escape');
    for (const what of ['Versions and details', 'Share', 'Rename', 'Move']) {
      await carol.does(what, 'file.txt');
      await page.getByRole('dialog').waitFor();
      await findsNothingSerious(page, what);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    await carol.does('Delete', 'folder');
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    await findsNothingSerious(page, 'something deleted');
    await page.goto('/files?view=bin');
    await page.locator('.entry button:enabled').first().waitFor();
    await findsNothingSerious(page, 'the bin');
    await page.goto('/files?view=shared');
    await page.getByText('You share nothing.').waitFor();
    await findsNothingSerious(page, 'shared');
    await Keeper.allLeave();
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
