// Tokens that are kept, and systems that are left alone, with the real program and its real files.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'node:test';
import { sql } from './lib/sqlite.js';
import { scene, until } from './lib/scene.js';
import { BO, block, card, numberOf, textOf } from './lib/words.js';

const issued = ({ salesforce, netsuite }) => [salesforce.issued, netsuite.issued];
const plainTokens = ({ salesforce, netsuite }) => [...salesforce.tokens, ...netsuite.tokens.keys()];
const database = (stage) => join(stage.folder, 'usher.db');

// Everything that SQLite has written, also what is not yet in the file itself.
const bytesOf = (stage) => Buffer.concat(['', '-wal', '-journal'].map((end) => database(stage) + end).filter(existsSync).map((file) => readFileSync(file)));

async function kept(stage) {
  await until(() => sql(database(stage), "SELECT name FROM secrets WHERE name LIKE 'session:%' ORDER BY name").flat().join() === 'session:netsuite,session:salesforce');
}

describe('tokens', { concurrency: 4 }, () => {
  scene('usher decide beside the running bot goes on with the tokens that it has kept', { data: 'demo/acme.json' }, async (stage) => {
    const { sandbox } = stage;
    await card(sandbox, 'ACME Corp');
    await kept(stage);
    assert.deepEqual(issued(sandbox), [1, 1]);
    for (let i = 0; i < 2; i += 1) {
      const { code, out, err } = await stage.usher('decide', 'ACME', '--json');
      assert.equal(code, 0, err);
      assert.equal(err, '');
      assert.equal(JSON.parse(out).account, 'ACME');
    }
    assert.deepEqual(issued(sandbox), [1, 1]);
  });

  scene('they do not stand in the database, its log or the bot\'s', { data: 'demo/acme.json' }, async (stage) => {
    const { sandbox, bot } = stage;
    await card(sandbox, 'ACME Corp');
    await kept(stage);
    const tokens = plainTokens(sandbox);
    assert.equal(tokens.length, 2);
    for (const token of tokens) {
      const needles = [token, token.slice(-20), Buffer.from(token).toString('base64').slice(0, 24), Buffer.from(token).toString('hex')];
      for (const needle of needles) {
        assert.equal(bytesOf(stage).includes(needle), false, 'a token stands in the database');
        assert.equal(bot.lines.some((line) => line.includes(needle)), false, 'a token stands in the log');
      }
    }
    assert.equal(bytesOf(stage).includes('ACME Corp'), true, 'this looks where the data is');
  });

  scene('a restart and a new signing key ask for none anew, other credentials do', { data: 'demo/acme.json' }, async (stage) => {
    const { sandbox } = stage;
    const number = numberOf(await card(sandbox, 'ACME Corp'));
    await kept(stage);
    await stage.bot.crash();
    assert.equal((await stage.usher('keys', 'rotate')).code, 0);
    const used = sandbox.salesforce.used;
    await stage.start();
    assert.ok((await sandbox.command(BO, `check ${number}`)).acked);
    await until(() => sandbox.salesforce.used > used);
    await stage.bot.stop();
    assert.deepEqual(issued(sandbox), [1, 1]);
    stage.configure((config) => { config.salesforce.client_id = 'another'; });
    const { code, err } = await stage.usher('decide', 'ACME');
    assert.equal(code, 69);
    assert.match(err, /Salesforce: client identifier invalid/);
  });

  scene('a store or keyring that cannot be read is no error: decide fetches its own', { data: 'demo/acme.json' }, async (stage) => {
    const { sandbox } = stage;
    await card(sandbox, 'ACME Corp');
    await kept(stage);
    stage.configure((config) => { config.store.keyring = join(stage.folder, 'none.keys'); });
    const { code, err } = await stage.usher('decide', 'ACME');
    assert.equal(code, 0, err);
    assert.equal(err, '');
    assert.deepEqual(issued(sandbox), [2, 2]);
  });
});

const once = { data: 'demo/acme.json', configure: (config) => { config.fetch = { attempts: 1, breaker_failures: 2, breaker_s: 2 }; } };

scene('a system that does not answer is left alone, shown in the metrics, logged once, and asked again', once, async (stage) => {
  const { sandbox, bot } = stage;
  const number = numberOf(await card(sandbox, 'ACME Corp'));
  const metrics = async () => (await fetch(`${await stage.http()}/metrics`)).text();
  assert.match(await metrics(), /usher_circuit\{system="netsuite"\} 0\n/);
  sandbox.fault({ target: 'netsuite', kind: 'status', status: 503 });
  const struck = () => sandbox.faults.struck['netsuite status'] ?? 0;
  for (const times of [1, 2]) {
    assert.ok((await sandbox.command(BO, `check ${number}`)).acked);
    await until(() => struck() === times);
  }
  await bot.line(/netsuite .*left alone after 2 calls in a row without a usable answer \(answered with status 503\); next try at /);
  assert.match(await metrics(), /usher_circuit\{system="netsuite"\} [12]\n/);
  assert.ok((await sandbox.command(BO, `check ${number}`)).acked);
  const blocked = await card(sandbox, 'ACME Corp', /NetSuite \*failed\*: answered with status 503/);
  await sandbox.wait({ kind: 'ephemeral', user: BO, text: 'BLOCK', count: 3 });
  assert.match(textOf(block(blocked, 'worst')), /NetSuite gave no usable answer: answered with status 503/);
  assert.equal(struck(), 2);
  sandbox.clearFaults();
  await until(async () => {
    await sandbox.command(BO, `check ${number}`);
    return /usher_circuit\{system="netsuite"\} 0\n/.test(await metrics());
  });
  await card(sandbox, 'ACME Corp', (message) => !/failed\*/.test(textOf(message)));
  assert.equal(bot.lines.filter((line) => line.includes('left alone')).length, 1);
  assert.equal(bot.lines.filter((line) => line.includes('answers again')).length, 1);
});
