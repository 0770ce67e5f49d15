/**
 * One Enter sends, exactly once, whatever writes the text.
 *
 * A keydown is no Enter while an input method composes: in Korean it ends the syllable, after which
 * macOS passes the Enter on and Windows does not; in Japanese it chooses a candidate and is not
 * meant for us. So not the key sends but the line break about to be inserted; and an Enter during
 * a composition is remembered: if what was composed is Hangul, its end sends what a line break has
 * not sent by then.
 */
const HANGUL = /^[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]+$/;

/**
 * @param {HTMLTextAreaElement} area
 * @param {() => void} send  called once an Enter, after the text is complete; it empties the area
 * @returns {() => void} lets the area be
 */
export function sendOnEnter(area, send) {
  let composing = false;
  let pending = false;
  let shift = false;
  const listeners = {
    keydown(event) {
      shift = event.shiftKey;
      if (event.key === 'Enter' && !shift && (event.isComposing || composing)) {
        pending = true;
      }
    },
    compositionstart() {
      composing = true;
      pending = false;
    },
    compositionend(event) {
      composing = false;
      if (pending && HANGUL.test(event.data)) {
        // The area has the syllable only after this event; a line break may send before.
        setTimeout(() => area.value.trim() && send());
      }
      pending = false;
    },
    beforeinput(event) {
      if (/^insert(?:LineBreak|Paragraph)$/.test(event.inputType) && !shift) {
        event.preventDefault();
        send();
      }
    },
  };
  for (const [type, listener] of Object.entries(listeners)) {
    area.addEventListener(type, listener);
  }
  return () =>
    Object.entries(listeners).forEach(([type, listener]) =>
      area.removeEventListener(type, listener),
    );
}
