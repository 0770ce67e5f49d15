/** Copying, also where the page came over plain HTTP and browsers hide their clipboard. */
import {toast} from './state.js';
import {t} from './text.js';

/** @param {string} text */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(t('copied'));
  } catch {
    toast(t(copyOldWay(text) ? 'copied' : 'notCopied'));
  }
}

function copyOldWay(text) {
  const focused = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'unseen';
  // A modal dialog leaves nothing outside it that could be selected.
  (document.querySelector('dialog:modal') ?? document.body).append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  focused?.focus();
  return copied;
}
