// Salesforce, NetSuite, the contract system and the platform fail, one after the other: what people are told, and that it
// heals by itself.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { scene } from './lib/scene.js';
import { BO, LEE, block, buttons, card, headOf, messagesIn, note, numberOf, textOf, told } from './lib/words.js';

const cardsOf = (sandbox, name) => messagesIn(sandbox).filter((message) => !message.thread_ts && message.text.includes(name));

// A minute in a second: the next look at missing data comes after two seconds, the least that there is.
const fast = {
  data: 'demo/acme.json', sandbox: { clockSpeed: 60 },
  configure: (config) => {
    config.rules.recheck_min = 1;
    config.fetch = { deadline_s: 4, attempts: 2 };
  },
};

// fault -> the reason that people read
const failures = [
  [{ kind: 'down' }, /reset by peer/],
  [{ kind: 'status', status: 503 }, /status 503|Service unavailable/],
  [{ kind: 'unauthorised' }, { salesforce: /hasn't approved this consumer/, netsuite: /no certificate is registered/, clm: /token is missing or not valid/i }],
  [{ kind: 'half_page' }, /ends too early/],
  [{ kind: 'garbage' }, /unexpected character/],
  [{ kind: 'slow', ms: 8000 }, /timed out/],
];
const TITLES = { salesforce: 'Salesforce', netsuite: 'NetSuite', clm: 'CLM' };

describe('a system that the verdict needs', { concurrency: 4 }, () => {
  for (const [system, title] of Object.entries(TITLES)) {
    scene(`${title} down, slow, unauthorised, half a page: BLOCK_DATA says who and why, and heals by itself`, fast, async ({ sandbox }) => {
      await card(sandbox, 'ACME Corp');
      for (const [fault, reason] of failures) {
        sandbox.fault({ target: system, ...fault });
        assert.ok((await sandbox.command(BO, 'check ONB-1001')).acked);
        const blocked = await card(sandbox, 'ACME Corp', (message) => headOf(message).includes('blocked'), 20_000);
        const worst = textOf(block(blocked, 'worst'));
        assert.match(worst, new RegExp(`^\\*${title} gave no usable answer: `), JSON.stringify(fault));
        assert.match(worst, reason[system] ?? reason);
        assert.match(textOf(block(blocked, 'data')), new RegExp(`${title} \\*failed\\*`));
        assert.match(textOf(blocked), /it heals by itself when the data is there\. Next try <!date/);
        assert.equal(buttons(blocked).approve, undefined);
        sandbox.clearFaults();
        const healed = await card(sandbox, 'ACME Corp', (message) => headOf(message).includes('review needed'));
        assert.ok(buttons(healed).approve);
      }
      assert.equal(cardsOf(sandbox, 'ACME Corp').length, 1);
      const [, revision] = / (r\d+)$/.exec(textOf(block(cardsOf(sandbox, 'ACME Corp')[0], 'clock')));
      const { ack } = await sandbox.command(BO, `approve ONB-1001 ${revision} ack all`);
      assert.match(ack.text, /^Approved: ONB-1001/);
    });
  }

  scene('missing data that comes back clean proceeds in the same thread, and nobody is needed', { ...fast, data: 'demo/maple.json', bot: false }, async (stage) => {
    const { sandbox } = stage;
    sandbox.fault({ target: 'netsuite', kind: 'status', status: 503 });
    await stage.start();
    const blocked = await card(sandbox, 'Maple & Birch Labs');
    assert.match(textOf(block(blocked, 'worst')), /NetSuite gave no usable answer: answered with status 503/);
    const refused = await sandbox.command(BO, `approve ${numberOf(blocked)}`);
    assert.match(refused.ack.text, /can't be approved on missing data/);
    assert.deepEqual(sandbox.state().organizations, []);
    sandbox.clearFaults();
    await note(sandbox, blocked, 'The facts are clean now');
    await card(sandbox, 'Maple & Birch Labs', /Cleared by itself/);
    await sandbox.wait({ kind: 'organization', text: 'Maple & Birch Labs' });
    assert.equal(cardsOf(sandbox, 'Maple').length, 1);
  });

  const paged = { ...fast, sandbox: { ...fast.sandbox, pageSize: 1 }, bot: false };
  scene('a list of which the next page fails is missing data, not a short list', paged, async (stage) => {
    const { sandbox } = stage;
    const [deal] = sandbox.data.records('salesforce', 'Opportunity');
    sandbox.change({ add: { account: 'ACME', salesforce: { Opportunity: [{ ...deal, Id: '006A0000091', Name: 'ACME extension' }] } } });
    await stage.start();
    const asked = await card(sandbox, 'ACME Corp');
    assert.ok(!headOf(asked).includes('blocked'));
    sandbox.fault({ target: 'salesforce.data', kind: 'status', status: 503, match: '/query/' }); // where a list goes on
    assert.ok((await sandbox.command(BO, `check ${numberOf(asked)}`)).acked);
    const blocked = await card(sandbox, 'ACME Corp', (message) => headOf(message).includes('blocked'), 20_000);
    assert.match(textOf(block(blocked, 'worst')), /^\*Salesforce gave no usable answer/);
  });

  scene('Salesforce refuses us while someone types start: they are told who and why', fast, async ({ sandbox }) => {
    await card(sandbox, 'ACME Corp');
    sandbox.fault({ target: 'salesforce', kind: 'unauthorised' });
    assert.ok((await sandbox.command(LEE, 'start "Wayne Enterprises"')).acked);
    await told(sandbox, LEE, 'hasn\'t approved this consumer');
  });

  scene('the platform is down: provisioning waits, goes on, and makes one organisation', { data: 'demo/maple.json', bot: false }, async (stage) => {
    const { sandbox } = stage;
    sandbox.fault({ target: 'platform', kind: 'status', status: 503, count: 1 });
    sandbox.fault({ target: 'platform', kind: 'lost_reply', count: 1 });
    await stage.start();
    await sandbox.wait({ kind: 'organization', text: 'Maple & Birch Labs', timeout: 20_000 });
    await sandbox.wait({ text: 'Provisioned: organization', timeout: 20_000 });
    assert.equal(sandbox.state().organizations.length, 1);
  });
});
