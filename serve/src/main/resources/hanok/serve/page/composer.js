/** Where a question is written, and what is known about the room left for it. */
import {h, useLayoutEffect, useRef} from './lib.js';
import {Icon} from './icons.js';
import {path, shownAnswer} from './conversation.js';
import {isBusy, send, stop} from './chat.js';
import {sendOnEnter} from './ime.js';
import {draw, state, toast} from './state.js';
import {n, t} from './text.js';

const NEARLY_FULL = 0.85;

/**
 * Unsent text, by conversation: a look at another one must not lose it.
 * @type {Map<string, string>}
 */
const drafts = new Map();

/** Fills the box, sends nothing. @param {string} text */
export function setDraft(text) {
  drafts.set(state.current.id, text);
  draw();
  focusComposer();
}

/** After the next frame, when the box is there and enabled. */
export function focusComposer() {
  requestAnimationFrame(() => document.getElementById('message')?.focus());
}

/** @param {{conversation: import('./conversation.js').Conversation, onedit: () => void}} props */
export function Composer({conversation, onedit}) {
  const busy = isBusy(conversation);
  const text = drafts.get(conversation.id) ?? '';
  /** Whether the question is on its way. */
  const submit = () => {
    const question = drafts.get(conversation.id)?.trim();
    if (!question || isBusy(conversation)) {
      return false;
    }
    if (conversation.sides.some(side => !side.model)) {
      toast(t('noModelYet'));
      return false;
    }
    drafts.delete(conversation.id);
    send(conversation, question);
    return true;
  };
  return h(
    'form',
    {
      class: 'composer',
      onsubmit: event => {
        event.preventDefault();
        submit();
      },
    },
    h(
      'div',
      {class: 'box'},
      h(GrowingArea, {
        id: 'message',
        key: conversation.id,
        value: text,
        label: t('message'),
        placeholder: t('placeholder'),
        onsend: submit,
        oninput: value => {
          drafts.set(conversation.id, value);
          draw();
        },
        onkeydown: event => event.key === 'ArrowUp' && !text && !event.isComposing && onedit(event),
      }),
      busy
        ? h(
            'button',
            {
              type: 'button',
              key: 'stop',
              class: 'round',
              'aria-label': t('stop'),
              title: t('stop'),
              onclick: () => {
                stop(conversation);
                focusComposer();
              },
            },
            h(Icon, {name: 'stop'}),
          )
        : h(
            'button',
            {
              key: 'send',
              class: 'round',
              'aria-label': t('send'),
              title: t('send'),
              disabled: !text.trim(),
            },
            h(Icon, {name: 'send'}),
          ),
    ),
    h(
      'div',
      {class: 'status'},
      conversation.sides.map((side, index) =>
        h(Gauge, {
          key: index,
          name: conversation.sides.length > 1 ? 'AB'[index] : '',
          stats: latestStats(conversation, index),
        }),
      ),
      h('span', null, t('caution')),
    ),
  );
}

/** A text area as high as its text, in which Enter sends. */
export function GrowingArea({id, value, label, placeholder, onsend, oninput, onkeydown}) {
  const ref = useRef(null);
  const sender = useRef(onsend);
  sender.current = onsend;
  useLayoutEffect(
    () =>
      sendOnEnter(ref.current, () => {
        oninput(ref.current.value);
        if (sender.current()) {
          ref.current.value = ''; // before the next frame: an Enter that follows at once finds nothing
        }
      }),
    [],
  );
  useLayoutEffect(() => {
    if (!CSS.supports('field-sizing', 'content')) {
      ref.current.style.height = 'auto';
      ref.current.style.height = `${ref.current.scrollHeight}px`;
    }
  }, [value]);
  return h('textarea', {
    ref,
    id,
    rows: 1,
    value,
    placeholder,
    'aria-label': label,
    enterkeyhint: 'send',
    autocomplete: 'off',
    oninput: event => oninput(event.target.value),
    onkeydown,
  });
}

function latestStats(conversation, side) {
  return path(conversation)
    .map(({turn}) => shownAnswer(turn, side)?.stats)
    .findLast(stats => stats);
}

/**
 * How much of the window the conversation fills.
 * @param {{name: string, stats?: import('./conversation.js').Stats}} props
 */
function Gauge({name, stats}) {
  if (!stats?.context) {
    return null;
  }
  const used = stats.promptTokens + stats.tokens;
  const full = used >= stats.context * NEARLY_FULL;
  return h(
    'span',
    {class: full ? 'gauge full' : 'gauge'},
    name && h('b', null, name),
    h('meter', {
      'aria-label': `${t('context')} ${name}`,
      min: 0,
      max: stats.context,
      value: Math.min(used, stats.context),
      high: stats.context * NEARLY_FULL,
      optimum: 0,
    }),
    t('contextOf', n(used), n(stats.context)),
    full && h('strong', null, t('nearlyFull')),
  );
}
