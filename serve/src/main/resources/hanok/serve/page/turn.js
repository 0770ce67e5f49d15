/** A question with its answers. */
import {h, useLayoutEffect, useRef, useState} from './lib.js';
import {Icon, IconButton} from './icons.js';
import {Prose} from './prose.js';
import {GrowingArea} from './composer.js';
import {copy} from './clipboard.js';
import {keepQuietly} from './library.js';
import {isBusy, isWriting, regenerate, resume, sendEdited} from './chat.js';
import {n, t} from './text.js';

export function Turn({conversation, turn, siblings, number, editing, setEditing}) {
  return h(
    'section',
    {class: 'turn', 'aria-label': t('question', number)},
    editing
      ? h(Editor, {conversation, turn, close: () => setEditing(null)})
      : h(Question, {conversation, turn, siblings, setEditing}),
    h(
      'div',
      {class: 'answers'},
      turn.answers.map((versions, side) =>
        h(Answer, {key: side, conversation, turn, versions, side}),
      ),
    ),
  );
}

function Question({conversation, turn, siblings, setEditing}) {
  const pick = index => {
    conversation.picked[turn.after] = siblings[index].id;
    keepQuietly(conversation);
  };
  return h(
    'div',
    {class: 'question'},
    h('div', {class: 'bubble'}, turn.question),
    h(
      'div',
      {class: 'actions'},
      h(Versions, {at: siblings.indexOf(turn), of: siblings.length, pick}),
      h(IconButton, {icon: 'copy', label: t('copy'), onclick: () => copy(turn.question)}),
      h(IconButton, {
        icon: 'pencil',
        label: t('edit'),
        disabled: isBusy(conversation),
        onclick: () => setEditing(turn.id),
      }),
    ),
  );
}

function Editor({conversation, turn, close}) {
  const [text, setText] = useState(turn.question);
  const latest = useRef(text);
  const box = useRef(null);
  const change = value => {
    latest.current = value;
    setText(value);
  };
  const submit = () => {
    if (latest.current.trim() && !isBusy(conversation)) {
      close();
      sendEdited(conversation, turn, latest.current.trim());
    }
  };
  useLayoutEffect(() => {
    const area = box.current.querySelector('textarea');
    area.focus();
    area.setSelectionRange(area.value.length, area.value.length);
  }, []);
  return h(
    'form',
    {
      class: 'editor',
      ref: box,
      onsubmit: event => {
        event.preventDefault();
        submit();
      },
      onkeydown: event => {
        if (event.key === 'Escape' && !event.isComposing) {
          event.stopPropagation();
          close();
        }
      },
    },
    h(GrowingArea, {id: 'edit', value: text, label: t('edit'), onsend: submit, oninput: change}),
    h(
      'div',
      {class: 'buttons'},
      h('button', {type: 'button', onclick: close}, t('cancel')),
      h('button', {class: 'primary', disabled: !text.trim()}, t('sendEdit')),
    ),
  );
}

function Answer({conversation, turn, versions, side}) {
  const at = turn.shown[side];
  const answer = versions[at];
  const writing = isWriting(answer);
  const busy = isBusy(conversation);
  const pick = index => {
    turn.shown[side] = index;
    keepQuietly(conversation);
  };
  return h(
    'article',
    {class: 'answer', 'aria-label': t('answerOf', answer.model), 'aria-busy': String(writing)},
    h('h3', null, answer.model),
    answer.text
      ? h(Prose, {text: answer.text, growing: writing})
      : writing && h('div', {class: 'waiting', 'aria-hidden': 'true'}, h('i'), h('i'), h('i')),
    h(Notes, {answer}),
    !writing &&
      h(
        'div',
        {class: 'actions'},
        h(Versions, {at, of: versions.length, pick}),
        h(IconButton, {icon: 'copy', label: t('copy'), onclick: () => copy(answer.text)}),
        h(IconButton, {
          icon: 'again',
          label: t('regenerate'),
          disabled: busy,
          onclick: () => regenerate(conversation, turn, side),
        }),
        answer.text &&
          answer.end !== 'stop' &&
          h(
            'button',
            {
              type: 'button',
              class: 'quiet',
              disabled: busy,
              onclick: () => resume(conversation, turn, side),
            },
            h(Icon, {name: 'onward'}),
            t('resume'),
          ),
        h(Figures, {stats: answer.stats}),
      ),
  );
}

/** ‹ 1/2 › */
function Versions({at, of, pick}) {
  return (
    of > 1 &&
    h(
      'span',
      {class: 'versions'},
      h(IconButton, {
        icon: 'left',
        label: t('previous'),
        disabled: at === 0,
        onclick: () => pick(at - 1),
      }),
      h('span', {'aria-label': t('version', at + 1, of), role: 'img'}, `${at + 1}/${of}`),
      h(IconButton, {
        icon: 'right',
        label: t('next'),
        disabled: at === of - 1,
        onclick: () => pick(at + 1),
      }),
    )
  );
}

/**
 * What the reader must know about an answer: that it failed, ended early, or forgot the
 * beginning.
 */
function Notes({answer: {end, error, dropped}}) {
  const early = {stopped: 'endStopped', length: 'endLength', cut: 'endCut'}[end];
  return [
    dropped &&
      h(
        'p',
        {class: 'note warning', key: 'dropped'},
        dropped > 0 ? t('dropped', n(dropped)) : t('droppedSome'),
      ),
    early && h('p', {class: 'note', key: 'early'}, t(early)),
    error &&
      h('p', {class: 'note error', key: 'error'}, h('strong', null, `${t('failed')}: `), error),
  ];
}

function Figures({stats}) {
  return (
    stats &&
    h(
      'span',
      {class: 'figures'},
      [
        stats.tokensPerSecond > 0 && t('speed', n(stats.tokensPerSecond, 1)),
        t('first', n(stats.firstMs / 1000, 1)),
        t('tokens', n(stats.tokens)),
      ]
        .filter(figure => figure)
        .join(' · '),
    )
  );
}
