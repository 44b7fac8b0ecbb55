// A store of years: 100,000 onboardings, 1,000,000 lines of the audit log, 1,000,000 waiting jobs. How it starts with
// 10,000 overdue jobs, and what status and click are on it. `make bench-large`; written to build/bench-large.md.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { resolve } from 'node:path';
import { sql } from '../e2e/lib/sqlite.js';
import { pace } from './pace.js';
import { prepareStore } from './store.js';
import { load, say, sides, syncCost } from './sides.js';

const build = resolve(process.argv[2]);
const folder = resolve('build/bench-large');
const [ONBOARDINGS, AUDIT, JOBS] = [100_000, 1_000_000, 1_000_000];
const [ESCALATING, PROVISIONING] = [5000, 5000]; // a job each, 10,000 that are overdue; the director's timer follows the manager's
const WITHIN_S = 60;
const { usher } = sides(build, folder);
const count = (value) => Number(value).toLocaleString('en-US');
const ms = (us) => (us / 1000).toFixed(us < 10_000 ? 1 : 0);
const rows = (statement) => sql(`${folder}/usher.db`, statement).map((row) => row.map(Number));

mkdirSync(folder, { recursive: true });
rmSync(`${folder}/usher.log`, { force: true });
say(`filling a store with ${count(ONBOARDINGS)} onboardings, ${count(AUDIT)} lines of audit, ${count(JOBS)} jobs`);
const filling = performance.now();
prepareStore(build, folder, ONBOARDINGS, '--escalating', ESCALATING, '--provisioning', PROVISIONING, '--audit', AUDIT, '--jobs', JOBS);
const filled_s = (performance.now() - filling) / 1000;
const load_before = loadavg()[0];
const OVERDUE = `SELECT count(*) FROM jobs WHERE kind IN ('escalate', 'apply', 'provision') AND run_at <= ${Date.now()}`;
const [[overdue]] = rows(OVERDUE);
const [[jobs]] = rows('SELECT count(*) FROM jobs');
const bytes = statSync(`${folder}/usher.db`).size;

// ---- the start

const started_at = Date.now();
const overdue_run = await pace(build, usher, { seconds: WITHIN_S, every: 5, rate: 200, mix: 'status=100', onboardings: ONBOARDINGS });
const levels = rows(`SELECT count(*), count(DISTINCT object), max(at) FROM audit WHERE action = 'escalate.manager'
  UNION ALL SELECT count(*), count(DISTINCT object), max(at) FROM audit WHERE action = 'escalate.director'
  UNION ALL SELECT count(*), count(DISTINCT object), max(at) FROM audit WHERE action = 'provision.done'`);
const last_s = Math.max(...levels.map(([, , at]) => at - started_at)) / 1000;
const [[left]] = rows(OVERDUE);
const [[dead]] = rows('SELECT count(*) FROM jobs WHERE state = 2');
const expected = [ESCALATING, ESCALATING, PROVISIONING];
const once = levels.every(([all, different], i) => all === expected[i] && different === expected[i]);

// ---- once it runs

const starts = [1, 2, 3].map(() => load(build, usher, 'start', {}).accepted_ms);
const syncs = syncCost(folder);
const status = load(build, usher, 'status', { events: 50_000, warmup: 5000, seconds: 20, onboardings: ONBOARDINGS });
writeFileSync(`${folder}/clicks`, `${readFileSync(`${folder}/usher-clicks`, 'utf8').split('\n').slice(ESCALATING + PROVISIONING, ESCALATING + PROVISIONING + 20_000).join('\n')}\n`);
const click = load(build, usher, 'click', { events: 12_000, warmup: 1000, seconds: 12, tokens: `${folder}/clicks` });

const speed = (one) => `${count(one.per_second)}/s, p50 ${ms(one.p50_us)} ms, p99 ${ms(one.p99_us)} ms, CPU ${one.cpu_us_per_event.toFixed(0)} µs`;
const { end } = overdue_run;
const table = [
  ['the store', `${(bytes / 1048576).toFixed(0)} MB, ${count(jobs)} jobs, filled in ${filled_s.toFixed(0)} s`],
  ['overdue at the start', `${count(overdue)}: ${count(ESCALATING)} items whose manager and director were to be told, ${count(PROVISIONING)} customers to be provisioned`],
  ['told to managers, to directors, provisioned', `${levels.map(([all]) => count(all)).join(', ')}; each once: ${once ? 'yes' : 'NO'}`],
  ['the last of them after the start of the process', `${last_s.toFixed(1)} s`],
  ['still overdue', count(left)],
  ['organisations the platform was asked for, asked again', `${count(end.organizations)}, ${count(end.organizations_again)}`],
  ['messages posted meanwhile (one a second and place), twice', `${count(end.posts)}, ${count(end.posts_again)}`],
  ['status at 200 a second meanwhile', `p50 ${ms(end.p50_us)} ms, p99 ${ms(end.p99_us)} ms, longest ${ms(end.max_us)} ms`],
  ['start to first acknowledgement: then, and later (median of 3)', `${(end.first_ack_ms / 1000).toFixed(1)} s, ${(starts.toSorted((a, b) => a - b)[1] / 1000).toFixed(1)} s`],
  ['/onboard status of any of them, 64 in flight', speed(status)],
  ['approve click, 64 in flight', speed(click)],
  ['resident memory after the start / status / clicks', [end.resident_kb, status.after_kb, click.after_kb].map((kb) => (kb / 1024).toFixed(0)).join(' / ') + ' MB'],
  ['missing, wrong acknowledgements; dead letters', `${end.missing}, ${end.wrong + status.errors + click.errors}; ${dead}`],
];
const notes = [`${cpus().length} cores; load of the machine before ${load_before.toFixed(1)}, after ${loadavg()[0].toFixed(1)}. One write of 4 KB and fdatasync took ${syncs} µs (median).`];
writeFileSync('build/bench-large.md', ['| what | measured |', '|---|---|', ...table.map((row) => `| ${row.join(' | ')} |`), '', ...notes.map((note) => `- ${note}`), ''].join('\n'));
writeFileSync(`${folder}/results.json`, `${JSON.stringify({ overdue_run, levels, last_s, left, starts, status, click, filled_s, load_before }, null, 1)}\n`);
const width = Math.max(...table.map(([name]) => name.length));
console.log([...table.map(([name, value]) => `${name.padEnd(width)}   ${value}`), '', ...notes].join('\n'));
if (!once || left || dead || last_s > WITHIN_S || end.missing || end.wrong || end.posts_again || end.organizations_again) {
  console.error('FAILED: see above');
  process.exitCode = 1;
}
