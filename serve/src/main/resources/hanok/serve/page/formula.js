/** Formulas in Markdown: `$…$`, `$$…$$`, `\(…\)`, `\[…\]`, set by KaTeX once there is one. */
import {lazy} from './lib.js';

/** Longer ones are text; it also bounds the search for an end that never comes. */
const LONGEST = 2000;

const BLOCK = new RegExp(
  String.raw`^(?:\$\$([^$]{1,${LONGEST}}?)\$\$|\\\[([^]{1,${LONGEST}}?)\\\])[ \t]*(?:\n|$)`,
);

/** A dollar before a digit ends nothing: "$5 and $6" are prices. */
const INLINE = new RegExp(
  String.raw`^(?:\$\$([^$]{1,${LONGEST}}?)\$\$|\\\[([^]{1,${LONGEST}}?)\\\]` +
    String.raw`|\\\(([^]{1,${LONGEST}}?)\\\)` +
    String.raw`|\$(?!\s)((?:\\.|[^$\\\n]){1,${LONGEST}}?)(?<!\s)\$(?!\d))`,
);

/** The extension for marked: a formula becomes `<code class="formula">` with its source. */
export const formulas = {
  extensions: [
    {
      name: 'formulaBlock',
      level: 'block',
      start: text => position(text, /^(?:\$\$|\\\[)/m),
      tokenizer: text => token('formulaBlock', BLOCK.exec(text)),
      renderer: it => `<p>${code(it)}</p>`,
    },
    {
      name: 'formula',
      level: 'inline',
      start: text => position(text, /\$|\\[[(]/),
      tokenizer: text => token('formula', INLINE.exec(text)),
      renderer: code,
    },
  ],
};

function position(text, pattern) {
  const at = text.search(pattern);
  return at < 0 ? undefined : at;
}

function token(type, match) {
  if (match) {
    const [raw, dollars, brackets, parentheses, dollar] = match;
    const source = dollars ?? brackets ?? parentheses ?? dollar;
    const display = (dollars ?? brackets) !== undefined;
    return {type, raw, source: source.trim(), display};
  }
}

function code({source, display}) {
  const safe = source.replace(/[&<>]/g, character => `&#${character.charCodeAt(0)};`);
  return `<code class="formula${display ? ' display' : ''}">${safe}</code>`;
}

/**
 * Sets the formulas below an element: at once, or as soon as KaTeX has come.
 * @param {ParentNode} root
 */
export function setFormulas(root) {
  const found = root.querySelectorAll('code.formula');
  if (found.length && globalThis.katex) {
    found.forEach(set);
  } else if (found.length) {
    lazy('katex').then(
      () => found.forEach(set),
      () => {},
    );
  }
}

/** MathML needs neither fonts nor inline styles; what KaTeX cannot read stays as it was written. */
function set(element) {
  const formula = document.createElement('span');
  formula.className = element.className;
  if (element.classList.contains('display')) {
    formula.tabIndex = 0; // a wide one scrolls, also with the keyboard
  }
  try {
    globalThis.katex.render(element.textContent, formula, {
      displayMode: element.classList.contains('display'),
      output: 'mathml',
      strict: 'ignore',
      trust: false,
      maxExpand: 200,
      maxSize: 20,
    });
    element.replaceWith(formula);
  } catch {
    element.classList.add('wrong');
  }
}
