/** The tree of turns and its file, without a browser. */
import assert from 'node:assert/strict';
import {test} from 'node:test';

const PAGE = '../../main/resources/hanok/serve/page/';
const {addAnswer, ask, edit, matches, messages, newConversation, newSide, path} = await import(
  `${PAGE}conversation.js`
);
const {fromJson, toJson} = await import(`${PAGE}archive.js`);

const questions = it => path(it).map(({turn}) => turn.question);
const said = (turn, side, text) => Object.assign(addAnswer(turn, side, 'm'), {text, end: 'stop'});

test('an edited question opens a branch and the old one keeps its future', () => {
  const it = newConversation('m');
  const first = ask(it, 'one');
  said(first, 0, '1');
  const second = ask(it, 'two');
  said(second, 0, '2');
  ask(it, 'three');
  edit(it, second, 'two, otherwise');
  assert.deepEqual(questions(it), ['one', 'two, otherwise']);
  it.picked[second.after] = second.id;
  assert.deepEqual(questions(it), ['one', 'two', 'three']);
});

test('a new version of an answer begins a branch after it', () => {
  const it = newConversation('m');
  const first = ask(it, 'one');
  said(first, 0, 'a');
  ask(it, 'after a');
  said(first, 0, 'b');
  assert.deepEqual(questions(it), ['one']);
  ask(it, 'after b');
  assert.deepEqual(questions(it), ['one', 'after b']);
  first.shown[0] = 0;
  assert.deepEqual(questions(it), ['one', 'after a']);
});

test('each side of a comparison hears its own answers', () => {
  const it = newConversation('m');
  it.sides.push({...newSide('n'), system: 'short'});
  const first = ask(it, 'one');
  said(first, 0, 'left');
  said(first, 1, 'right');
  const second = ask(it, 'two');
  assert.deepEqual(
    messages(it, second, 0).map(m => m.content),
    ['one', 'left', 'two'],
  );
  assert.deepEqual(
    messages(it, second, 1).map(m => m.content),
    ['short', 'one', 'right', 'two'],
  );
});

test('a search finds decomposed Hangul, any case, questions and answers', () => {
  const it = newConversation('m');
  said(ask(it, '한옥의 처마'.normalize('NFD')), 0, 'The EAVES');
  assert.ok(matches(it, '처마'));
  assert.ok(matches(it, 'eaves'));
  assert.ok(matches(it, ''));
  assert.ok(!matches(it, '기와'));
});

test('an export comes back as it was, once', () => {
  const it = newConversation('m');
  it.sides[0].options.temperature = 0.5;
  said(ask(it, '질문'), 0, '답').stats = {
    promptTokens: 1,
    tokens: 2,
    tokensPerSecond: 3,
    firstMs: 4,
    context: 5,
  };
  const [back] = fromJson(toJson([it]), []);
  assert.deepEqual(back, it);
  assert.deepEqual(fromJson(toJson([it]), [it]), []);
  const [copy] = fromJson(toJson([{...it, updated: 1}]), [it]);
  assert.notEqual(copy.id, it.id);
});

test('a file made to harm is refused or rebuilt', () => {
  for (const json of [
    '',
    'null',
    '[]',
    '{"format":"x"}',
    '{"format":"hanok-conversations","version":2,"conversations":[]}',
  ]) {
    assert.throws(() => fromJson(json, []), SyntaxError);
  }
  const turn = {
    id: 'A',
    after: '',
    question: {toString: 'x'},
    answers: [[{text: 1, end: 'no'}], 3, []],
    shown: ['0', 9],
  };
  const [it] = fromJson(
    JSON.stringify({
      format: 'hanok-conversations',
      version: 1,
      conversations: [
        {
          id: 5,
          title: {constructor: 1},
          sides: [{options: {temperature: '1', top_k: 3}}, 1, 2],
          turns: [turn, {id: 'B', after: 'A:0'}, {id: 'A', after: 'B:'}, null],
          extra: 1,
          picked: {a: 1, b: 'B'},
        },
      ],
    }),
    [],
  );
  assert.equal(it.title, '');
  assert.deepEqual(
    it.sides.map(side => side.options),
    [{top_k: 3}, {}],
  );
  assert.deepEqual(it.picked, {b: 'B'});
  assert.equal(it.extra, undefined);
  assert.ok(path(it).length < 5);
});
