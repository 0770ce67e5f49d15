/**
 * The conversations of this browser: opening, keeping, naming, throwing away.
 *
 * @typedef {import('./conversation.js').Conversation} Conversation
 */
import * as store from './store.js';
import {fromJson, toJson} from './archive.js';
import {newConversation} from './conversation.js';
import {draw, prefs, state, toast} from './state.js';
import {t} from './text.js';

/** Thrown away while one of their answers may still be on its way. */
const discarded = new WeakSet();

/** Reads them all, and opens the one that the address names. */
export async function load() {
  state.conversations = (await store.open()).map(interrupted);
  store.onForeignChange(foreign);
  addEventListener('hashchange', follow);
  follow();
}

/** An answer that nobody writes any more was cut when the page was closed. */
function interrupted(conversation) {
  for (const answer of conversation.turns.flatMap(turn => turn.answers.flat())) {
    answer.end ||= 'cut';
  }
  return conversation;
}

/** Opens the conversation that the address names, or a new one. */
function follow() {
  const id = location.hash.slice(1);
  state.current =
    state.conversations.find(conversation => conversation.id === id) ??
    newConversation(prefs.model || state.models[0]?.name || '');
  draw();
}

/** @param {string} [id]  none for a new conversation */
export function openConversation(id) {
  state.drawerOpen = false;
  if (location.hash.slice(1) === (id ?? '')) {
    follow();
  } else {
    location.hash = id ?? '';
  }
}

/** Keeps it, as the latest. @param {Conversation} conversation */
export function keep(conversation) {
  if (discarded.has(conversation)) {
    return;
  }
  conversation.updated = Date.now();
  state.conversations = [conversation, ...state.conversations.filter(it => it !== conversation)];
  if (state.current === conversation && location.hash.slice(1) !== conversation.id) {
    history.replaceState(null, '', `#${conversation.id}`);
  }
  write(conversation);
}

/**
 * Keeps a change that is no news: a name, a setting, a version shown.
 * @param {Conversation} conversation
 */
export function keepQuietly(conversation) {
  if (state.conversations.includes(conversation)) {
    write(conversation);
  }
  draw();
}

function write(conversation) {
  store.save(conversation).catch(failure => toast(`${t('notSaved')}: ${failure.message}`));
  draw();
}

/** @param {Conversation} conversation */
export async function discard(conversation) {
  forget(conversation.id);
  await store.remove(conversation.id);
}

function forget(id) {
  state.conversations.filter(it => it.id === id).forEach(it => discarded.add(it));
  state.conversations = state.conversations.filter(it => it.id !== id);
  if (state.current?.id === id) {
    openConversation();
  }
  draw();
}

/** Another window has saved or removed one; what is being written here stays as it is. */
function foreign(id, conversation) {
  const mine = state.conversations.find(it => it.id === id);
  if (!conversation) {
    forget(id);
  } else if (!mine?.turns.some(turn => turn.answers.flat().some(answer => !answer.end))) {
    state.conversations = [conversation, ...state.conversations.filter(it => it !== mine)].sort(
      (a, b) => b.updated - a.updated,
    );
    if (state.current?.id === id) {
      state.current = conversation;
    }
    draw();
  }
}

/** Hands the user a file. @param {Conversation[]} conversations */
export function download(conversations) {
  const url = URL.createObjectURL(new Blob([toJson(conversations)], {type: 'application/json'}));
  const link = document.createElement('a');
  link.href = url;
  link.download = `hanok-${new Date().toISOString().slice(0, 10)}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** @param {File} file */
export async function upload(file) {
  try {
    const added = fromJson(await file.text(), state.conversations);
    await Promise.all(added.map(store.save));
    state.conversations = [...state.conversations, ...added].sort((a, b) => b.updated - a.updated);
    toast(t('imported', added.length));
  } catch (failure) {
    toast(`${t('notImported')}: ${failure.message}`);
  }
}
