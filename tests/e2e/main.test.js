// The main job from end to end: a deal is learned of, decided, asked about, answered by people or escalated, provisioned.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { setTimeout as turn } from 'node:timers/promises';
import { CHANNEL, scene, until } from './lib/scene.js';
import { sql } from './lib/sqlite.js';
import { ANA, BO, DEE, FAY, GUS, KIM, LEE, MAYA, RAJ, approving, block, buttons, card, click, clickOn, dmsOf, headOf, messagesIn, note, stamps, textOf, told } from './lib/words.js';

const HOUR_S = 3600;
const provisioned = (sandbox, name) => sandbox.wait({ kind: 'organization', text: name });
const onlyOnce = (sandbox, name) => assert.deepEqual(sandbox.state().organizations.map((one) => [one.name, one.puts]), [[name, 1]]);

describe('the main job', { concurrency: 4 }, () => {
  scene('a closed deal becomes a card that says why, who may decide, and when it escalates', { data: 'demo/acme.json' }, async ({ sandbox }) => {
    const asked = await card(sandbox, 'ACME Corp');
    assert.equal(headOf(asked), '⚠️ ACME Corp: review needed');
    assert.match(asked.text, /^⚠️ ACME Corp: review needed\. Invoice INV-102 is 12 days overdue \(CAD 25,000\.00\) \(ONB-1001\)$/);
    assert.match(textOf(block(asked, 'proceed_if')), /Would be PROCEED if:_ INV-102 paid/);
    assert.deepEqual(Object.keys(buttons(asked)), ['approve', 'reject', 'view', 'claim', 'more']);
    assert.equal(buttons(asked).approve.style, 'primary');
    assert.ok(asked.blocks.length <= 14);
    assert.match(asked.metadata.event_payload.job, /^[0-9A-Z]{26}$/);
    const clock = textOf(block(asked, 'clock'));
    const [day0, manager, director] = stamps(clock);
    assert.deepEqual([manager - day0, director - day0], [48 * HOUR_S, 96 * HOUR_S]);
    assert.match(clock, /manager <@U0LEE> .* director <@U0KIM> .* ONB-1001 r1$/);
    assert.ok(Math.abs(day0 - Number(asked.ts)) < 5);
  });

  scene('approve by click: the card says who, the thread says so, and the organisation is made once', { data: 'demo/acme.json' }, async ({ sandbox }) => {
    const asked = await card(sandbox, 'ACME Corp');
    const { acked, ms } = await click(sandbox, BO, asked, 'approve');
    assert.ok(acked && ms < 3000, `acknowledged after ${ms} ms`);
    const decided = await card(sandbox, 'ACME Corp', /Approved\* by <@U0BO>/);
    assert.deepEqual(Object.keys(buttons(decided)), []);
    await provisioned(sandbox, 'ACME Corp');
    await card(sandbox, 'ACME Corp', /Provisioned · `org_\w+`/);
    await note(sandbox, asked, 'Provisioned: organization');
    onlyOnce(sandbox, 'ACME Corp');
    const late = buttons(asked).approve.value;
    await clickOn(sandbox, MAYA, asked, 'approve', late);
    await told(sandbox, MAYA, 'Already approved by <@U0BO>');
    onlyOnce(sandbox, 'ACME Corp');
  });

  scene('two people click at once: one wins, the other is told, one decision stands', { data: 'demo/acme.json' }, async ({ sandbox }) => {
    const asked = await card(sandbox, 'ACME Corp');
    const results = await Promise.all([click(sandbox, BO, asked, 'approve'), click(sandbox, MAYA, asked, 'approve')]);
    assert.ok(results.every(({ acked }) => acked));
    const decided = await card(sandbox, 'ACME Corp', /Approved\* by/);
    const [, winner] = /Approved\* by <@(\w+)>/.exec(textOf(decided));
    const loser = winner === BO ? MAYA : BO;
    await told(sandbox, loser, `Already approved by <@${winner}>`);
    await provisioned(sandbox, 'ACME Corp');
    onlyOnce(sandbox, 'ACME Corp');
    const { ack } = await sandbox.command(LEE, 'timeline ONB-1001');
    const lines = textOf(ack).split('\n');
    assert.equal(lines.filter((line) => /\*approve\*/.test(line) && !/refused/.test(line)).length, 1, textOf(ack));
  });

  scene('reject asks for a reason in a form, and shows it on the card', { data: 'demo/acme.json' }, async ({ sandbox }) => {
    const asked = await card(sandbox, 'ACME Corp');
    await click(sandbox, BO, asked, 'reject');
    const [form] = await sandbox.wait({ kind: 'view', user: BO, text: 'Reject ONB-1001' });
    await sandbox.submit(BO, form.id, { reason: 'other', comment: '' });
    const [wrong] = sandbox.state().views[BO];
    assert.match(wrong.errors.comment, /Say what is wrong/);
    assert.equal(headOf(messagesIn(sandbox)[0]), '⚠️ ACME Corp: review needed');
    const { acked } = await sandbox.submit(BO, form.id, { reason: 'other', comment: 'The invoice <!channel> was sent to the wrong address' });
    assert.ok(acked);
    await sandbox.wait({ kind: 'view', user: BO, count: 0 });
    const decided = await card(sandbox, 'ACME Corp', /Rejected\* by <@U0BO>/);
    assert.match(textOf(decided), /The invoice &lt;!channel&gt; was sent to the wrong address/);
    assert.deepEqual(Object.keys(buttons(decided)), []);
    assert.deepEqual(sandbox.state().organizations, []);
  });

  scene('what stands at fault at the source has no Approve, for nobody, until it is repaired', { data: 'demo/initech.json' }, async ({ sandbox }) => {
    const asked = await card(sandbox, 'Initech Health');
    assert.match(headOf(asked), /^🚨 Initech Health: blocked/);
    assert.deepEqual(Object.keys(buttons(asked)), ['reject', 'view', 'claim', 'more']);
    const { ack } = await sandbox.command(BO, 'approve ONB-1001');
    assert.match(ack.text, /^ONB-1001 can't be approved by anyone: .* fix at the source/);
    assert.deepEqual(sandbox.state().organizations, []);
  });

  scene('a block that takes two keys takes two people with two roles', { data: 'demo/northwind.json' }, async ({ sandbox }) => {
    const asked = await card(sandbox, 'Northwind Traders');
    assert.match(textOf(block(asked, 'keys')), /Two keys, two people.*still missing.*still missing/);
    await click(sandbox, BO, asked, 'approve');
    const half = await card(sandbox, 'Northwind Traders', /✅ <@U0BO>/);
    assert.match(textOf(block(half, 'keys')), /✅ <@U0BO>.*still missing/);
    assert.ok(buttons(half).approve);
    await click(sandbox, MAYA, half, 'approve');
    await told(sandbox, MAYA, 'You can\'t approve ONB-1001');
    assert.deepEqual(sandbox.state().organizations, []);
    await click(sandbox, FAY, half, 'approve');
    await card(sandbox, 'Northwind Traders', /Approved\* by <@U0BO> and <@U0FAY>/);
    await provisioned(sandbox, 'Northwind Traders');
    onlyOnce(sandbox, 'Northwind Traders');
  });

  scene('who owns the deal, a guest, and who holds no role may not decide, and are told why', { data: 'demo/acme.json', configure: (config) => { config.roles.approver.push(ANA); } }, async ({ sandbox }) => {
    const asked = await card(sandbox, 'ACME Corp', (message) => /<@U0ANA>/.test(textOf(message)));
    const value = buttons(asked).approve.value;
    await click(sandbox, ANA, asked, 'approve');
    await told(sandbox, ANA, 'You can\'t approve ONB-1001: you own the deal');
    await click(sandbox, DEE, asked, 'approve');
    await told(sandbox, DEE, 'You can\'t approve ONB-1001');
    await clickOn(sandbox, GUS, asked, 'approve', value);
    await sandbox.wait({ kind: 'ephemeral', user: GUS });
    const { ack } = await sandbox.command(LEE, 'timeline ONB-1001');
    assert.match(textOf(ack), /refused/);
    assert.match(headOf(messagesIn(sandbox)[0]), /review needed/);
    assert.deepEqual(sandbox.state().organizations, []);
  });

  scene('whoever started it cannot approve it', { data: 'demo/acme.json', configure: (config) => { delete config.salesforce.poll_from; } }, async ({ sandbox }) => {
    const { ack } = await sandbox.command(BO, 'start "ACME Corp"');
    assert.match(ack.text, /Looking up “ACME Corp”/);
    const asked = await card(sandbox, 'ACME Corp');
    assert.match(textOf(block(asked, 'fields')), /Started\*\n<@U0BO>/);
    await click(sandbox, BO, asked, 'approve');
    await told(sandbox, BO, 'You can\'t approve ONB-1001: you started it');
    await click(sandbox, MAYA, asked, 'approve');
    await card(sandbox, 'ACME Corp', /Approved\* by <@U0MAYA>/);
  });

  scene('every verb answers', { data: 'demo/acme.json' }, async ({ sandbox }) => {
    const asked = await card(sandbox, 'ACME Corp');
    const say = async (text, user = BO) => {
      const result = await sandbox.command(user, text);
      assert.ok(result.acked, text);
      assert.equal(result.ack?.response_type, 'ephemeral', text);
      return `${result.ack.text}\n${textOf(result.ack)}`;
    };
    const help = await say('');
    for (const verb of ['help', 'start', 'check', 'status', 'list', 'approve', 'reject', 'claim', 'release', 'why', 'timeline', 'note']) assert.ok(help.includes(`/onboard ${verb}`), verb);
    assert.match(await say('help reject'), /reject ONB-n/);
    assert.match(await say('STATUS acme'), /ACME Corp.*ONB-1001.*WAITING[\s\S]*manager <@U0LEE>/);
    assert.match(await say('list team'), /ACME Corp.*ONB-1001.*ESCALATE/);
    assert.match(await say('list mine', KIM), /None\./);
    assert.match(await say('why ONB-1001'), /INVOICE_OVERDUE_ONE[\s\S]*days overdue: 12/);
    assert.match(await say('claim ONB-1001'), /ONB-1001 is yours/);
    await card(sandbox, 'ACME Corp', /[Cc]laimed by <@U0BO>/);
    assert.match(await say('claim ONB-1001', MAYA), /was claimed by <@U0BO>/);
    assert.match(await say('release ONB-1001', MAYA), /You can't release ONB-1001/);
    assert.match(await say('release ONB-1001'), /nobody's again/);
    assert.match(await say('note ONB-1001 they called & promised <b>'), /Noted/);
    await note(sandbox, asked, '💬 <@U0BO>: they called &amp; promised &lt;b&gt;');
    assert.match(await say('timeline ONB-1001'), /onboarding\.started[\s\S]*claim[\s\S]*release[\s\S]*note/);
    assert.match(await say('check ONB-1001'), /Checking ACME Corp/);
    await told(sandbox, BO, 'Nothing changed since r1, read');
    assert.match(await say('start ACME Corp'), /on its way already: ONB-1001/);
    assert.match(await say('start Nobody Ltd'), /Looking up/);
    await told(sandbox, BO, 'I found no account “Nobody Ltd”');
    assert.match(await say('aprove ONB-1001'), /I don't know "aprove"\. Did you mean approve\?/);
    assert.match(await say('approve ONB-7777'), /There is no ONB-7777/);
    assert.match(await say('reject ONB-1001 "they never paid"', MAYA), /Rejected: ONB-1001 r1/);
    await card(sandbox, 'ACME Corp', /Rejected\* by <@U0MAYA>.*they never paid/);
    assert.match(await say('approve ONB-1001'), /Already rejected by <@U0MAYA>/);
  });

  scene('a click on facts that have moved is refused with what changed, and the redrawn card takes the next one', { data: 'demo/acme.json' }, async ({ sandbox }) => {
    const asked = await card(sandbox, 'ACME Corp');
    sandbox.change({ path: 'netsuite.invoice.INV-102', patch: { dueDate: '@today-41d' } });
    await sandbox.command(LEE, 'check ONB-1001');
    const redrawn = await card(sandbox, 'ACME Corp', /ONB-1001 r2/);
    assert.match(textOf(block(redrawn, 'worst')), /INV-102 is 41 days overdue/);
    assert.match(textOf(block(redrawn, 'changed')), /Since r1:\* worse: Invoice INV-102 is 41 days overdue .*\(was ESCALATE\)/);
    await note(sandbox, asked, 'The facts changed, this is r2 now: worse: Invoice INV-102 is 41 days overdue');
    await clickOn(sandbox, BO, asked, 'approve', buttons(asked).approve.value);
    const { text } = await told(sandbox, BO, 'ONB-1001 changed since r1: ');
    assert.match(text, /41 days overdue.*Nothing was decided: look at r2/);
    assert.deepEqual(sandbox.state().organizations, []);
    await click(sandbox, BO, redrawn, 'approve');
    await card(sandbox, 'ACME Corp', /Approved\* by <@U0BO>/);
  });

  scene('Home shows what needs me now, with its buttons, and is redrawn when it is decided', { data: 'demo/acme.json' }, async ({ sandbox }) => {
    await card(sandbox, 'ACME Corp');
    await sandbox.openHome(BO);
    const [home] = await sandbox.wait({ kind: 'home', user: BO, text: 'ACME Corp' });
    assert.match(textOf(home), /Needs you now[\s\S]*ACME Corp\* · ONB-1001 r1/);
    await approving(sandbox, BO, () => sandbox.clickView(BO, { view_id: home.id, action_id: 'approve' }));
    await card(sandbox, 'ACME Corp', /Approved\* by <@U0BO>/);
    await sandbox.wait({ kind: 'home', user: BO, text: 'Nothing waits for you' });
  });

  scene('details show every finding with what it is made of', { data: 'demo/northwind.json' }, async ({ sandbox }) => {
    const asked = await card(sandbox, 'Northwind Traders');
    await click(sandbox, KIM, asked, 'view');
    const [view] = await sandbox.wait({ kind: 'view', user: KIM, text: 'INVOICES_OVERDUE' });
    assert.match(textOf(view), /rules 2026\.04/);
  });

  scene('a deal with nothing against it proceeds, and nobody is asked', { data: 'demo/maple.json' }, async ({ sandbox }) => {
    await provisioned(sandbox, 'Maple & Birch Labs');
    const [said] = await sandbox.wait({ channel: CHANNEL, text: 'Maple &amp; Birch Labs: proceeding (ONB-1001)' });
    assert.deepEqual(Object.keys(buttons(said)), []);
    await note(sandbox, said, 'Provisioned: organization');
    assert.deepEqual(sandbox.matching({ text: 'review needed' }), []);
    onlyOnce(sandbox, 'Maple & Birch Labs');
  });

  scene('a forged, altered or foreign button is refused, logged, audited, and does nothing', { data: ['demo/acme.json', 'demo/globex.json'] }, async (stage) => {
    const { sandbox, bot } = stage;
    const asked = await card(sandbox, 'ACME Corp');
    const other = await card(sandbox, 'Globex Logistics');
    const value = buttons(asked).approve.value;
    const flipped = Buffer.from(value, 'base64url');
    flipped[flipped.length - 1] ^= 1;
    const revision = Buffer.from(value, 'base64url');
    revision[revision.indexOf('approve') + 'approve'.length + 7] ^= 2;
    const lies = [
      ['approve', flipped.toString('base64url')], ['approve', revision.toString('base64url')], ['approve', buttons(other).view.value], ['approve', ''], ['approve', 'AQAA'],
      ['approve', value.slice(0, -4)], ['approve', `${value}AAAA`], ['approve', 'ONB-1001'], ['approve', 'x'.repeat(2000)], ['claim', value],
    ];
    for (const [action, lie] of lies) {
      const before = sandbox.matching({ kind: 'ephemeral', user: BO }).length;
      const { acked } = await clickOn(sandbox, BO, asked, action, lie);
      assert.ok(acked, lie);
      const answers = await sandbox.wait({ kind: 'ephemeral', user: BO, count: before + 1 });
      assert.match(answers.at(-1).text, /^I can't verify this button \(its state is (forged|altered)\), so nothing was done, and the attempt was noted/, lie);
    }
    assert.equal(bot.lines.filter((line) => /U0BO clicked (approve|claim) with (forged|altered) state: refused/.test(line)).length, lies.length);
    const foreign = await sandbox.envelope({ type: 'interactive', accepts_response_payload: false, payload: { ...(await foreignClick(sandbox, asked, value)) } });
    assert.ok(foreign.acked);
    await bot.line(/envelope of workspace T0ELSEWHERE, which is not ours: ignored/);
    assert.ok(messagesIn(sandbox).every((message) => !/Approved|Claimed/.test(textOf(message))));
    assert.deepEqual(sandbox.state().organizations, []);
    const { code, out } = await stage.usher('audit', 'verify');
    assert.equal(code, 0);
    assert.ok(Number(/whole: (\d+) rows/.exec(out)[1]) >= lies.length + 4, out);
  });
});

async function foreignClick(sandbox, message, value) {
  const { interactions } = sandbox;
  return {
    ...interactions.common('block_actions', BO), team: { id: 'T0ELSEWHERE', domain: 'elsewhere' }, user: { id: BO, team_id: 'T0ELSEWHERE' }, trigger_id: interactions.makeTrigger(BO),
    container: { type: 'message', message_ts: message.ts, channel_id: 'C0ONBOARD' }, channel: { id: 'C0ONBOARD' },
    actions: [{ type: 'button', action_id: 'approve', block_id: 'actions', value, action_ts: '1.1' }],
  };
}

// A day in two seconds: what the card promises is compared with when the direct messages came.
const SPEED = 43_200;

describe('time goes by', { concurrency: 3 }, () => {
  const scaled = { data: 'demo/acme.json', sandbox: { clockSpeed: SPEED } };

  scene('the manager hears of it after two days and the director after four, when the card said', scaled, async ({ sandbox, folder }) => {
    const asked = await card(sandbox, 'ACME Corp');
    const [day0, manager, director] = stamps(textOf(block(asked, 'clock')));
    assert.deepEqual([manager - day0, director - day0], [48 * HOUR_S, 96 * HOUR_S]);
    const [first] = await sandbox.wait({ user: LEE, text: 'ACME Corp has waited 2 days for a CS decision', timeout: 15_000 });
    assert.equal(dmsOf(sandbox, KIM).length, 0);
    const [second] = await sandbox.wait({ user: KIM, text: 'ACME Corp has waited 4 days for a CS decision', timeout: 15_000 });
    const late = sandbox.clock.tolerance(3000) / 1000; // three seconds of the machine's time, of four between the two
    for (const [dm, promised] of [[first, manager], [second, director]]) {
      assert.ok(Number(dm.ts) >= promised - 1 && Number(dm.ts) <= promised + late, `promised ${promised}, came ${dm.ts}: ${Number(dm.ts) - promised} s off`);
    }
    assert.deepEqual(Object.keys(buttons(first)), ['approve', 'reject', 'assign', 'nudge', 'snooze', 'view']);
    assert.match(textOf(block(second, 'told')), /Told so far · <#C0ONBOARD> .* · <@U0LEE>/);
    await note(sandbox, asked, '<@U0LEE> is told now');
    await note(sandbox, asked, '<@U0KIM> is told now');
    await sandbox.click(KIM, { channel: 'D0KIM', ts: second.ts, action_id: 'reject' });
    const [form] = await sandbox.wait({ kind: 'view', user: KIM, text: 'Reject ONB-1001' });
    await sandbox.submit(KIM, form.id, { reason: 'customer_not_ready' });
    await card(sandbox, 'ACME Corp', /Rejected\* by <@U0KIM>/);
    await sandbox.wait({ user: LEE, text: 'Done by <@U0KIM>, nothing left to do' });
    await sandbox.wait({ user: KIM, text: 'Done by <@U0KIM>, nothing left to do' });
    // The manager hears again once a working day as long as nobody has claimed it; every day of this calendar is one.
    // By when it was decided: hours pass here while a busy machine sends a message.
    const times = sql(`${folder}/usher.db`, "SELECT at FROM audit WHERE action IN ('escalate.manager', 'remind.manager') ORDER BY seq").map(([at]) => Number(at) / 1000);
    assert.ok(times.every((at, i) => i === 0 || at - times[i - 1] >= 23 * HOUR_S), times.join(' '));
    const dms = dmsOf(sandbox, LEE).length;
    assert.ok(dms >= 1 && dms <= times.length, `${dms} messages for ${times.length} times`);
    assert.equal(dmsOf(sandbox, KIM).length, 1);
  });

  const brief = { ...scaled, configure: (config) => { config.escalation.token_days = 1; } };
  scene('a button that is older than its time is refused, and where fresh ones are is said', brief, async ({ sandbox, bot }) => {
    const asked = await card(sandbox, 'ACME Corp');
    const drawn = sandbox.clock.now() / 1000; // at the latest
    await until(() => sandbox.clock.now() / 1000 > drawn + 49 * HOUR_S); // the end of its life is rounded up to a day's
    await clickOn(sandbox, BO, asked, 'approve', buttons(asked).approve.value);
    await told(sandbox, BO, 'This button is too old to count (they are valid for 1 day), so nothing was done.');
    await bot.line(/U0BO clicked approve with expired state: refused/);
    assert.deepEqual(sandbox.state().organizations, []);
  });

  scene('a decision in time keeps manager and director in peace', scaled, async ({ sandbox }) => {
    const asked = await card(sandbox, 'ACME Corp');
    const [, , director] = stamps(textOf(block(asked, 'clock')));
    await click(sandbox, BO, asked, 'approve');
    await card(sandbox, 'ACME Corp', /Approved\* by <@U0BO>/);
    await pastDirector(sandbox, director);
    assert.deepEqual([dmsOf(sandbox, LEE).length, dmsOf(sandbox, KIM).length], [0, 0]);
  });
});

// Until half a day after the director's time; the bot answers meanwhile, so its loop turns.
async function pastDirector(sandbox, director) {
  while (sandbox.clock.now() / 1000 < director + 12 * HOUR_S) {
    assert.ok((await sandbox.command(RAJ, 'status ONB-1001')).acked);
    await turn(50);
  }
}
