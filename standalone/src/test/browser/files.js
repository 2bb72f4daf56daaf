import { mkdtemp, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Visitor } from './stage.js';

let made = 0;
let present = [];

/** One of the demo's people, in front of their files. */
export class Keeper {
  constructor(name, visitor) {
    this.name = name;
    this.visitor = visitor;
    this.page = visitor.page;
    this.uploads = this.page.locator('.uploads');
  }

  static async arrive(name, options) {
    const keeper = new Keeper(name, await Visitor.known(name, options));
    present.push(keeper);
    return keeper;
  }

  /** A second window of the same browser. */
  async window() {
    const page = await this.visitor.context.newPage();
    return new Keeper(this.name, Object.assign(Object.create(this.visitor), { page }));
  }

  static async allLeave() {
    const leaving = present;
    present = [];
    for (const keeper of leaving) await keeper.visitor.leave();
  }

  /** A name that nothing had before. */
  fresh(words) {
    return `${words} ${process.pid}-${Date.now().toString(36)}-${++made}`;
  }

  /** A call of the API as the page would make it. */
  async call(method, path, data) {
    const { request } = this.visitor.context;
    this.csrfToken ??= (await (await request.get('/session')).json()).csrfToken;
    const answer = await request.fetch(path, { method, data, headers: { 'X-CSRF-Token': this.csrfToken, Accept: 'application/json' } });
    if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`);
    return answer.json();
  }

  folder(name, parentId = 'root') {
    return this.call('POST', '/folders', { name, parentId });
  }

  /** A folder of this test's own, opened. */
  async opensFolder(words) {
    const folder = await this.folder(this.fresh(words));
    await this.opens(folder.fileId);
    await this.page.getByText('Nothing in here.').waitFor();
    return folder;
  }

  async opens(folderId) {
    await this.page.goto(folderId === 'root' ? '/files' : `/files/${folderId}`);
    // Until its name is known, what may be done in it isn't either.
    await this.page.locator('.files-head h1').filter({ hasText: /\S/ }).waitFor();
  }

  row(name) {
    return this.page.locator('.entry').filter({ has: this.page.locator('.entry-name', { hasText: exactly(name) }) });
  }

  async does(what, name) {
    await this.row(name).getByRole('button', { name: `Do something with ${name}` }).click();
    await this.page.getByRole('menuitem', { name: what, exact: true }).click();
  }

  async sees(name) {
    await this.row(name).first().waitFor();
  }

  async seesNo(name) {
    await this.row(name).waitFor({ state: 'detached' });
  }

  /** All its bytes are in the bucket. */
  async seesArrived(name, options) {
    await this.row(name).and(this.page.locator('[data-status=verifying], [data-status=completed]')).waitFor(options);
  }

  names() {
    return this.page.locator('.entry-name').allTextContents();
  }

  /** Choosing in the browser's own window. */
  chooses(label, files) {
    return this.page.getByLabel(label, { exact: true }).and(this.page.locator('input')).setInputFiles(files);
  }

  /** Drags files from elsewhere and lets them go over something. */
  async drops(files, over) {
    const transfer = await this.page.evaluateHandle((all) => {
      const transfer = new DataTransfer();
      for (const { name, text } of all) transfer.items.add(new File([text], name, { type: 'text/plain', lastModified: 1 }));
      return transfer;
    }, files);
    await over.dispatchEvent('dragover', { dataTransfer: transfer });
    await this.page.locator('.drop-frame').waitFor();
    await over.dispatchEvent('drop', { dataTransfer: transfer });
  }

  async fillsName(name) {
    await this.page.getByRole('textbox', { name: 'Name' }).fill(name);
    await this.page.keyboard.press('Enter');
    await this.page.getByRole('dialog').waitFor({ state: 'detached' });
  }
}

function exactly(text) {
  return new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
}

/** A file on disk with this many bytes, gone when the test is over. */
export async function fileOf(bytes, name, use) {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-browser-'));
  const path = join(directory, name);
  try {
    await writeFile(path, 'not only zeros');
    await truncate(path, bytes);
    await utimes(path, 1_700_000_000, 1_700_000_000);
    return await use(path);
  } finally {
    await rm(directory, { recursive: true });
  }
}
