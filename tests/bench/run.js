// Measures Bolt and Usher one after the other on this machine and prints the table; called by tests/bench/run with the
// folder that holds usher, bench/load and bench/seed. Results go to build/bench.md, all else to build/bench/.
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { closeSync, fdatasyncSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { resolve } from 'node:path';
import { storeName } from './bolt_store.js';
import { CONFIG, prepareStore } from './store.js';
import { markdown, plain } from './table.js';

const build = resolve(process.argv[2]);
const folder = resolve('build/bench');
const IN_FLIGHT = 64;
const STATUS = { events: 100_000, warmup: 5000, seconds: 40 };
const CLICK = { events: 12_000, warmup: 1000, seconds: 12 };
const STARTS = 5;
const SMALL = 500; // onboardings in the store, where clicks are not counted

// Places of trust anchors that only this shell names; a service has none of them.
for (const name of ['SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS', 'CURL_CA_BUNDLE']) delete process.env[name];

function load(mode, options, command) {
  const words = Object.entries({ 'in-flight': IN_FLIGHT, ...options }).flatMap(([name, value]) => [`--${name}`, ...[value].flat().map(String)]);
  const result = JSON.parse(execFileSync(`${build}/bench/load`, [mode, ...words, '--', ...command], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
  if (result.errors) console.error(`${mode}: ${result.errors} wrong acknowledgements: ${JSON.stringify(result)}`);
  return result;
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const say = (words) => process.stderr.write(`${words}\n`);

// ---- the two sides: each gives the options and the command for a mode ----

const bolt = {
  name: 'Bolt',
  clicks(count) {
    const key = Buffer.from('a key of the benchmark, known to both sides');
    const values = Array.from({ length: count }, (_, i) => `01J${String(i).padStart(23, '0')}`).map((id) => `${id}.${createHmac('sha256', key).update(id).digest('base64url')}`);
    writeFileSync(`${folder}/bolt-clicks`, `${values.join('\n')}\n`);
    return `${folder}/bolt-clicks`;
  },
  prepare: () => {},
  options: { connections: 1, log: `${folder}/bolt.log` },
  lost: { say: 'post' },
  command: ['node', 'tests/bench/bolt.js', folder],
};

const usher = {
  name: 'Usher',
  clicks(count) {
    this.prepare(count);
    return `${folder}/usher-clicks`;
  },
  prepare: (count = SMALL, ...more) => prepareStore(build, folder, count, ...more),
  options: { connections: CONFIG.slack.connections, log: `${folder}/usher.log`, config: [`${folder}/usher.json.in`, `${folder}/usher.json`] },
  lost: {},
  command: [`${build}/usher`, 'run', '-c', `${folder}/usher.json`],
};

function measure(side) {
  const one = (mode, options) => {
    say(`${side.name}: ${mode}`);
    return load(mode, { ...side.options, ...options }, side.command);
  };
  side.prepare();
  const starts = Array.from({ length: STARTS }, () => one('start', {}).accepted_ms);
  const status = one('status', STATUS);
  const refresh = one('refresh', {});
  const click = one('click', { ...CLICK, tokens: side.clicks(CLICK.events + CLICK.warmup) });
  side.prepare(SMALL, '--card');
  const lost = one('lost', side.lost);
  return { start_ms: median(starts), status, refresh, click, lost };
}

// What one small durable write costs here: the clicks' floor.
function syncCost() {
  const file = openSync(`${folder}/sync`, 'w');
  const times = Array.from({ length: 200 }, () => {
    const from = process.hrtime.bigint();
    writeSync(file, Buffer.alloc(4096));
    fdatasyncSync(file);
    return Number(process.hrtime.bigint() - from) / 1000;
  });
  closeSync(file);
  return Math.round(median(times));
}

mkdirSync(folder, { recursive: true });
for (const log of ['bolt.log', 'usher.log']) rmSync(`${folder}/${log}`, { force: true });
const syncs = [syncCost()];
const [load_before] = loadavg();
const results = { bolt: measure(bolt), usher: measure(usher) };
syncs.push(syncCost());
const run = {
  ...results, cores: cpus().length, node: process.version, store: storeName(), sync_us: syncs, load_before, in_flight: IN_FLIGHT,
  bolt_version: JSON.parse(readFileSync('node_modules/@slack/bolt/package.json', 'utf8')).version,
};
writeFileSync(`${folder}/results.json`, `${JSON.stringify(run, null, 1)}\n`);
writeFileSync('build/bench.md', markdown(run));
console.log(plain(run));
