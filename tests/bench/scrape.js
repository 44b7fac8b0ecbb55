// What /metrics costs with 100,000 onboardings, as many items and 1,000,000 jobs in the store, while the bot serves on:
// scrapes that count the store anew, and those that do not. tests/bench/run scrape.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

process.env.USHER_BIN = join(resolve(process.argv[2]), 'usher');
const { Bot } = await import('../e2e/lib/bot.js');
const { sql } = await import('../e2e/lib/sqlite.js');
const { startSandbox } = await import('../sandbox/server.js');

const [ONBOARDINGS, JOBS, SCRAPES, EVERY_MS] = [100_000, 1_000_000, 60, 500];
const rows = (count) => `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${count})`;
const FILL = `PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; BEGIN;
${rows(ONBOARDINGS)} INSERT INTO onboardings (tenant_id, number, account_id, account_name, started_by, state, created_at, updated_at)
  SELECT 'T0SANDBOX', 5000 + i, printf('001A%014d', i), 'Acme ' || i, 'usher', 1 + i % 3, 1, 1 FROM n;
${rows(ONBOARDINGS)} INSERT INTO items (tenant_id, id, onboarding, revision, state, generation, level, opened_at, t1_at, t2_at, claimed_at, decided_at)
  SELECT 'T0SANDBOX', printf('01JAAAAAAAAAAA%012d', i), 5000 + i, 1, i % 7, 0, 2, 1, 1, 1, 0, 0 FROM n;
${rows(JOBS)} INSERT INTO jobs (id, tenant_id, kind, key, state, head, apart, due_at, run_at, attempt, max_attempts, expires_at, generation, payload, lease_until, first_try_at)
  SELECT printf('01JAAAAAAAAAAA%012d', i), 'T0SANDBOX', 'escalate', 'escalate:' || i, 0, 1, '', 4000000000000 + i, 4000000000000 + i, 0, 40, 0, 1, '{}', 0, 0 FROM n;
COMMIT`;

const folder = mkdtempSync(join(tmpdir(), 'usher-scrape-'));
const file = join(folder, 'usher.json');
const sandbox = await startSandbox({ writeConfig: file });
const up = async () => {
  const bot = new Bot(['-c', file, '--log-format', 'text']);
  await sandbox.wait({ kind: 'connection', count: 2 });
  return bot;
};
await (await up()).stop(); // makes the database, and the workspace in it
sql(JSON.parse(readFileSync(file, 'utf8')).store.path, FILL);
const bot = await up();
const [, url] = await bot.line(/health and metrics on (\S+)/);

const times = [];
for (let i = 0; i < SCRAPES; i++) {
  const began = performance.now();
  const text = await (await fetch(`${url}/metrics`)).text();
  times.push(performance.now() - began);
  if (!text.includes('usher_onboardings{state="waiting"} 33')) throw new Error('the store was not counted');
  await pause(EVERY_MS);
}
await bot.stop();
await sandbox.close();
rmSync(folder, { recursive: true, force: true });

const [first, ...rest] = times;
const sorted = rest.toSorted((a, b) => a - b);
console.log(`${cpus().length} processors, ${cpus()[0].model}; load ${loadavg()[0].toFixed(1)}`);
console.log(`a scrape with ${ONBOARDINGS} onboardings and items and ${JOBS} jobs, ${SCRAPES} times, ${EVERY_MS} ms apart:`);
console.log(`first (counts, nothing is in memory) ${first.toFixed(1)} ms; of the others half within ${sorted[sorted.length >> 1].toFixed(1)} ms, the longest (counts) ${sorted.at(-1).toFixed(1)} ms`);
