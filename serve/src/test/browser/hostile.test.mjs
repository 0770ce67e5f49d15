/** What a model says cannot act. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {ask, eventually, mock, open, scripted, useBrowser} from './harness.mjs';
import {HOSTILE} from './samples.mjs';

useBrowser();

/** What is wrong with the elements below a root: tags, attributes and links that may not be. */
function unwanted(root) {
  const tags =
    /^(p|br|hr|h[1-6]|ul|ol|li|blockquote|pre|code|table|thead|tbody|tr|th|td|a|em|strong|del|ins|b|i|u|s|mark|sub|sup|kbd|small|span|div|figure|figcaption|button|math|semantics|annotation|m[a-z]+)$/;
  const attributes =
    /^(class|href|title|start|align|target|rel|type|tabindex|role|aria-label|xmlns|display|encoding|stretchy|fence|form|separator|accent|displaystyle|scriptlevel|mathvariant|width|height|lspace|rspace|linethickness|columnalign|rowspacing|columnspacing|mathcolor|minsize|maxsize)$/;
  return [...root.querySelectorAll('*')]
    .flatMap(it => [
      tags.test(it.localName) && !/^(marquee|meta)$/.test(it.localName) ? '' : it.localName,
      ...[...it.attributes].map(({name}) =>
        attributes.test(name) ? '' : `${it.localName}[${name}]`,
      ),
      !it.hasAttribute('href') || /^(https?|mailto):/.test(it.href) ? '' : it.href,
      !it.hasAttribute('href') || (it.target === '_blank' && it.rel === 'noopener noreferrer')
        ? ''
        : `${it.href} keeps its opener`,
      /toast|small|primary|unseen/.test(it.className) ? it.className : '',
    ])
    .filter(found => found);
}

/** Fails if anything of the page was reached. */
async function inert({page, seen}) {
  await page.waitForTimeout(400);
  assert.equal(await page.evaluate(() => window.pwned), undefined);
  assert.deepEqual(seen.dialogs, []);
  assert.deepEqual(seen.outside, []);
  assert.equal(await page.locator('.sidebar').isVisible(), true);
  assert.equal(page.context().pages().length, 1);
}

test('an answer full of scripts, frames and tricks stays text', scripted, async () => {
  const it = await open();
  await ask(it.page, 'hostile');
  await it.page.locator('.prose math').first().waitFor();
  assert.deepEqual(await it.page.locator('.answer .prose').evaluate(unwanted), []);
  for (const link of await it.page.locator('.prose a').all()) {
    await link.dispatchEvent('mouseover');
  }
  await inert(it);
});

test('each trick alone, as Markdown, is inert', scripted, async () => {
  const it = await open();
  const found = await it.page.evaluate(`(async tricks => {
    const {blocks, sanitize} = await import('/page/markdown.js');
    ${unwanted}
    return tricks.flatMap(trick => {
      const box = document.createElement('div');
      document.body.append(box);
      blocks(trick).forEach(block => box.append(sanitize(block.html())));
      return unwanted(box).map(what => trick + ': ' + what);
    });
  })(${JSON.stringify(HOSTILE)})`);
  assert.deepEqual(found, []);
  await inert(it);
});

