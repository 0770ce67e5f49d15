/** Shows Markdown: blocks that are drawn once, code with its colours and a copy button. */
import {DOMPurify, h, lazy, useLayoutEffect, useMemo, useRef} from './lib.js';
import {blocks, sanitize} from './markdown.js';
import {setFormulas} from './formula.js';
import {copy} from './clipboard.js';
import {t} from './text.js';

/** Longer code stays without: colouring it again and again while it grows would be slow. */
const COLOURED_CHARACTERS = 20_000;

/** While a text grows, at most one part in this many of the time goes into reading it again. */
const SHARE = 5;

/** @param {{text: string, growing: boolean}} props */
export function Prose({text, growing}) {
  const {current: read} = useRef({text: '', parts: [], started: 0, ended: 0});
  const rest = (read.ended - read.started) * (SHARE - 1);
  if (text !== read.text && (!growing || performance.now() - read.ended >= rest)) {
    const started = performance.now();
    Object.assign(read, {text, parts: blocks(text), started, ended: performance.now()});
  }
  return h(
    'div',
    {class: 'prose'},
    read.parts.map((block, index) => h(Block, {key: index, block})),
  );
}

function Block({block}) {
  const ref = useRef(null);
  const html = useMemo(block.html, [block.raw]);
  useLayoutEffect(() => {
    const fragment = sanitize(html);
    fragment.querySelectorAll('pre > code').forEach(frame);
    fragment.querySelectorAll('table').forEach(scroll);
    setFormulas(fragment);
    ref.current.replaceChildren(fragment);
  }, [html]);
  return h('div', {class: 'block', ref});
}

/** Puts code into a frame that names its language and can copy it. @param {HTMLElement} code */
function frame(code) {
  const language = /language-(\S+)/.exec(code.className)?.[1] ?? '';
  const box = document.createElement('figure');
  const head = document.createElement('figcaption');
  const button = document.createElement('button');
  const pre = code.parentElement;
  const source = code.textContent;
  button.type = 'button';
  button.textContent = t('copyCode');
  button.onclick = () => copy(source);
  head.append(language || t('code'), button);
  pre.tabIndex = 0;
  pre.replaceWith(box);
  box.append(head, pre);
  if (language && source.length <= COLOURED_CHARACTERS) {
    colour(code, source, language);
  }
}

function colour(code, source, language) {
  if (!globalThis.hljs) {
    lazy('hljs').then(
      () => colour(code, source, language),
      () => {},
    );
  } else if (globalThis.hljs.getLanguage(language)) {
    const {value} = globalThis.hljs.highlight(source, {language, ignoreIllegals: true});
    code.replaceChildren(
      DOMPurify.sanitize(value, {
        ALLOWED_TAGS: ['span'],
        ALLOWED_ATTR: ['class'],
        RETURN_DOM_FRAGMENT: true,
      }),
    );
  }
}

/** A wide table scrolls by itself, also with the keyboard. @param {HTMLTableElement} table */
function scroll(table) {
  const box = document.createElement('div');
  box.className = 'wide';
  box.tabIndex = 0;
  box.setAttribute('role', 'region');
  box.setAttribute('aria-label', t('table'));
  table.replaceWith(box);
  box.append(table);
}
