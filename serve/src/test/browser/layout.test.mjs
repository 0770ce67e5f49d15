/** Sizes, languages, colours, keyboard; and axe-core, which knows the rules of accessibility. */
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {test} from 'node:test';
import {ask, dismiss, eventually, open, screenshot, scripted, useBrowser} from './harness.mjs';

useBrowser();

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PHONE = {
  viewport: {width: 390, height: 844},
  hasTouch: true,
  isMobile: true,
  deviceScaleFactor: 2,
};
const ENGLISH = {locale: 'en-US'};
const DARK = {colorScheme: 'dark'};

/** Serious and critical findings, as `rule: element`. */
async function findings(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', {expression: AXE});
  const {violations} = await page.evaluate(() => axe.run());
  return violations
    .filter(it => /serious|critical/.test(it.impact))
    .flatMap(it =>
      it.nodes.map(node => `${it.id}: ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`),
    );
}

for (const [name, options] of Object.entries({
  'light-ko': {},
  'dark-ko': DARK,
  'light-en': ENGLISH,
  'dark-en': {...ENGLISH, ...DARK},
  'phone-light-ko': PHONE,
  'phone-dark-en': {...PHONE, ...ENGLISH, ...DARK},
})) {
  test(`nothing keeps anyone out: ${name}`, scripted, async () => {
    const {page} = await open({options});
    const english = name.endsWith('en');
    await page.locator(`html[lang=${english ? 'en' : 'ko'}]`).waitFor();
    assert.deepEqual(await findings(page), [], 'empty');
    await screenshot(page, `${name}-empty`);
    await ask(page, 'markdown');
    await page.locator('.prose math').nth(5).waitFor();
    await page.locator('.hljs-keyword').first().waitFor();
    await ask(page, 'truncate full length');
    await ask(page, 'too long');
    assert.deepEqual(await findings(page), [], 'conversation');
    await screenshot(page, `${name}-end`);
    await page.locator('.thread').evaluate(it => {
      it.scrollTop = 0;
    });
    await screenshot(page, `${name}-conversation`);
    await page.getByRole('button', {name: english ? 'Settings' : '설정'}).click();
    await page.locator('dialog:modal [name=temperature]').waitFor();
    assert.deepEqual(await findings(page), [], 'settings');
    await screenshot(page, `${name}-settings`);
    await dismiss(page);
    if (name.startsWith('phone')) {
      await page
        .getByRole('button', {name: english ? 'Show or hide conversations' : '대화 목록 열고 닫기'})
        .click();
      await page.locator('.sidebar').waitFor();
      assert.deepEqual(await findings(page), [], 'drawer');
      await screenshot(page, `${name}-drawer`);
    }
    await page.getByRole('button', {name: english ? 'Models' : '모델 관리'}).click();
    await page.locator('.models strong').first().waitFor();
    assert.deepEqual(await findings(page), [], 'models');
    await page.locator('.line input').fill('exaone3.0');
    await page.keyboard.press('Enter');
    await page.locator('.licence').waitFor();
    assert.deepEqual(await findings(page), [], 'licence');
    await screenshot(page, `${name}-licence`);
    await dismiss(page);
    await dismiss(page);
    await page.getByRole('button', {name: english ? 'Keyboard shortcuts' : '단축키'}).click();
    await page.locator('dialog:modal kbd').first().waitFor();
    assert.deepEqual(await findings(page), [], 'help');
    await screenshot(page, `${name}-help`);
  });
}

test('a comparison stands side by side, and one below the other on a phone', scripted, async () => {
  for (const [name, options] of Object.entries({desktop: {}, phone: PHONE})) {
    const {page} = await open({options});
    await page.getByRole('button', {name: '비교하기'}).click();
    await page.getByLabel('모델 B', {exact: true}).selectOption('hanok-mini:latest');
    await ask(page, 'markdown');
    const [a, b] = await Promise.all(
      (await page.locator('.answer').all()).map(it => it.boundingBox()),
    );
    assert.equal(name === 'phone', a.x === b.x);
    await page.locator('.thread').evaluate(it => {
      it.scrollTop = 0;
    });
    assert.deepEqual(await findings(page), []);
    await screenshot(page, `comparison-${name}`);
  }
});

test(
  'a phone scrolls down only, and its targets are as large as a fingertip',
  scripted,
  async () => {
    const {page} = await open({options: PHONE});
    await ask(page, 'markdown');
    await ask(page, 'x'.repeat(300));
    await page.locator('.prose math').nth(5).waitFor();
    const wide = () =>
      page.evaluate(
        () =>
          document.documentElement.scrollWidth > innerWidth ||
          document.querySelector('.thread').scrollWidth > innerWidth,
      );
    assert.equal(await wide(), false);
    const small = () =>
      page.evaluate(() =>
        [...document.querySelectorAll('button, select, input, textarea, .sidebar a')]
          .filter(it => it.checkVisibility() && !it.closest('[inert]'))
          .map(it => [it.getAttribute('aria-label') ?? it.textContent, it.getBoundingClientRect()])
          .filter(([, {width, height}]) => width && (width < 44 || height < 44))
          .map(([label, {width, height}]) => `${label} ${width}x${height}`),
      );
    assert.deepEqual(await small(), []);
    await page.getByRole('button', {name: '대화 목록 열고 닫기'}).tap();
    await page.locator('.sidebar').waitFor();
    assert.deepEqual(await small(), []);
    assert.equal(await wide(), false);
    await page.getByRole('button', {name: '모델 관리'}).tap();
    await page.locator('.models strong').first().waitFor();
    assert.deepEqual(await small(), []);
  },
);

test('the drawer of a phone closes with Escape, a tap beside it, or a choice', async () => {
  const {page} = await open({options: PHONE});
  const drawer = page.locator('.sidebar');
  const opener = page.getByRole('button', {name: '대화 목록 열고 닫기'});
  assert.equal(await drawer.isVisible(), false);
  await opener.tap();
  await drawer.waitFor();
  await page.locator('.sidebar button:focus').waitFor();
  await page.keyboard.press('Escape');
  await drawer.waitFor({state: 'hidden'});
  await page.locator('[aria-controls=sidebar]:focus').waitFor();
  await opener.tap();
  await page.locator('.scrim').tap({position: {x: 370, y: 400}});
  await drawer.waitFor({state: 'hidden'});
  await opener.tap();
  await page.getByRole('button', {name: '새 대화'}).tap();
  await drawer.waitFor({state: 'hidden'});
});

test('language and colours are chosen, and kept', async () => {
  const {page} = await open();
  await page.getByLabel('언어').selectOption('en');
  await page.getByRole('button', {name: 'New conversation'}).waitFor();
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await paper();
  await page.getByLabel('Appearance').selectOption('dark');
  await page.locator('html[data-theme=dark]').waitFor();
  await eventually(async () => assert.notEqual(await paper(), light));
  await page.reload();
  await page.locator('html[data-theme=dark][lang=en]').waitFor();
});

test('a question mark shows the keyboard, but not while writing', async () => {
  const {page, box} = await open();
  await box.press('?');
  assert.equal(await page.getByRole('dialog').count(), 0);
  await eventually(async () => assert.equal(await box.inputValue(), '?'));
  await page.locator('.bar button').first().focus();
  await page.keyboard.press('?');
  await page.getByRole('dialog', {name: '단축키'}).waitFor();
  await dismiss(page);
  await page.keyboard.press('/');
  await page.locator('#message:focus').waitFor();
  await page.keyboard.press('Control+B');
  await page.locator('.sidebar').waitFor({state: 'hidden'});
});
