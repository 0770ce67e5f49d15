/** The server's models: what it has, what is in memory, how long their windows are. */
import * as api from './api.js';
import {draw, prefs, setPrefs, state} from './state.js';
import {keepQuietly} from './library.js';

/** @type {Map<string, Promise<object>>} what `show` says of a model */
const shown = new Map();

/** Reads both lists, and gives a conversation without a model the one used last. */
export async function loadModels() {
  const [{models}, running] = await Promise.all([api.tags(), api.ps()]);
  state.models = models ?? [];
  state.running = running.models ?? [];
  shown.clear();
  const names = state.models.map(model => model.name);
  if (!names.includes(prefs.model) && names.length) {
    setPrefs({model: names[0]});
  }
  for (const side of state.current?.sides ?? []) {
    side.model ||= prefs.model;
  }
  draw();
}

/** What is in memory now; that it cannot be asked for is no reason to lose an answer. */
export async function refreshRunning() {
  const {models} = await api.ps().catch(() => ({}));
  state.running = models ?? state.running;
}

/**
 * The window of a model in tokens: as asked for, as loaded, or as trained; 0 when nobody knows.
 * @param {string} model @param {Record<string, number>} options
 */
export async function contextLength(model, options) {
  const loaded = state.running.find(it => it.name === model)?.context_length;
  if (loaded || options.num_ctx) {
    return loaded || options.num_ctx;
  }
  const {model_info: info = {}} = await details(model);
  const key = Object.keys(info).find(name => name.endsWith('.context_length'));
  return Number(info[key]) || 0;
}

/**
 * The parameters that a model comes with, as text: name to value.
 * @param {string} model @returns {Promise<Record<string, string>>}
 */
export async function defaults(model) {
  const {parameters = ''} = await details(model);
  const lines = parameters.split('\n').map(line => line.trim().split(/\s+/));
  return Object.fromEntries(lines.filter(words => words.length === 2));
}

function details(model) {
  if (!shown.has(model)) {
    shown.set(
      model,
      api.show(model).catch(() => ({})),
    );
  }
  return shown.get(model);
}

/**
 * @param {import('./conversation.js').Conversation} conversation
 * @param {number} side
 * @param {string} model
 */
export function choose(conversation, side, model) {
  conversation.sides[side].model = model;
  setPrefs({model});
  keepQuietly(conversation);
}

/** @param {string} model */
export async function removeModel(model) {
  await api.remove(model);
  await loadModels();
}
