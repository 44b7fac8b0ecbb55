// Review in bulk by mouse: from the manager's Home, and by the command; each decision is one of its own.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { atThePage, faults, form, home, messageOf, read, shoot, type } from './lib/page.js';
import { scene } from './lib/scene.js';
import { BO, LEE, card } from './lib/words.js';

const TWO = ['demo/acme.json', 'all/juniper.json'];
const both = async (sandbox) => [await card(sandbox, 'ACME Corp'), await card(sandbox, 'Juniper Freight')];

async function review(page, reason) {
  const boxes = form(page).getByRole('checkbox');
  await boxes.nth(1).waitFor();
  await shoot(page, 'bulk');
  assert.deepEqual(await faults(page), []);
  await form(page).getByRole('button', { name: 'Approve', exact: true }).click();
  await form(page).locator('.field-error', { hasText: /\w/ }).first().waitFor(); // no reason, nothing ticked
  await boxes.first().check();
  await boxes.nth(1).check();
  await form(page).getByLabel('Reason').fill(reason);
  await form(page).getByRole('button', { name: 'Approve', exact: true }).click();
}

describe('review in bulk on the page', { concurrency: 2 }, () => {
  scene('a manager approves two from Home, and each card says so', { data: TWO }, (stage) => atThePage(stage, async (sit) => {
    const cards = await both(stage.sandbox);
    const [lee, bo] = [await sit(LEE), await sit(BO)];
    await home(lee);
    await lee.getByRole('button', { name: 'Review in bulk' }).click();
    await review(lee, 'Both have paid on the same day in every month so far');
    await form(lee).getByText(/ONB-1001 r1 approved/).waitFor();
    await shoot(lee, 'bulk-done');
    await read(lee, /ONB-1002 r1 approved/);
    for (const one of cards) {
      await messageOf(bo, one).getByText(/pproved by @Lee Osei/).first().waitFor();
      await messageOf(bo, one).getByText(/Both have paid on the same day/).first().waitFor();
    }
    for (const name of ['ACME Corp', 'Juniper Freight']) await stage.sandbox.wait({ kind: 'organization', text: name });
  }));

  scene('by the command one is approved and the other left as it was', { data: TWO }, (stage) => atThePage(stage, async (sit) => {
    const [acme, juniper] = await both(stage.sandbox);
    const bo = await sit(BO);
    await type(bo, '/onboard bulk');
    await form(bo).getByLabel(/ACME Corp/).check();
    await form(bo).getByLabel('Reason').fill('They have promised to pay this week');
    await form(bo).getByRole('button', { name: 'Approve', exact: true }).click();
    await read(bo, /ONB-\d+ r1 approved/);
    await messageOf(bo, acme).getByText(/pproved by @Bo Lindqvist/).first().waitFor();
    assert.ok(await messageOf(bo, juniper).getByRole('button', { name: 'Approve provisioning' }).isVisible());
  }));
});
