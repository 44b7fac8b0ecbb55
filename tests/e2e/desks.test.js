// Findings reach their people where they are: Finance by direct message, Legal in a channel, the owner of the deal; with
// the real program, and once with the mouse.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { DEAL_DESK } from '../sandbox/slack/people.js';
import { atThePage } from './lib/page.js';
import { scene } from './lib/scene.js';
import { ANA, BO, FAY, MAYA, buttons, card, click, dmsOf, messagesIn, textOf } from './lib/words.js';


const dmId = (user) => `D0${user.slice(2)}`;
// The message of a desk in a channel or DM, once it says so.
const desk = (sandbox, channel, words) => sandbox.wait(() => messagesIn(sandbox, channel).find((one) => !one.thread_ts && textOf(one).includes(words))).then((found) => structuredClone(found));

describe('desks', { concurrency: 2 }, () => {
  scene('Finance gives its key in its own message, by mouse, and CS on the card', { data: 'demo/northwind.json' }, async (stage) => {
    const { sandbox } = stage;
    await desk(sandbox, dmId(FAY), 'For Finance');
    await atThePage(stage, async (sit) => {
      const page = await sit(FAY);
      await page.locator('#apps').getByRole('button', { name: 'Messages' }).click();
      await page.getByText('For Finance').first().waitFor();
      await page.getByRole('button', { name: 'Give Finance\'s key' }).click();
      await page.locator('dialog').getByRole('button', { name: 'Give the key' }).click();
      await page.getByText(/Finance ✅/).first().waitFor();
    });
    const half = await desk(sandbox, dmId(FAY), 'CS *still missing*');
    assert.deepEqual(Object.keys(buttons(half)), ['recheck', 'view']);
    assert.deepEqual(sandbox.state().organizations, []);
    await click(sandbox, BO, await card(sandbox, 'Northwind Traders', /✅ <@U0FAY>/), 'approve');
    await card(sandbox, 'Northwind Traders', /Approved\* by <@U0BO> and <@U0FAY>/);
    const done = await desk(sandbox, dmId(FAY), '*Approved* by <@U0BO> and <@U0FAY>');
    assert.deepEqual(Object.keys(buttons(done)), []);
    await sandbox.wait({ kind: 'organization', text: 'Northwind Traders' });
    assert.equal(dmsOf(sandbox, FAY).length, 1);
  });

  scene('Legal hears in its channel and the owner by DM, each of the contract alone; a re-check answers where it was asked for', { data: 'demo/initech.json' }, async ({ sandbox }) => {
    const legal = await desk(sandbox, DEAL_DESK, 'For Legal');
    assert.match(textOf(legal), /is not executed/);
    assert.ok(!/INV-/.test(textOf(legal)));
    const owner = await desk(sandbox, dmId(ANA), 'For the deal\'s owner');
    assert.deepEqual(Object.keys(buttons(owner)), ['recheck', 'view']);
    await click(sandbox, ANA, owner, 'recheck', dmId(ANA));
    await sandbox.wait({ kind: 'ephemeral', user: ANA, text: 'Looking again; the answer comes here.' });
    await sandbox.wait({ kind: 'ephemeral', user: ANA, text: 'BLOCK' });
    assert.equal(messagesIn(sandbox, DEAL_DESK).length, 1);
  });

  scene('a desk with nowhere to go is named by check, and said in the thread of the card', { data: 'demo/initech.json', configure: (config) => { delete config.routes.legal; } }, async (stage) => {
    const { code, out } = await stage.usher('check');
    assert.equal(code, 0, out);
    assert.match(out, /^warn {2}Routes +nobody to tell for Legal: configure `routes\.legal` or `roles\.legal`/m);
    const asked = await card(stage.sandbox, 'Initech Health');
    await stage.sandbox.wait(() => messagesIn(stage.sandbox).find((one) => one.thread_ts === asked.ts && /Nobody is there to hear of this for Legal/.test(one.text)));
  });

  scene('who is of no desk may not ask for a re-check', { data: 'demo/northwind.json', configure: (config) => { config.roles.csm = [MAYA]; config.roles.approver = [MAYA]; } }, async ({ sandbox }) => {
    await desk(sandbox, dmId(FAY), 'For Finance');
    const { ack } = await sandbox.command(BO, 'check ONB-1001');
    assert.match(ack.text, /it needs the role csm/);
  });
});
