/** Whether the server is there: says when it is gone, and asks until it is back. */
import * as api from './api.js';
import {loadModels} from './models.js';
import {announce, draw, state} from './state.js';
import {t} from './text.js';

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 15000;

let waiting = 0;

/** Asks the server who it is and what it has. */
export async function connect() {
  clearTimeout(waiting);
  waiting = 0;
  try {
    state.version = (await api.version()).version;
    await loadModels();
    state.online = true;
    draw();
  } catch (failure) {
    if (failure.status === 0) {
      lost();
    } else {
      state.online = true;
      announce(`${t('failed')}: ${failure.message}`);
    }
  }
}

/** The server did not answer: says so and tries again, each time a little later. */
export function lost(wait = FIRST_WAIT_MS) {
  if (state.online !== false) {
    announce(t('unreachable'));
  }
  state.online = false;
  if (!waiting) {
    waiting = setTimeout(async () => {
      const back = await api.version().then(
        () => true,
        failure => failure.status !== 0,
      );
      waiting = 0;
      if (back) {
        announce(t('back'));
        connect();
      } else {
        lost(Math.min(wait * 2, LONGEST_WAIT_MS));
      }
    }, wait);
  }
  draw();
}
