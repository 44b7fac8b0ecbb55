// Four kinds of envelopes, each with 1, 8, 64 and 512 in flight, at Bolt and at Usher. `make bench-load`; the table goes to
// build/bench-load.md, the plot to build/bench-load.svg, all figures to build/bench-load/results.json.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { resolve } from 'node:path';
import { sql } from '../e2e/lib/sqlite.js';
import { storeName } from './bolt_store.js';
import { markdown, plain, titles } from './load_table.js';
import { matrixPlot } from './plot.js';
import { boltVersion, load, sides, SMALL, syncCost } from './sides.js';

const build = resolve(process.argv[2]);
const folder = resolve('build/bench-load');
const DEPTHS = [1, 8, 64, 512];
const SECONDS = 4;
const AGAIN = 10; // of a hundred events, so many come a second time, and a fifth of those a third time
const MIX = 'status=60,event=30,approve=10';
// Of each kind: what is measured at each depth at most, and before it; how many clicks of them are approvals.
const KINDS = [
  { name: 'status', mode: 'status', events: 200_000, warmup: 1000, approvals: 0 },
  { name: 'click', mode: 'click', events: 20_000, warmup: 300, approvals: 1 },
  { name: 'event', mode: 'event', events: 60_000, warmup: 500, approvals: 0 },
  { name: 'mixed', mode: 'mixed', events: 60_000, warmup: 500, approvals: 0.1 },
];

function measure(side, kind) {
  const clicks = Math.ceil((kind.events + kind.warmup) * DEPTHS.length * kind.approvals) + 1;
  if (!kind.approvals) side.prepare(SMALL);
  const options = { 'in-flight': DEPTHS.join(','), events: kind.events, warmup: kind.warmup, seconds: SECONDS, again: AGAIN, ...(kind.approvals > 0 && { tokens: side.clicks(clicks) }) };
  const result = load(build, side, kind.mode, { ...options, ...(kind.name === 'mixed' && { mix: MIX }) });
  // Each event is kept once, however often it came.
  if (side.name === 'Usher' && result.distinct_events) {
    result.kept_events = Number(sql(`${folder}/usher.db`, "SELECT count(*) FROM inbox WHERE key LIKE 'ev:EvP%'")[0][0]);
    if (result.kept_events !== result.distinct_events) throw new Error(`${result.distinct_events} events, ${result.kept_events} kept`);
  }
  return result;
}

const began = performance.now();
mkdirSync(folder, { recursive: true });
for (const log of ['bolt.log', 'usher.log']) rmSync(`${folder}/${log}`, { force: true });
const syncs = [syncCost(folder)];
const load_before = loadavg()[0];
const both = sides(build, folder);
const results = { bolt: {}, usher: {} };
// The two of a kind one after the other, so that they meet the same machine.
const kinds = process.argv.length > 3 ? KINDS.filter(({ name }) => process.argv.slice(3).includes(name)) : KINDS;
for (const kind of kinds) for (const name of ['bolt', 'usher']) results[name][kind.name] = measure(both[name], kind);
syncs.push(syncCost(folder));
const run = {
  ...results, depths: DEPTHS, kinds: kinds.map(({ name }) => name), seconds: SECONDS, again: AGAIN, mix: MIX, cores: cpus().length, cpu: cpus()[0].model,
  node: process.version, store: storeName(), sync_us: syncs, load_before, load_after: loadavg()[0], took_s: Math.round((performance.now() - began) / 1000), bolt_version: boltVersion(),
};
writeFileSync(`${folder}/results.json`, `${JSON.stringify(run, null, 1)}\n`);
writeFileSync('build/bench-load.md', markdown(run));
writeFileSync('build/bench-load.svg', matrixPlot(run, titles));
console.log(plain(run));
