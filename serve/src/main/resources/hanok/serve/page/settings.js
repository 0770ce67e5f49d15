/** The drawer of a conversation's settings: system prompt and sampling, for each side. */
import {h, useEffect, useState} from './lib.js';
import {Dialog} from './dialogs.js';
import {defaults} from './models.js';
import {keepQuietly} from './library.js';
import {t} from './text.js';

/** What can be set, within which bounds, and what Ollama's interface takes if nobody says. */
const OPTIONS = [
  {name: 'temperature', min: 0, max: 5, step: 0.01, usual: '0.8'},
  {name: 'top_k', min: 0, max: 1000, step: 1, usual: '40'},
  {name: 'top_p', min: 0, max: 1, step: 0.01, usual: '0.9'},
  {name: 'min_p', min: 0, max: 1, step: 0.01, usual: '0'},
  {name: 'repeat_penalty', min: 0.1, max: 3, step: 0.01, usual: '1'},
  {name: 'seed', min: -1, max: 2147483647, step: 1, usual: '-1'},
  {name: 'num_predict', min: -1, max: 1048576, step: 1, usual: '-1'},
  {name: 'num_ctx', min: 16, max: 1048576, step: 1, usual: ''},
];

export function Settings({id, conversation, side: first = 0}) {
  const [index, setIndex] = useState(first);
  const side = conversation.sides[index];
  return h(Dialog, {id, title: t('settings'), kind: 'drawer'}, () => [
    conversation.sides.length > 1 && h(Tabs, {index, setIndex}),
    h('p', {class: 'hint'}, t('settingsHint')),
    h(Side, {key: index, conversation, side}),
  ]);
}

function Tabs({index, setIndex}) {
  return h(
    'div',
    {class: 'tabs', role: 'group', 'aria-label': t('settings')},
    ['A', 'B'].map((letter, at) =>
      h(
        'button',
        {
          type: 'button',
          key: letter,
          'aria-pressed': String(at === index),
          onclick: () => setIndex(at),
        },
        t('settingsOf', letter),
      ),
    ),
  );
}

function Side({conversation, side}) {
  const [usual, setUsual] = useState({});
  const [round, setRound] = useState(0);
  useEffect(() => void defaults(side.model).then(setUsual), [side.model]);
  const reset = () => {
    side.options = {};
    side.system = '';
    setRound(round + 1);
    keepQuietly(conversation);
  };
  return h(
    'form',
    {onsubmit: event => event.preventDefault()},
    h(
      'label',
      null,
      t('system'),
      h('textarea', {
        rows: 5,
        value: side.system,
        placeholder: t('systemHint'),
        oninput: event => {
          side.system = event.target.value;
          keepQuietly(conversation);
        },
      }),
    ),
    h(
      'fieldset',
      null,
      h('legend', null, t('sampling')),
      OPTIONS.map(option =>
        h(Option, {
          key: option.name + round,
          option,
          conversation,
          side,
          usual: usual[option.name] ?? option.usual,
        }),
      ),
    ),
    h('footer', null, h('button', {type: 'button', onclick: reset}, t('reset'))),
  );
}

function Option({option: {name, min, max, step}, conversation, side, usual}) {
  const set = ({target}) => {
    const {[name]: _, ...others} = side.options;
    const given = target.value !== '' && target.validity.valid;
    side.options = given ? {...others, [name]: target.valueAsNumber} : others;
    keepQuietly(conversation);
  };
  return h(
    'label',
    {class: 'option'},
    h('span', null, h('code', null, name), h('small', null, t(name))),
    h('input', {
      type: 'number',
      min,
      max,
      step,
      placeholder: usual,
      inputMode: 'decimal',
      name,
      defaultValue: side.options[name] ?? '',
      oninput: set,
    }),
  );
}
