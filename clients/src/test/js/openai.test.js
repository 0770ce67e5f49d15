// npm: openai
import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import { all, context, dimensions, endless, leavesEarly, model, near, norm, openAiUrl, tooLong } from './server.js';

const openai = new OpenAI({ baseURL: openAiUrl, apiKey: 'unused', maxRetries: 0 });
const messages = [{ role: 'user', content: '안녕' }];
const short = { model, messages, max_tokens: 8, temperature: 0 };

test('answers a chat, with usage', async () => {
  const reply = await openai.chat.completions.create(short);
  assert.equal(reply.object, 'chat.completion');
  assert.equal(typeof reply.choices[0].message.content, 'string');
  assert.equal(reply.choices[0].message.role, 'assistant');
  assert.ok(['stop', 'length'].includes(reply.choices[0].finish_reason));
  assert.ok(reply.usage.completion_tokens >= 1 && reply.usage.completion_tokens <= 8);
  assert.equal(reply.usage.total_tokens, reply.usage.prompt_tokens + reply.usage.completion_tokens);
  assert.equal(reply.timings.predicted_n, reply.usage.completion_tokens);
});

test('streams the same chat, with usage at the end', async () => {
  const whole = await openai.chat.completions.create(short);
  const chunks = await all(
    await openai.chat.completions.create({ ...short, stream: true, stream_options: { include_usage: true } }),
  );
  const text = chunks.map((c) => c.choices[0]?.delta.content ?? '').join('');
  assert.equal(text, whole.choices[0].message.content);
  assert.equal(new Set(chunks.map((c) => c.id)).size, 1);
  assert.deepEqual(chunks.at(-1).choices, []);
  assert.equal(chunks.at(-1).usage.completion_tokens, whole.usage.completion_tokens);
  const without = await all(await openai.chat.completions.create({ ...short, stream: true }));
  assert.ok(without.every((c) => c.usage == null));
});

test("takes the client's own streaming runner", async () => {
  const runner = openai.chat.completions.stream({ ...short, stream_options: { include_usage: true } });
  const final = await runner.finalChatCompletion();
  assert.ok(['stop', 'length'].includes(final.choices[0].finish_reason));
  assert.ok(final.usage.total_tokens > 0);
});

test('gives the same answer for the same seed, and several answers', async () => {
  const ask = async (more) =>
    (await openai.chat.completions.create({ ...short, max_tokens: 16, temperature: 1.5, ...more })).choices.map(
      (c) => c.message.content,
    );
  const [seven] = await ask({ seed: 7 });
  assert.deepEqual(await ask({ seed: 7 }), [seven]);
  const three = await ask({ seed: 7, n: 3 });
  assert.equal(three.length, 3);
  assert.equal(three[0], seven);
  assert.equal(new Set(three).size, 3);
});

test('ends at a stop text', async () => {
  const text = (await openai.chat.completions.create({ ...short, max_tokens: 30 })).choices[0].message.content;
  const stop = [...text].find((c) => /[a-z]/.test(c));
  const cut = await openai.chat.completions.create({ ...short, max_tokens: 30, stop });
  assert.equal(cut.choices[0].message.content, text.slice(0, text.indexOf(stop)));
  assert.equal(cut.choices[0].finish_reason, 'stop');
  const list = await openai.chat.completions.create({ ...short, max_tokens: 30, stop: [stop] });
  assert.equal(list.choices[0].message.content, cut.choices[0].message.content);
});

test('tells probabilities', async () => {
  const reply = await openai.chat.completions.create({ ...short, logprobs: true, top_logprobs: 2 });
  const tokens = reply.choices[0].logprobs.content;
  assert.equal(tokens.length, reply.usage.completion_tokens);
  for (const token of tokens) {
    assert.ok(token.logprob <= 0);
    assert.equal(token.top_logprobs.length, 2);
    assert.ok(token.bytes.every((b) => b >= 0 && b < 256));
  }
});

test('completes texts', async () => {
  const body = { model, prompt: '옛날 옛적에', max_tokens: 8, temperature: 0 };
  const whole = await openai.completions.create(body);
  assert.equal(whole.object, 'text_completion');
  const chunks = await all(await openai.completions.create({ ...body, stream: true }));
  assert.equal(chunks.map((c) => c.choices[0].text).join(''), whole.choices[0].text);
  const echoed = await openai.completions.create({ ...body, max_tokens: 0, echo: true, logprobs: 1 });
  assert.equal(echoed.choices[0].text, '옛날 옛적에');
  assert.equal(echoed.choices[0].logprobs.token_logprobs[0], null);
});

