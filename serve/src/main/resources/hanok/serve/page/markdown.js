/**
 * What a model says, as elements that cannot act.
 *
 * There are three walls. HTML in the text is shown, not obeyed, but for a few tags without
 * attributes; what Markdown makes of the text is passed through DOMPurify, which knows a short list
 * of tags and attributes; and the page's content security policy runs no script but our own files.
 */
import {DOMPurify, Marked, Tokenizer} from './lib.js';
import {formulas} from './formula.js';

const HARMLESS = /^<\/?(?:br|hr|b|i|u|s|em|strong|del|ins|mark|sub|sup|kbd|small)\s*\/?>$/i;

const SANE = {
  ALLOWED_TAGS: (
    'p br hr h1 h2 h3 h4 h5 h6 ul ol li blockquote pre code table thead tbody tr th td a '
    + 'em strong del ins b i u s mark sub sup kbd small span'
  ).split(' '),
  ALLOWED_ATTR: ['href', 'title', 'start', 'align', 'class'],
  ADD_URI_SAFE_ATTR: ['start', 'align'],
  ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};

/** No class but these, or a model could dress its text as a part of the page. */
const CLASSES = /^(?:language-[\w+#.-]{1,30}|formula|formula display|hljs-[\w -]{1,60})$/;

DOMPurify.addHook('afterSanitizeAttributes', element => {
  if (element.hasAttribute('class') && !CLASSES.test(element.getAttribute('class'))) {
    element.removeAttribute('class');
  }
  if (element.hasAttribute('href')) {
    element.setAttribute('target', '_blank');
    element.setAttribute('rel', 'noopener noreferrer');
  }
});

/** In characters. marked's search for the end of a link is cubic in what follows its bracket. */
const LONGEST_LINK = 1000;

const findLink = new Tokenizer().link;

const marked = new Marked({gfm: true, breaks: true}, formulas, {
  tokenizer: {
    link(text) {
      return findLink.call(this, text.slice(0, LONGEST_LINK));
    },
  },
  renderer: {
    html: ({text}) => (HARMLESS.test(text.trim()) ? text : escape(text)),
    // Nothing is fetched from elsewhere: an image is a link to it.
    image: ({href, text}) => `<a href="${escape(href)}">${escape(text || href)}</a>`,
    checkbox: ({checked}) => (checked ? '☑ ' : '☐ '),
  },
});

/**
 * Cuts Markdown into blocks, so that a growing text changes only its last one.
 * @param {string} text
 * @returns {{raw: string, html: () => string}[]}
 */
export function blocks(text) {
  try {
    const tokens = marked.lexer(text);
    return tokens
      .filter(token => token.type !== 'space')
      .map(token => ({
        raw: token.raw,
        html: () => marked.parser(Object.assign([token], {links: tokens.links})),
      }));
  } catch {
    return [{raw: text, html: () => `<p>${escape(text)}</p>`}]; // nested deeper than the stack
  }
}

/** @param {string} html @returns {DocumentFragment} what of it is on our lists */
export function sanitize(html) {
  return DOMPurify.sanitize(html, SANE);
}

/** @param {string} text @returns {string} its words, without marks */
export function plain(text) {
  return blocks(text)
    .map(block => sanitize(block.html()).textContent.trim())
    .join(' ');
}

/** @param {string} text */
function escape(text) {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
