/** Conversations to a file and back. */
import {h, useRef} from './lib.js';
import {Dialog} from './dialogs.js';
import {download, upload} from './library.js';
import {state} from './state.js';
import {t} from './text.js';

export function Archive({id}) {
  const file = useRef(null);
  const {conversations, current} = state;
  const button = (name, disabled, onclick) =>
    h('button', {type: 'button', class: 'wide', disabled, onclick}, t(name));
  return h(Dialog, {id, title: t('archive'), kind: 'small'}, close => [
    h('p', null, t('archiveHint')),
    h(
      'div',
      {class: 'stack'},
      button('exportThis', !conversations.includes(current), () => download([current])),
      button('exportAll', !conversations.length, () => download(conversations)),
      button('importFile', false, () => file.current.click()),
    ),
    h('input', {
      type: 'file',
      ref: file,
      hidden: true,
      accept: '.json,application/json',
      onchange: async event => {
        await upload(event.target.files[0]);
        close();
      },
    }),
  ]);
}
