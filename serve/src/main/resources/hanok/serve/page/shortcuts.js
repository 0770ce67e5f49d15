/** The keyboard, for the whole page; {@link Help} shows the same list. */
import {focusComposer} from './composer.js';
import {openDialog} from './dialogs.js';
import {openSettings} from './header.js';
import {Help} from './help.js';
import {openConversation} from './library.js';
import {stop} from './chat.js';
import {draw, state} from './state.js';

/** @param {() => void} toggleSidebar */
export function listen(toggleSidebar) {
  const search = () => {
    if (document.getElementById('sidebar').inert) {
      toggleSidebar();
    }
    requestAnimationFrame(() =>
      requestAnimationFrame(() => document.getElementById('search').focus()),
    );
  };
  const shortcuts = {
    'command+shift+KeyO': () => {
      openConversation();
      focusComposer();
    },
    'command+KeyK': search,
    'command+KeyB': toggleSidebar,
    'command+Comma': () => openSettings(state.current),
    Escape: escape,
    '?': () => openDialog(Help),
    '/': focusComposer,
  };
  addEventListener('keydown', event => {
    const command = event.ctrlKey || event.metaKey;
    const typing = !command && event.target.closest('input, textarea, select');
    const name = command ? `command+${event.shiftKey ? 'shift+' : ''}${event.code}` : event.key;
    const action = shortcuts[name];
    if (!action || event.isComposing || state.dialogs.length || (typing && name !== 'Escape')) {
      return;
    }
    if (name !== 'Escape') {
      event.preventDefault();
    }
    action();
  });
}

function escape() {
  if (state.drawerOpen) {
    state.drawerOpen = false;
    draw();
  } else {
    stop(state.current);
  }
}
