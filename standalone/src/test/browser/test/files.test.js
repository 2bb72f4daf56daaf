import assert from 'node:assert/strict';
import { copyFile, utimes } from 'node:fs/promises';
import { after, afterEach, test } from 'node:test';
import { fileOf, Keeper } from '../files.js';
import { closeBrowser } from '../stage.js';

const MIB = 1 << 20;
/** What is sent is shown to this program too, byte by byte, and a part has 16 MiB: that takes a while. */
const SENT = { timeout: 180_000 };

afterEach(Keeper.allLeave);
after(closeBrowser);

test('a folder is made, renamed, moved, deleted, had back, restored from the bin, and gone for good', async () => {
  const alice = await Keeper.arrive('alice');
  const { page } = alice;
  await alice.opensFolder('Shelf');
  for (const name of ['Letters', 'Archive']) {
    await page.getByRole('button', { name: 'New folder' }).click();
    await alice.fillsName(name);
    await alice.sees(name);
  }

  await alice.does('Rename', 'Letters');
  await alice.fillsName('Old letters');
  await alice.seesNo('Letters');
  assert.deepEqual(await alice.names(), ['Archive', 'Old letters']);

  await alice.does('Move', 'Old letters');
  await page.getByRole('dialog').getByRole('button', { name: 'Archive' }).click();
  await page.getByRole('button', { name: 'Move here' }).click();
  await alice.seesNo('Old letters');
  await page.getByRole('button', { name: 'Undo' }).click();
  await alice.sees('Old letters');

  const gone = alice.fresh('Gone');
  await alice.does('Rename', 'Old letters');
  await alice.fillsName(gone);
  await alice.does('Delete', gone);
  await alice.seesNo(gone);
  await page.getByRole('button', { name: 'Undo' }).click();
  await alice.sees(gone);
  await alice.does('Delete', gone);
  await alice.seesNo(gone);

  await page.getByRole('link', { name: 'Bin' }).click();
  await alice.row(gone).getByRole('button', { name: `Restore ${gone}` }).click();
  await page.getByText(`“${gone}” is back.`).waitFor();
  await page.goBack();
  await alice.sees(gone);
  assert.deepEqual(await alice.names(), ['Archive', gone]);

  const dialog = page.getByRole('dialog');
  const other = alice.fresh('Other');
  await alice.does('Delete', gone);
  await alice.does('Rename', 'Archive');
  await alice.fillsName(other);
  await alice.does('Delete', other);
  await alice.seesNo(other);
  await page.getByRole('link', { name: 'Bin' }).click();
  await alice.row(gone).getByRole('button', { name: `Delete ${gone} for good` }).click();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await alice.sees(gone);
  await alice.row(gone).getByRole('button', { name: `Delete ${gone} for good` }).click();
  await dialog.getByRole('button', { name: 'Delete for good' }).click();
  await page.getByText(`“${gone}” is gone for good.`).waitFor();
  await alice.seesNo(gone);
  await alice.sees(other);
  await page.getByRole('button', { name: 'Empty the bin' }).click();
  await dialog.getByRole('button', { name: 'Empty the bin' }).click();
  await page.getByText('Nothing in here.').waitFor();
});

