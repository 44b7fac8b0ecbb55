// Every form and page of the bot, as drawn: whoever cannot see it is told what each input is for, no icon stands without
// words, and nothing is wider than its window.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { atThePage, faults, form, home, messageOf, more, shoot, type } from './lib/page.js';
import { scene } from './lib/scene.js';
import { ANA, BO, LEE, MAYA, card } from './lib/words.js';

// What opens each, and words that stand in it once it is there.
const BUTTONS = [
  ['approve', 'Approve provisioning', 'I accept each of these findings'],
  ['reject', 'Reject', 'Who fixes it'],
  ['details', 'View details', 'Delivery'],
];
const MENU = [
  ['snooze', 'Snooze', 'For how long'],
  ['delegate', 'Delegate', 'Who stands in for you?'],
  ['timer', 'Timer', /manager|counted/i],
];
const COMMANDS = ['help', 'status ONB-1001', 'list team', 'why ONB-1001', 'timeline ONB-1001', 'admin roles', 'admin calendar'];

async function look(page, name) {
  await shoot(page, name);
  assert.deepEqual(await faults(page), [], name);
  const wide = await page.evaluate(() => [...document.querySelectorAll('dialog[open], dialog[open] .body, main')].filter((node) => node.scrollWidth > node.clientWidth + 1).map((node) => node.className || node.tagName));
  assert.deepEqual(wide, [], `${name} is wider than its place`);
}

async function lookAt(page, name, words) {
  await form(page).getByText(words).first().waitFor();
  await look(page, name);
  await form(page).getByRole('button', { name: /^(Cancel|Close)$/ }).last().click();
  await form(page).waitFor({ state: 'detached' });
}

const options = { data: ['demo', 'all/long.json', 'all/hostile.json'], timeout: 120_000 };

describe('what is drawn', { concurrency: 2 }, () => {
  for (const colorScheme of ['light', 'dark']) {
    scene(`forms of a card, in ${colorScheme}`, options, (stage) => atThePage(stage, async (sit) => {
      const globex = await card(stage.sandbox, 'Globex Logistics');
      const maya = await sit(MAYA, { colorScheme });
      for (const [name, button, words] of BUTTONS) {
        await messageOf(maya, globex).getByRole('button', { name: button, exact: true }).click();
        await lookAt(maya, `${name}-${colorScheme}`, words);
      }
      for (const [name, entry, words] of MENU) {
        await more(maya, globex, entry);
        await lookAt(maya, `${name}-${colorScheme}`, words);
      }
      await type(maya, '/onboard bulk');
      await lookAt(maya, `bulk-${colorScheme}`, 'Ticking one accepts each of its findings');
    }));
  }

  scene('Homes, the channel, and answers to commands', options, (stage) => atThePage(stage, async (sit) => {
    await card(stage.sandbox, 'Globex Logistics');
    const lee = await sit(LEE);
    await look(lee, 'channel');
    await home(lee);
    await lee.getByText('Needs you now').waitFor();
    await look(lee, 'home-manager');
    const bo = await sit(BO, { viewport: { width: 700, height: 900 } });
    for (const command of COMMANDS) {
      const before = await bo.locator('.ephemeral').count();
      await type(bo, `/onboard ${command}`);
      await bo.locator('.ephemeral').nth(before).waitFor();
    }
    await look(bo, 'answers-narrow');
    await home(bo);
    await bo.getByText('Needs you now').waitFor();
    await look(bo, 'home-narrow');
  }));

  // Twenty-four hours of the clock pass in as many seconds: the manager hears after two.
  scene('what a manager is sent, and who may not approve', { ...options, data: 'demo/globex.json', sandbox: { clockSpeed: 3600 }, configure: (config) => { config.escalation = { ...config.escalation, t1_h: 2, t2_h: 400 }; } }, (stage) => atThePage(stage, async (sit) => {
    const globex = await card(stage.sandbox, 'Globex Logistics');
    const [lee, ana] = [await sit(LEE), await sit(ANA)];
    await messageOf(ana, globex).getByRole('button', { name: 'Approve provisioning' }).click();
    await ana.getByText(/You can't approve ONB-1001/).first().waitFor();
    await look(ana, 'ask');
    await lee.locator('#apps').getByRole('button', { name: 'Messages' }).click();
    await lee.getByRole('button', { name: 'Assign to…' }).last().click();
    await lookAt(lee, 'assign', /Who|decide/);
    await look(lee, 'manager-dm');
    await lee.getByRole('link', { name: 'Open the card' }).last().click();
    await lee.locator(`[data-ts="${globex.ts}"]:focus`).waitFor();
  }));
});
