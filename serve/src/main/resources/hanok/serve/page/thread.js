/**
 * The turns of a conversation, which scrolls with what is written unless the reader scrolls
 * away.
 */
import {h, useEffect, useLayoutEffect, useRef, useState} from './lib.js';
import {Icon} from './icons.js';
import {Turn} from './turn.js';
import {path} from './conversation.js';
import {setDraft} from './composer.js';
import {state} from './state.js';
import {t} from './text.js';

/** Nearer to the end than this, in pixels, is at the end. */
const END = 60;

export function Thread({conversation, editing, setEditing}) {
  const ref = useRef(null);
  const [atEnd, setAtEnd] = useState(true);
  const turns = path(conversation);
  const last = turns.at(-1)?.turn.id;
  const toEnd = () => {
    ref.current.scrollTop = ref.current.scrollHeight;
  };
  useEffect(() => {
    setAtEnd(true);
    toEnd();
  }, [conversation.id, last]);
  useLayoutEffect(() => {
    if (atEnd) {
      toEnd();
    }
  });
  return h(
    'div',
    {
      class: conversation.sides.length > 1 ? 'thread comparing' : 'thread',
      ref,
      tabIndex: -1,
      onscroll: ({target: it}) => setAtEnd(it.scrollHeight - it.scrollTop - it.clientHeight < END),
    },
    turns.length === 0
      ? h(Welcome)
      : turns.map(({turn, siblings}, index) =>
          h(Turn, {
            key: turn.id,
            conversation,
            turn,
            siblings,
            number: index + 1,
            editing: editing === turn.id,
            setEditing,
          }),
        ),
    !atEnd &&
      h(
        'button',
        {
          type: 'button',
          class: 'round latest',
          'aria-label': t('latest'),
          title: t('latest'),
          onclick: toEnd,
        },
        h(Icon, {name: 'down'}),
      ),
  );
}

function Welcome() {
  return h(
    'div',
    {class: 'welcome'},
    h('span', {class: 'logo'}),
    h('h2', null, t('welcome')),
    state.online && state.models.length === 0
      ? h('p', null, t('noModelYet'))
      : h(
          'ul',
          null,
          ['idea1', 'idea2', 'idea3', 'idea4'].map(name =>
            h(
              'li',
              {key: name},
              h('button', {type: 'button', onclick: () => setDraft(t(name))}, t(name)),
            ),
          ),
        ),
  );
}
