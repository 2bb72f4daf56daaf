import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Reader } from '../feed.js';
import { closeBrowser } from '../stage.js';

after(closeBrowser);

test('whoever follows sees a post live, whoever is blocked does not', async () => {
  const [alice, bob, carol] = await Reader.three();
  await bob.follows('alice');
  await carol.follows('alice');
  await alice.blocks('carol');
  await bob.openFeed();
  await carol.openFeed();
  await alice.openFeed();

  const text = alice.say('the sluice is open');
  await alice.posts(text);
  await bob.sees(text);
  assert.equal(await bob.postOf(text).locator('.post-author').innerText(), 'alice');
  assert.ok(!(await carol.pill.isVisible()));
  await carol.openFeed();
  assert.equal(await carol.postOf(text).count(), 0);

  await alice.unblocks('carol');
  const later = alice.say('and closed again');
  await alice.openFeed();
  await alice.posts(later);
  await carol.sees(later);
  await alice.blocks('carol');
  await carol.postOf(later).waitFor({ state: 'detached' });
  await alice.unblocks('carol');
  await carol.sees(later);

  await Reader.allLeave();
});

test('a post is written, edited and deleted in place, and whoever follows sees each', async () => {
  const [alice, bob] = await Reader.three();
  await bob.follows('alice');
  await bob.openFeed();
  await alice.openFeed();
  const text = alice.say('first');
  await alice.posts(text);
  await bob.sees(text);

  const post = alice.postOf(text);
  await post.getByRole('button', { name: 'Edit' }).click();
  const edited = alice.say('second');
  await alice.box.last().fill(edited);
  await alice.page.getByRole('button', { name: 'Save' }).click();
  await alice.postOf(edited).getByText('edited', { exact: true }).waitFor();
  await bob.postOf(edited).getByText('edited', { exact: true }).waitFor();
  assert.equal(await bob.postOf(text).count(), 0);

  await alice.postOf(edited).getByRole('button', { name: 'Delete' }).click();
  await alice.postOf(edited).getByRole('button', { name: 'Delete post' }).click();
  await alice.postOf(edited).waitFor({ state: 'detached' });
  await bob.postOf(edited).waitFor({ state: 'detached' });
  await alice.page.reload();
  await alice.page.locator('.post').first().waitFor();
  assert.equal(await alice.postOf(edited).count(), 0);
  await Reader.allLeave();
});

test('new posts come above without moving what is being read, and back leads to the same place', async () => {
  const [alice, bob] = await Reader.three();
  await bob.follows('alice');
  await alice.has(45);
  await bob.openFeed();
  const { page } = bob;
  await bob.scrollsToPost(41);
  await page.evaluate(() => scrollTo({ top: 1500 }));
  const before = await bob.reads();
  const text = alice.say('from above');
  await alice.call('POST', '/posts', { content: text });
  await bob.pill.filter({ hasText: '1 new post' }).click();
  await bob.postOf(text).waitFor({ state: 'attached' });
  stands(await bob.reads(), before);

  await page.locator(`.post[data-post="${before.postId}"] .post-author`).click();
  await page.locator('.person-head').waitFor();
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'Feed' }).waitFor();
  await page.waitForFunction(() => scrollY > 1000);
  stands(await bob.reads(), before);
  await Reader.allLeave();
});

test('each post is shown once, in order, however far one scrolls', async () => {
  const [alice, bob] = await Reader.three();
  await bob.follows('alice');
  await alice.has(45);
  await bob.openFeed();
  await bob.scrollsToPost(41);
  const seen = await bob.page.locator('.post').evaluateAll((posts) => posts.map((post) => post.dataset.post));
  assert.deepEqual(seen, [...new Set(seen)].sort().reverse());
  await Reader.allLeave();
});

test('an answer lost on the way is asked for again and posts once', async () => {
  const [alice] = await Reader.three();
  await alice.openFeed();
  const keys = [];
  await alice.page.route('**/posts', async (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    if (keys.length > 1) return route.continue();
    await route.fetch();
    return route.abort('connectionreset');
  });
  const text = alice.say('only once');
  await alice.posts(text);
  assert.equal(keys.length, 2);
  assert.equal(keys[0], keys[1]);
  await alice.page.reload();
  await alice.postOf(text).first().waitFor();
  assert.equal(await alice.postOf(text).count(), 1);
  await Reader.allLeave();
});

