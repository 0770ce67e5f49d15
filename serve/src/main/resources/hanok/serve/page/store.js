/**
 * Where conversations are kept: this browser's IndexedDB, one record each. Without it (some private
 * windows) everything works until the page is closed.
 *
 * @typedef {import('./conversation.js').Conversation} Conversation
 */
const NAME = 'hanok';
const TABLE = 'conversations';

/** Tells the other windows of this page what has changed. */
const channel = new BroadcastChannel(NAME);

/** @type {IDBDatabase | null} */
let database = null;

/** Opens the store. @returns {Promise<Conversation[]>} all, the latest first */
export async function open() {
  try {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE, {keyPath: 'id'});
    database = await result(request);
  } catch {
    return [];
  }
  const all = await result(table('readonly').getAll());
  return all.sort((a, b) => b.updated - a.updated);
}

/** Whether what is saved outlives the page. */
export function persistent() {
  return database !== null;
}

/** @param {Conversation} conversation */
export async function save(conversation) {
  if (database) {
    await result(table('readwrite').put(conversation));
    channel.postMessage(conversation.id);
  }
}

/** @param {string} id */
export async function remove(id) {
  if (database) {
    await result(table('readwrite').delete(id));
    channel.postMessage(id);
  }
}

/** @param {(id: string, conversation?: Conversation) => void} listener  without one: removed */
export function onForeignChange(listener) {
  channel.onmessage = async ({data: id}) => listener(id, await result(table('readonly').get(id)));
}

/** @param {IDBTransactionMode} mode */
function table(mode) {
  return database.transaction(TABLE, mode).objectStore(TABLE);
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function result(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
