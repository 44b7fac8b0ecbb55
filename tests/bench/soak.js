// So many minutes of 1,000 envelopes a second: does memory stay flat, is everything acknowledged, does nothing die.
// `make soak SOAK_MINUTES=60`; the table of its minutes goes to build/soak.md, its samples to build/soak/samples.jsonl.
import { execFileSync } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { resolve } from 'node:path';
import { sql } from '../e2e/lib/sqlite.js';
import { pace } from './pace.js';
import { sides } from './sides.js';
import { report, soakPlot } from './soak_table.js';
import { prepareStore } from './store.js';

const build = resolve(process.argv[2]);
const minutes = Number(process.argv[3] ?? 60);
const folder = resolve('build/soak');
const RATE = 1000;
const MIX = 'status=58,event=30,home=1,claim=10,approve=1';
const GROWTH_KB = 2048; // more than that from a third of the time to its end is not flat
const seconds = Math.round(minutes * 60);
const every = Math.min(60, Math.max(5, Math.round(seconds / 20)));
const approvals = Math.ceil((seconds + 2) * RATE * 0.01);
const onboardings = approvals + 1000;

mkdirSync(folder, { recursive: true });
for (const file of ['samples.jsonl', 'usher.log']) rmSync(`${folder}/${file}`, { force: true });
copyFileSync(`${build}/usher`, `${folder}/usher`); // an hour is long: the build folder may be built again meanwhile
console.error(`filling a store with ${onboardings} onboardings`);
prepareStore(build, folder, onboardings);

const { usher } = sides(build, folder);
const side = { ...usher, command: [`${folder}/usher`, ...usher.command.slice(1)] };
const { samples, end } = await pace(build, side, { seconds, every, rate: RATE, mix: MIX, onboardings, warmup: 1000, nice: 10, store: `${folder}/usher.db`, tokens: `${folder}/usher-clicks` }, (line) => {
  line.load = loadavg()[0];
  appendFileSync(`${folder}/samples.jsonl`, `${JSON.stringify(line)}\n`);
  console.error(JSON.stringify(line));
});

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
const settled = samples.slice(Math.floor(samples.length / 3));
const growth = settled.at(-1).resident_kb - settled[0].resident_kb;
const wrong = [
  ['wrong acknowledgements', end.wrong], ['missing acknowledgements', end.missing], ['dead letters', kept.dead],
  ['messages said twice', end.posts_again], ['organisations made twice', end.organizations_again],
  ['distinct events not kept once', Math.abs(end.distinct_events - kept.events)],
  ['approvals not kept once', Math.abs(end.approvals - kept.approvals)], ['claims not kept once', Math.abs(end.claims - kept.claims)],
];
const text = report({ samples, end, wrong, kept, chain, minutes, rate: RATE, mix: MIX, cores: cpus().length, settled: settled[0] });
writeFileSync('build/soak.svg', soakPlot(samples));
writeFileSync('build/soak.md', text);
console.log(text);
const failed = [...wrong.filter(([, value]) => value), ...(growth > GROWTH_KB ? [['kB of memory more', growth]] : [])];
for (const [name, value] of failed) console.error(`FAILED: ${name}: ${value}`);
process.exitCode = failed.length > 0 ? 1 : 0;
