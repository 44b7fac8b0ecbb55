// Socket Mode as it goes wrong in the field: connections that are renewed, cut, refused or sent rubbish. docs/socket-mode.md
// lists the failures; here they happen to the real binary.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { scene, until } from './lib/scene.js';
import { BO, LEE, MAYA, buttons, card, clickPayload, textOf, told } from './lib/words.js';

// How many lines the timeline has, those that it does not show included.
async function lines(sandbox, number = 'ONB-1001') {
  const { acked, ack } = await sandbox.command(LEE, `timeline ${number}`);
  assert.ok(acked);
  const text = textOf(ack);
  return Number(/_(\d+) earlier entries/.exec(text)?.[1] ?? 0) + text.split('\n').filter((line) => line.startsWith('<!date^')).length;
}

// Sends something every few milliseconds until told to stop, or until the sandbox is gone because the test failed; resolves
// with all results.
function stream(sandbox, every = 25) {
  const results = [];
  let [running, sent] = [true, 0];
  const done = (async () => {
    while (running && sandbox.server.listening) {
      results.push(sandbox.command(BO, sent++ % 2 ? 'release ONB-1001' : 'claim ONB-1001'));
      await pause(every);
    }
    return Promise.all(results);
  })();
  return { stop: () => { running = false; return done; } };
}

const fresh = (sandbox, count = 2) => sandbox.wait({ kind: 'connection', count });
const LASTING_MS = 10_200;
const oldest = (sandbox) => sandbox.sockets.live().find((one) => one.leaving === null).number;

// How often apps.connections.open was called, those calls included that a fault answered.
const opens = (sandbox) => Object.entries(sandbox.faults.struck).reduce((sum, [name, count]) => sum + (name.startsWith('slack.apps.connections.open') ? count : 0), sandbox.webApi.calls['apps.connections.open'] ?? 0);

// Every frame that the sandbox sends from now on, its standing connections' first, passes through change(text, send).
function tamper(sandbox, change) {
  for (const { ws } of sandbox.sockets.live()) {
    const send = ws.send.bind(ws);
    ws.send = (text) => change(text, send);
  }
}

