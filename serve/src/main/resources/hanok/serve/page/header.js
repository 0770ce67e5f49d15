/** The bar above a conversation: its models, its settings, whether it compares. */
import {h} from './lib.js';
import {IconButton} from './icons.js';
import {newSide} from './conversation.js';
import {openDialog} from './dialogs.js';
import {isBusy} from './chat.js';
import {keepQuietly} from './library.js';
import {choose} from './models.js';
import {Settings} from './settings.js';
import {state} from './state.js';
import {t} from './text.js';

export function Header({conversation, open, toggleSidebar}) {
  const comparing = conversation.sides.length > 1;
  return h(
    'header',
    {class: comparing ? 'bar comparing' : 'bar'},
    h(IconButton, {
      icon: 'menu',
      label: t('sidebar'),
      'aria-expanded': String(open),
      'aria-controls': 'sidebar',
      onclick: toggleSidebar,
    }),
    h('h1', {class: 'unseen'}, conversation.title || t('newConversation')),
    h(
      'div',
      {class: 'pickers'},
      conversation.sides.map((side, index) =>
        h(Picker, {key: index, conversation, index, comparing}),
      ),
    ),
    h(IconButton, {
      icon: 'columns',
      label: t(comparing ? 'compareOff' : 'compare'),
      'aria-pressed': String(comparing),
      disabled: isBusy(conversation),
      onclick: () => toggleComparison(conversation),
    }),
    h(IconButton, {
      icon: 'sliders',
      class: 'quiet both',
      label: t('settings'),
      onclick: () => openSettings(conversation),
    }),
  );
}

/** @param {import('./conversation.js').Conversation} conversation @param {number} [side] */
export function openSettings(conversation, side = 0) {
  openDialog(Settings, {conversation, side});
}

/** The second side starts as the first, so that one thing can be changed. */
function toggleComparison(conversation) {
  const [first, second] = conversation.sides;
  conversation.sides = second
    ? [first]
    : [first, {...newSide(first.model), system: first.system, options: {...first.options}}];
  keepQuietly(conversation);
}

function Picker({conversation, index, comparing}) {
  const {model} = conversation.sides[index];
  const names = state.models.map(it => it.name);
  const letter = 'AB'[index];
  return h(
    'span',
    {class: 'picker'},
    comparing && h('b', {'aria-hidden': 'true'}, letter),
    h(
      'select',
      {
        value: model,
        'aria-label': comparing ? t('modelOf', letter) : t('model'),
        disabled: isBusy(conversation),
        onchange: event => choose(conversation, index, event.target.value),
      },
      !model && h('option', {value: ''}, t('noModel')),
      model && !names.includes(model) && h('option', {value: model}, t('missing', model)),
      names.map(name => h('option', {key: name, value: name}, name)),
    ),
    comparing &&
      h(IconButton, {
        icon: 'sliders',
        label: t('settingsOf', letter),
        onclick: () => openSettings(conversation, index),
      }),
  );
}
