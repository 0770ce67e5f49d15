/** Asking, reading, going back, keeping. */
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {
  ask,
  count,
  dismiss,
  eventually,
  kept,
  lastAnswer,
  mock,
  open,
  READY,
  scripted,
  useBrowser,
  written,
} from './harness.mjs';

useBrowser();

const actions = page => page.locator('.answer').last().locator('.actions');

/** Waits until a locator's text, or the value of its field, is what is expected. */
const text = (locator, expected) =>
  eventually(async () => assert.equal(await locator.innerText(), expected));
const value = (locator, expected) =>
  eventually(async () => assert.equal(await locator.inputValue(), expected));

/** Waits until the browser keeps conversations with these titles, their answers ended. */
const keptWhole = (page, ...titles) =>
  eventually(async () => {
    const all = await kept(page);
    assert.deepEqual(all.map(it => it.title).sort(), titles.sort());
    assert.ok(all.every(it => it.turns.every(turn => turn.answers.flat().every(a => a.end))));
  });

test('an answer streams in, with its speed, and the question is sent once', async () => {
  const {page, seen} = await open();
  await ask(page, '안녕하세요');
  assert.notEqual(await lastAnswer(page).innerText(), '');
  assert.equal(seen.chats.length, 1);
  assert.equal(seen.chats[0].messages.at(-1).content, '안녕하세요');
  await actions(page).getByText('토큰').waitFor();
  await value(page.locator('#message'), '');
  assert.deepEqual(seen.errors, []);
  assert.deepEqual(seen.outside, []);
});

test('Korean cut inside a character arrives whole', scripted, async () => {
  const {page} = await open();
  await ask(page, '가나다라마바사');
  await text(lastAnswer(page), 'exaone3:7.8b 메아리: 가나다라마바사 (1번째)');
});

test(
  'text shows while it is written, and only the whole answer is announced',
  scripted,
  async () => {
    const {page, box} = await open();
    await page.evaluate(() => {
      window.announced = [];
      const region = document.querySelector('[aria-live]');
      new MutationObserver(() => announced.push(region.textContent)).observe(region, {
        characterData: true,
        subtree: true,
        childList: true,
      });
    });
    await box.fill('slow');
    await box.press('Enter');
    await page.locator('.answer[aria-busy=true] .prose', {hasText: '천천히'}).waitFor();
    await written(page);
    await eventually(async () => {
      const announced = [...new Set(await page.evaluate(() => announced))].filter(text => text);
      assert.equal(announced.length, 2);
      assert.match(announced[1], /^exaone3:7.8b의 답: 천천히 쓰는 답입니다\./);
    });
  },
);

test('stop ends an answer, which can be continued', scripted, async () => {
  const {page, seen, box} = await open();
  await box.fill('slow, endless');
  await box.press('Enter');
  await page.locator('.prose', {hasText: '천천히'}).waitFor();
  await page.getByRole('button', {name: '멈추기'}).click();
  await written(page);
  await page.getByText('여기서 멈추었습니다.', {exact: true}).waitFor();
  const before = await lastAnswer(page).innerText();
  await page.getByRole('button', {name: '이어서 답하기'}).click();
  await page.locator('.prose', {hasText: '이어서 씁니다.'}).waitFor();
  await written(page);
  assert.ok((await lastAnswer(page).innerText()).startsWith(before.trim()));
  assert.equal(seen.chats[1].messages.at(-1).role, 'assistant');
});

test('Escape stops too', scripted, async () => {
  const {page, box} = await open();
  await box.fill('slow, endless: 1부터 500까지 한 줄에 하나씩 세어 줘');
  await box.press('Enter');
  await page.locator('.answer[aria-busy=true]').waitFor();
  await page.keyboard.press('Escape');
  await written(page);
  await page.getByText('여기서 멈추었습니다.', {exact: true}).waitFor();
});

test('an edited question branches, and the arrows go back', async () => {
  const {page} = await open();
  await ask(page, '하나');
  await ask(page, '둘');
  await page.locator('.question').first().getByRole('button', {name: '고치기'}).click();
  await page.locator('#edit').fill('하나, 다르게');
  await page.locator('#edit').press('Enter');
  await page.locator('.bubble', {hasText: '하나, 다르게'}).waitFor();
  await written(page);
  await count(page.locator('.turn'), 1);
  const versions = page.locator('.question .versions');
  await text(versions.locator('span'), '2/2');
  await versions.getByRole('button', {name: '이전 것 보기'}).click();
  await page.locator('.turn').nth(1).waitFor();
  await text(page.locator('.bubble').last(), '둘');
});

