// So many minutes of 1,000 envelopes a second: does memory stay flat, is everything acknowledged, does nothing die.
// `make soak SOAK_MINUTES=60`; the table of its minutes goes to build/soak.md, its samples to build/soak/samples.jsonl.
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { sql } from '../e2e/lib/sqlite.js';
import { CONFIG, prepareStore } from './store.js';

const build = resolve(process.argv[2]);
const minutes = Number(process.argv[3] ?? 60);
const folder = resolve('build/soak');
const RATE = 1000;
const MIX = 'status=58,event=30,home=1,claim=10,approve=1';
const GROWTH_KB = 2048; // more than that from the second tenth of the time to its end is not flat
const seconds = Math.round(minutes * 60);
const every = Math.min(60, Math.max(5, Math.round(seconds / 20)));
const approvals = Math.ceil((seconds + 2) * RATE * 0.01);
const onboardings = approvals + 1000;

mkdirSync(folder, { recursive: true });
for (const file of ['samples.jsonl', 'usher.log']) rmSync(`${folder}/${file}`, { force: true });
copyFileSync(`${build}/usher`, `${folder}/usher`); // an hour is long: the build folder may be built again meanwhile
console.error(`filling a store with ${onboardings} onboardings`);
prepareStore(build, folder, onboardings);

const options = {
  seconds, every, rate: RATE, mix: MIX, onboardings, warmup: 1000, connections: CONFIG.slack.connections, nice: 10,
  store: `${folder}/usher.db`, tokens: `${folder}/usher-clicks`, log: `${folder}/usher.log`,
};
const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
const child = spawn(`${build}/bench/load`, ['pace', ...words, '--config', `${folder}/usher.json.in`, `${folder}/usher.json`, '--', `${folder}/usher`, 'run', '-c', `${folder}/usher.json`], { stdio: ['ignore', 'pipe', 'inherit'] });
const samples = [];
let end;
for await (const line of createInterface({ input: child.stdout })) {
  const one = { ...JSON.parse(line), load: loadavg()[0] };
  appendFileSync(`${folder}/samples.jsonl`, `${JSON.stringify(one)}\n`);
  if (one.mode) end = one;
  else samples.push(one);
  console.error(line);
}
if (!end) throw new Error(`the run did not come to its end; log: ${folder}/usher.log`);

const count = (value) => Number(value).toLocaleString('en-US');
const mb = (bytes) => (bytes / 1048576).toFixed(1);
const one = (statement) => Number(sql(`${folder}/usher.db`, statement)[0][0]);
const chain = execFileSync(`${folder}/usher`, ['audit', 'verify', '-c', `${folder}/usher.json`], { encoding: 'utf8' }).trim();
const kept = {
  events: one("SELECT count(*) FROM inbox WHERE key LIKE 'ev:EvP%'"),
  approvals: one("SELECT count(*) FROM audit WHERE action = 'approve'"),
  claims: one("SELECT count(*) FROM audit WHERE action IN ('claim', 'release')"),
  dead: one('SELECT count(*) FROM jobs WHERE state = 2'),
  running: one('SELECT count(*) FROM jobs WHERE state = 1'),
  inbox: one('SELECT count(*) FROM inbox'),
  audit: one('SELECT count(*) FROM audit'),
  jobs: one('SELECT count(*) FROM jobs'),
};
const settled = samples.slice(Math.floor(samples.length / 10));
const growth = settled.at(-1).resident_kb - settled[0].resident_kb;
const wrong = [
  ['wrong acknowledgements', end.wrong], ['missing acknowledgements', end.missing], ['dead letters', kept.dead],
  ['messages said twice', end.posts_again], ['organisations made twice', end.organizations_again],
  ['distinct events not kept once', Math.abs(end.distinct_events - kept.events)],
  ['approvals not kept once', Math.abs(end.approvals - kept.approvals)], ['claims not kept once', Math.abs(end.claims - kept.claims)],
];
const first = samples[0];
const last = samples.at(-1);
const hours = (last.second - first.second) / 3600 || 1;
const logs = samples.map((sample) => sample.log_bytes);
const lines = samples.map((s) => `| ${(s.second / 60).toFixed(1)} | ${count(s.acked)} | ${(s.p50_us / 1000).toFixed(1)} / ${(s.p99_us / 1000).toFixed(0)} / ${(s.max_us / 1000).toFixed(0)} | ${(s.cpu_share * 100).toFixed(0)} % | ${(s.resident_kb / 1024).toFixed(1)} | ${mb(s.store_bytes)} | ${mb(s.log_bytes)} | ${s.load.toFixed(1)} |`);
const text = [
  `${count(end.events)} envelopes in ${minutes} min (${RATE} a second: ${MIX.replaceAll(',', ', ')}), on ${cpus().length} cores.`, '',
  ...wrong.map(([name, value]) => `- ${name}: ${count(value)}`),
  `- delivered again: ${count(end.redelivered)} of ${count(end.events)}; distinct events ${count(end.distinct_events)}, kept ${count(kept.events)}`,
  `- approvals ${count(kept.approvals)}, claims and releases ${count(kept.claims)}, posts ${count(end.posts)}, organisations ${count(end.organizations)}; ${chain}`,
  `- acknowledgement: p50 ${(end.p50_us / 1000).toFixed(1)} ms, p99 ${(end.p99_us / 1000).toFixed(0)} ms, longest ${(end.max_us / 1000).toFixed(0)} ms; load of the machine ${Math.min(...samples.map((s) => s.load)).toFixed(1)} to ${Math.max(...samples.map((s) => s.load)).toFixed(1)}`,
  `- resident memory after a tenth of the time ${(settled[0].resident_kb / 1024).toFixed(1)} MB, at the end ${(last.resident_kb / 1024).toFixed(1)} MB, at most ${(Math.max(...samples.map((s) => s.resident_kb)) / 1024).toFixed(1)} MB`,
  `- database ${mb(first.store_bytes)} to ${mb(last.store_bytes)} MB: ${mb((last.store_bytes - first.store_bytes) / hours)} MB an hour; its log at most ${mb(Math.max(...logs))} MB; at the end inbox ${count(kept.inbox)}, audit ${count(kept.audit)}, jobs ${count(kept.jobs)} rows`, '',
  '| minute | acknowledged | p50 / p99 / longest, ms | processor | resident, MB | database, MB | log, MB | machine\'s load |', '|---|---|---|---|---|---|---|---|', ...lines, '',
].join('\n');
writeFileSync('build/soak.md', text);
console.log(text);
const failed = [...wrong.filter(([, value]) => value), ...(growth > GROWTH_KB ? [['kB of memory more', growth]] : [])];
for (const [name, value] of failed) console.error(`FAILED: ${name}: ${value}`);
process.exitCode = failed.length > 0 ? 1 : 0;
