/**
 * Conversations as a file, and back. What is read was made by anyone: it is rebuilt field by field,
 * so that nothing enters that a conversation does not have.
 *
 * @typedef {import('./conversation.js').Conversation} Conversation
 */
import {newId, newSide} from './conversation.js';

const FORMAT = 'hanok-conversations';
const ENDS = ['stop', 'length', 'stopped', 'cut', 'error'];

/** @param {Conversation[]} conversations */
export function toJson(conversations) {
  return JSON.stringify({format: FORMAT, version: 1, conversations}, null, 1);
}

/**
 * @param {string} json
 * @param {Conversation[]} have  those that are here already
 * @returns {Conversation[]} those that are new; one that has changed since comes as a copy
 * @throws {SyntaxError} if it is no such file
 */
export function fromJson(json, have) {
  const file = JSON.parse(json);
  if (file?.format !== FORMAT || file.version !== 1 || !Array.isArray(file.conversations)) {
    throw new SyntaxError(`not a file of ${FORMAT}, version 1`);
  }
  const known = new Map(have.map(conversation => [conversation.id, conversation.updated]));
  return file.conversations
    .map(conversation)
    .filter(read => known.get(read.id) !== read.updated)
    .map(read => (known.has(read.id) ? {...read, id: newId()} : read));
}

/** @returns {Conversation} */
function conversation(from) {
  const sides = list(from?.sides).slice(0, 2).map(side);
  return {
    id: text(from?.id) || newId(),
    title: text(from?.title),
    created: number(from?.created),
    updated: number(from?.updated),
    sides: sides.length ? sides : [newSide('')],
    turns: distinct(list(from?.turns).map(turn)),
    picked: strings(from?.picked),
  };
}

function side(from) {
  const options = Object.entries(object(from?.options)).filter(([, value]) =>
    Number.isFinite(value),
  );
  return {
    model: text(from?.model),
    system: text(from?.system),
    options: Object.fromEntries(options),
  };
}

/** Two turns of one id could follow each other for ever. */
function distinct(turns) {
  return [...new Map(turns.map(turn => [turn.id, turn])).values()];
}

function turn(from) {
  const answers = list(from?.answers)
    .slice(0, 2)
    .map(versions => list(versions).map(answer));
  const shown = answers.map((versions, side) => {
    const index = from?.shown?.[side];
    return Number.isInteger(index) && versions[index] ? index : versions.length - 1;
  });
  return {
    id: text(from?.id) || newId(),
    after: text(from?.after),
    question: text(from?.question),
    answers,
    shown,
  };
}

function answer(from) {
  const end = ENDS.includes(from?.end) ? from.end : 'cut';
  const read = {text: text(from?.text), model: text(from?.model), end};
  if (from?.error) {
    read.error = text(from.error);
  }
  if (from?.dropped) {
    read.dropped = number(from.dropped);
  }
  if (from?.stats) {
    const names = ['promptTokens', 'tokens', 'tokensPerSecond', 'firstMs', 'context'];
    read.stats = Object.fromEntries(names.map(name => [name, number(from.stats[name])]));
  }
  return read;
}

const text = value => (typeof value === 'string' ? value : '');
const number = value => (Number.isFinite(value) ? value : 0);
const list = value => (Array.isArray(value) ? value : []);
const object = value => (value && typeof value === 'object' ? value : {});
const strings = value =>
  Object.fromEntries(Object.entries(object(value)).filter(([, part]) => typeof part === 'string'));
