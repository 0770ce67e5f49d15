/**
 * Downloads of models, which go on when their dialog is closed.
 *
 * @typedef {{name: string, status: string, completed: number, total: number, error: string,
 *     licence?: object, controller: AbortController, parts: Map<string, object>}} Pull
 */
import * as api from './api.js';
import {loadModels} from './models.js';
import {announce, draw} from './state.js';
import {t} from './text.js';

/** By name. @type {Map<string, Pull>} */
export const pulls = new Map();

/**
 * @param {string} name
 * @param {boolean} accepted  whether the user has accepted the model's licence
 */
export async function pull(name, accepted = false) {
  const controller = new AbortController();
  /** @type {Pull} */
  const it = {name, status: '', completed: 0, total: 0, error: '', controller, parts: new Map()};
  pulls.set(name, it);
  draw();
  try {
    const request = {model: name, ...(accepted && {accept_license: true})};
    for await (const chunk of api.pull(request, controller.signal)) {
      progress(it, chunk);
      draw();
    }
    pulls.delete(name);
    announce(t('pulled', name));
    await loadModels();
  } catch (failure) {
    refused(it, failure);
  }
  draw();
}

function progress(it, {status, digest, total = 0, completed = 0}) {
  it.status = status ?? '';
  if (digest) {
    const before = it.parts.get(digest)?.completed ?? 0;
    it.parts.set(digest, {total, completed: Math.max(before, completed)});
    const parts = [...it.parts.values()];
    it.total = parts.reduce((sum, part) => sum + part.total, 0);
    it.completed = parts.reduce((sum, part) => sum + part.completed, 0);
  }
}

function refused(it, failure) {
  if (it.controller.signal.aborted) {
    pulls.delete(it.name);
  } else if (failure.status === 403 && failure.licence) {
    it.licence = failure.licence;
  } else {
    it.error = failure.status === 0 ? t('unreachable') : failure.message;
    announce(`${t('failed')}: ${it.error}`);
  }
}

/** @param {Pull} it */
export function cancel(it) {
  it.controller.abort();
  pulls.delete(it.name);
  draw();
}
