/**
 * The server, spoken to through Ollama's interface. Every call either returns what was asked for,
 * throws an {@link ApiError}, or throws an `AbortError` because its signal said so.
 */
const ROOT = new URL('../api/', import.meta.url);
const KEY = 'hanok.key';

/** What the server refused, or status 0 when it was not there. */
export class ApiError extends Error {
  /** @param {string} message @param {number} status @param {object} [licence] */
  constructor(message, status, licence) {
    super(message);
    this.status = status;
    this.licence = licence;
  }
}

/** The page sets these: `key` asks the user for one (and rejects if there is none). */
export const ask = {
  key: async () => {
    throw new ApiError('unauthorized', 401);
  },
};

/** Kept until the window is closed. @param {string} key */
export function setKey(key) {
  sessionStorage.setItem(KEY, key);
}

export const version = () => json('GET', 'version');
export const tags = () => json('GET', 'tags');
export const ps = () => json('GET', 'ps');
/** @param {string} model */
export const show = model => json('POST', 'show', {model});
/** @param {string} model */
export const remove = model => call('DELETE', 'delete', {model});
/** @param {object} request @param {AbortSignal} signal */
export const chat = (request, signal) => stream('chat', request, signal);
/** @param {object} request @param {AbortSignal} signal */
export const pull = (request, signal) => stream('pull', request, signal);

async function json(method, path, body) {
  return (await call(method, path, body)).json();
}

/** The objects of a streamed answer, one a line. */
async function* stream(path, body, signal) {
  const response = await call('POST', path, {...body, stream: true}, signal);
  for await (const line of lines(response.body, signal)) {
    const chunk = JSON.parse(line);
    if (chunk.error) {
      throw new ApiError(String(chunk.error), response.status);
    }
    yield chunk;
  }
}

/**
 * Lines that say something: while it thinks, the server sends spaces to see whether we are
 * there.
 */
async function* lines(body, signal) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const {value, done} = await reader.read().catch(failure => unreachable(failure, signal));
    const complete = (rest + (value ?? '')).split('\n');
    rest = done ? '' : complete.pop();
    yield* complete.map(line => line.trim()).filter(line => line);
    if (done) {
      return;
    }
  }
}

/** @returns {Promise<Response>} */
async function call(method, path, body, signal) {
  for (;;) {
    const key = sessionStorage.getItem(KEY);
    const headers = {
      ...(body && {'Content-Type': 'application/json'}),
      ...(key && {Authorization: `Bearer ${key}`}),
    };
    const response = await fetch(new URL(path, ROOT), {
      method,
      headers,
      body: body && JSON.stringify(body),
      signal,
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
    }).catch(failure => unreachable(failure, signal));
    if (response.ok) {
      return response;
    }
    if (response.status !== 401) {
      throw await refusal(response);
    }
    // Another call may have been given a key while this one was on its way.
    if (sessionStorage.getItem(KEY) === key) {
      await ask.key();
    }
  }
}

/** @returns {never} */
function unreachable(failure, signal) {
  throw signal?.aborted ? failure : new ApiError(failure.message, 0);
}

/** @param {Response} response */
async function refusal(response) {
  const body = await response.json().catch(() => ({}));
  const message = body.error?.message ?? body.error ?? `HTTP ${response.status}`;
  return new ApiError(String(message), response.status, body.licence);
}
