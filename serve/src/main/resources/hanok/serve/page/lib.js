/**
 * The libraries, under the names that the page uses. They come as classic scripts because a module
 * that imports another by a bare name needs an import map, and an inline one needs a hole in the
 * content security policy.
 */
export const {h, render, Fragment} = globalThis.preact;
export const {useState, useEffect, useLayoutEffect, useMemo, useRef} = globalThis.preactHooks;
export const {Marked, Tokenizer} = globalThis.marked;
export const DOMPurify = globalThis.DOMPurify;

/** Large ones, fetched when the first answer needs them: the global each defines, and its file. */
const LAZY = {katex: 'lib/katex/katex.min.js', hljs: 'lib/highlight/highlight.min.js'};

/** The only source of script addresses after the start: it can spell two of them. */
const policy = globalThis.trustedTypes?.createPolicy('hanok', {createScriptURL: address});

/** @type {Map<string, Promise<any>>} */
const loading = new Map();

/**
 * @param {'katex' | 'hljs'} name
 * @returns {Promise<any>} the library
 */
export function lazy(name) {
  if (!loading.has(name)) {
    loading.set(
      name,
      load(name).catch(failure => {
        loading.delete(name);
        throw failure;
      }),
    );
  }
  return loading.get(name);
}

/** @param {string} name */
function load(name) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.onload = () => resolve(globalThis[name]);
    script.onerror = () => reject(new Error(`${name} did not load`));
    script.src = policy ? policy.createScriptURL(name) : address(name);
    document.head.append(script);
  });
}

/** @param {string} name */
function address(name) {
  if (!Object.hasOwn(LAZY, name)) {
    throw new TypeError(`there is no library ${name}`);
  }
  return new URL(LAZY[name], import.meta.url).href;
}
