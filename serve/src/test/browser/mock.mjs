/**
 * A server for the page's tests: Ollama's interface, answers by script. What is asked decides what
 * happens; nothing depends on chance or on a clock, but for the pauses between tokens.
 */
import {createServer} from 'node:http';
import {readFileSync} from 'node:fs';
import {HOSTILE, MARKDOWN} from './samples.mjs';

const SOURCES = new URL('../../main/resources/hanok/serve/', import.meta.url);
const BUILT = new URL('../../../target/classes/hanok/serve/', import.meta.url);
const TYPES = {html: 'text/html', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml'};
const HEADERS = Object.fromEntries(
  readFileSync(new URL('page.headers', SOURCES), 'utf8')
    .trim()
    .split('\n')
    .map(line => line.split(/: (.*)/).slice(0, 2)),
);
const DIGEST = 'a'.repeat(64);
const LICENCE = {
  id: 'EXAONE AI Model License Agreement 1.1 - NC',
  summary_ko: '연구 목적으로만 쓸 수 있습니다.\n모델과 출력의 상업적 이용은 금지됩니다.',
  summary_en: 'For research only.\nNo commercial use of the model or its output.',
  text:
    'EXAONE AI Model License Agreement 1.1 - NC\n\n' +
    'This License Agreement is entered into … '.repeat(60),
};

/** What the next tests may change. */
export const mock = {};

export function reset() {
  Object.assign(mock, {
    key: '',
    models: names(),
    gone: false,
    context: 4096,
    halfway: false, // downloads wait there
  });
}

reset();

function names() {
  return ['exaone3:7.8b', 'hanok-mini:latest'];
}

/** @returns {Promise<import('node:http').Server>} on a free port of this machine, or the one given */
export function start(port = 0) {
  const server = createServer(async (request, response) => {
    try {
      await answer(request, response);
    } catch (failure) {
      response.destroy(failure);
    }
  });
  return new Promise(resolve => server.listen(port, '127.0.0.1', () => resolve(server)));
}

async function answer(request, response) {
  const {pathname} = new URL(request.url, 'http://mock');
  if (mock.gone) {
    return response.destroy();
  }
  if (!pathname.startsWith('/api/')) {
    return file(pathname === '/' ? 'page/index.html' : pathname.slice(1), response);
  }
  if (mock.key && request.headers.authorization !== `Bearer ${mock.key}`) {
    return json(response, 401, {error: 'unauthorized'});
  }
  const body = JSON.parse((await text(request)) || '{}');
  const route = ROUTES[`${request.method} ${pathname.slice(5)}`];
  return route ? route(response, body) : json(response, 404, {error: 'not found'});
}

const ROUTES = {
  'GET version': response => json(response, 200, {version: '0.33.0'}),
  'GET tags': response => json(response, 200, {models: mock.models.map(model)}),
  'GET ps': response =>
    json(response, 200, {
      models: mock.models.slice(0, 1).map(name => ({...model(name), context_length: mock.context})),
    }),
  'POST show': (response, {model: name}) =>
    json(response, 200, {
      license: LICENCE.text,
      details: model(name).details,
      parameters: 'temperature 0.6\nstop "[|endofturn|]"',
      model_info: {'general.architecture': 'exaone', 'exaone.context_length': 8192},
    }),
  'DELETE delete': (response, {model: name}) => {
    mock.models = mock.models.filter(it => it !== name);
    response.writeHead(200).end();
  },
  'POST pull': pull,
  'POST chat': chat,
};

function model(name) {
  const details = {
    family: 'exaone',
    parameter_size: '7.8B',
    quantization_level: 'Q5_K_M',
    format: 'gguf',
  };
  return {
    name,
    model: name,
    size: 5_600_000_000,
    digest: DIGEST,
    modified_at: '2026-01-01T00:00:00Z',
    details,
  };
}

async function pull(response, {model: name, accept_license: accepted}) {
  if (name.includes('exaone') && !accepted) {
    return json(response, 403, {error: 'the licence is not accepted', licence: LICENCE});
  }
  response.writeHead(200, {'Content-Type': 'application/x-ndjson'});
  response.write(line({status: 'pulling manifest'}));
  if (name.includes('broken')) {
    return response.end(line({error: 'digest does not match'}));
  }
  for (let completed = 0; completed <= 1000; completed += 100) {
    response.write(
      line({
        status: 'pulling aaaaaaaaaaaa',
        digest: `sha256:${DIGEST}`,
        total: 1e9,
        completed: completed * 1e6,
      }),
    );
    do {
      await pause(20);
    } while (mock.halfway && completed === 500 && !response.destroyed);
  }
  mock.models.push(name.includes(':') ? name : `${name}:latest`);
  response.end(line({status: 'verifying sha256 digest'}) + line({status: 'success'}));
}

async function chat(response, {model: name, messages, options = {}}) {
  const last = messages.at(-1);
  const question = messages.findLast(message => message.role === 'user')?.content ?? '';
  if (question.includes('too long')) {
    return json(response, 400, {error: 'the prompt has 9000 tokens, the context 4096'});
  }
  response.writeHead(200, {'Content-Type': 'application/x-ndjson'});
  response.write('  ');
  const said = say(question, last.role === 'assistant', name, messages, options);
  const tokens = said.match(/[^]{1,3}/gu) ?? [];
  for (const [index, content] of tokens.entries()) {
    await pause(question.includes('slow') ? 40 : 2);
    if (response.destroyed) {
      return;
    }
    if (question.includes('broken') && index === 5) {
      return response.end(line({error: 'the engine stopped'}));
    }
    if (question.includes('cut') && index === 5) {
      await pause(100);
      return response.destroy();
    }
    if (index % 4 === 3) {
      response.write(' ');
    }
    await bytes(
      response,
      line({model: name, message: {role: 'assistant', content}, done: false}),
      index,
    );
  }
  response.end(
    line({
      model: name,
      message: {role: 'assistant', content: ''},
      done: true,
      done_reason: question.includes('length') && last.role === 'user' ? 'length' : 'stop',
      ...(question.includes('truncate') && {truncated: true, prompt_tokens_dropped: 1234}),
      prompt_eval_count: question.includes('full') ? 3900 : 20 * messages.length,
      eval_count: tokens.length,
      eval_duration: tokens.length * 8e7,
      total_duration: 1e9,
    }),
  );
}

/** Every third line arrives in two pieces, cut inside a character where it has Korean. */
async function bytes(response, text, index) {
  const whole = Buffer.from(text);
  const cut = whole.findIndex(byte => byte > 127) + 1;
  if (index % 3 || !cut) {
    return response.write(whole);
  }
  response.write(whole.subarray(0, cut));
  await pause(1);
  response.write(whole.subarray(cut));
}

function say(question, continued, name, messages, options) {
  if (continued) {
    return ' 이어서 씁니다.';
  }
  if (question.includes('slow')) {
    return '천천히 쓰는 답입니다. '.repeat(question.includes('endless') ? 3000 : 30);
  }
  if (question.includes('markdown')) {
    return MARKDOWN;
  }
  if (question.includes('hostile')) {
    return HOSTILE.join('\n\n');
  }
  const system = messages.find(message => message.role === 'system')?.content;
  return (
    `**${name}** 메아리: ${question} (${messages.length}번째${system ? `, ${system}` : ''}` +
    `${options.temperature === undefined ? '' : `, t=${options.temperature}`})`
  );
}

function file(path, response) {
  if (!/^page\/[\w./-]+$/.test(path) || path.includes('..')) {
    return json(response, 404, {error: 'not found'});
  }
  const type = TYPES[path.split('.').at(-1)] ?? 'text/plain';
  const content = [SOURCES, BUILT].map(root => read(new URL(path, root))).find(found => found);
  return content
    ? response.writeHead(200, {...HEADERS, 'Content-Type': `${type}; charset=utf-8`}).end(content)
    : json(response, 404, {error: 'not found'});
}

function read(url) {
  try {
    return readFileSync(url);
  } catch {
    return null;
  }
}

function json(response, status, body) {
  response.writeHead(status, {'Content-Type': 'application/json'}).end(JSON.stringify(body));
}

async function text(request) {
  const chunks = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

const line = object => JSON.stringify(object) + '\n';
const pause = ms => new Promise(resolve => setTimeout(resolve, ms));

if (process.argv[1] === import.meta.filename) {
  await start(Number(process.argv[2] ?? 11500));
}
