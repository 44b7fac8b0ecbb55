// Two workspaces with a Salesforce, NetSuite, CLM and platform each: what is sold in one is seen in that one alone, and when
// the systems of one fail, the other goes on.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSandbox } from '../sandbox/server.js';
import { CHANNEL, accounts, scene, until } from './lib/scene.js';
import { OTHER, SETTINGS, begin, hears, install, options, said } from './lib/workspaces.js';

const SYSTEMS = ['salesforce', 'netsuite', 'clm', 'platform'];
const file = (name) => JSON.parse(readFileSync(accounts(`demo/${name}.json`), 'utf8').replace(/"SystemModstamp": "[^"]*"/g, '"SystemModstamp": "@now"'));

// The systems of the second workspace: a sandbox of their own, whose Slack nobody uses. Gives the sections of its file.
async function raiseSystems(stage) {
  const folder = join(stage.folder, 'theirs');
  const secrets = join(folder, 'usher-secrets');
  mkdirSync(secrets, { recursive: true, mode: 0o700 });
  writeFileSync(join(secrets, 'salesforce-key.pem'), readFileSync(join(stage.file.replace(/\.json$/, '-secrets'), 'salesforce-key.pem')), { mode: 0o600 });
  const theirs = await startSandbox({ data: accounts('demo/globex.json'), clockFrom: stage.clockFrom, writeConfig: join(folder, 'usher.json') });
  const written = JSON.parse(readFileSync(join(folder, 'usher.json'), 'utf8'), (key, value) => (key === 'file' ? join(folder, value) : value));
  const sections = Object.fromEntries(SYSTEMS.map((name) => [name, written[name]]));
  sections.salesforce.poll_s = 5;
  return { theirs, sections };
}

const apart = options(SETTINGS, { timeout: 120_000 });
const { configure } = apart;
apart.configure = (config) => {
  configure(config);
  config.salesforce.poll_s = 5;
};

scene('each workspace sees its own systems alone, and an outage of one is none of the other\'s', apart, async (stage) => {
  const { theirs, sections } = await raiseSystems(stage);
  try {
    stage.options = { ...stage.options, settings: { ...SETTINGS, ...sections } };
    const other = await begin(stage);
    const first = stage.sandbox.teams.get('T0SANDBOX');
    await install(stage);
    await hears(first, /ACME Corp: review needed/);
    await hears(other, /Globex Logistics: review needed/);

    // The second's NetSuite is gone: there the next deal waits for it, here it is decided.
    theirs.fault({ target: 'netsuite', kind: 'down' });
    for (const sandbox of [stage.sandbox, theirs]) sandbox.change({ add: file('maple') });
    await hears(first, /Maple/);
    await hears(other, /NetSuite \*failed\*/);
    assert.match(said(other, /NetSuite \*failed\*/).text, /Maple.*: blocked/);
    assert.ok(!said(first, /\*failed\*/), 'the first lacks nothing');

    // Its Salesforce too: the first goes on to look for deals.
    theirs.fault({ target: 'salesforce', kind: 'down' });
    stage.sandbox.change({ add: file('northwind') });
    await hears(first, /Northwind Traders: blocked/);

    assert.ok(!said(first, /Globex/) && !said(other, /ACME|Northwind/), 'what is sold in one is said in the other');
    theirs.clearFaults();
    await other.interactions.command('U0FAY', 'check "Maple & Birch Labs"', CHANNEL);
    await until(() => [stage.sandbox, theirs].every((one) => one.state().organizations.length), { timeout: 40_000 });
    assert.deepEqual([stage.sandbox, theirs].map((one) => one.state().organizations.map(({ name }) => name)), [['Maple & Birch Labs'], ['Maple & Birch Labs']]);
  } finally {
    await theirs.close();
  }
});

scene('commands choose whose systems and rules they take by --workspace', apart, async (stage) => {
  const { theirs, sections } = await raiseSystems(stage);
  const rules = join(stage.folder, 'rules.json');
  writeFileSync(rules, JSON.stringify({ rules: { overdue_urgent_days: 365 } }));
  try {
    stage.options = { ...stage.options, settings: { ...SETTINGS, ...sections, rules: { rules_version: 'theirs' } } };
    const other = await begin(stage);
    await install(stage);
    await hears(other, /Globex Logistics: review needed/);
    await hears(stage.sandbox.teams.get('T0SANDBOX'), /ACME Corp: review needed/);

    const decide = async (...more) => JSON.parse((await stage.usher('decide', ...more, '--json')).out);
    const own = await decide('Globex', '--workspace', OTHER.id);
    assert.deepEqual([own.account, own.level, own.rules_version], ['Globex', 'ESCALATE_URGENT', 'theirs']);
    const milder = await decide('Globex', '--workspace', OTHER.id, '--rules', rules);
    assert.deepEqual([milder.level, milder.rules_version], ['ESCALATE_WARN', 'theirs']);
    assert.equal((await decide('ACME', '--workspace', 'T0SANDBOX')).facts_digest, (await decide('ACME')).facts_digest);
    const elsewhere = await Promise.all([stage.usher('decide', 'Globex'), stage.usher('decide', 'ACME', '--workspace', OTHER.id), stage.usher('decide', 'ACME', '--workspace', 'T0NOBODY')]);
    assert.deepEqual(elsewhere.map(({ code }) => code), [66, 66, 66]);
    assert.match(elsewhere[2].err, /there is no workspace T0NOBODY/);

    const shadow = async (...more) => JSON.parse((await stage.usher('shadow', '--rules', rules, '--json', ...more)).out);
    const all = await shadow();
    assert.deepEqual(all.runs.map(({ workspace, account }) => [workspace, account]).sort(), [['T0OTHER', 'Globex Logistics'], ['T0SANDBOX', 'ACME Corp']]);
    assert.deepEqual((await shadow('--workspace', OTHER.id)).runs.map(({ account, after }) => [account, after.level]), [['Globex Logistics', 'ESCALATE_WARN']]);
    const words = await stage.usher('shadow', '--rules', rules);
    assert.match(words.out, /^T0OTHER ONB-1001 r1 Globex Logistics: ESCALATE_URGENT -> ESCALATE_WARN \(the same verdict\)$/m);
    const replay = await Promise.all([stage.usher('replay', 'ONB-1001'), stage.usher('replay', 'ONB-1001', '--workspace', OTHER.id)]);
    assert.deepEqual(replay.map(({ code }) => code), [65, 0], replay.map(({ err }) => err).join());
  } finally {
    await theirs.close();
  }
});

scene('a workspace that has installed Usher and has no file is decided nothing', options(null), async (stage) => {
  await begin(stage);
  await install(stage);
  const { code, err } = await stage.usher('decide', 'ACME', '--workspace', OTHER.id);
  assert.equal(code, 78);
  assert.match(err, /has no file T0OTHER\.json in workspaces\.dir/);
});
