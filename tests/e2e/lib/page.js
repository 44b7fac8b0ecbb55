// People at the sandbox's page: each in a browser of their own, by mouse or by keyboard alone, and what must hold of what is
// drawn there.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AXE, openBrowser } from './browser.js';
import { ANA, BO, FAY, LEE, MAYA } from './words.js';

const NAMES = { [MAYA]: 'Maya Chen', [BO]: 'Bo Lindqvist', [LEE]: 'Lee Osei', [FAY]: 'Fay Moreau', [ANA]: 'Ana Silva' };
const WAIT_MS = 30_000 * Number(process.env.USHER_PATIENCE ?? 1);
const MOST_TABS = 400;

// Runs play(sit) with a browser; sit(user, options of a context) gives that person's page.
export async function atThePage({ sandbox }, play) {
  const browser = await openBrowser();
  try {
    await play(async (user, options) => {
      const page = await (await browser.newContext({ viewport: { width: 1300, height: 1000 }, ...options })).newPage();
      page.setDefaultTimeout(WAIT_MS);
      await page.goto(sandbox.url);
      await page.locator('#people').getByRole('button', { name: NAMES[user] }).click();
      return page;
    });
  } finally {
    await browser.close();
  }
}

// SHOTS=DIR keeps pictures of what people saw.
export async function shoot(page, name) {
  if (!process.env.SHOTS) return;
  mkdirSync(process.env.SHOTS, { recursive: true });
  await page.screenshot({ path: join(process.env.SHOTS, `${name}.png`) });
}

export const messageOf = (page, { ts }) => page.locator(`[data-ts="${ts}"]`);
export const form = (page) => page.locator('dialog.view');
export const home = (page) => page.locator('#apps').getByRole('button', { name: 'Home' }).click();

// Types into the box at the bottom.
export async function type(page, text) {
  const box = page.getByLabel('Message or command');
  await box.fill(text);
  await box.press('Enter');
}

// A form turns into what came of it, where that is more than the card says.
export async function read(page, words) {
  await form(page).getByText(words).waitFor();
  await form(page).getByRole('button', { name: 'Close' }).last().click();
  await form(page).waitFor({ state: 'detached' });
}

// An entry of a message's menu.
export async function more(page, message, entry) {
  const menu = messageOf(page, message).locator('details.overflow');
  await menu.locator('summary').click();
  await menu.getByRole('button', { name: entry }).click();
}

// ---- without a mouse

// Presses Tab until this has the focus, as someone without a mouse must.
export async function tabTo(page, locator) {
  await locator.first().waitFor();
  for (let i = 0; i < MOST_TABS; i++) {
    if (await locator.first().evaluate((node) => node === document.activeElement).catch(() => false)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`${locator} is not reached by ${MOST_TABS} presses of Tab`);
}

export async function pressOn(page, locator, key = 'Enter') {
  await tabTo(page, locator);
  await page.keyboard.press(key);
}

// ---- what must hold of what is drawn

// What axe minds of the page, or of what stands in front of it; and what has an icon or nothing where words belong.
export async function faults(page) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  return page.evaluate(async () => {
    const scope = document.querySelector('dialog[open]') ?? document.body;
    const { violations } = await globalThis.axe.run(scope, { resultTypes: ['violations'] });
    const named = (node) => node.getAttribute('aria-label') ?? [...(node.labels ?? [])].map((label) => label.innerText).join(' ');
    const shown = [...scope.querySelectorAll('*')].filter((node) => node.checkVisibility());
    const wordless = shown.filter((node) => node.matches('button, a, summary, label, legend, h1, h2, h3') && !/[\p{L}\p{N}]/u.test(named(node) || node.innerText));
    const unlabelled = shown.filter((node) => node.matches('input, select, textarea') && !/[\p{L}\p{N}]/u.test(named(node)));
    return [...violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`), ...wordless.map((node) => `no words: ${node.outerHTML.slice(0, 160)}`), ...unlabelled.map((node) => `no label: ${node.outerHTML.slice(0, 160)}`)];
  });
}