test('regenerate adds a version, and the conversation goes on from the one shown', async () => {
  const {page, seen} = await open();
  await ask(page, '하나');
  await page.getByRole('button', {name: '다시 답하기'}).click();
  await page.locator('.answer .versions', {hasText: '2/2'}).waitFor();
  assert.deepEqual(seen.chats[1].messages, seen.chats[0].messages);
  await ask(page, '둘');
  assert.equal(seen.chats[2].messages.length, 3);
});

test('the arrow key edits the last question', async () => {
  const {page, box} = await open();
  await ask(page, '하나');
  await box.press('ArrowUp');
  await page.locator('#edit:focus').waitFor();
  await value(page.locator('#edit'), '하나');
  await page.keyboard.press('Escape');
  await page.locator('#edit').waitFor({state: 'detached'});
});

test('a reload keeps the conversation, its branch and its draft-free box', async () => {
  const {page} = await open();
  await ask(page, '하나');
  const said = await lastAnswer(page).innerText();
  await keptWhole(page, '하나');
  await page.reload();
  await text(lastAnswer(page), said);
  await count(page.locator('.sidebar li'), 1);
  await value(page.locator('#message'), '');
});

test('a reload in mid-answer keeps what was written', scripted, async () => {
  const {page, box} = await open();
  await box.fill('slow');
  await box.press('Enter');
  await eventually(async () => {
    const [{turns}] = await kept(page);
    assert.match(turns[0].answers[0][0].text, /천천히/);
  });
  await page.reload();
  await page.getByText('연결이 끊겨').waitFor();
  await page.locator('.prose', {hasText: '천천히'}).waitFor();
});

test('conversations are found, renamed and deleted', async () => {
  const {page} = await open();
  await ask(page, '처마 이야기');
  await page.keyboard.press('Control+Shift+O');
  await page.locator('.welcome').waitFor();
  await ask(page, '구들 이야기');
  const entries = page.locator('.sidebar li');
  await count(entries, 2);
  await page.keyboard.press('Control+K');
  await page.locator('#search:focus').waitFor();
  await page.keyboard.type('처마');
  await count(entries, 1);
  await entries.first().hover();
  await page.getByRole('button', {name: '"처마 이야기" 이름 바꾸기'}).click();
  await page.getByLabel('새 이름').fill('지붕');
  await page.keyboard.press('Enter');
  await page.locator('#search').fill('');
  await entries.nth(1).waitFor();
  await entries.filter({hasText: '지붕'}).waitFor();
  await page.getByRole('button', {name: '"구들 이야기" 지우기'}).click();
  await page.getByRole('dialog').getByRole('button', {name: '지우기'}).click();
  await page.locator('.welcome').waitFor();
  await count(entries, 1);
  await keptWhole(page, '지붕');
  await page.reload();
  await text(entries, '지붕');
});

test('an export is imported into another browser', async () => {
  const {page} = await open();
  await ask(page, '옮길 이야기');
  const said = await lastAnswer(page).innerText();
  await page.getByRole('button', {name: '보관'}).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', {name: '모두 내보내기'}).click(),
  ]);
  const file = await download.path();
  assert.equal(JSON.parse(readFileSync(file, 'utf8')).conversations.length, 1);
  const other = await open();
  await other.page.getByRole('button', {name: '보관'}).click();
  await other.page.locator('input[type=file]').setInputFiles(file);
  await other.page.getByText('대화 1개를 가져왔습니다.').waitFor();
  await other.page.getByRole('link', {name: '옮길 이야기'}).click();
  await text(lastAnswer(other.page), said);
});