describe('connections', { concurrency: 4 }, () => {
  scene('warning, refresh and reset lose nothing, leave no gap, and nothing takes effect twice', { data: 'demo/acme.json' }, async ({ sandbox, bot }) => {
    await card(sandbox, 'ACME Corp');
    await pause(LASTING_MS); // younger ones that go count as failures to connect
    const before = await lines(sandbox);
    let fewest = Infinity;
    sandbox.workspace.on('change', () => { fewest = Math.min(fewest, sandbox.sockets.live().filter((one) => one.leaving === null || one.leaving === 'warning').length); });
    const flow = stream(sandbox);
    sandbox.fault({ target: 'socket', kind: 'disconnect', reason: 'warning' }); // to both at once
    await fresh(sandbox);
    for (const strike of [{ kind: 'disconnect', reason: 'refresh_requested' }, { kind: 'reset' }, { kind: 'disconnect', reason: 'made_up' }]) {
      const struck = sandbox.fault({ target: 'socket', connection: oldest(sandbox), ...strike }).struck;
      assert.equal(struck.length, 1);
      await pause(20);
      if (strike.reason === 'refresh_requested') sandbox.fault({ target: 'socket', kind: 'disconnect', connection: struck[0], reason: 'warning' }); // both in a row ask for one replacement
      await fresh(sandbox);
      await pause(200);
    }
    await bot.line(/says disconnect: made_up/);
    await until(() => sandbox.sockets.live().length === 2, { timeout: 15_000 }); // the ones that were warned have been left
    const results = await flow.stop();
    assert.ok(results.length > 60 && results.length < 900, `${results.length} envelopes: too few to tell, or more than a timeline counts`);
    const lost = results.filter(({ acked }) => !acked);
    assert.deepEqual(lost, [], `${lost.length} of ${results.length} were not acknowledged`);
    assert.ok(fewest >= 1, 'for a moment there was no connection');
    assert.equal(await lines(sandbox) - before, results.length);
    const { counts } = sandbox.state();
    assert.deepEqual([counts.foreign_acks, counts.dropped_acks, counts.late], [0, 0, 0]);
    assert.ok(opens(sandbox) <= 8, `${opens(sandbox)} connections were asked for`); // two at first, two at once, three single, one to spare
  });

  const short = { data: 'demo/acme.json', sandbox: { timing: { connection_s: 3, ping_ms: 100 } } };
  scene('a connection is replaced before Slack ends it; pings are answered word for word', short, async ({ sandbox, bot }) => {
    const pongs = new Set();
    const listen = () => { for (const { ws, host } of sandbox.sockets.live()) if (!ws.heard) { ws.heard = true; ws.on('pong', (data) => pongs.add(data.toString() === `Ping from ${host}`)); } };
    sandbox.workspace.on('change', listen);
    listen();
    await card(sandbox, 'ACME Corp');
    const flow = stream(sandbox, 20);
    await until(() => sandbox.sockets.counts.hello >= 6, { timeout: 15_000 });
    const results = await flow.stop();
    assert.deepEqual(results.filter(({ acked }) => !acked), []);
    assert.deepEqual([...pongs], [true]);
    const replacedFirst = bot.lines.filter((line) => /connected; [34] up/.test(line)).length;
    assert.ok(replacedFirst >= 2, 'no replacement stood before the old one went');
  });

  const refusals = [
    ['too_many_websockets', { target: 'socket', kind: 'too_many_websockets' }, 3],
    ['link_disabled', { target: 'socket', kind: 'link_disabled' }, 3],
    ['invalid_auth', { target: 'slack.apps.connections.open', kind: 'unauthorised' }, 3],
    ['internal_error', { target: 'slack.apps.connections.open', kind: 'error', error: 'internal_error' }, 12],
    ['429 without Retry-After', { target: 'slack.apps.connections.open', kind: 'rate_limited', retry_after: null }, 6],
    ['HTTP 408 at the upgrade', { target: 'socket', kind: 'refuse_upgrade', status: 408 }, 12],
  ];
  for (const [name, fault, most] of refusals) {
    scene(`${name} does not loop, and nobody gives up`, { data: 'demo/acme.json' }, async (stage) => {
      const { sandbox, bot } = stage;
      await card(sandbox, 'ACME Corp');
      const before = opens(sandbox);
      sandbox.fault(fault);
      sandbox.fault({ target: 'socket', kind: 'reset' });
      await pause(3000); // what is measured is a rate
      const asked = opens(sandbox) - before;
      assert.ok(asked <= most, `apps.connections.open was called ${asked} times in 3 s`);
      assert.equal(bot.ended, null);
      const ready = await fetch(`${await stage.http()}/readyz`);
      assert.equal(ready.status, 503);
    });
  }

  scene('crowded out of one connection, it makes do with the other', { data: 'demo/acme.json' }, async ({ sandbox, bot }) => {
    await card(sandbox, 'ACME Corp');
    sandbox.fault({ target: 'socket', kind: 'too_many_websockets' });
    const before = opens(sandbox);
    sandbox.fault({ target: 'socket', kind: 'reset', connection: oldest(sandbox) });
    await bot.line(/making do with 1 for 10 minutes/);
    await pause(1500);
    assert.equal(opens(sandbox) - before, 1);
    assert.ok((await sandbox.command(BO, 'status')).acked);
  });

  scene('refused at first, it gets in as soon as it is let in', { data: 'demo/acme.json', bot: false }, async (stage) => {
    const { sandbox } = stage;
    sandbox.fault({ target: 'socket', kind: 'refuse_upgrade', count: 2 });
    sandbox.fault({ target: 'slack.apps.connections.open', kind: 'status', status: 503, count: 1 });
    sandbox.fault({ target: 'slack.auth.test', kind: 'lost_reply', count: 1 });
    await stage.start({ timeout: 20_000 });
    await card(sandbox, 'ACME Corp');
  });
});