test('a name that is taken is refused in words, and nothing is lost', async () => {
  const alice = await Keeper.arrive('alice');
  const { page } = alice;
  const shelf = await alice.opensFolder('Taken');
  await alice.folder('here', shelf.fileId);
  await alice.opens(shelf.fileId);
  await page.getByRole('button', { name: 'New folder' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('HERE');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').filter({ hasText: 'Something else there has that name.' }).waitFor();
  await page.getByRole('textbox', { name: 'Name' }).fill('a/b');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').filter({ hasText: 'That can’t be a name' }).waitFor();
  await alice.fillsName('there');
  await alice.sees('there');
  assert.deepEqual(await alice.names(), ['here', 'there']);
});

test('an entry is dragged into a folder', async () => {
  const alice = await Keeper.arrive('alice');
  const shelf = await alice.opensFolder('Drag');
  const into = await alice.folder('into', shelf.fileId);
  await alice.folder('moved', shelf.fileId);
  await alice.opens(shelf.fileId);
  await alice.row('moved').dragTo(alice.row('into'));
  await alice.seesNo('moved');
  await alice.opens(into.fileId);
  await alice.sees('moved');
});

test('files dropped on the page, and on a folder in it, arrive there', async () => {
  const alice = await Keeper.arrive('alice');
  const { page } = alice;
  const shelf = await alice.opensFolder('Drop');
  await alice.folder('sub', shelf.fileId);
  await alice.opens(shelf.fileId);
  await alice.drops([{ name: 'one.txt', text: 'first' }, { name: 'empty.txt', text: '' }], page.locator('h1'));
  await alice.seesArrived('one.txt');
  await alice.seesArrived('empty.txt');
  await alice.drops([{ name: 'two.txt', text: 'second' }], alice.row('sub'));
  await alice.row('sub').getByRole('link').click();
  await alice.seesArrived('two.txt');
});

test('a large file goes in parts, and after a reload only what is missing is sent', async () => {
  const alice = await Keeper.arrive('alice');
  const { page } = alice;
  await alice.opensFolder('Large');
  await fileOf(40 * MIB, 'large.bin', async (path) => {
    await sendsOnlyPart2(alice, path);
    await alice.uploads.getByText('16.8 MB of 41.9 MB').waitFor(SENT);
    await page.reload();
    await alice.uploads.getByText('16.8 MB of 41.9 MB is there. Choose the file again to go on.').waitFor(SENT);
    const sent = [];
    page.on('request', (request) => request.method() === 'PUT' && sent.push(partOf(request)));

    const other = `${path}.other`;
    await copyFile(path, other);
    await alice.chooses('Choose large.bin again', other);
    await page.getByRole('alert').filter({ hasText: 'That is “large.bin.other”.' }).waitFor();

    await alice.chooses('Choose large.bin again', path);
    await alice.seesArrived('large.bin', SENT);
    assert.deepEqual(sent.sort(), ['1', '3']);
  });
});

test('the file dropped or chosen once more goes on by itself, unless it has changed', async () => {
  const alice = await Keeper.arrive('alice');
  const { page } = alice;
  await alice.opensFolder('Once more');
  await fileOf(16 * MIB + 5, 'again.bin', async (path) => {
    await sendsOnlyPart2(alice, path);
    await page.reload();
    await alice.uploads.getByText('Choose the file again').waitFor();

    await utimes(path, 1_700_000_001, 1_700_000_001);
    await alice.chooses('Choose again.bin again', path);
    await page.getByRole('alert').filter({ hasText: 'This file has changed since.' }).waitFor();

    await utimes(path, 1_700_000_000, 1_700_000_000);
    const sent = [];
    page.on('request', (request) => request.method() === 'PUT' && sent.push(partOf(request)));
    await alice.chooses('Upload files', path);
    await alice.seesArrived('again.bin', SENT);
    assert.deepEqual(sent, ['1']);
  });
});

test('a part that doesn’t get through is sent again with new leave', async () => {
  const alice = await Keeper.arrive('alice');
  const { page } = alice;
  await alice.opensFolder('Bumpy');
  const urls = [];
  await page.route(isBytes, (route) => {
    urls.push(route.request().url());
    return urls.length === 1 ? route.abort('connectionreset') : route.continue();
  });
  await alice.drops([{ name: 'bumpy.txt', text: 'once, twice' }], page.locator('h1'));
  await alice.seesArrived('bumpy.txt');
  assert.equal(urls.length, 2);
});

test('an upload is paused, gone on with, and another cancelled', async () => {
  const alice = await Keeper.arrive('alice');
  const { page } = alice;
  const shelf = await alice.opensFolder('Paused');
  await page.route(isBytes, () => undefined);
  await alice.drops([{ name: 'paused.txt', text: 'later' }, { name: 'not wanted.txt', text: 'never' }], page.locator('h1'));
  await alice.uploads.getByRole('button', { name: 'Pause paused.txt' }).click();
  await alice.uploads.getByText('Paused at').waitFor();
  await alice.uploads.getByRole('button', { name: 'Cancel not wanted.txt' }).click();
  await alice.seesNo('not wanted.txt');
  await page.unroute(isBytes);
  await alice.uploads.getByRole('button', { name: 'Go on with paused.txt' }).click();
  await alice.seesArrived('paused.txt');
  const { items } = await alice.call('GET', `/folders/${shelf.fileId}/children`);
  assert.deepEqual(items.map(({ name }) => name), ['paused.txt']);
});

test('two windows see each other’s changes', async () => {
  const alice = await Keeper.arrive('alice');
  const shelf = await alice.opensFolder('Both');
  const beside = await alice.window();
  await beside.opens(shelf.fileId);
  await alice.page.getByRole('button', { name: 'New folder' }).click();
  await alice.fillsName('from one');
  await beside.sees('from one');
  await beside.does('Rename', 'from one');
  await beside.fillsName('from the other');
  await alice.sees('from the other');
  await alice.does('Delete', 'from the other');
  await beside.seesNo('from the other');
});

test('what is shared with somebody is theirs to see and change, until it ends', async () => {
  const alice = await Keeper.arrive('alice');
  const bob = await Keeper.arrive('bob');
  const name = alice.fresh('Together');
  const folder = await alice.folder(name);
  await alice.folder('inside', folder.fileId);
  await alice.opens('root');
  await alice.does('Share', name);
  const dialog = alice.page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Whom, by their id' }).fill('bob');
  await dialog.getByRole('button', { name: 'Share', exact: true }).click();
  await dialog.getByText('Shared with bob.').waitFor();

  await bob.page.goto('/files?view=shared');
  await bob.page.getByRole('link', { name }).click();
  await bob.sees('inside');
  assert.equal(await bob.page.getByRole('button', { name: 'New folder' }).count(), 0);

  await dialog.getByRole('textbox', { name: 'Whom, by their id' }).fill('bob');
  await dialog.getByRole('combobox', { name: 'What they can do' }).selectOption('write');
  await dialog.getByRole('button', { name: 'Share', exact: true }).click();
  await dialog.getByText('can read and change it').waitFor();
  await bob.opens(folder.fileId);
  await bob.drops([{ name: 'of bob.txt', text: 'hello' }], bob.page.locator('h1'));
  await bob.seesArrived('of bob.txt');

  await dialog.getByRole('button', { name: 'End the share with bob' }).click();
  await dialog.getByText('No longer shared with bob.').waitFor();
  await alice.opens(folder.fileId);
  await alice.sees('of bob.txt');
  await bob.page.goto(`/files/${folder.fileId}`);
  await bob.page.getByRole('heading', { name: 'There is no such folder' }).waitFor();
});

test('a link with a password leads whoever knows both to what it is for, until it ends', async () => {
  const alice = await Keeper.arrive('alice');
  const bob = await Keeper.arrive('bob');
  await alice.visitor.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const name = alice.fresh('Linked');
  await alice.folder(name);
  await alice.opens('root');
  await alice.does('Share', name);
  const dialog = alice.page.getByRole('dialog');
  await dialog.getByLabel('Password of the link, if it is to have one').fill('sesame');
  await dialog.getByRole('button', { name: 'Make a link' }).click();
  await dialog.getByRole('button', { name: 'Copy link' }).click();
  await dialog.getByRole('button', { name: 'Copied' }).waitFor();
  const link = await alice.page.evaluate(() => navigator.clipboard.readText());

  await bob.page.goto(link);
  const password = bob.page.getByLabel('This link has a password.');
  await password.fill('guess');
  await bob.page.getByRole('button', { name: 'Open' }).click();
  await bob.page.getByRole('alert').filter({ hasText: 'That isn’t the password' }).waitFor();
  await password.fill('sesame');
  await bob.page.getByRole('button', { name: 'Open' }).click();
  await bob.page.getByRole('heading', { name }).waitFor();

  await dialog.getByRole('button', { name: 'End this link' }).click();
  await dialog.getByText('The link has ended.').waitFor();
  await bob.page.goto(link);
  await bob.page.getByRole('alert').filter({ hasText: 'This share or link has ended.' }).waitFor();
});

test('names are shown as they are, whatever is in them', async () => {
  const alice = await Keeper.arrive('alice');
  const { page } = alice;
  const shelf = await alice.opensFolder('Names');
  const names = ['<img src=x onerror=alert(1)>', '"quoted" & 100%?#[1].txt', '..\u00a0x', 'ملف', '🌊 Ärger'];
  for (const name of names) await alice.folder(name, shelf.fileId);
  await alice.opens(shelf.fileId);
  for (const name of names) await alice.sees(name);
  await alice.row(names[1]).getByRole('link').click();
  await page.getByRole('heading', { level: 1, name: names[1] }).waitFor();
  await alice.drops([{ name: names[0], text: 'x' }], page.locator('h1'));
  await alice.seesArrived(names[0]);
});

test('a folder of hundreds of entries is all there, in order, as one scrolls', async () => {
  const alice = await Keeper.arrive('alice');
  const { page } = alice;
  const shelf = await alice.opensFolder('Many');
  const names = Array.from({ length: 240 }, (_, i) => `entry ${i + 1}`);
  for (let i = 0; i < names.length; i += 20) {
    await Promise.all(names.slice(i, i + 20).map((name) => alice.folder(name, shelf.fileId)));
  }
  await alice.opens(shelf.fileId);
  await alice.sees('entry 1');
  await page.mouse.move(500, 400);
  while ((await page.locator('.entry').count()) < names.length) await page.mouse.wheel(0, 4000);
  assert.deepEqual(await alice.names(), names);
});

test('with the keyboard alone one makes a folder, walks into it, renames and deletes', async () => {
  const alice = await Keeper.arrive('alice');
  const { page } = alice;
  const { keyboard } = page;
  const shelf = await alice.opensFolder('Keys');
  await page.getByRole('button', { name: 'New folder' }).focus();
  for (const name of ['first', 'second']) {
    await keyboard.press('Enter');
    await nameIsFocused(page);
    await keyboard.type(name);
    await keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await alice.sees(name);
  }
  assert.equal(await focused(page), 'New folder');
  await alice.row('first').locator('.entry-name').focus();
  await keyboard.press('ArrowDown');
  assert.equal(await focused(page), 'second');
  await keyboard.press('F2');
  await nameIsFocused(page);
  await keyboard.type('third');
  await keyboard.press('Enter');
  await alice.sees('third');
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  await page.getByRole('menu').waitFor();
  await keyboard.press('End');
  assert.equal(await focused(page), 'Delete');
  await keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'detached' });
  await keyboard.press('Shift+Tab');
  await keyboard.press('Delete');
  await alice.seesNo('third');
  assert.equal(await focused(page), 'first');
  await keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'first' }).waitFor();
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: shelf.name }).waitFor();
});