test('what is refused says so, and everything is as it was', async () => {
  const [alice] = await Reader.three();
  await alice.openFeed();
  const text = alice.say('kept');
  await alice.posts(text);
  const refuse = (route) =>
    route.request().method() === 'GET'
      ? route.fallback()
      : route.fulfill({ status: 400, contentType: 'application/problem+json', body: '{"status":400,"reason":"NO","detail":"not today"}' });
  await alice.page.route(/\/(posts|users)(\/|$)/, refuse);

  const lost = alice.say('refused');
  await alice.box.first().fill(lost);
  await alice.page.getByRole('button', { name: 'Post', exact: true }).click();
  await alice.page.getByRole('alert').filter({ hasText: 'Not posted' }).waitFor();
  assert.equal(await alice.box.first().inputValue(), lost);
  assert.equal(await alice.postOf(lost).count(), 0);

  const post = alice.postOf(text);
  await post.getByRole('button', { name: 'Delete' }).click();
  await post.getByRole('button', { name: 'Delete post' }).click();
  await post.getByText('Not deleted').waitFor();
  await post.getByRole('button', { name: 'Close' }).click();
  await post.getByRole('button', { name: 'Edit' }).click();
  await alice.box.last().fill('something else');
  await alice.page.getByRole('button', { name: 'Save' }).click();
  await alice.postOf(text).getByText('Not changed').waitFor();

  await alice.page.goto('/people/bob');
  await alice.page.getByRole('button', { name: 'Follow bob' }).click();
  await alice.page.getByRole('alert').filter({ hasText: 'Not followed' }).waitFor();
  await alice.page.getByRole('button', { name: 'Follow bob' }).waitFor();
  await Reader.allLeave();
});

test('a profile counts, lists and leads on; following and unfollowing shows at once', async () => {
  const [alice, bob] = await Reader.three();
  await alice.unfollows('bob');
  await bob.follows('alice');
  const { page } = alice;
  await page.goto('/people/bob');
  const follow = page.getByRole('button', { name: 'Follow bob' });
  const unfollow = page.getByRole('button', { name: 'Following bob: unfollow' });
  const followers = page.getByRole('link', { name: /^Followers/ });
  await follow.waitFor();
  const counted = async () => Number((await followers.innerText()).replace(/\D/g, ''));
  const before = await counted();
  await follow.click();
  await unfollow.waitFor();
  await page.waitForFunction((n) => document.querySelectorAll('.tabs a')[1].innerText.endsWith(String(n)), before + 1);
  await followers.click();
  await page.locator('.people-list .person-name', { hasText: 'alice' }).waitFor();
  await page.getByRole('link', { name: /^Following/ }).click();
  await page.locator('.people-list .person-name', { hasText: 'alice' }).click();
  await page.getByText('This is you.').waitFor();
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'bob' }).waitFor();
  await unfollow.click();
  await follow.waitFor();
  await Reader.allLeave();
});

test('with the keyboard alone one posts, walks from post to post and goes on to a person', async () => {
  const [alice] = await Reader.three();
  const { page } = alice;
  await alice.openFeed();
  const text = alice.say('typed');
  await alice.box.first().focus();
  await page.keyboard.type(text);
  await page.keyboard.press('Control+Enter');
  await alice.postOf(text).getByRole('button', { name: 'Edit' }).waitFor();
  await page.locator('.post').first().focus();
  await page.keyboard.press('PageDown');
  await page.keyboard.press('PageDown');
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-posinset')), '3');
  await page.keyboard.press('PageUp');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.locator('.person-head').waitFor();
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'Feed' }).waitFor();
  await page.waitForFunction(() => document.activeElement.getAttribute('aria-posinset') === '2');
  await Reader.allLeave();
});

test('a post has room for 5,000 characters and says when it is too long', async () => {
  const [alice] = await Reader.three();
  await alice.openFeed();
  const post = alice.page.getByRole('button', { name: 'Post', exact: true });
  await alice.box.first().fill('x'.repeat(5001));
  await alice.page.getByText('1 too many').waitFor();
  assert.ok(await post.isDisabled());
  await alice.box.first().fill('x'.repeat(4990));
  await alice.page.getByText('10 left').waitFor();
  assert.ok(await post.isEnabled());
  await alice.box.first().fill('   ');
  await alice.page.getByRole('button', { name: 'Post', exact: true, disabled: true }).waitFor();
  await Reader.allLeave();
});

/** The same post at the same height, to the pixel a screen can show. */
function stands(now, before) {
  assert.equal(now.postId, before.postId);
  assert.ok(Math.abs(now.top - before.top) <= 1, `moved from ${before.top} to ${now.top}`);
}
