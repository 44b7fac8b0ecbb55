// The golden verdicts once more, the long way: real systems' shapes over HTTP, the real program, its JSON. What is
// expected of every account file stands in expected_verdicts.json; who adds a check or an account changes it there.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { accounts, scene } from './lib/scene.js';

const { today, accounts: expected } = JSON.parse(readFileSync(new URL('./expected_verdicts.json', import.meta.url)));
const LEVELS = ['NONE', 'NOTE', 'ESCALATE_WARN', 'ESCALATE_URGENT', 'BLOCK_FINANCE', 'BLOCK_FINANCE_DIRECTOR', 'BLOCK_DATA', 'BLOCK_HARD'];
const AT_ONCE = 4;

const options = { data: ['demo', 'all'], bot: false, sandbox: { today }, configure: (config) => { config.fetch = { attempts: 1 }; } };
const decide = (stage, ask) => stage.usher('decide', ask, '--json', '--today', today);

// The accounts of the files, as they must be asked for: one that was deleted is found by its id alone.
const asked = ['demo', 'all'].flatMap((name) => readdirSync(accounts(name)).flatMap((file) => JSON.parse(readFileSync(`${accounts(name)}/${file}`)).salesforce.Account.map((account) => (account.IsDeleted ? account.Id : account.Name))));

scene('every account file is decided as the table says', options, async (stage, t) => {
  assert.deepEqual(expected.map(({ ask }) => ask).sort(), [...asked].sort(), 'the table and the account files name other accounts');
  await t.test('accounts', { concurrency: AT_ONCE }, (group) => Promise.all(expected.map(({ ask, ...wanted }) => group.test(ask.slice(0, 60), async () => {
    const { code, out, err } = await decide(stage, ask);
    assert.equal(code, 0, err);
    const { verdict, level, findings } = JSON.parse(out);
    assert.deepEqual({ verdict, level, findings: findings.map((one) => `${one.level} ${one.code}`) }, wanted, out);
  }))));
});

scene('between them the account files, and a system that is down, reach every level', options, async (stage) => {
  stage.sandbox.fault({ target: 'netsuite', kind: 'down' });
  const { code, out } = await decide(stage, 'ACME');
  assert.equal(code, 69);
  const reached = new Set([...expected.map(({ level }) => level), JSON.parse(out).level]);
  assert.deepEqual(LEVELS.filter((level) => !reached.has(level)), []);
});
