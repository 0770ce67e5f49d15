/** What the server has: models to delete, models to download, licences to accept. */
import {h, useEffect, useState} from './lib.js';
import {IconButton} from './icons.js';
import {Confirm, Dialog, openDialog} from './dialogs.js';
import {loadModels, removeModel} from './models.js';
import {cancel, pull, pulls} from './pulls.js';
import {state, toast} from './state.js';
import {language, size, t} from './text.js';

export function Models({id}) {
  useEffect(() => void loadModels().catch(() => {}), []);
  return h(Dialog, {id, title: t('models')}, () => [
    state.models.length === 0 && h('p', null, t('noModelYet')),
    h(
      'ul',
      {class: 'models'},
      state.models.map(model => h(Entry, {key: model.name, model})),
    ),
    h(
      'ul',
      {class: 'models'},
      [...pulls.values()].map(it => h(Progress, {key: it.name, it})),
    ),
    h(Download),
    state.version && h('p', {class: 'hint'}, `Ollama API ${state.version}`),
  ]);
}

function Entry({model: {name, size: bytes, details = {}}}) {
  const facts = [details.family, details.parameter_size, details.quantization_level, size(bytes)];
  const loaded = state.running.some(it => it.name === name);
  return h(
    'li',
    null,
    h(
      'div',
      null,
      h('strong', null, name),
      h('span', {class: 'facts'}, facts.filter(fact => fact).join(' · ')),
      loaded && h('span', {class: 'tag'}, t('inMemory')),
    ),
    h(IconButton, {icon: 'bin', label: t('removeOf', name), onclick: () => remove(name)}),
  );
}

function remove(name) {
  openDialog(Confirm, {
    title: t('removeModel'),
    text: t('noWayBack', name),
    action: t('remove'),
    onaccept: () => removeModel(name).catch(failure => toast(failure.message)),
  });
}

function Download() {
  const [name, setName] = useState('');
  const submit = event => {
    event.preventDefault();
    start(name.trim());
    setName('');
  };
  return h(
    'form',
    {class: 'line', onsubmit: submit},
    h(
      'label',
      null,
      t('modelName'),
      h('input', {
        value: name,
        required: true,
        placeholder: t('modelNameHint'),
        spellcheck: false,
        autocapitalize: 'off',
        autocomplete: 'off',
        oninput: event => setName(event.target.value),
      }),
    ),
    h('button', {class: 'primary'}, t('download')),
  );
}

async function start(name, accepted = false) {
  await pull(name, accepted);
  const licence = pulls.get(name)?.licence;
  if (licence) {
    openDialog(Licence, {name, licence});
  }
}

function Progress({it}) {
  return h(
    'li',
    null,
    h(
      'div',
      null,
      h('strong', null, it.name),
      it.error
        ? h('span', {class: 'error', role: 'alert'}, it.error)
        : h(
            'span',
            {class: 'facts'},
            `${it.status} ${it.total ? `${size(it.completed)} / ${size(it.total)}` : ''}`,
          ),
      !it.error &&
        h('progress', {
          'aria-label': t('pulling', it.name),
          ...(it.total && {max: it.total, value: it.completed}),
        }),
    ),
    h(IconButton, {icon: 'cross', label: t('cancel'), onclick: () => cancel(it)}),
  );
}

/** @param {{licence: {id: string, summary_ko: string, summary_en: string, text: string}}} props */
function Licence({id, name, licence}) {
  const decline = () => {
    if (pulls.get(name)?.licence) {
      cancel(pulls.get(name));
    }
  };
  return h(Dialog, {id, title: `${t('licence')}: ${licence.id}`, onclosed: decline}, close => [
    h('p', null, t('licenceAsk', name)),
    h('p', {class: 'summary'}, language() === 'ko' ? licence.summary_ko : licence.summary_en),
    h(
      'pre',
      {class: 'licence', tabIndex: 0, role: 'region', 'aria-label': t('licenceText')},
      licence.text,
    ),
    h(
      'footer',
      null,
      h('button', {type: 'button', onclick: close}, t('decline')),
      h(
        'button',
        {
          type: 'button',
          class: 'primary',
          onclick: () => {
            start(name, true);
            close();
          },
        },
        t('accept'),
      ),
    ),
  ]);
}
