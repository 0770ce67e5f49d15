// The server that the tests speak to, as NodeClientsTest started it.
import assert from 'node:assert/strict';

export const {
  HANOK_URL: url,
  HANOK_MODEL: model,
  HANOK_PULL: pullable,
  HANOK_PULL_BROKEN: broken,
  HANOK_WEIGHTS: weights,
} = process.env;
export const context = Number(process.env.HANOK_CONTEXT);
export const dimensions = Number(process.env.HANOK_DIMENSIONS);
export const openAiUrl = `${url}/v1`;

/** Options by which a model repeats itself until the context is full: an answer to walk away from. */
export const endless = {
  ollama: { temperature: 0, repeat_penalty: 0.5 },
  openAi: { temperature: 0, frequency_penalty: -2 },
};

/** A prompt that no context holds. */
export const tooLong = '가나다라 '.repeat(context);

async function metric(name) {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^hanok:${name} (\\S+)$`, 'm').exec(text)[1]);
}

/** Runs something that leaves early, and expects the server to notice within a second. */
export async function leavesEarly(leave) {
  const before = await metric('requests_left_total');
  await leave();
  const start = performance.now();
  while ((await metric('requests_left_total')) <= before || (await metric('requests_processing')) > 0) {
    assert.ok(performance.now() - start < 1000, 'the server still works a second after its client has left');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The length of a vector. */
export function norm(vector) {
  return Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
}

export function near(actual, expected, what) {
  assert.ok(Math.abs(actual - expected) < 1e-4, `${what}: ${actual}, not ${expected}`);
}

/** The elements of an asynchronous iterable. */
export async function all(iterable) {
  const list = [];
  for await (const element of iterable) list.push(element);
  return list;
}
