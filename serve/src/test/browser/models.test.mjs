/** Models: choosing, downloading under a licence, deleting. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {count, dismiss, eventually, mock, open, scripted, useBrowser} from './harness.mjs';

useBrowser();

async function manage() {
  const opened = await open();
  const pulls = [];
  opened.page.on(
    'request',
    request => request.url().endsWith('/api/pull') && pulls.push(request.postDataJSON()),
  );
  await opened.page.getByRole('button', {name: '모델 관리'}).click();
  const download = async name => {
    await opened.page.getByLabel('내려받을 모델').fill(name);
    await opened.page.keyboard.press('Enter');
  };
  return {...opened, pulls, download};
}

test('models are listed with their size and kind', async () => {
  const {page} = await manage();
  await page.locator('.models li', {hasText: /[GM]B/}).first().waitFor();
});

test('a download shows its progress and arrives', scripted, async () => {
  const {page, download} = await manage();
  mock.halfway = true;
  await download('hanok-nano');
  await page.getByText('500 MB / 1.0 GB').waitFor();
  assert.ok(await page.locator('progress').getAttribute('max'));
  mock.halfway = false;
  await page.locator('.models strong', {hasText: 'hanok-nano:latest'}).waitFor();
  await page.locator('progress').waitFor({state: 'detached'});
});

test('a licence is read and accepted before the download', scripted, async () => {
  const {page, pulls, download} = await manage();
  await download('exaone3.0');
  const licence = page.getByRole('dialog', {name: /사용 조건/});
  await licence.getByText('연구 목적으로만').waitFor();
  assert.match(await licence.locator('pre').innerText(), /This License Agreement/);
  await licence.getByRole('button', {name: '동의하고 내려받기'}).click();
  await page.locator('.models strong', {hasText: 'exaone3.0:latest'}).waitFor();
  await eventually(() =>
    assert.deepEqual(
      pulls.map(pull => pull.accept_license),
      [undefined, true],
    ),
  );
});

test('a licence that is declined downloads nothing', scripted, async () => {
  const {page, pulls, download} = await manage();
  await download('exaone3.0');
  await page.getByRole('dialog', {name: /사용 조건/}).waitFor();
  await dismiss(page);
  await count(page.locator('.models strong'), 2);
  assert.equal(pulls.length, 1);
});

test('a download that fails says why, and can be tried again', scripted, async () => {
  const {page, pulls, download} = await manage();
  await download('broken');
  await page.getByRole('alert').getByText('digest does not match').waitFor();
  await download('broken');
  await eventually(() => assert.equal(pulls.length, 2));
  await page.getByRole('alert').getByText('digest does not match').waitFor();
});

test('a model is deleted after a question, and the focus comes back', scripted, async () => {
  const {page} = await manage();
  await page.getByRole('button', {name: '"hanok-mini:latest" 지우기'}).click();
  await page.getByRole('dialog').last().getByRole('button', {name: '취소'}).click();
  await page.locator('button:focus[aria-label=\'"hanok-mini:latest" 지우기\']').waitFor();
  await page.getByRole('button', {name: '"hanok-mini:latest" 지우기'}).click();
  await page.getByRole('dialog').last().getByRole('button', {name: '지우기', exact: true}).click();
  await page.locator('.models strong').nth(1).waitFor({state: 'detached'});
  assert.deepEqual(mock.models, ['exaone3:7.8b']);
});

test('a server without models says what to do', scripted, async () => {
  mock.models = [];
  const {page} = await open({ready: '.welcome p'});
  await page.locator('.welcome p', {hasText: '내려받으세요'}).waitFor();
});
