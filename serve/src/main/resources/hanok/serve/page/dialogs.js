/** Dialogs: the browser's own, which keep the focus inside and give it back. */
import {h, useLayoutEffect, useRef, useState} from './lib.js';
import {IconButton} from './icons.js';
import {draw, state} from './state.js';
import {t} from './text.js';

let ids = 0;

/** @param {Function} component  draws a {@link Dialog} @param {object} [props] */
export function openDialog(component, props = {}) {
  state.dialogs.push({component, props, id: ++ids});
  draw();
}

/** All open dialogs. */
export function Dialogs() {
  return state.dialogs.map(({component, props, id}) => h(component, {...props, key: id, id}));
}

/**
 * @param {{id: number, title: string, kind?: string, onclosed?: () => void,
 *     children: (close: () => void) => any}} props
 */
export function Dialog({id, title, kind = '', onclosed, children}) {
  const ref = useRef(null);
  const close = () => ref.current.close();
  const closed = () => {
    state.dialogs = state.dialogs.filter(dialog => dialog.id !== id);
    draw();
    onclosed?.();
  };
  useLayoutEffect(() => ref.current.showModal(), []); // before the next key
  return h(
    'dialog',
    {
      ref,
      class: kind,
      'aria-labelledby': `dialog${id}`,
      onclose: event => event.target === ref.current && closed(),
      onpointerdown: event => event.target === ref.current && outside(event) && close(),
    },
    h(
      'header',
      null,
      h('h2', {id: `dialog${id}`}, title),
      h(IconButton, {icon: 'cross', label: t('close'), onclick: close}),
    ),
    children(close),
  );
}

function outside({target, clientX: x, clientY: y}) {
  const box = target.getBoundingClientRect();
  return x < box.left || x > box.right || y < box.top || y > box.bottom;
}

/** Asks before something that cannot be undone. */
export function Confirm({id, title, text, action, onaccept}) {
  return h(Dialog, {id, title, kind: 'small'}, close => [
    h('p', null, text),
    h(
      'footer',
      null,
      h('button', {type: 'button', onclick: close}, t('cancel')),
      h(
        'button',
        {
          type: 'button',
          class: 'danger',
          onclick: () => {
            close();
            onaccept();
          },
        },
        action,
      ),
    ),
  ]);
}

/** Asks for one line. `onclosed` is called without a value if there is none. */
export function Prompt({id, title, text, label, action, value = '', type = 'text', onclosed}) {
  const [answer, setAnswer] = useState(value);
  const accepted = useRef(false);
  return h(
    Dialog,
    {id, title, kind: 'small', onclosed: () => onclosed(accepted.current ? answer : undefined)},
    close =>
      h(
        'form',
        {
          onsubmit: event => {
            event.preventDefault();
            accepted.current = true;
            close();
          },
        },
        text && h('p', null, text),
        h(
          'label',
          null,
          label,
          h('input', {
            type,
            value: answer,
            autofocus: true,
            required: true,
            autocomplete: 'off',
            spellcheck: false,
            oninput: event => setAnswer(event.target.value),
          }),
        ),
        h(
          'footer',
          null,
          h('button', {type: 'button', onclick: close}, t('cancel')),
          h('button', {class: 'primary'}, action),
        ),
      ),
  );
}
