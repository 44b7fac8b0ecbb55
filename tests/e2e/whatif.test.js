// Other thresholds, and the past once more: the commands that decide again and write nothing.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'node:test';
import { scene } from './lib/scene.js';
import { card } from './lib/words.js';

const [USAGE, CONFLICT, NOT_FOUND, CONFIG] = [64, 65, 66, 78];

const rulesFile = (stage, rules) => {
  const file = join(stage.folder, 'rules.json');
  writeFileSync(file, JSON.stringify(rules));
  return file;
};
const lenient = (stage) => rulesFile(stage, { rules: { overdue_multiple: 3, rules_version: 'lenient' } });
const digest = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

describe('what if', { concurrency: 3 }, () => {
  scene('decide --rules tries thresholds on an account and leaves the configuration as it is', { data: 'demo', bot: false }, async (stage) => {
    const before = digest(stage.file);
    const ask = async (...more) => JSON.parse((await stage.usher('decide', 'Globex', '--json', ...more)).out);
    const usual = await ask();
    assert.deepEqual([usual.level, usual.rules_version], ['ESCALATE_URGENT', '2026.04']);
    const other = await ask('--rules', rulesFile(stage, { rules: { overdue_urgent_days: 365, rules_version: 'lenient' } }));
    assert.deepEqual([other.level, other.rules_version], ['ESCALATE_WARN', 'lenient']);
    assert.equal(other.facts_digest, usual.facts_digest);
    assert.equal(digest(stage.file), before);
  });

  scene('a file of rules that says anything else is refused with its place', { data: 'demo/acme.json', bot: false }, async (stage) => {
    for (const [rules, why] of [
      [{ slack: {} }, /rules\.json:1: slack: only the section "rules" may stand here/],
      [{ rules: { overdue_urgent_days: 0 } }, /rules\.overdue_urgent_days: 0 is below the minimum of 1/],
      [{ rules: { overdue_urgnt_days: 9 } }, /did you mean rules\.overdue_urgent_days\?/],
    ]) {
      const { code, err } = await stage.usher('decide', 'ACME', '--rules', rulesFile(stage, rules));
      assert.equal(code, CONFIG);
      assert.match(err, why);
    }
    const missing = await stage.usher('decide', 'ACME', '--rules', join(stage.folder, 'none.json'));
    assert.equal(missing.code, NOT_FOUND);
    assert.match(missing.err, /cannot read the rules .*none\.json/);
  });

  scene('a stored run comes out as it did, and other thresholds show who would flip', { data: ['demo/acme.json', 'demo/northwind.json'] }, async (stage) => {
    await card(stage.sandbox, 'ACME Corp');
    await card(stage.sandbox, 'Northwind Traders');
    await stage.bot.stop();
    const stored = digest(join(stage.folder, 'usher.db'));

    const again = await stage.usher('replay', 'ONB-1001');
    assert.equal(again.code, 0, again.err);
    assert.match(again.out, /^ONB-1001 r1 of \d{4}-\d\d-\d\d, .*: (ESCALATE_WARN|BLOCK_FINANCE), 1 finding, identical\n$/);
    assert.equal((await stage.usher('replay', 'onb-1002', 'r1')).code, 0);
    assert.deepEqual([(await stage.usher('replay', 'ONB-1001', 'r9')).code, (await stage.usher('replay', 'ACME')).code], [NOT_FOUND, USAGE]);

    const shadow = await stage.usher('shadow', '--rules', lenient(stage), '--json');
    assert.equal(shadow.code, 0, shadow.err);
    const { runs, flips, stricter, rules_version: version } = JSON.parse(shadow.out);
    assert.deepEqual([runs.length, flips, stricter, version], [2, 1, 0, 'lenient']);
    const acme = runs.find(({ account }) => account === 'ACME Corp');
    assert.deepEqual([acme.before.verdict, acme.after.verdict, acme.flips], ['ESCALATE', 'ESCALATE', false]);
    const words = await stage.usher('shadow', '--rules', lenient(stage));
    assert.match(words.out, /2 runs: 1 would flip \(0 stricter, 1 milder\), 0 more would change their level\n$/);
    assert.equal((await stage.usher('shadow')).code, USAGE);

    // By other rules than it was made with, a run does not come out the same, and says what differs.
    stage.configure((config) => { config.rules = { ...config.rules, overdue_multiple: 3 }; });
    const replays = await Promise.all(['ONB-1001', 'ONB-1002'].map((number) => stage.usher('replay', number)));
    assert.deepEqual(replays.map(({ code }) => code).sort(), [0, CONFLICT]);
    const changed = replays.find(({ code }) => code === CONFLICT);
    assert.match(changed.out, /BLOCK_FINANCE then, ESCALATE_URGENT now/);
    assert.match(changed.out, /\n {2}gone {5}INVOICES_OVERDUE /);
    assert.equal(digest(join(stage.folder, 'usher.db')), stored);
  });

  scene('checks prints the page of docs', { bot: false }, async (stage) => {
    const { code, out } = await stage.usher('checks');
    assert.equal(code, 0);
    assert.equal(out, readFileSync(new URL('../../docs/checks.md', import.meta.url), 'utf8'));
  });
});