describe('envelopes', { concurrency: 4 }, () => {
  scene('one that comes again gets the same answer and has no second effect', { data: 'demo/acme.json' }, async ({ sandbox }) => {
    const asked = await card(sandbox, 'ACME Corp');
    const { interactions } = sandbox;
    const slash = (text) => ({
      type: 'slash_commands', accepts_response_payload: true,
      payload: { token: 't', team_id: 'T0SANDBOX', channel_id: 'C0ONBOARD', user_id: BO, user_name: 'bo', command: '/onboard', text, api_app_id: 'A0USHER', response_url: interactions.responseUrl({ channel: 'C0ONBOARD', user: BO }), trigger_id: interactions.makeTrigger(BO) },
    });
    const again = async (envelope, change = {}) => [await sandbox.envelope(envelope), await sandbox.envelope({ ...envelope, ...change }), await sandbox.envelope({ ...envelope, ...change, retry_attempt: 2 })];

    const before = await lines(sandbox);
    const claim = { ...slash('claim ONB-1001'), envelope_id: 'e-claim' };
    const answers = await again(claim);
    assert.match(answers[0].ack.text, /ONB-1001 is yours/);
    assert.deepEqual(answers.map(({ acked, ack }) => [acked, ack]), answers.map(() => [true, answers[0].ack]));
    const release = await again({ ...slash('release ONB-1001'), envelope_id: 'e-release-1' }, { envelope_id: 'e-release-2' });
    assert.deepEqual(release.map(({ ack }) => ack), release.map(() => release[0].ack));
    assert.equal(await lines(sandbox) - before, 2);

    const click = { type: 'interactive', accepts_response_payload: false, payload: clickPayload(sandbox, BO, asked, 'claim', buttons(asked).claim.value) };
    assert.ok((await again(click)).every(({ acked }) => acked));
    assert.equal(await lines(sandbox) - before, 3);

    sandbox.fault({ target: 'socket', kind: 'duplicate', count: 1 });
    assert.ok((await sandbox.command(BO, 'release ONB-1001')).acked);
    await until(() => sandbox.sockets.counts.double_acks >= 1);
    assert.equal(await lines(sandbox) - before, 4);

    await sandbox.click(MAYA, { channel: 'C0ONBOARD', ts: asked.ts, action_id: 'reject' });
    const [form] = await sandbox.wait({ kind: 'view', user: MAYA });
    const values = { reason: { reason: { type: 'static_select', selected_option: { value: 'duplicate' } } }, comment: { comment: { type: 'plain_text_input', value: null } } };
    const { user, errors, trouble, ...view } = form;
    const submission = { type: 'interactive', accepts_response_payload: true, payload: { ...interactions.common('view_submission', MAYA), trigger_id: interactions.makeTrigger(MAYA), view: { ...view, state: { values } } } };
    const ends = await again(submission);
    assert.deepEqual(ends.map(({ acked, ack }) => [acked, ack]), ends.map(() => [true, ends[0].ack]));
    await card(sandbox, 'ACME Corp', /Rejected\* by <@U0MAYA>/);
    assert.equal(await lines(sandbox) - before, 5);
  });

  scene('rubbish is acknowledged where it bears an id, passed over where it bears none, and harms nothing', { data: 'demo/acme.json' }, async ({ sandbox, bot }) => {
    await card(sandbox, 'ACME Corp');
    const connections = sandbox.state().connections.map(({ number }) => number);
    const nested = JSON.parse(`${'['.repeat(400)}${']'.repeat(400)}`);
    const rubbish = [
      { type: 'nothing_known', payload: {} }, { payload: {} }, { type: 'slash_commands' }, { type: 'slash_commands', payload: 'text' }, { type: 'slash_commands', payload: [] },
      { type: 'slash_commands', payload: null }, { type: 'slash_commands', payload: { command: 7, user_id: {}, team_id: 'T0SANDBOX' } }, { type: 'interactive', payload: { type: 'block_actions' } },
      { type: 'interactive', payload: { type: 'block_actions', team: { id: 'T0SANDBOX' }, user: { id: BO }, actions: [] } }, { type: 'interactive', payload: { type: 'block_actions', team: { id: 'T0SANDBOX' }, user: { id: BO }, actions: 'x' } },
      { type: 'interactive', payload: { type: 'view_submission', team: { id: 'T0SANDBOX' }, user: { id: BO } } }, { type: 'interactive', payload: { type: 'new_kind' } }, { type: 'interactive', payload: nested },
      { type: 'events_api', payload: { token: 't', type: 'app_rate_limited', team_id: 'T0SANDBOX', minute_rate_limited: 1518467820, api_app_id: 'A0USHER' } }, { type: 'events_api', payload: { type: 'event_callback', team_id: 'T0SANDBOX', event: {} } },
      { type: 'events_api', payload: { type: 'event_callback', team_id: 'T0SANDBOX', event: { type: 'a\u0000b', user: '\u0000' } } }, { type: 'slash_commands', payload: { team_id: 'T0SANDBOX', user_id: 'U\u0000BO', command: '/onboard', text: 'status \u0000', trigger_id: '1' } },
    ];
    for (const envelope of rubbish) {
      const { acked, why } = await sandbox.envelope({ ...envelope, accepts_response_payload: false });
      assert.ok(acked, `${why}: ${JSON.stringify(envelope).slice(0, 200)}`);
    }
    tamper(sandbox, (text, send) => send(text.includes('"mangled-') ? text.slice(0, -25) : text));
    for (let i = 0; i < 3; i++) assert.ok((await sandbox.envelope({ envelope_id: `mangled-${i}`, type: 'slash_commands', payload: { text: 'x'.repeat(100) } })).acked);
    for (const { ws } of sandbox.sockets.live()) {
      for (const frame of ['', ' ', 'UNAUTHENTICATED: cache_error', '[]', 'null', '7', '{}', '{"type":"new"}', '{"type":"disconnect"', '{"envelope_id":7}', '{"envelope_id":""}']) ws.send(frame);
      ws._sender.send(Buffer.from([0, 1, 2, 255]), { binary: true, fin: true, mask: false, compress: false }, () => {});
    }
    const answers = await Promise.all(Array.from({ length: 6 }, () => sandbox.command(BO, 'status ONB-1001')));
    assert.ok(answers.every(({ ack }) => /ACME Corp/.test(ack?.text)));
    assert.deepEqual(sandbox.state().connections.map(({ number }) => number), connections, 'a connection was given up over rubbish');
    await bot.line(/a frame that cannot be understood: .*acknowledged, or it would come for ever/);
  });

  scene('an envelope of 70 KB is taken, whole or in fragments', { data: 'demo/acme.json' }, async ({ sandbox }) => {
    const asked = await card(sandbox, 'ACME Corp');
    const payload = (user, action) => ({ ...clickPayload(sandbox, user, asked, action, buttons(asked)[action].value), state: { values: { padding: { note: { type: 'plain_text_input', value: 'ä'.repeat(35_000) } } } } });
    assert.ok((await sandbox.envelope({ type: 'interactive', accepts_response_payload: false, payload: payload(BO, 'claim') })).acked);
    await card(sandbox, 'ACME Corp', /[Cc]laimed by <@U0BO>/);
    for (const { ws } of sandbox.sockets.live()) {
      ws.send = (text) => {
        const bytes = Buffer.from(text);
        const pieces = [0, 1, 1000, 40_001, bytes.length].filter((at) => at <= bytes.length);
        for (let i = 0; i + 1 < pieces.length; i++) ws._sender.send(bytes.subarray(pieces[i], pieces[i + 1]), { binary: false, fin: i + 2 === pieces.length, mask: false, compress: false }, () => {});
      };
    }
    assert.ok((await sandbox.envelope({ type: 'interactive', accepts_response_payload: false, payload: payload(MAYA, 'approve') })).acked);
    await sandbox.wait({ kind: 'view', user: MAYA, text: 'Approve ONB-1001' });
  });

  scene('an answer too large for an acknowledgement comes by the response URL', { data: 'demo/acme.json' }, async ({ sandbox }) => {
    await card(sandbox, 'ACME Corp');
    for (let i = 0; i < 30; i++) assert.ok((await sandbox.command(LEE, `note ONB-1001 ${i} ${'星'.repeat(190)}`)).acked);
    const { acked, ack } = await sandbox.command(MAYA, 'timeline ONB-1001');
    assert.ok(acked);
    assert.equal(ack, null);
    const shown = await told(sandbox, MAYA, 'timeline');
    assert.match(textOf(shown), /: 29 星/);
    assert.equal(sandbox.sockets.counts.dropped_acks, 0);
  });
});
