/** The page: draws everything from the state, and starts it. */
import {h, render, useEffect, useState} from './lib.js';
import {ask, ApiError, setKey} from './api.js';
import {Composer, focusComposer, setDraft} from './composer.js';
import {connect} from './connection.js';
import {path} from './conversation.js';
import {Dialogs, openDialog, Prompt} from './dialogs.js';
import {Header} from './header.js';
import {load} from './library.js';
import {listen} from './shortcuts.js';
import {Sidebar} from './sidebar.js';
import {draw, onDraw, prefs, setPrefs, state} from './state.js';
import {persistent} from './store.js';
import {language, t} from './text.js';
import {Thread} from './thread.js';

const phone = matchMedia('(max-width: 760px)');

function App() {
  const {current: conversation} = state;
  const [editing, setEditing] = useState(null);
  const drawer = phone.matches && state.drawerOpen;
  const open = phone.matches ? state.drawerOpen : prefs.sidebar;
  useEffect(() => setEditing(null), [conversation.id]);
  useEffect(() => moveFocus(drawer), [drawer]);
  const editLast = event => {
    const last = path(conversation).at(-1);
    if (last) {
      event.preventDefault();
      setEditing(last.turn.id);
    }
  };
  return [
    h(
      'a',
      {
        class: 'skip',
        href: '#message',
        onclick: event => {
          event.preventDefault();
          focusComposer();
        },
      },
      t('skip'),
    ),
    h(Sidebar, {open}),
    drawer && h('div', {class: 'scrim', onclick: toggleSidebar}),
    h(
      'div',
      {class: 'column', inert: drawer},
      h(Header, {conversation, open, toggleSidebar}),
      h(Banner),
      h(
        'main',
        {'aria-label': t('conversation')},
        h(Thread, {conversation, editing, setEditing, key: conversation.id}),
        h(Composer, {conversation, onedit: editLast}),
      ),
    ),
    h(Dialogs),
    h('div', {class: 'unseen', role: 'status', 'aria-live': 'polite'}, state.announcement),
    h('div', {class: state.toast ? 'toast' : 'toast away', role: 'status'}, state.toast),
  ];
}

function Banner() {
  const text =
    state.online === false
      ? `${t('unreachable')}. ${t('reconnecting')}`
      : persistent()
        ? ''
        : t('notKept');
  return text && h('p', {class: 'banner'}, text);
}

/** Into the drawer when it opens, back to its button when it closes and nothing else was chosen. */
function moveFocus(drawer) {
  const sidebar = document.getElementById('sidebar');
  if (drawer && !sidebar.contains(document.activeElement)) {
    sidebar.querySelector('button').focus();
  } else if (!drawer && phone.matches && document.activeElement === document.body) {
    document.querySelector('[aria-controls=sidebar]').focus();
  }
}

function toggleSidebar() {
  if (phone.matches) {
    state.drawerOpen = !state.drawerOpen;
    draw();
  } else {
    setPrefs({sidebar: !prefs.sidebar});
  }
}

function drawPage() {
  const root = document.documentElement;
  root.lang = language();
  root.dataset.theme = prefs.theme || 'auto';
  document.title = state.current.title ? `${state.current.title} · ${t('title')}` : t('title');
  render(h(App), document.body);
}

/** One question however many calls wait for a key. @type {Promise<void> | null} */
let asking = null;

ask.key = () => {
  asking ??= new Promise((resolve, reject) =>
    openDialog(Prompt, {
      title: t('keyTitle'),
      text: t('keyAsk'),
      label: t('keyTitle'),
      action: t('keyUse'),
      type: 'password',
      onclosed: key => {
        asking = null;
        if (key) {
          setKey(key);
          resolve();
        } else {
          reject(new ApiError(t('keyNeeded'), 401));
        }
      },
    }),
  );
  return asking;
};

/** `?q=` fills the box; whether to send it is up to the reader. */
function takeQuestion() {
  const question = new URLSearchParams(location.search).get('q');
  if (question) {
    history.replaceState(null, '', location.pathname);
    state.current.turns.length === 0 && setDraft(question);
  }
}

await load();
onDraw(drawPage);
takeQuestion();
listen(toggleSidebar);
phone.addEventListener('change', draw);
focusComposer();
connect();
