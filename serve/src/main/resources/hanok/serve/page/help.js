/** The keyboard: what each shortcut does, and the table that shows it. */
import {h} from './lib.js';
import {Dialog} from './dialogs.js';
import {t} from './text.js';

export const COMMAND = /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘' : 'Ctrl';

const SHORTCUTS = [
  [['Enter'], 'keySend'],
  [['Shift', 'Enter'], 'keyLine'],
  [['↑'], 'keyEdit'],
  [['Esc'], 'keyStop'],
  [['/'], 'keyFocus'],
  [[COMMAND, 'Shift', 'O'], 'newConversation'],
  [[COMMAND, 'K'], 'search'],
  [[COMMAND, 'B'], 'sidebar'],
  [[COMMAND, ','], 'settings'],
  [['?'], 'help'],
];

export function Help({id}) {
  return h(Dialog, {id, title: t('help'), kind: 'small'}, () =>
    h(
      'dl',
      {class: 'keys'},
      SHORTCUTS.map(([keys, name]) =>
        h(
          'div',
          {key: name},
          h(
            'dt',
            null,
            keys.map(key => h('kbd', {key}, key)),
          ),
          h('dd', null, t(name)),
        ),
      ),
    ),
  );
}