test('settings go with the question, and only what is set', scripted, async () => {
  const {page, seen} = await open();
  await page.getByRole('button', {name: '설정'}).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('시스템 프롬프트').fill('짧게 답해.');
  const temperature = drawer.locator('[name=temperature]');
  await eventually(async () =>
    assert.equal(await temperature.getAttribute('placeholder'), '0.6'),
  );
  await temperature.fill('0.3');
  await drawer.locator('[name=top_p]').fill('7');
  await dismiss(page);
  await ask(page, '하나');
  assert.deepEqual(seen.chats[0].options, {temperature: 0.3});
  assert.deepEqual(seen.chats[0].messages[0], {role: 'system', content: '짧게 답해.'});
  await keptWhole(page, '하나');
  await page.reload();
  await page.getByRole('button', {name: '설정'}).click();
  await value(temperature, '0.3');
  await drawer.getByRole('button', {name: '기본값으로'}).click();
  await value(temperature, '');
});

test('errors show where they happen', scripted, async () => {
  const {page} = await open();
  await ask(page, 'too long');
  await page
    .locator('.note.error', {hasText: 'the prompt has 9000 tokens, the context 4096'})
    .waitFor();
  await ask(page, 'broken');
  await page.locator('.note.error', {hasText: 'the engine stopped'}).waitFor();
  await page.locator('.answer').last().locator('.prose', {hasText: 'exaone3'}).waitFor();
  await ask(page, 'cut');
  await page.locator('.note', {hasText: '연결이 끊겨'}).waitFor();
});

test('a shortened conversation and a full context are said', scripted, async () => {
  const {page} = await open();
  await ask(page, 'truncate full');
  await page.getByText('토큰 1,234개를 빼고').waitFor();
  await page.getByText('컨텍스트가 거의 찼습니다').waitFor();
  await page.locator('.gauge', {hasText: '/ 4,096 토큰'}).waitFor();
  await ask(page, 'length');
  await page.getByText('길이 제한').waitFor();
});

test('a comparison asks both sides, each with its settings', scripted, async () => {
  const {page, seen} = await open();
  await page.getByRole('button', {name: '비교하기'}).click();
  await page.getByLabel('모델 B', {exact: true}).selectOption('hanok-mini:latest');
  await page.getByRole('button', {name: '설정 B'}).click();
  await page.getByRole('dialog').locator('[name=temperature]').fill('0');
  await dismiss(page);
  await ask(page, '하나');
  assert.deepEqual(
    seen.chats.map(chat => [chat.model, chat.options]),
    [
      ['exaone3:7.8b', {}],
      ['hanok-mini:latest', {temperature: 0}],
    ],
  );
  await ask(page, '둘');
  assert.match(seen.chats[3].messages[1].content, /hanok-mini/);
  const [left, right] = await page.locator('.turn').last().locator('.answer').all();
  assert.ok((await left.boundingBox()).x < (await right.boundingBox()).x);
});

test('?q= fills the box and sends nothing', async () => {
  const {page, seen, box} = await open({path: '/?q=' + encodeURIComponent('한옥이란?')});
  await value(box, '한옥이란?');
  await page.locator('#message:focus').waitFor();
  await page.waitForTimeout(300);
  assert.equal(seen.chats.length, 0);
  assert.equal(new URL(page.url()).search, '');
});

test('a server that goes is missed, and found again', scripted, async () => {
  const {page} = await open();
  mock.gone = true;
  await ask(page, '거기 있나요');
  await page.locator('.banner', {hasText: '서버에 닿지 않습니다'}).waitFor();
  mock.gone = false;
  await page.locator('.banner').waitFor({state: 'detached'});
  await page.getByRole('button', {name: '다시 답하기'}).click();
  await page.locator('.prose', {hasText: '메아리'}).waitFor();
});

test('a key is asked for once, used, and kept until the window is closed', scripted, async () => {
  mock.key = 'secret';
  const {page} = await open({ready: '#dialog1'});
  const dialog = page.getByRole('dialog');
  await count(dialog, 1);
  await dialog.getByLabel('API 키').fill('wrong');
  await page.keyboard.press('Enter');
  await page.locator('#dialog2').waitFor();
  await dialog.getByLabel('API 키').fill('secret');
  await page.keyboard.press('Enter');
  await page.locator(READY).first().waitFor({state: 'attached'});
  await ask(page, '하나');
  await page.reload();
  await page.locator(READY).first().waitFor({state: 'attached'});
  await ask(page, '둘');
  assert.equal(await dialog.count(), 0);
});
