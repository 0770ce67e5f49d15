/** One Enter sends once: the orders of events that input methods are known to make. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {eventually, open, useBrowser, written} from './harness.mjs';

useBrowser();

/** The page, and hands on its input method. */
async function typing() {
  const opened = await open();
  const devtools = await opened.context.newCDPSession(opened.page);
  const ime = {
    compose: text =>
      devtools.send('Input.imeSetComposition', {
        text,
        selectionStart: text.length,
        selectionEnd: text.length,
      }),
    commit: text => devtools.send('Input.insertText', {text}),
    swallowedEnter: () =>
      devtools.send('Input.dispatchKeyEvent', {
        type: 'rawKeyDown',
        key: 'Enter',
        code: 'Enter',
        windowsVirtualKeyCode: 229,
      }),
  };
  await opened.box.focus();
  return {...opened, ime};
}

/** What was sent, after the dust has settled; the box must be empty then. */
async function sent({page, seen, box}) {
  await written(page);
  await page.waitForTimeout(200); // for what must not be sent
  await eventually(async () => assert.equal(await box.inputValue(), ''));
  return seen.chats.map(chat => chat.messages.at(-1).content);
}

test('plain typing: Enter sends', async () => {
  const it = await typing();
  await it.page.keyboard.type('hello');
  await it.page.keyboard.press('Enter');
  assert.deepEqual(await sent(it), ['hello']);
});

test('Shift+Enter breaks the line', async () => {
  const it = await typing();
  await it.page.keyboard.type('a');
  await it.page.keyboard.press('Shift+Enter');
  await it.page.keyboard.type('b');
  assert.equal(it.seen.chats.length, 0);
  await it.page.keyboard.press('Enter');
  assert.deepEqual(await sent(it), ['a\nb']);
});

test('Korean as on macOS: Enter ends the syllable and is passed on', async () => {
  const it = await typing();
  await it.ime.commit('안녕하세');
  await it.ime.compose('요');
  await it.ime.swallowedEnter();
  await it.ime.commit('요');
  await it.page.keyboard.press('Enter');
  assert.deepEqual(await sent(it), ['안녕하세요']);
});

test('Korean as on Windows: Enter ends the syllable and is not passed on', async () => {
  const it = await typing();
  await it.ime.commit('안녕하세');
  await it.ime.compose('요');
  await it.ime.swallowedEnter();
  await it.ime.commit('요');
  assert.deepEqual(await sent(it), ['안녕하세요']);
});

test('Korean with an Enter that does not wait for the composition', async () => {
  const it = await typing();
  await it.ime.commit('안녕하세');
  await it.ime.compose('요');
  await it.page.keyboard.press('Enter');
  assert.deepEqual(await sent(it), ['안녕하세요']);
});

test('Japanese: Enter chooses a candidate and sends nothing', async () => {
  const it = await typing();
  await it.ime.compose('にほん');
  await it.ime.swallowedEnter();
  await it.ime.commit('日本');
  await it.page.waitForTimeout(300);
  assert.equal(it.seen.chats.length, 0);
  await eventually(async () => assert.equal(await it.box.inputValue(), '日本'));
  await it.page.keyboard.press('Enter');
  assert.deepEqual(await sent(it), ['日本']);
});

test('a second Enter in haste sends nothing more', async () => {
  const it = await typing();
  await it.page.keyboard.type('hello');
  await it.page.keyboard.press('Enter');
  await it.page.keyboard.press('Enter');
  assert.deepEqual(await sent(it), ['hello']);
});
