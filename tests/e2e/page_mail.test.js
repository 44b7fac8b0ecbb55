// In the demo Slack can be made to refuse direct messages: whoever should have had one is written to, and the page shows it.
import assert from 'node:assert/strict';
import { atThePage, faults, shoot } from './lib/page.js';
import { scene } from './lib/scene.js';
import { LEE, MAYA, card, dmsOf } from './lib/words.js';

scene('who is not reached by Slack is mailed, and the mail stands beside the channel', { data: 'demo/acme.json', sandbox: { clockSpeed: 21_600, mail: true } }, (stage) => atThePage(stage, async (sit) => {
  await card(stage.sandbox, 'ACME Corp');
  const maya = await sit(MAYA);
  await maya.getByText('None yet. Whom Slack does not reach').waitFor();
  await maya.getByRole('button', { name: 'Slack: Refuse direct messages' }).click();
  const mail = maya.locator('.mail', { hasText: 'lee@corp.example' }).first();
  await mail.getByText(/ACME Corp has waited \d+ days? for a decision \(ONB-1001\)/).waitFor();
  await mail.locator('summary').click();
  await mail.getByText(/INV-102/).waitFor();
  await shoot(maya, 'mail');
  assert.deepEqual(await faults(maya), []);
  assert.equal(dmsOf(stage.sandbox, LEE).length, 0);
  await maya.getByRole('button', { name: 'Mend everything' }).click();
  await stage.sandbox.wait({ user: LEE, text: 'ACME Corp', timeout: 30_000 });
}));