test('the second wall holds alone: raw HTML through the sanitiser', async () => {
  const it = await open();
  const left = await it.page.evaluate(async tricks => {
    const {sanitize} = await import('/page/markdown.js');
    const box = document.createElement('div');
    document.body.append(box);
    tricks.forEach(trick => box.append(sanitize(trick)));
    return box.outerHTML;
  }, HOSTILE);
  assert.doesNotMatch(
    left,
    /<(script|img|svg|math|style|link|iframe|object|embed|form|base|meta|dialog|video|audio|input|details|template)/i,
  );
  assert.doesNotMatch(
    left,
    /<[^>]* (on\w+|style|id|name|slot|is|role|data-\w+|aria-\w+|srcdoc|src)=/i,
  );
  assert.doesNotMatch(left, /href="(?!https?:|mailto:)/i);
  await inert(it);
});

test('the third wall holds alone: the policy runs nothing that is not ours', async () => {
  const it = await open();
  const blocked = await it.page.evaluate(async () => {
    await new Promise(resolve => setTimeout(resolve)); // what a debugger calls may evaluate
    const found = [];
    const text = 'window.pwned = 1';
    const attempts = {
      eval: () => (0, eval)(text),
      function: () => new Function(text)(),
      timer: () => setTimeout(text),
      inner: () => {
        document.body.innerHTML += '<img src=x onerror="window.pwned=1">';
      },
      source: () => {
        document.createElement('script').src = 'https://outside.example/x.js';
      },
      policy: () => trustedTypes.createPolicy('other', {createHTML: it => it}),
    };
    for (const [name, attempt] of Object.entries(attempts)) {
      try {
        attempt();
      } catch {
        found.push(name);
      }
    }
    const outcome = async promise =>
      promise.then(
        () => 'done',
        () => 'blocked',
      );
    found.push(`fetch ${await outcome(fetch('https://outside.example/'))}`);
    return found;
  });
  assert.deepEqual(blocked, [
    'eval',
    'function',
    'timer',
    'inner',
    'source',
    'policy',
    'fetch blocked',
  ]);
  assert.equal(await it.page.evaluate(() => window.pwned), undefined);
});

test('texts that grow without end are still shown', async () => {
  const {page} = await open();
  const slowest = await page.evaluate(async () => {
    const {blocks, sanitize} = await import('/page/markdown.js');
    const texts = [
      '>'.repeat(20_000),
      '- '.repeat(5_000),
      '['.repeat(20_000),
      '\\('.repeat(10_000),
      '$'.repeat(20_001),
      '`'.repeat(20_001),
      '*a _b '.repeat(4_000),
      '<'.repeat(20_000),
      '|a'.repeat(5_000) + '\n' + '|-'.repeat(5_000),
      '[a]('.repeat(5_000),
      '![['.repeat(5_000),
      'https://'.repeat(3_000),
    ];
    return Math.max(
      ...texts.map(text => {
        const started = performance.now();
        blocks(text).forEach(block => sanitize(block.html()));
        return performance.now() - started;
      }),
    );
  });
  assert.ok(slowest < 5_000, `${slowest} ms`);
});

test('names from the server and from a file are text, too', scripted, async () => {
  const it = await open();
  mock.models = ['<img src=x onerror=window.pwned=30>'];
  await it.page.getByRole('button', {name: '모델 관리'}).click();
  await it.page.locator('.models strong', {hasText: '<img src=x'}).waitFor();
  await inert(it);
});

test('Markdown is shown as it is meant', scripted, async () => {
  const {page, seen} = await open();
  await ask(page, 'markdown');
  const prose = page.locator('.answer .prose');
  await prose.locator('math').nth(5).waitFor();
  assert.equal(await prose.locator('h2').innerText(), '이진 탐색');
  assert.equal(await prose.locator('td').count(), 6);
  assert.equal(await prose.locator('ol ul li').count(), 1);
  assert.match(await prose.locator('blockquote').innerText(), /\$5에서 \$6 사이/);
  assert.equal(await prose.locator('sub').innerText(), '2');
  assert.equal(
    await prose.getByRole('link', {name: '처마'}).getAttribute('href'),
    'https://images.example/eaves.png',
  );
  await prose.locator('.hljs-keyword').first().waitFor();
  await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', {value: undefined}));
  await page.evaluate(() =>
    document.addEventListener('copy', () => {
      window.copied = getSelection().toString();
    }),
  );
  await prose.locator('figcaption button').click();
  await page.getByText('복사했습니다.').waitFor();
  await eventually(async () =>
    assert.match(await page.evaluate(() => copied), /^\/\*\* 찾은 자리.*return -1;\n}/s),
  );
  assert.deepEqual(seen.outside, []);
  assert.deepEqual(seen.errors, []);
});
