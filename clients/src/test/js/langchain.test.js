// npm: @langchain/ollama and @langchain/openai
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChatOllama, Ollama, OllamaEmbeddings } from '@langchain/ollama';
import { ChatOpenAI, OpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { HumanMessage, SystemMessage } from '@langchain/core/messages';
import { all, dimensions, leavesEarly, model, near, norm, openAiUrl, tooLong, url } from './server.js';

const messages = [new SystemMessage('짧게'), new HumanMessage('안녕')];
const common = { model, temperature: 0, maxRetries: 0 };
const configuration = { baseURL: openAiUrl };
const ollama = (more) => new ChatOllama({ ...common, baseUrl: url, numPredict: 8, ...more });
const openAi = (more) => new ChatOpenAI({ ...common, apiKey: 'unused', configuration, maxTokens: 8, ...more });

const clients = [
  ['ChatOllama', ollama],
  ['ChatOpenAI', openAi],
];
for (const [name, create] of clients) {
  test(`${name} answers, with usage`, async () => {
    const reply = await create().invoke(messages);
    assert.equal(typeof reply.content, 'string');
    const usage = reply.usage_metadata;
    assert.ok(usage.output_tokens >= 1 && usage.output_tokens <= 8);
    assert.ok(usage.input_tokens > 0);
    assert.equal(usage.total_tokens, usage.input_tokens + usage.output_tokens);
  });

  test(`${name} streams the same`, async () => {
    const whole = await create().invoke(messages);
    const chunks = await all(await create().stream(messages));
    assert.equal(chunks.map((c) => c.content).join(''), whole.content);
    assert.ok(chunks.length > 1);
    const total = chunks.reduce((a, b) => a.concat(b));
    assert.equal(total.usage_metadata.output_tokens, whole.usage_metadata.output_tokens);
  });

  test(`${name} throws the sentence of an error`, async () => {
    await assert.rejects(create({ model: 'nobody' }).invoke(messages), /model 'nobody' not found/);
    await assert.rejects(create().invoke([new HumanMessage(tooLong)]), /context holds/);
  });
}

// ChatOllama 1.3.0 stops reading when it is told to, but leaves its connection open.
test('ChatOpenAI ends an answer whose client leaves', async () => {
  await leavesEarly(async () => {
    const stop = new AbortController();
    const endless = { maxTokens: undefined, frequencyPenalty: -2 };
    const stream = await openAi(endless).stream(messages, { signal: stop.signal });
    await assert.rejects(async () => {
      for await (const _ of stream) stop.abort();
    });
  });
});

test('ChatOllama takes options and tells timings', async () => {
  const more = { seed: 7, stop: ['끝'], topK: 10, topP: 0.9, repeatPenalty: 1, keepAlive: '5m', numCtx: 512 };
  const reply = await ollama(more).invoke(messages);
  assert.ok(reply.response_metadata.total_duration > 0);
  assert.equal(reply.response_metadata.done, true);
});

test('ChatOpenAI tells probabilities', async () => {
  const reply = await openAi({ logprobs: true, topLogprobs: 2 }).invoke(messages);
  assert.equal(reply.response_metadata.logprobs.content.length, reply.usage_metadata.output_tokens);
});

test('completes texts', async () => {
  const one = await new Ollama({ ...common, baseUrl: url, numPredict: 8 }).invoke('옛날 옛적에');
  assert.equal(typeof one, 'string');
  const two = await new OpenAI({ ...common, apiKey: 'unused', configuration, maxTokens: 8 }).invoke('옛날 옛적에');
  assert.equal(typeof two, 'string');
});

test('embeds alike through both interfaces', async () => {
  const texts = ['안녕', '세상'];
  const a = await new OllamaEmbeddings({ model, baseUrl: url }).embedDocuments(texts);
  const b = await new OpenAIEmbeddings({ model, apiKey: 'unused', configuration }).embedDocuments(texts);
  assert.deepEqual(a.map((v) => v.length), [dimensions, dimensions]);
  a.forEach((v, i) => {
    near(norm(v), 1, 'length of a vector');
    v.forEach((x, j) => near(x, b[i][j], 'value'));
  });
});
