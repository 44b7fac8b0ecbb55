// The two bots that are measured beside each other: for each the options and the command of a mode, and its store.
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { closeSync, fdatasyncSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { sql } from '../e2e/lib/sqlite.js';
import { CONFIG, prepareStore } from './store.js';

export const SMALL = 500; // onboardings in the store, where clicks are not counted

// Places of trust anchors that only this shell names; a service has none of them.
for (const name of ['SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS', 'CURL_CA_BUNDLE']) delete process.env[name];

// The words of a command line: {events: 5, config: [a, b]} is --events 5 --config a b.
export const wordsOf = (options) => Object.entries(options).flatMap(([name, value]) => [`--${name}`, ...[value].flat().map(String)]);

export const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
export const say = (words) => process.stderr.write(`${words}\n`);
export const boltVersion = () => JSON.parse(readFileSync('node_modules/@slack/bolt/package.json', 'utf8')).version;

// Runs a mode to its end; returns what it prints. Each approval that Usher was asked for must stand in its store.
export function load(build, side, mode, options) {
  say(`${side.name}: ${mode}`);
  const before = side.approvals?.();
  const words = wordsOf({ ...side.options, ...options });
  const result = JSON.parse(execFileSync(`${build}/bench/load`, [mode, ...words, '--', ...side.command], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
  for (const one of result.phases ?? [result]) if (one.errors) say(`${mode}: ${one.errors} wrong acknowledgements: ${JSON.stringify(one)}`);
  const kept = side.approvals?.() - before;
  if (side.approvals && kept !== (result.approvals ?? 0)) throw new Error(`${mode}: ${result.approvals} approvals were asked for, ${kept} are kept`);
  return result;
}

export function sides(build, folder) {
  const bolt = {
    name: 'Bolt',
    // Signed values, one a line; the name of their file.
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
    approvals: () => Number(sql(`${folder}/usher.db`, 'SELECT count(*) FROM approvals')[0][0]),
    command: [`${build}/usher`, 'run', '-c', `${folder}/usher.json`],
  };
  return { bolt, usher };
}

// What one small durable write costs here, in microseconds: the clicks' floor.
export function syncCost(folder) {
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
