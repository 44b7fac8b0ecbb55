// A team's day by mouse and keyboard on the sandbox's page, with the real program: approve with ticks, undo, reject with a
// reason, snooze, delegate, the customer's playbook, and the digest in the morning.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { atThePage, form, home, messageOf, more, read, shoot, type } from './lib/page.js';
import { scene } from './lib/scene.js';
import { BO, MAYA, card, click, dmsOf, note, numberOf, textOf } from './lib/words.js';

const WAIT_MS = 20_000;

describe('a team on the page', { concurrency: 2 }, () => {
  scene('approves with a tick and takes it back, rejects with a reason, snoozes, and delegates', { data: 'demo', configure: (config) => { config.approval = { undo_s: 60 }; } }, (stage) => atThePage(stage, async (sit) => {
    const { sandbox } = stage;
    const acme = await card(sandbox, 'ACME Corp'), globex = await card(sandbox, 'Globex Logistics');
    const [maya, bo] = await Promise.all([MAYA, BO].map((user) => sit(user)));

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
    await home(bo);
    await bo.getByText(/You stand in for @Maya Chen/).waitFor();
    await shoot(bo, 'home');
  }));

  scene('works through the playbook: tasks by command, a blocker by its form, and the status that shows it', { data: 'demo/acme.json' }, (stage) => atThePage(stage, async (sit) => {
    const { sandbox } = stage;
    const acme = await card(sandbox, 'ACME Corp');
    const onb = numberOf(acme), maya = await sit(MAYA);
    await click(sandbox, BO, acme, 'approve');
    await note(sandbox, acme, 'What follows is “Enterprise onboarding”: 14 tasks');

    await type(maya, `/onboard task list ${onb}`);
    await maya.getByText(/Stage 2: Technical setup/).last().waitFor();
    await type(maya, `/onboard task done ${onb} T-1`);
    await maya.getByText(/is done\. 13 of 14 are left to do/).last().waitFor();
    await type(maya, `/onboard task skip ${onb} T-2`);
    await maya.getByText(/Why need it not be done\?/).last().waitFor();
    await type(maya, `/onboard status ${onb}`);
    await maya.getByText(/1\/14 tasks/).last().waitFor();
    await maya.getByText(/health 100/).last().waitFor();
    await shoot(maya, 'playbook-status');

    await maya.getByRole('button', { name: 'Add blocker' }).last().click();
    await form(maya).getByLabel('Which task').selectOption({ label: 'T-4 Security review passed, network allow-list open' });
    await form(maya).getByLabel('What is in its way').fill('Their security team is away until Monday');
    await shoot(maya, 'playbook-blocker');
    await form(maya).getByRole('button', { name: 'Add', exact: true }).click();
    await read(maya, 'is blocked');
    await type(maya, `/onboard status ${onb}`);
    await maya.getByText(/Their security team is away until Monday/).last().waitFor();
    await maya.getByText(/health 90/).last().waitFor();
    await type(maya, `/onboard status ${onb} --share`);
    await maya.getByText(/1 of 14 steps done/).last().waitFor();
    await home(maya);
    await maya.getByText(/My onboardings/).waitFor();
  }));

  scene('reads in the morning what the day brings', { data: 'demo', sandbox: { clockSpeed: 14_400 } }, (stage) => atThePage(stage, async (sit) => {
    const { sandbox } = stage;
    await card(sandbox, 'ACME Corp');
    await sandbox.command(MAYA, 'digest on');
    const [digest] = await sandbox.wait({ user: MAYA, match: '^Your day, ', timeout: WAIT_MS });
    assert.match(textOf(digest), /waiting on you/i);
    const maya = await sit(MAYA);
    await maya.locator('#apps').getByRole('button', { name: 'Messages' }).click();
    await maya.getByText(/Your day, /).first().waitFor();
    await shoot(maya, 'digest');
  }));
});
