/**
 * Asking: puts what the model says into the conversation, saves it, and can be stopped.
 *
 * @typedef {import('./conversation.js').Conversation} Conversation
 * @typedef {import('./conversation.js').Turn} Turn
 * @typedef {import('./conversation.js').Answer} Answer
 */
import * as api from './api.js';
import {addAnswer, ask, edit, messages, shownAnswer} from './conversation.js';
import {contextLength, refreshRunning} from './models.js';
import {announce, draw, state} from './state.js';
import {keep} from './library.js';
import {lost} from './connection.js';
import {plain} from './markdown.js';
import {t} from './text.js';

const SAVE_EVERY_MS = 2000;

/** Answers being written, and how to stop each. @type {Map<Answer, AbortController>} */
const writing = new Map();

/** @param {Answer | undefined} answer */
export function isWriting(answer) {
  return writing.has(answer);
}

/** Whether any answer of the conversation is being written. @param {Conversation} conversation */
export function isBusy(conversation) {
  return conversation.turns.some(turn => turn.answers.flat().some(isWriting));
}

/** @param {Conversation} conversation @param {string} question */
export function send(conversation, question) {
  return answerAll(conversation, ask(conversation, question));
}

/** @param {Conversation} conversation @param {Turn} turn @param {string} question */
export function sendEdited(conversation, turn, question) {
  return answerAll(conversation, edit(conversation, turn, question));
}

/** @param {Conversation} conversation @param {Turn} turn @param {number} side */
export function regenerate(conversation, turn, side) {
  const at = Math.min(side, conversation.sides.length - 1);
  return write(conversation, turn, side, at, addAnswer(turn, side, conversation.sides[at].model));
}

/**
 * Lets the model write on where it ended.
 * @param {Conversation} conversation
 * @param {Turn} turn
 * @param {number} side
 */
export function resume(conversation, turn, side) {
  const at = Math.min(side, conversation.sides.length - 1);
  return write(conversation, turn, side, at, shownAnswer(turn, side));
}

/** @param {Conversation} conversation */
export function stop(conversation) {
  conversation.turns
    .flatMap(turn => turn.answers.flat())
    .forEach(answer => writing.get(answer)?.abort());
}

/** All sides at once. */
function answerAll(conversation, turn) {
  return Promise.all(
    conversation.sides.map((side, index) =>
      write(conversation, turn, index, index, addAnswer(turn, index, side.model)),
    ),
  );
}

/** Writes an answer of column `side`, as the side `at` of the conversation would. */
async function write(conversation, turn, side, at, answer) {
  const controller = new AbortController();
  writing.set(answer, controller);
  answer.end = '';
  delete answer.error;
  keep(conversation);
  announce(t('writing'));
  try {
    await receive(conversation, turn, at, answer, controller.signal);
  } catch (failure) {
    fail(answer, failure, controller.signal);
  }
  writing.delete(answer);
  keep(conversation);
  announce(ending(answer));
}

async function receive(conversation, turn, at, answer, signal) {
  const started = performance.now();
  let first = 0;
  let saved = started;
  for await (const chunk of api.chat(request(conversation, turn, at, answer), signal)) {
    const text = chunk.message?.content ?? '';
    const now = performance.now();
    first ||= text && now;
    answer.text += text;
    if (now - saved > SAVE_EVERY_MS) {
      saved = now;
      keep(conversation);
    }
    if (chunk.done) {
      await finish(conversation.sides[at], answer, chunk, (first || now) - started);
      return;
    }
    draw();
  }
  answer.end = 'cut';
}

function request(conversation, turn, at, answer) {
  const {model, options} = conversation.sides[at];
  const told = messages(conversation, turn, at);
  if (answer.text) {
    told.push({role: 'assistant', content: answer.text});
  }
  return {model, messages: told, options};
}

async function finish(side, answer, chunk, firstMs) {
  answer.end = chunk.done_reason === 'length' ? 'length' : 'stop';
  if (chunk.truncated) {
    answer.dropped = chunk.prompt_tokens_dropped || -1;
  }
  const tokens = chunk.eval_count ?? 0;
  const seconds = (chunk.eval_duration ?? 0) / 1e9;
  answer.stats = {
    promptTokens: chunk.prompt_eval_count ?? 0,
    tokens,
    tokensPerSecond: seconds ? tokens / seconds : 0,
    firstMs,
    context: 0,
  };
  await refreshRunning();
  answer.stats.context = await contextLength(side.model, side.options);
}

function fail(answer, failure, signal) {
  if (signal.aborted) {
    answer.end = 'stopped';
  } else if (failure.status === 0 && answer.text) {
    answer.end = 'cut';
    lost();
  } else {
    answer.end = 'error';
    answer.error = failure.status === 0 ? t('unreachable') : failure.message;
    if (failure.status === 0) {
      lost();
    }
  }
}

/** Said once, when an answer is whole: nobody can listen to one token after another. */
function ending(answer) {
  if (answer.end === 'error') {
    return `${t('failed')}: ${answer.error}`;
  }
  const head = t(answer.end === 'stopped' ? 'stoppedWriting' : 'answered', answer.model);
  return `${head} ${plain(answer.text)}`;
}
