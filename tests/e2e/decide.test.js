// The golden verdicts once more, the long way: real systems' shapes over HTTP, the real program, its JSON. What is
// expected of every account file stands in expected_verdicts.json; who adds a check or an account changes it there.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

const twins = mkdtempSync(join(tmpdir(), 'usher-twins-'));
process.on('exit', () => rmSync(twins, { recursive: true }));
writeFileSync(join(twins, 'twins.json'), JSON.stringify({
  account: 'Twin Ltd', salesforce: { Account: ['001A0000901', '001A0000902'].map((Id) => ({ Id, Name: 'Twin Ltd', OwnerId: null, IsDeleted: false })) },
}));

scene('of two accounts of one name none is taken for the one that was meant', { ...options, data: twins }, async (stage) => {
  const { code, out, err } = await decide(stage, 'Twin Ltd');
  assert.equal(code, 64, out);
  assert.match(err, /2 accounts match "Twin Ltd": Twin Ltd \(001A0000901\), Twin Ltd \(001A0000902\)/);
  assert.equal((await decide(stage, '001A0000902')).code, 0);
});

// What a terminal would obey, and what would look like another line or turn one round.
const OBEYED = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

scene('nothing that a hostile record says is obeyed by a terminal, nor looks like a line of ours', { ...options, data: 'all/hostile.json' }, async (stage) => {
  const hostile = '001A0000019';
  const { code, out, err } = await stage.usher('decide', hostile, '--today', today);
  assert.equal(code, 0, err);
  assert.match(out, /^<!channel> .*: ESCALATE \(ESCALATE_WARN\)/);
  assert.match(out, /INVOICE_OVERDUE_ONE: Invoice INV-1910 \[2J \]0;paid  31m {4}NONE paid/);
  assert.doesNotMatch(out, OBEYED);
  assert.doesNotMatch(out, /^ *NONE/m);
  const report = await stage.usher('decide', hostile, '--today', today, '--json');
  assert.doesNotMatch(report.out, /[\u0000-\u0009\u000b-\u001f\u0080-\u009f]/u);
  assert.match(JSON.parse(report.out).findings[0].subject, /^INV-1910\u001b\[2J/);
  const unknown = await stage.usher('decide', 'no\u001b[2Jbody\u009b');
  assert.equal(unknown.code, 66);
  assert.doesNotMatch(unknown.err, OBEYED);
});

scene('what a failed job says is shown by `usher jobs` without orders to the terminal', { data: 'all/hostile.json', configure: options.configure }, async (stage) => {
  stage.sandbox.fault({ target: 'netsuite', kind: 'down' });
  await stage.sandbox.wait({ kind: 'message', text: 'blocked' });
  for (const words of [['jobs'], ['jobs', 'dead'], ['audit', 'verify']]) {
    const { out, err } = await stage.usher(...words);
    assert.doesNotMatch(out + err, OBEYED, words.join(' '));
  }
  await stage.bot.stop();
  for (const words of [['replay', 'ONB-1001'], ['shadow']]) {
    const { out, err } = await stage.usher(...words);
    assert.doesNotMatch(out + err, OBEYED, words.join(' '));
  }
});
