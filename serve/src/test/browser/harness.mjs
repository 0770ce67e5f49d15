/** A browser, a page, and the few things that every test does with them. */
import assert from 'node:assert/strict';
import {chromium} from 'playwright-core';
import {after, afterEach, before, beforeEach} from 'node:test';
import {mkdirSync} from 'node:fs';
import {mock, reset, start} from './mock.mjs';

/** The server under test, if it is a real one. */
export const real = process.env.HANOK_URL?.replace(/\/$/, '');
export const scripted = {skip: real ? 'needs the scripted server' : false};
export {mock};

const SHOTS = new URL('../../../target/page/', import.meta.url);
const QUIET = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** How long a page may take to get somewhere. */
const PATIENCE_MS = real ? 120_000 : 30_000;

/** The models have come. */
export const READY = '.picker option:not([value=""])';

let server;
let browser;
let contexts = [];
export let url;

/** Call once in a test file. */
export function useBrowser() {
  before(async () => {
    server = real ? null : await start();
    url = real ?? `http://127.0.0.1:${server.address().port}`;
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: QUIET,
    });
  });
  beforeEach(reset);
  afterEach(async () => {
    await Promise.all(contexts.map(context => context.close()));
    contexts = [];
  });
  after(async () => {
    await browser.close();
    server?.closeAllConnections();
    server?.close();
  });
}

/**
 * A fresh browser profile with the page open; what it asks, reports and opens is in its lists.
 * @param {{path?: string, ready?: string,
 *     options?: import('playwright-core').BrowserContextOptions}} [how]
 */
export async function open({path = '/', options = {}, ready = READY} = {}) {
  const context = await browser.newContext({
    locale: 'ko-KR',
    viewport: {width: 1280, height: 800},
    ...options,
  });
  contexts.push(context);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const seen = {chats: [], outside: [], errors: [], dialogs: []};
  page.on('request', request => {
    const address = request.url();
    if (address.endsWith('/api/chat')) {
      seen.chats.push(request.postDataJSON());
    } else if (/^https?:/.test(address) && !address.startsWith(url)) {
      seen.outside.push(address);
    }
  });
  page.on('pageerror', error => seen.errors.push(String(error)));
  page.on('console', message => message.type() === 'error' && seen.errors.push(message.text()));
  page.on('dialog', dialog => {
    seen.dialogs.push(dialog.message());
    dialog.dismiss();
  });
  await page.goto(url + path);
  await page.locator(ready).first().waitFor({state: 'attached'});
  return {context, page, seen, box: page.locator('#message')};
}

/**
 * Looks until what it sees is right: a page draws, sends and keeps when it gets round to it, so that
 * nothing may be looked at once but what must not happen.
 * @param {() => any} check  fails as long as it is not
 */
export async function eventually(check) {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await check();
    } catch (failure) {
      if (performance.now() > end) {
        throw failure;
      }
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

/** Waits until a locator has so many elements. */
export const count = (locator, expected) =>
  eventually(async () => assert.equal(await locator.count(), expected));

/** Closes the dialog on top, and waits until the page knows. */
export async function dismiss(page) {
  const dialogs = page.locator('dialog');
  await page.locator('dialog:modal').last().waitFor();
  const open = await dialogs.count();
  await page.keyboard.press('Escape');
  await count(dialogs, open - 1);
}

/** What the browser keeps: conversations, after all that the page has asked it to write. */
export const kept = page =>
  page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open('hanok');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const database = opening.result;
          const all = database.transaction('conversations').objectStore('conversations').getAll();
          all.onerror = () => reject(all.error);
          all.onsuccess = () => {
            database.close();
            resolve(all.result);
          };
        };
      }),
  );

/** Asks, and waits until every answer is written. */
export async function ask(page, question) {
  const turns = await page.locator('.turn').count();
  await page.locator('#message').fill(question);
  await page.locator('#message').press('Enter');
  await page.locator('.turn').nth(turns).waitFor();
  await written(page);
}

export async function written(page) {
  await page.locator('.answer').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('.answer[aria-busy=true]'));
}

export const lastAnswer = page => page.locator('.answer').last().locator('.prose');

/** @param {string} name of the file, in target/page */
export async function screenshot(page, name) {
  mkdirSync(SHOTS, {recursive: true});
  await page.waitForTimeout(150);
  await page.screenshot({path: new URL(`${name}.png`, SHOTS).pathname});
}
