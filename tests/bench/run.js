// Measures Bolt and Usher one after the other on this machine and prints the table; called by tests/bench/run with the
// folder that holds usher, bench/load and bench/seed. Results go to build/bench.md, all else to build/bench/.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { resolve } from 'node:path';
import { storeName } from './bolt_store.js';
import { boltVersion, load, median, sides, SMALL, syncCost } from './sides.js';
import { markdown, plain } from './table.js';

const build = resolve(process.argv[2]);
const folder = resolve('build/bench');
const IN_FLIGHT = 64;
const STATUS = { events: 100_000, warmup: 5000, seconds: 40 };
const CLICK = { events: 12_000, warmup: 1000, seconds: 12 };
const STARTS = 5;

function measure(side) {
  const one = (mode, options) => load(build, side, mode, { 'in-flight': IN_FLIGHT, ...options });
  side.prepare();
  const starts = Array.from({ length: STARTS }, () => one('start', {}).accepted_ms);
  const status = one('status', STATUS);
  const refresh = one('refresh', {});
  const click = one('click', { ...CLICK, tokens: side.clicks(CLICK.events + CLICK.warmup) });
  side.prepare(SMALL, '--cards', 1);
  const lost = one('lost', side.lost);
  return { start_ms: median(starts), status, refresh, click, lost };
}

mkdirSync(folder, { recursive: true });
for (const log of ['bolt.log', 'usher.log']) rmSync(`${folder}/${log}`, { force: true });
const syncs = [syncCost(folder)];
const [load_before] = loadavg();
const { bolt, usher } = sides(build, folder);
const results = { bolt: measure(bolt), usher: measure(usher) };
syncs.push(syncCost(folder));
const run = {
  ...results, cores: cpus().length, node: process.version, store: storeName(), sync_us: syncs, load_before, in_flight: IN_FLIGHT,
  bolt_version: boltVersion(),
};
writeFileSync(`${folder}/results.json`, `${JSON.stringify(run, null, 1)}\n`);
writeFileSync('build/bench.md', markdown(run));
console.log(plain(run));
