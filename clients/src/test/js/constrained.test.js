// Answers in a form and calls of functions, which every client asks for in its own way.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { ChatOllama } from '@langchain/ollama';
import { ChatOpenAI } from '@langchain/openai';
import { generateObject, generateText, jsonSchema, Output, streamObject, tool } from 'ai';
import Ajv from 'ajv/dist/2020.js';
import { Ollama } from 'ollama/browser';
import { createOllama } from 'ollama-ai-provider-v2';
import OpenAI from 'openai';
import { z } from 'zod';
import { all, model, openAiUrl, url } from './server.js';

globalThis.AI_SDK_LOG_WARNINGS = false;
const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'age', 'mood'],
  properties: {
    name: { type: 'string', maxLength: 12 },
    age: { type: 'integer', minimum: 0, maximum: 150 },
    mood: { type: 'string', enum: ['좋음', '나쁨'] },
  },
};
const validate = new Ajv().compile(schema);
const matches = (value) => assert.ok(validate(value), JSON.stringify([value, validate.errors]));
const messages = [{ role: 'user', content: '누구세요?' }];
const greet = { type: 'function', function: { name: 'greet', description: '인사', parameters: schema } };
const temperature = 0;
const ollama = new Ollama({ host: url });
const openai = new OpenAI({ baseURL: openAiUrl, apiKey: 'unused', maxRetries: 0 });
const json_schema = { name: 'person', strict: true, schema };

test('ollama: a schema, whole and streamed, and any JSON', async () => {
  const body = { model, messages, format: schema, options: { temperature } };
  const whole = await ollama.chat(body);
  matches(JSON.parse(whole.message.content));
  const pieces = await all(await ollama.chat({ ...body, stream: true }));
  assert.equal(pieces.map((p) => p.message.content).join(''), whole.message.content);
  matches(JSON.parse((await ollama.generate({ model, prompt: '누구?', format: schema, options: { temperature } })).response));
  const any = await ollama.chat({ ...body, format: 'json', options: { temperature, num_predict: 400 } });
  if (any.done_reason === 'stop') assert.equal(typeof JSON.parse(any.message.content), 'object');
  else assert.match(any.message.content, /^\s*\{/);
});

test('ollama: either text or a call', async () => {
  const reply = await ollama.chat({ model, messages, tools: [greet], options: { temperature, num_predict: 200 } });
  for (const call of reply.message.tool_calls ?? []) {
    assert.equal(call.function.name, 'greet');
    matches(call.function.arguments);
  }
});

test('openai: a schema, whole and streamed', async () => {
  const body = { model, messages, temperature, response_format: { type: 'json_schema', json_schema } };
  const whole = await openai.chat.completions.create(body);
  matches(JSON.parse(whole.choices[0].message.content));
  const final = await openai.chat.completions.stream(body).finalChatCompletion();
  matches(JSON.parse(final.choices[0].message.content));
  const response = await openai.responses.create({
    model, temperature, input: '누구세요?', text: { format: { type: 'json_schema', ...json_schema } },
  });
  matches(JSON.parse(response.output_text));
});

test('openai: a call, whole and streamed', async () => {
  const body = { model, messages, temperature, tools: [greet] };
  for (const tool_choice of ['required', { type: 'function', function: { name: 'greet' } }]) {
    const reply = await openai.chat.completions.create({ ...body, tool_choice });
    assert.equal(reply.choices[0].finish_reason, 'tool_calls');
    const [call] = reply.choices[0].message.tool_calls;
    assert.equal(call.function.name, 'greet');
    matches(JSON.parse(call.function.arguments));
  }
  const streamed = await openai.chat.completions.stream({ ...body, tool_choice: 'required' }).finalChatCompletion();
  matches(JSON.parse(streamed.choices[0].message.tool_calls[0].function.arguments));
  const response = await openai.responses.create({
    model, temperature, input: '인사해', tools: [{ type: 'function', ...greet.function, strict: true }], tool_choice: 'required',
  });
  const [item] = response.output;
  assert.equal(item.type, 'function_call');
  matches(JSON.parse(item.arguments));
});

test('langchain: structured output and bound tools', async () => {
  const chatOllama = new ChatOllama({ model, baseUrl: url, temperature, maxRetries: 0 });
  const chatOpenAi = new ChatOpenAI({
    model, apiKey: 'unused', configuration: { baseURL: openAiUrl }, temperature, maxRetries: 0,
  });
  const person = z.object({ name: z.string().max(12), age: z.int().min(0).max(150), mood: z.enum(['좋음', '나쁨']) });
  for (const chat of [chatOllama, chatOpenAi]) {
    matches(await chat.withStructuredOutput(person, { method: 'jsonSchema' }).invoke('누구세요?'));
  }
  const called = await chatOpenAi.bindTools([greet], { tool_choice: 'required' }).invoke('인사해');
  assert.equal(called.tool_calls[0].name, 'greet');
  matches(called.tool_calls[0].args);
});

test('ai: objects and tools', async () => {
  const throughOllama = createOllama({ baseURL: `${url}/api` })(model);
  const through = createOpenAICompatible({ name: 'hanok', baseURL: openAiUrl, supportsStructuredOutputs: true })(model);
  const providerOptions = { ollama: { options: { temperature } } };
  const common = { prompt: '누구세요?', temperature, maxRetries: 0, providerOptions };
  for (const one of [throughOllama, through]) {
    matches((await generateObject({ ...common, model: one, schema: jsonSchema(schema) })).object);
    const streamed = streamObject({ ...common, model: one, schema: jsonSchema(schema) });
    await all(streamed.partialObjectStream);
    matches(await streamed.object);
    const output = Output.object({ schema: jsonSchema(schema) });
    matches((await generateText({ ...common, model: one, output })).output);
  }
  const tools = { greet: tool({ description: '인사', inputSchema: jsonSchema(schema) }) };
  const called = await generateText({ ...common, model: through, tools, toolChoice: 'required' });
  assert.equal(called.finishReason, 'tool-calls');
  assert.equal(called.toolCalls[0].toolName, 'greet');
  matches(called.toolCalls[0].input);
});
