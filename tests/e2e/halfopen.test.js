// A connection that is dead while TCP still says it stands: nothing but silence tells. Slack's SDKs take 30 s of it as
// death, and so do we; this is the one test that has to wait for real time.
import assert from 'node:assert/strict';
import { scene, until } from './lib/scene.js';
import { BO, card } from './lib/words.js';

const NOTICED_MS = 30_000;
const SLACK_NOTICES_MS = 31_500; // when the other side gives the connection up

scene('half-open connections are noticed within 30 s and replaced; what went into them comes again', { data: 'demo/acme.json', sandbox: { timing: { half_open_ms: SLACK_NOTICES_MS } } }, async ({ sandbox, bot }) => {
  await card(sandbox, 'ACME Corp');
  const began = performance.now();
  const [dead] = sandbox.fault({ target: 'socket', kind: 'half_open', connection: sandbox.state().connections[0].number }).struck;
  const results = await Promise.all(Array.from({ length: 4 }, () => sandbox.command(BO, 'status ONB-1001')));
  assert.equal(results.filter(({ acked }) => acked).length, 2, 'the other connection serves on');

  const claim = sandbox.command(BO, 'claim ONB-1001'); // one of these two goes into the dead connection
  const release = sandbox.command(BO, 'release ONB-1001');
  await bot.line(/silent for \d+ ms: taken for dead/, { timeout: NOTICED_MS + 4000 });
  const noticed = performance.now() - began;
  assert.ok(noticed < NOTICED_MS + 4000, `noticed after ${Math.round(noticed)} ms`);
  await sandbox.wait({ kind: 'connection', count: 2, timeout: 5000 });
  await until(() => !sandbox.state().connections.some(({ number }) => number === dead));
  await Promise.all([claim, release]);
  const after = await Promise.all(Array.from({ length: 4 }, () => sandbox.command(BO, 'status ONB-1001')));
  assert.ok(after.every(({ acked }) => acked));
  await until(() => sandbox.sockets.envelopes.size === 0, { what: () => 'the dead connection\'s envelopes came again and were acknowledged' });
  assert.equal(bot.lines.filter((line) => /taken for dead/.test(line)).length, 1);
});
