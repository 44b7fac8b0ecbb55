// Slack's Web API fails in every way it knows: what is said is said once, and one method's trouble is not another's.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { scene, until } from './lib/scene.js';
import { BO, RAJ, card, click, messagesIn } from './lib/words.js';

const struck = (sandbox, name) => sandbox.faults.struck[name] ?? 0;
const cardsOf = (sandbox, name) => messagesIn(sandbox).filter((message) => !message.thread_ts && message.text.includes(name));

// After trouble with posts: the card stands once, is known to the bot (it can be edited), and the decision works.
async function saidOnce(sandbox) {
  const asked = await card(sandbox, 'ACME Corp', undefined, 25_000);
  await click(sandbox, BO, asked, 'approve');
  await card(sandbox, 'ACME Corp', /Approved\* by <@U0BO>[\s\S]*Provisioned/);
  assert.equal(cardsOf(sandbox, 'ACME Corp').length, 1);
}

describe('Slack\'s Web API', { concurrency: 6 }, () => {
  const troubles = [
    ['answers 500', { kind: 'status', status: 500, count: 2 }],
    ['answers 503', { kind: 'status', status: 503, count: 1 }],
    ['answers with what is not JSON', { kind: 'garbage', count: 2 }],
    ['answers half of it', { kind: 'half_page', count: 1 }],
    ['answers internal_error', { kind: 'error', error: 'internal_error', count: 1 }],
    ['answers fatal_error after it may have posted', { kind: 'error', error: 'fatal_error', count: 1 }],
    ['posts, and its answer is lost', { kind: 'lost_reply', count: 1 }],
    ['posts, and its answer is lost twice', { kind: 'lost_reply', count: 2 }],
    ['cuts the connection', { kind: 'down', count: 2 }],
    ['never answers', { kind: 'timeout', count: 1 }],
  ];
  for (const [name, fault] of troubles) {
    scene(`${name}: the card is posted once`, { data: 'demo/acme.json', bot: false }, async (stage) => {
      const { sandbox } = stage;
      sandbox.fault({ target: 'slack.chat.postMessage', match: 'ACME', ...fault });
      await stage.start();
      await saidOnce(sandbox);
      assert.ok(struck(sandbox, `slack.chat.postMessage ${fault.kind}`) >= 1, 'the fault did not strike');
    });
  }

  scene('429 of one method is waited out as long as it says, and delays no other method', { data: 'demo/acme.json', bot: false }, async (stage) => {
    const { sandbox } = stage;
    sandbox.fault({ target: 'slack.chat.postMessage', kind: 'rate_limited', retry_after: 8, count: 1 });
    await stage.start();
    await until(() => struck(sandbox, 'slack.chat.postMessage rate_limited') === 1);
    const began = performance.now();
    await sandbox.openHome(BO);
    await sandbox.wait({ kind: 'home', user: BO, text: 'ACME Corp', timeout: 7500 });
    assert.equal(messagesIn(sandbox).length, 0);
    await card(sandbox, 'ACME Corp');
    const waited = performance.now() - began;
    assert.ok(waited >= 7000 && waited < 16_000, `posted after ${Math.round(waited)} ms of 8000`);
  });

  scene('an edit whose answer is lost, an opened view that fails: the next one works', { data: 'demo/acme.json' }, async ({ sandbox, bot }) => {
    const asked = await card(sandbox, 'ACME Corp');
    sandbox.fault({ target: 'slack.chat.update', kind: 'lost_reply', count: 1 });
    await click(sandbox, BO, asked, 'claim');
    await card(sandbox, 'ACME Corp', /[Cc]laimed by <@U0BO>/);
    sandbox.fault({ target: 'slack.views.open', kind: 'error', error: 'internal_error', count: 1 });
    await click(sandbox, BO, asked, 'view');
    await bot.line(/views\.open failed/);
    await click(sandbox, BO, asked, 'view');
    await sandbox.wait({ kind: 'view', user: BO });
    assert.equal(cardsOf(sandbox, 'ACME Corp').length, 1);
  });

  scene('a channel that refuses the bot: the admin is told, and an operator sends it again', { data: 'demo/acme.json', bot: false }, async (stage) => {
    const { sandbox } = stage;
    sandbox.fault({ target: 'slack.chat.postMessage', kind: 'error', error: 'not_in_channel', match: 'channel=C0ONBOARD' });
    await stage.start();
    const [said] = await sandbox.wait({ user: RAJ, text: 'not_in_channel' });
    assert.match(said.text, /usher jobs retry/);
    const { out } = await stage.usher('jobs', 'dead');
    const [, id] = /^(\w{26}) +dead +post_card .*not_in_channel/m.exec(out) ?? assert.fail(out);
    assert.ok(said.text.includes(id), said.text);
    sandbox.clearFaults();
    const { code, out: answer } = await stage.usher('jobs', 'retry', id);
    assert.deepEqual([code, answer], [0, `${id} will run again\n`]);
    await card(sandbox, 'ACME Corp');
    assert.equal((await stage.usher('jobs', 'dead')).out, 'no dead letters\n');
  });
});