test('on a phone nothing hangs over the edge', async () => {
  const alice = await Keeper.arrive('alice', { viewport: { width: 360, height: 740 } });
  const { page } = alice;
  const shelf = await alice.opensFolder('Phone');
  await alice.folder(`a long name ${'that goes on '.repeat(15)}`, shelf.fileId);
  await alice.opens(shelf.fileId);
  await alice.drops([{ name: `${'unbroken'.repeat(25)}.txt`, text: 'x' }], page.locator('h1'));
  await alice.uploads.waitFor();
  for (const path of ['/files', `/files/${shelf.fileId}`, '/files?view=shared', '/files?view=bin']) {
    await page.goto(path);
    await page.locator('.usage').waitFor();
    const { wide, width } = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth, width: innerWidth }));
    assert.ok(wide <= width, `${path} is ${wide} wide`);
  }
});

/** A dialog is there a moment before it has the focus, and what is typed meanwhile goes elsewhere. */
function nameIsFocused(page) {
  return page.getByRole('textbox', { name: 'Name' }).and(page.locator(':focus')).waitFor();
}

/** Nobody gets leave to send the other parts until the page is loaded again. */
async function sendsOnlyPart2(keeper, path) {
  const { page } = keeper;
  const leave = (url) => url.pathname.endsWith('/parts');
  await page.route(leave, (route) =>
    route.request().postDataJSON().parts[0].number === 2 ? route.continue() : undefined,
  );
  const sent = page.waitForResponse((response) => isPart(new URL(response.url())) && response.ok(), SENT);
  await keeper.chooses('Upload files', path);
  await sent;
  await page.unroute(leave);
}

function isBytes(url) {
  return /\/uploads\/[^/]+$/.test(url.pathname) && url.searchParams.has('X-Amz-Signature');
}

function isPart(url) {
  return isBytes(url) && url.searchParams.has('partNumber');
}

function partOf(request) {
  return new URL(request.url()).searchParams.get('partNumber');
}

function focused(page) {
  return page.evaluate(() => document.activeElement.textContent);
}
