/**
 * What a conversation is: a tree of turns, and the functions on it. Nothing here knows the browser.
 *
 * A turn is a question with, for each side, the versions of its answer; two sides make a comparison.
 * A turn comes after one version of another, so that an edited question or a new version of an
 * answer opens a branch, and nothing that was said is lost.
 *
 * @typedef {{model: string, system: string, options: Record<string, number>}} Side
 * @typedef {{promptTokens: number, tokens: number, tokensPerSecond: number, firstMs: number,
 *     context: number}} Stats  `context` is the window in tokens, 0 when it is not known
 * @typedef {'' | 'stop' | 'length' | 'stopped' | 'cut' | 'error'} End  '' while it is written
 * @typedef {{text: string, model: string, end: End, error?: string, dropped?: number,
 *     stats?: Stats}} Answer  `dropped`: prompt tokens left out, -1 when only that some were
 * @typedef {{id: string, after: string, question: string, answers: Answer[][],
 *     shown: number[]}} Turn
 * @typedef {{id: string, title: string, created: number, updated: number, sides: Side[],
 *     turns: Turn[], picked: Record<string, string>}} Conversation
 */

/** @param {string} model @returns {Conversation} */
export function newConversation(model) {
  const now = Date.now();
  const sides = [newSide(model)];
  return {id: newId(), title: '', created: now, updated: now, sides, turns: [], picked: {}};
}

/** @param {string} model @returns {Side} */
export function newSide(model) {
  return {model, system: '', options: {}};
}

/** 128 random bits; `crypto.randomUUID` is missing when the page comes over plain HTTP. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
}

/** The turns on screen, each with those it could be exchanged for. @param {Conversation} it */
export function path(it) {
  const shown = [];
  for (let after = ''; ; after = branch(shown.at(-1).turn)) {
    const siblings = it.turns.filter(turn => turn.after === after);
    const turn = siblings.find(sibling => sibling.id === it.picked[after]) ?? siblings.at(-1);
    if (!turn) {
      return shown;
    }
    shown.push({turn, siblings});
  }
}

/** Where a turn goes that follows the versions shown of this one. @param {Turn} turn */
function branch(turn) {
  return `${turn.id}:${turn.shown.join('.')}`;
}

/** @param {Turn} turn @param {number} side @returns {Answer | undefined} */
export function shownAnswer(turn, side) {
  return turn.answers[side]?.[turn.shown[side]];
}

/** Appends a question. @param {Conversation} it @param {string} question @returns {Turn} */
export function ask(it, question) {
  const last = path(it).at(-1);
  it.title ||= titleOf(question);
  return addTurn(it, last ? branch(last.turn) : '', question);
}

/**
 * Asks otherwise, on a new branch.
 * @param {Conversation} it
 * @param {Turn} turn
 * @param {string} question
 */
export function edit(it, turn, question) {
  return addTurn(it, turn.after, question);
}

function addTurn(it, after, question) {
  const turn = {id: newId(), after, question, answers: [], shown: []};
  it.turns.push(turn);
  it.picked[after] = turn.id;
  return turn;
}

/**
 * Begins a new version of an answer and shows it.
 * @param {Turn} turn
 * @param {number} side
 * @param {string} model
 */
export function addAnswer(turn, side, model) {
  const versions = (turn.answers[side] ??= []);
  turn.shown[side] = versions.length;
  versions.push({text: '', model, end: ''});
  return versions.at(-1);
}

/**
 * What the model is told when a side answers a turn.
 * @param {Conversation} it @param {Turn} last @param {number} side
 * @returns {{role: string, content: string}[]}
 */
export function messages(it, last, side) {
  const system = it.sides[side].system.trim();
  const told = system ? [{role: 'system', content: system}] : [];
  for (const {turn} of path(it)) {
    told.push({role: 'user', content: turn.question});
    if (turn === last) {
      break;
    }
    const answer = shownAnswer(turn, side) ?? shownAnswer(turn, 0);
    if (answer?.text) {
      told.push({role: 'assistant', content: answer.text});
    }
  }
  return told;
}

/** @param {string} question */
function titleOf(question) {
  const line = question.trim().split('\n', 1)[0];
  const characters = [...line];
  return characters.length > 40 ? characters.slice(0, 39).join('') + '…' : line;
}

/**
 * Whether title, question or answer contain the words.
 * @param {Conversation} it
 * @param {string} words
 */
export function matches(it, words) {
  const wanted = fold(words);
  const said = it.turns.flatMap(turn => [turn.question, ...turn.answers.flat().map(a => a.text)]);
  return !wanted || [it.title, ...said].some(text => fold(text).includes(wanted));
}

/** Hangul is also written decomposed, in names of files from macOS for one. @param {string} text */
function fold(text) {
  return text.normalize('NFC').toLowerCase().trim();
}
