// The whole of a decision without a mouse: Tab, Enter, Space and typing alone.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { atThePage, form, messageOf, pressOn, shoot, tabTo } from './lib/page.js';
import { scene } from './lib/scene.js';
import { BO, MAYA, card } from './lib/words.js';

const button = (where, name) => where.getByRole('button', { name, exact: true });

async function closeByKeyboard(page, words) {
  await form(page).getByText(words).first().waitFor();
  await page.keyboard.press('Escape');
  await form(page).waitFor({ state: 'detached' });
}

describe('by keyboard alone', { concurrency: 2 }, () => {
  scene('a finding is ticked and approved, taken back, and approved again', { data: 'demo/acme.json', configure: (config) => { config.approval = { undo_s: 60 }; } }, (stage) => atThePage(stage, async (sit) => {
    const acme = await card(stage.sandbox, 'ACME Corp');
    const [maya, bo] = [await sit(MAYA), await sit(BO)];
    const approve = async (reason) => {
      await pressOn(maya, button(messageOf(maya, acme), 'Approve provisioning'));
      await pressOn(maya, form(maya).getByRole('checkbox'), 'Space');
      await tabTo(maya, form(maya).getByLabel('Reason'));
      await maya.keyboard.type(reason);
      await pressOn(maya, button(form(maya), 'Approve'));
      await closeByKeyboard(maya, 'you can take it back');
    };
    await approve('They pay this week');
    await messageOf(bo, acme).getByText(/pproved by @Maya Chen|Applying, @Maya Chen/).first().waitFor();
    await pressOn(maya, button(messageOf(maya, acme), 'Undo'));
    await button(messageOf(bo, acme), 'Approve provisioning').waitFor();
    await approve('They pay this week, and have said so in writing');
    await messageOf(bo, acme).getByText(/have said so in writing/).first().waitFor();
    assert.deepEqual(stage.sandbox.state().organizations, []);
  }));

  scene('a question is rejected with a reason, and a menu and a link are followed', { data: 'demo/globex.json' }, (stage) => atThePage(stage, async (sit) => {
    const globex = await card(stage.sandbox, 'Globex Logistics');
    const [bo, maya] = [await sit(BO), await sit(MAYA)];
    await pressOn(bo, messageOf(bo, globex).locator('details.overflow summary'));
    await pressOn(bo, button(messageOf(bo, globex), '⏱️ Timer'));
    await closeByKeyboard(bo, /counted|manager/i);

    await pressOn(bo, button(messageOf(bo, globex), 'Reject'));
    await tabTo(bo, form(bo).getByLabel('Reason'));
    await bo.keyboard.type('Billing');
    await tabTo(bo, form(bo).getByLabel('Comment'));
    await bo.keyboard.type('The invoice has the wrong address');
    await shoot(bo, 'reject-by-keyboard');
    await pressOn(bo, button(form(bo), 'Reject'));
    await messageOf(maya, globex).getByText(/Rejected/).first().waitFor();
    await messageOf(maya, globex).getByText(/Billing error/i).first().waitFor();
    await messageOf(maya, globex).getByText(/The invoice has the wrong address/).first().waitFor();
  }));

  scene('from Home a link opens the card in its channel', { data: 'demo/acme.json' }, (stage) => atThePage(stage, async (sit) => {
    const acme = await card(stage.sandbox, 'ACME Corp');
    const bo = await sit(BO);
    await pressOn(bo, button(bo.locator('#apps'), 'Home'));
    await pressOn(bo, bo.locator('#messages').getByRole('link', { name: 'Open the card' }));
    await bo.locator(`[data-ts="${acme.ts}"]:focus`).waitFor();
    await shoot(bo, 'card-from-home');
  }));
});