test('lists models and finds one by its encoded name', async () => {
  const models = await all(openai.models.list());
  assert.ok(models.some((m) => m.id === `${model}:latest`));
  const found = await openai.models.retrieve(`${model}:latest`);
  assert.equal(found.id, `${model}:latest`);
  assert.ok(found.created > 1e9);
  await assert.rejects(openai.models.retrieve('someone/nobody'), { status: 404, code: 'model_not_found' });
});

test('embeds as base64, which the client asks for by itself, and as numbers', async () => {
  const input = ['안녕', '세상'];
  const base64 = await openai.embeddings.create({ model, input });
  const numbers = await openai.embeddings.create({ model, input, encoding_format: 'float' });
  assert.deepEqual(base64.data.map((d) => d.embedding.length), [dimensions, dimensions]);
  base64.data.forEach((d, i) => {
    near(norm(d.embedding), 1, 'length of a vector');
    d.embedding.forEach((x, j) => near(x, numbers.data[i].embedding[j], 'value'));
  });
  assert.ok(base64.usage.prompt_tokens > 0);
  const few = await openai.embeddings.create({ model, input: '안녕', dimensions: 8 });
  assert.equal(few.data[0].embedding.length, 8);
});

test('answers responses, whole and streamed', async () => {
  const body = { model, input: '안녕', instructions: '짧게', max_output_tokens: 8, temperature: 0 };
  const whole = await openai.responses.create(body);
  assert.equal(typeof whole.output_text, 'string');
  assert.ok(whole.usage.output_tokens >= 1 && whole.usage.output_tokens <= 8);
  const events = await all(await openai.responses.create({ ...body, stream: true }));
  const text = events.filter((e) => e.type === 'response.output_text.delta').map((e) => e.delta).join('');
  assert.equal(text, whole.output_text);
  assert.deepEqual(events.map((e) => e.sequence_number), events.map((_, i) => i));
  assert.ok(['response.completed', 'response.incomplete'].includes(events.at(-1).type));
  const turns = [
    { role: 'user', content: '안녕' },
    { role: 'assistant', content: [{ type: 'output_text', text: '네', annotations: [] }] },
    { role: 'user', content: [{ type: 'input_text', text: '또' }] },
  ];
  assert.ok((await openai.responses.create({ ...body, input: turns })).usage.input_tokens > whole.usage.input_tokens);
  const runner = openai.responses.stream(body);
  assert.equal((await runner.finalResponse()).output_text, whole.output_text);
});

test('goes on after a call of a function', async () => {
  const reply = await openai.chat.completions.create({
    ...short,
    messages: [
      ...messages,
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"서울"}' } }],
      },
      { role: 'tool', tool_call_id: 'call_1', content: '맑음' },
    ],
  });
  assert.equal(reply.choices[0].message.role, 'assistant');
});

test('throws errors of the right class', async () => {
  const fails = (body, type, more) =>
    assert.rejects(openai.chat.completions.create({ ...short, ...body }), (e) => {
      assert.ok(e instanceof type, `${e}`);
      Object.entries(more).forEach(([key, value]) => assert.equal(e[key], value));
      return true;
    });
  await fails({ model: 'nobody' }, OpenAI.NotFoundError, { status: 404, code: 'model_not_found' });
  await fails({ temperature: 'x' }, OpenAI.BadRequestError, { status: 400, type: 'invalid_request_error' });
  await fails({ messages: [] }, OpenAI.BadRequestError, { status: 400 });
  const long = { messages: [{ role: 'user', content: tooLong }] };
  await fails(long, OpenAI.BadRequestError, { code: 'context_length_exceeded' });
  await fails({ ...long, stream: true }, OpenAI.BadRequestError, { code: 'context_length_exceeded' });
  await assert.rejects(openai.embeddings.create({ model, input: tooLong }), { code: 'context_length_exceeded' });
});

test('ends an answer whose client leaves', async () => {
  await leavesEarly(async () => {
    const stream = await openai.chat.completions.create({ model, messages, ...endless.openAi, stream: true });
    let chunks = 0;
    for await (const _ of stream) if (++chunks === 3) break;
    assert.equal(chunks, 3);
  });
  await leavesEarly(async () => {
    const stop = new AbortController();
    const body = { model, messages, ...endless.openAi, n: 16 };
    const whole = openai.chat.completions.create(body, { signal: stop.signal });
    setTimeout(() => stop.abort(), 1200); // long before there is an answer to send
    await assert.rejects(whole, /aborted/);
  });
});

test('ends an answer where the context is full', async () => {
  const body = { model, messages, ...endless.openAi, max_tokens: context * 2, stop: ['끝'] };
  const reply = await openai.chat.completions.create(body);
  assert.equal(reply.choices[0].finish_reason, 'length');
  assert.equal(reply.usage.total_tokens, context + 1); // the last token need not be read
});
