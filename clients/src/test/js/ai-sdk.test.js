// npm: ai, with ollama-ai-provider-v2 and @ai-sdk/openai-compatible
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { embedMany, generateText, streamText } from 'ai';
import { createOllama } from 'ollama-ai-provider-v2';
import { all, dimensions, leavesEarly, model, near, norm, openAiUrl, tooLong, url } from './server.js';

globalThis.AI_SDK_LOG_WARNINGS = false;
const ollama = createOllama({ baseURL: `${url}/api` });
const compatible = createOpenAICompatible({ name: 'hanok', baseURL: openAiUrl, includeUsage: true });
const short = { system: '짧게', prompt: '안녕', maxOutputTokens: 8, temperature: 0, maxRetries: 0 };
// The provider for Ollama sends what /api/chat takes only this way.
const options = (more) => ({ ollama: { options: { temperature: 0, ...more } } });
const shortly = { ...short, providerOptions: options({ num_predict: 8 }) };
const endless = { prompt: '안녕', temperature: 0, frequencyPenalty: -2, providerOptions: options({ repeat_penalty: 0.5 }) };

for (const [name, provider] of [['ollama-ai-provider-v2', ollama], ['openai-compatible', compatible]]) {
  test(`${name} generates a text, with usage`, async () => {
    const reply = await generateText({ ...shortly, model: provider(model) });
    assert.equal(typeof reply.text, 'string');
    assert.ok(['stop', 'length'].includes(reply.finishReason), reply.finishReason);
    assert.ok(reply.usage.outputTokens >= 1 && reply.usage.outputTokens <= 8);
    assert.ok(reply.usage.inputTokens > 0);
  });

  test(`${name} streams the same`, async () => {
    const whole = await generateText({ ...shortly, model: provider(model) });
    const stream = streamText({ ...shortly, model: provider(model) });
    const pieces = await all(stream.textStream);
    assert.equal(pieces.join(''), whole.text);
    assert.equal((await stream.usage).outputTokens, whole.usage.outputTokens);
  });

  test(`${name} embeds`, async () => {
    const of = provider.textEmbeddingModel ?? provider.embeddingModel;
    const { embeddings, usage } = await embedMany({ model: of(model), values: ['안녕', '세상'], maxRetries: 0 });
    assert.deepEqual(embeddings.map((v) => v.length), [dimensions, dimensions]);
    embeddings.forEach((v) => near(norm(v), 1, 'length of a vector'));
    assert.ok(usage.tokens > 0);
  });

  test(`${name} throws the sentence of an error`, async () => {
    const fails = (more, status, pattern) =>
      assert.rejects(generateText({ ...shortly, model: provider(model), ...more }), (e) => {
        assert.equal(e.statusCode, status);
        assert.match(e.responseBody, pattern);
        return true;
      });
    await fails({ model: provider('nobody') }, 404, /model 'nobody' not found/);
    await fails({ prompt: tooLong }, 400, /context holds/);
  });

  test(`${name} ends an answer whose client leaves`, async () => {
    await leavesEarly(async () => {
      const stop = new AbortController();
      const stream = streamText({ ...endless, model: provider(model), abortSignal: stop.signal, maxRetries: 0 });
      for await (const part of stream.fullStream) if (part.type === 'text-delta') stop.abort();
    });
  });
}
