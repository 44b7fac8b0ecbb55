// A team's day by mouse and keyboard on the sandbox's page, with the real program: approve with ticks, undo, reject with a
// reason, snooze, delegate, and the digest in the morning.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'node:test';
import { openBrowser } from './lib/browser.js';
import { scene } from './lib/scene.js';
import { BO, MAYA, card, dmsOf, textOf } from './lib/words.js';

const NAMES = { [MAYA]: 'Maya Chen', [BO]: 'Bo Lindqvist' };
const WAIT_MS = 20_000;

// One person at the page. SHOTS=DIR keeps pictures of what they saw.
async function sitDown(browser, sandbox, user) {
  const page = await (await browser.newContext({ viewport: { width: 1300, height: 1000 } })).newPage();
  page.setDefaultTimeout(WAIT_MS);
  await page.goto(sandbox.url);
  await page.locator('#people').getByRole('button', { name: NAMES[user] }).click();
  return page;
}

async function shoot(page, name) {
  if (!process.env.SHOTS) return;
  mkdirSync(process.env.SHOTS, { recursive: true });
  await page.screenshot({ path: join(process.env.SHOTS, `${name}.png`) });
}

const messageOf = (page, { ts }) => page.locator(`[data-ts="${ts}"]`);
const form = (page) => page.locator('dialog.view');
// A form turns into what came of it, where that is more than the card says.
const read = async (page, words) => {
  await form(page).getByText(words).waitFor();
  await form(page).getByRole('button', { name: 'Close' }).last().click();
  await form(page).waitFor({ state: 'detached' });
};
const more = async (page, message, entry) => {
  await messageOf(page, message).locator('summary', { hasText: '⋯' }).click();
  await messageOf(page, message).getByRole('button', { name: entry }).click();
};

describe('a team on the page', { concurrency: 2 }, () => {
  scene('approves with a tick and takes it back, rejects with a reason, snoozes, and delegates', { data: 'demo', configure: (config) => { config.approval = { undo_s: 60 }; } }, async ({ sandbox }) => {
    const browser = await openBrowser();
    try {
      const acme = await card(sandbox, 'ACME Corp'), globex = await card(sandbox, 'Globex Logistics');
      const [maya, bo] = await Promise.all([MAYA, BO].map((user) => sitDown(browser, sandbox, user)));

      await messageOf(maya, acme).getByRole('button', { name: 'Approve provisioning' }).click();
      await form(maya).getByText('I accept each of these findings').waitFor();
      await form(maya).getByRole('button', { name: 'Approve', exact: true }).click();
      await form(maya).locator('.field-error', { hasText: /\w/ }).first().waitFor(); // not ticked: said under the boxes
      await shoot(maya, 'approve-unticked');
      for (const box of await form(maya).getByRole('checkbox').all()) await box.check();
      await form(maya).getByLabel('Reason').fill('They have promised to pay this week');
      await form(maya).getByRole('button', { name: 'Approve', exact: true }).click();
      await messageOf(bo, acme).getByText(/Applying/).waitFor();
      await shoot(maya, 'applying');
      await read(maya, 'you can take it back');
      await messageOf(maya, acme).getByRole('button', { name: 'Undo' }).click();
      await messageOf(bo, acme).getByRole('button', { name: 'Approve provisioning' }).waitFor();
      assert.ok(!sandbox.state().organizations.some(({ name }) => name === 'ACME Corp'));

      await messageOf(bo, globex).getByRole('button', { name: 'Reject' }).click();
      await form(bo).getByLabel('Reason').selectOption({ label: 'Billing error' });
      await form(bo).getByLabel('Comment').fill('The invoice has the wrong address');
      await form(bo).getByRole('button', { name: 'Reject', exact: true }).click();
      await messageOf(maya, globex).getByText(/Rejected/).first().waitFor();
      await messageOf(maya, globex).getByText(/The invoice has the wrong address/).first().waitFor();
      await shoot(maya, 'rejected');

      await more(maya, acme, 'Snooze');
      await form(maya).getByLabel('For how long').selectOption({ index: 1 });
      await form(maya).getByLabel('Reason').fill('They pay tomorrow');
      await form(maya).getByRole('button', { name: 'Snooze', exact: true }).click();
      await messageOf(bo, acme).getByText(/Snoozed until/).waitFor();
      await shoot(bo, 'snoozed');

      await more(maya, acme, 'Delegate');
      await form(maya).getByLabel('Who stands in for you?').selectOption({ label: 'Bo Lindqvist' });
      await form(maya).getByRole('button', { name: 'Delegate', exact: true }).click();
      await sandbox.wait(() => dmsOf(sandbox, BO).find((one) => /stand/.test(one.text) && one.text.includes('ONB-')));
      await bo.locator('#apps').getByRole('button', { name: 'Home' }).click();
      await bo.getByText(/You stand in for @Maya Chen/).waitFor();
      await shoot(bo, 'home');
    } finally {
      await browser.close();
    }
  });

  scene('reads in the morning what the day brings', { data: 'demo', sandbox: { clockSpeed: 14_400 } }, async ({ sandbox }) => {
    await card(sandbox, 'ACME Corp');
    await sandbox.command(MAYA, 'digest on');
    const [digest] = await sandbox.wait({ user: MAYA, match: '^Your day, ', timeout: WAIT_MS });
    assert.match(textOf(digest), /waiting on you/i);
    const browser = await openBrowser();
    try {
      const maya = await sitDown(browser, sandbox, MAYA);
      await maya.locator('#apps').getByRole('button', { name: 'Messages' }).click();
      await maya.getByText(/Your day, /).first().waitFor();
      await shoot(maya, 'digest');
    } finally {
      await browser.close();
    }
  });
});
