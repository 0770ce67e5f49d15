// npm: ollama
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { Ollama } from 'ollama/browser';
import {
  all, broken, context, dimensions, endless, leavesEarly, model, near, norm, pullable, tooLong, url, weights,
} from './server.js';

const ollama = new Ollama({ host: url });
const messages = [{ role: 'user', content: '안녕' }];
const short = { num_predict: 8, temperature: 0 };

test('answers a chat, with usage and timings', async () => {
  const reply = await ollama.chat({ model, messages, options: short });
  assert.equal(reply.model, model);
  assert.equal(reply.message.role, 'assistant');
  assert.equal(typeof reply.message.content, 'string');
  assert.equal(reply.done, true);
  assert.ok(['stop', 'length'].includes(reply.done_reason));
  assert.ok(reply.eval_count >= 1 && reply.eval_count <= 8);
  assert.ok(reply.prompt_eval_count > 0);
  assert.ok(reply.total_duration >= reply.eval_duration);
  assert.ok(!Number.isNaN(Date.parse(reply.created_at)));
});

test('streams the same chat in pieces', async () => {
  const whole = await ollama.chat({ model, messages, options: short });
  const pieces = await all(await ollama.chat({ model, messages, options: short, stream: true }));
  assert.equal(pieces.map((p) => p.message.content).join(''), whole.message.content);
  assert.deepEqual(pieces.map((p) => p.done), pieces.map((_, i) => i === pieces.length - 1));
  assert.equal(pieces.at(-1).eval_count, whole.eval_count);
});

test('streams JSON and schemas without a wrong line', async () => {
  const pieces = await all(await ollama.chat({ model, messages, options: short, stream: true, format: 'json' }));
  assert.equal(pieces.at(-1).done, true);
});

test('generates, and goes on from the context', async () => {
  const first = await ollama.generate({ model, prompt: '안녕', options: short });
  assert.equal(first.context.length, first.prompt_eval_count + first.eval_count);
  const second = await ollama.generate({ model, prompt: '또', options: short, context: first.context });
  assert.ok(second.prompt_eval_count > first.context.length);
  const pieces = await all(await ollama.generate({ model, prompt: '안녕', options: short, stream: true }));
  assert.equal(pieces.map((p) => p.response).join(''), first.response);
});

test('gives the same answer for the same seed', async () => {
  const options = { num_predict: 16, temperature: 1.5 };
  const ask = async (seed) => (await ollama.chat({ model, messages, options: { ...options, seed } })).message.content;
  assert.equal(await ask(7), await ask(7));
  assert.notEqual(await ask(7), await ask(8));
});

test('ends at a stop text', async () => {
  const options = { num_predict: 30, temperature: 0 };
  const text = (await ollama.chat({ model, messages, options })).message.content;
  const stop = [...text].find((c) => /[a-z]/.test(c));
  const cut = await ollama.chat({ model, messages, options: { ...options, stop: [stop] } });
  assert.equal(cut.message.content, text.slice(0, text.indexOf(stop)));
  assert.equal(cut.done_reason, 'stop');
});

test('tells probabilities', async () => {
  const reply = await ollama.chat({ model, messages, options: short, logprobs: true, top_logprobs: 2 });
  assert.equal(reply.logprobs.length, reply.eval_count);
  for (const token of reply.logprobs) {
    assert.ok(token.logprob <= 0);
    assert.equal(token.top_logprobs.length, 2);
  }
});

test('lists, shows, and says what is in memory and its version', async () => {
  const { models } = await ollama.list();
  const listed = models.find((m) => m.name === `${model}:latest`);
  assert.match(listed.digest, /^[0-9a-f]{64}$/);
  assert.equal(listed.details.quantization_level, 'Q5_K_M');
  const shown = await ollama.show({ model });
  assert.equal(shown.model_info['general.architecture'], 'exaone');
  assert.ok(shown.capabilities.includes('completion'));
  await ollama.chat({ model, messages: [], keep_alive: -1 });
  const running = (await ollama.ps()).models.find((m) => m.name === `${model}:latest`);
  assert.ok(Date.parse(running.expires_at) > Date.now());
  assert.equal(running.context_length, context);
  assert.match((await ollama.version()).version, /^\d+\.\d+\.\d+$/);
});

