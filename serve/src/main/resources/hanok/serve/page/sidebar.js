/** The list of conversations, and what is set for the whole page. */
import {h} from './lib.js';
import {Icon, IconButton} from './icons.js';
import {Archive} from './archive-dialog.js';
import {Confirm, openDialog, Prompt} from './dialogs.js';
import {Help} from './help.js';
import {Models} from './model-dialog.js';
import {matches} from './conversation.js';
import {discard, keepQuietly, openConversation} from './library.js';
import {isBusy, stop} from './chat.js';
import {draw, prefs, setPrefs, state} from './state.js';
import {language, t} from './text.js';

export function Sidebar({open}) {
  const found = state.conversations.filter(it => matches(it, state.search));
  return h(
    'aside',
    {class: 'sidebar', id: 'sidebar', inert: !open, 'aria-label': t('conversations')},
    h('div', {class: 'brand'}, h('span', {class: 'logo'}), h('span', null, t('title'))),
    h(
      'button',
      {type: 'button', class: 'wide', onclick: () => openConversation()},
      h(Icon, {name: 'plus'}),
      t('newConversation'),
    ),
    h('input', {
      type: 'search',
      id: 'search',
      value: state.search,
      placeholder: t('search'),
      'aria-label': t('search'),
      autocomplete: 'off',
      oninput: event => {
        state.search = event.target.value;
        draw();
      },
    }),
    h(
      'nav',
      {'aria-label': t('conversations')},
      found.length === 0 && h('p', {class: 'hint'}, t(state.search ? 'nothingFound' : 'noneYet')),
      h(
        'ul',
        null,
        found.map(it => h(Entry, {key: it.id, conversation: it})),
      ),
    ),
    h(Foot),
  );
}

function Entry({conversation}) {
  const title = conversation.title || t('untitled');
  const current = conversation === state.current;
  return h(
    'li',
    {class: current ? 'current' : ''},
    h(
      'a',
      {
        href: `#${conversation.id}`,
        'aria-current': current ? 'page' : undefined,
        onclick: () => {
          state.drawerOpen = false;
          draw();
        },
      },
      isBusy(conversation) && h('span', {class: 'busy', 'aria-hidden': 'true'}),
      title,
    ),
    h(IconButton, {
      icon: 'pencil',
      label: t('renameOf', title),
      onclick: () => rename(conversation),
    }),
    h(IconButton, {
      icon: 'bin',
      label: t('removeOf', title),
      onclick: () => remove(conversation, title),
    }),
  );
}

function rename(conversation) {
  openDialog(Prompt, {
    title: t('rename'),
    label: t('newName'),
    action: t('save'),
    value: conversation.title,
    onclosed: name => {
      conversation.title = name?.trim() || conversation.title;
      keepQuietly(conversation);
    },
  });
}

function remove(conversation, title) {
  openDialog(Confirm, {
    title: t('removeConversation'),
    text: t('noWayBack', title),
    action: t('remove'),
    onaccept: () => {
      stop(conversation);
      discard(conversation);
    },
  });
}

function Foot() {
  const tool = (icon, name, component) =>
    h(
      'button',
      {type: 'button', class: 'quiet wide', onclick: () => openDialog(component)},
      h(Icon, {name: icon}),
      t(name),
    );
  return h(
    'div',
    {class: 'foot'},
    tool('box', 'models', Models),
    tool('archive', 'archive', Archive),
    tool('keyboard', 'help', Help),
    h(
      'div',
      {class: 'pair'},
      h(
        'select',
        {
          'aria-label': t('theme'),
          value: prefs.theme,
          onchange: event => setPrefs({theme: event.target.value}),
        },
        h('option', {value: ''}, t('themeAuto')),
        h('option', {value: 'light'}, t('themeLight')),
        h('option', {value: 'dark'}, t('themeDark')),
      ),
      h(
        'select',
        {
          'aria-label': t('language'),
          value: language(),
          onchange: event => setPrefs({language: event.target.value}),
        },
        h('option', {value: 'ko', lang: 'ko'}, '한국어'),
        h('option', {value: 'en', lang: 'en'}, 'English'),
      ),
    ),
  );
}
