/** Line icons on a grid of 24. */
import {h} from './lib.js';

const PATHS = {
  menu: 'M4 6h16M4 12h16M4 18h10',
  plus: 'M12 5v14M5 12h14',
  pencil: 'M4 20l1-4L16 5l3 3L8 19zM14 7l3 3',
  bin: 'M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13M10 11v5M14 11v5',
  cross: 'M6 6l12 12M18 6L6 18',
  sliders: 'M4 8h9M17 8h3M15 6v4M4 16h3M11 16h9M9 14v4',
  columns: 'M4 5h16v14H4zM12 5v14',
  send: 'M12 19V5M6 11l6-6 6 6',
  stop: 'M7 7h10v10H7z',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  again: 'M19 12a7 7 0 1 1-2-5l2 2M19 4v5h-5',
  onward: 'M5 5l7 7-7 7M13 5l7 7-7 7',
  down: 'M12 5v14M6 13l6 6 6-6',
  left: 'M14 6l-6 6 6 6',
  right: 'M10 6l6 6-6 6',
  box: 'M4 8l8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8',
  archive: 'M4 5h16v4H4zM5 9v10h14V9M10 13h4',
  keyboard: 'M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M8 14h8',
};

/** @param {{name: keyof typeof PATHS}} props */
export function Icon({name}) {
  return h(
    'svg',
    {class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true'},
    h('path', {d: PATHS[name]}),
  );
}

/** A button that is only an icon: its label is spoken, and shown when pointed at. */
export function IconButton({icon, label, ...rest}) {
  return h(
    'button',
    {type: 'button', class: 'quiet', 'aria-label': label, title: label, ...rest},
    h(Icon, {name: icon}),
  );
}
