/**
 * What the page shows. Whoever changes it calls {@link draw}; the whole page is a function of it.
 *
 * @typedef {import('./conversation.js').Conversation} Conversation
 */
const PREFS = 'hanok.prefs';

/** Kept in the browser: `language` and `theme` are '' as long as the browser decides. */
export const prefs = {language: '', theme: '', model: '', sidebar: true, ...stored()};

export const state = {
  /** @type {Conversation[]} the latest first; `current` is among them once it has a turn */
  conversations: [],
  /** @type {Conversation | null} */
  current: null,
  /** @type {{name: string, size: number, details: object}[]} */
  models: [],
  /** @type {{name: string, context_length?: number}[]} models in memory */
  running: [],
  version: '',
  /** Whether the server answers; null before the first answer. @type {boolean | null} */
  online: null,
  search: '',
  drawerOpen: false,
  /** Dialogs, the top one last. @type {{component: Function, props: object, id: number}[]} */
  dialogs: [],
  /** What a screen reader says next. */
  announcement: '',
  /** A sentence that passes. */
  toast: '',
};

let drawing = false;
let render = () => {};

/** @param {() => void} renderer */
export function onDraw(renderer) {
  render = renderer;
  draw();
}

/** Draws soon: once, however often it is called before the next frame. */
export function draw() {
  if (!drawing) {
    drawing = true;
    requestAnimationFrame(() => {
      drawing = false;
      render();
    });
  }
}

/** @param {Partial<typeof prefs>} changes */
export function setPrefs(changes) {
  Object.assign(prefs, changes);
  localStorage.setItem(PREFS, JSON.stringify(prefs));
  draw();
}

function stored() {
  try {
    return JSON.parse(localStorage.getItem(PREFS) ?? '{}');
  } catch {
    return {};
  }
}

/** @param {string} text */
export function announce(text) {
  state.announcement = text;
  draw();
}

let clearing;

/** @param {string} text */
export function toast(text) {
  state.toast = text;
  clearTimeout(clearing);
  clearing = setTimeout(() => {
    state.toast = '';
    draw();
  }, 4000);
  draw();
}