test('keeps a model as long as it is told', async () => {
  const asked = Date.now();
  await ollama.generate({ model, prompt: '안녕', options: short, keep_alive: '1h30m' });
  const [running] = (await ollama.ps()).models;
  assert.ok(Math.abs(Date.parse(running.expires_at) - asked - 5_400_000) < 60_000);
  await ollama.generate({ model, prompt: '', keep_alive: 0 });
  for (let i = 0; i < 100 && (await ollama.ps()).models.length > 0; i++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.equal((await ollama.ps()).models.length, 0);
});

test('embeds', async () => {
  const reply = await ollama.embed({ model, input: ['안녕', '세상'] });
  assert.deepEqual(reply.embeddings.map((v) => v.length), [dimensions, dimensions]);
  reply.embeddings.forEach((v) => near(norm(v), 1, 'length of a vector'));
  assert.ok(reply.prompt_eval_count > 0);
  const old = await ollama.embeddings({ model, prompt: '안녕' });
  assert.deepEqual(old.embedding, reply.embeddings[0]);
  const few = await ollama.embed({ model, input: '안녕', dimensions: 8 });
  assert.equal(few.embeddings[0].length, 8);
});

test('pulls, copies, derives and deletes models', async () => {
  const steps = await all(await ollama.pull({ model: pullable, insecure: true, stream: true }));
  assert.equal(steps[0].status, 'pulling manifest');
  assert.equal(steps.at(-1).status, 'success');
  const weights = steps.filter((s) => s.digest && s.total > 1e6);
  assert.equal(weights.at(-1).completed, weights.at(-1).total);
  weights.reduce((a, b) => (assert.ok(b.completed >= a.completed), b));
  assert.equal((await ollama.pull({ model: pullable, insecure: true })).status, 'success');
  await ollama.copy({ source: pullable, destination: 'exaone-copy' });
  const created = await ollama.create({
    model: 'exaone-derived',
    from: 'exaone-copy',
    system: '짧게 답하세요.',
    parameters: { temperature: 0, num_predict: 3, stop: ['끝'] },
    messages: [{ role: 'user', content: '안녕' }, { role: 'assistant', content: '네' }],
  });
  assert.equal(created.status, 'success');
  const shown = await ollama.show({ model: 'exaone-derived' });
  assert.equal(shown.system, '짧게 답하세요.');
  assert.match(shown.parameters, /^num_predict +3$/m);
  assert.equal(shown.messages.length, 2);
  assert.ok((await ollama.chat({ model: 'exaone-derived', messages })).eval_count <= 3);
  for (const name of [pullable, 'exaone-copy', 'exaone-derived']) await ollama.delete({ model: name });
  assert.deepEqual((await ollama.list()).models.map((m) => m.name), [`${model}:latest`]);
});

test('throws the sentence of an error', async () => {
  const fails = (call, status, pattern) =>
    assert.rejects(call, (e) => {
      assert.equal(e.status_code, status);
      assert.match(e.message, pattern);
      return true;
    });
  await fails(ollama.chat({ model: 'nobody', messages }), 404, /^model 'nobody' not found$/);
  await fails(ollama.show({ model: 'nobody' }), 404, /^model 'nobody' not found$/);
  await fails(ollama.delete({ model: 'nobody' }), 404, /^model 'nobody' not found$/);
  await fails(ollama.push({ model }), 400, /does not push models/);
  await assert.rejects(async () => all(await ollama.push({ model, stream: true })), /does not push models/);
  await fails(ollama.chat({ model, messages, options: { top_k: 'x' } }), 400, /options\.top_k must be an integer/);
  await fails(ollama.chat({ model, messages, think: true }), 400, /does not support thinking/);
  const long = [{ role: 'user', content: tooLong }];
  await fails(ollama.chat({ model, messages: long }), 400, new RegExp(`the context holds ${context}`));
  await assert.rejects(async () => all(await ollama.chat({ model, messages: long, stream: true })), /the context holds/);
});

test('throws an error that comes in the middle of a stream', async () => {
  const steps = [];
  await assert.rejects(async () => {
    for await (const step of await ollama.pull({ model: broken, insecure: true, stream: true })) steps.push(step);
  }, /digest|sha256/);
  assert.equal(steps[0].status, 'pulling manifest');
});

test('ends an answer whose client leaves', async () => {
  const stream = await ollama.chat({ model, messages, options: endless.ollama, stream: true });
  await leavesEarly(async () => {
    await assert.rejects(async () => {
      let pieces = 0;
      for await (const _ of stream) if (++pieces === 3) stream.abort();
    }, { name: 'AbortError' });
  });
});

test('takes uploaded files', async () => {
  const bytes = await readFile(weights);
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  assert.equal((await fetch(`${url}/api/blobs/${digest}`, { method: 'HEAD' })).status, 404);
  assert.equal((await fetch(`${url}/api/blobs/${digest}`, { method: 'POST', body: bytes })).status, 201);
  const created = await ollama.create({ model: 'exaone-uploaded', files: { 'model.gguf': digest } });
  assert.equal(created.status, 'success');
  assert.equal((await ollama.chat({ model: 'exaone-uploaded', messages, options: short })).done, true);
  await ollama.delete({ model: 'exaone-uploaded' });
});
