// How long an acknowledgement takes while something else goes on: a backup, a purge, a system that is down, 5,000 messages to
// be said. `make bench-strain`; written to build/bench-strain.md.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { resolve } from 'node:path';
import { sql } from '../e2e/lib/sqlite.js';
import { pace } from './pace.js';
import { CONFIG, prepareStore } from './store.js';
import { say, sides, syncCost } from './sides.js';

const build = resolve(process.argv[2]);
const folder = resolve('build/bench-strain');
const [RATE, SECONDS] = [1000, 15];
const [ONBOARDINGS, MESSAGES, OLD] = [10_000, 5000, 200_000];
const SALESFORCE = { login_url: 'http://127.0.0.1:@PORT@/salesforce', auth: 'client_credentials', client_id: 'bench', client_secret: { env: 'SLACK_BOT_TOKEN' }, poll_s: 5 };
const { usher } = sides(build, folder);
const one = (statement) => Number(sql(`${folder}/usher.db`, statement)[0][0]);
const ms = (us) => (us / 1000).toFixed(us < 10_000 ? 1 : 0);

// One backup after the other until told to end; resolves with how many there were.
async function backups(ended) {
  let count = 0;
  while (!ended()) {
    rmSync(`${folder}/copy.db`, { force: true });
    const child = spawn(`${build}/usher`, ['backup', '-c', `${folder}/usher.json`, `${folder}/copy.db`], { stdio: ['ignore', 'ignore', 'inherit'] });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`usher backup ended with ${code}`);
    count += 1;
  }
  return `${count} verified copies`;
}

const mix = 'status=60,event=30,claim=10';
const asking = 'status=59,event=30,claim=10,check=1'; // ten a second want everything fetched
const strains = [
  { name: 'nothing else' },
  { name: 'a backup after the other', meanwhile: backups },
  { name: 'Salesforce answers 503', config: { salesforce: SALESFORCE }, salesforce: 'down', mix: asking },
  { name: 'Salesforce does not answer', config: { salesforce: SALESFORCE }, salesforce: 'silent', mix: asking },
  { name: '5,000 messages to as many people', seed: ['--dms', MESSAGES], after: (end) => `${end.posts} posted` },
  { name: '5,000 cards to one channel', seed: ['--cards', MESSAGES], after: (end) => `${end.posts} posted, one a second` },
  { name: '200,000 old answers are forgotten', seed: ['--old', OLD], after: () => `${OLD - one("SELECT count(*) FROM inbox WHERE key LIKE 'ev:EvOLD%'")} gone` },
];

// A store as it was, without filling it again where that was done before.
function fresh(seed) {
  const parts = ['.db', '.keys', '.json.in'];
  if (seed) prepareStore(build, folder, ONBOARDINGS, ...seed);
  else if (!existsSync(`${folder}/kept.db`)) {
    prepareStore(build, folder, ONBOARDINGS);
    for (const part of parts) copyFileSync(`${folder}/usher${part}`, `${folder}/kept${part}`);
  } else {
    for (const end of ['-wal', '-shm']) rmSync(`${folder}/usher.db${end}`, { force: true });
    for (const part of parts) copyFileSync(`${folder}/kept${part}`, `${folder}/usher${part}`);
  }
}

async function measure(strain) {
  say(strain.name);
  fresh(strain.seed);
  if (strain.config) {
    const config = JSON.stringify({ ...CONFIG, ...strain.config, store: { path: `${folder}/usher.db`, keyring: `${folder}/usher.keys` }, http: { port: 0 } }, null, 1);
    writeFileSync(`${folder}/usher.json.in`, config);
  }
  let over = false;
  let other = Promise.resolve('');
  const load_before = loadavg()[0];
  const run = await pace(build, usher, { seconds: SECONDS, every: 1, rate: RATE, warmup: 1000, mix: strain.mix ?? mix, onboardings: ONBOARDINGS, ...(strain.salesforce && { salesforce: strain.salesforce }) }, (line) => {
    if (line.second && line.second < 1.5 && strain.meanwhile) other = strain.meanwhile(() => over);
    if (line.second > SECONDS - 1.5) over = true;
  });
  const did = await other;
  const dead = one('SELECT count(*) FROM jobs WHERE state = 2');
  return { ...run, name: strain.name, load_before, did: did || strain.after?.(run.end) || '', dead, cpu: run.samples.reduce((sum, { cpu_share }) => sum + cpu_share, 0) / run.samples.length };
}

mkdirSync(folder, { recursive: true });
for (const file of ['usher.log', 'kept.db']) rmSync(`${folder}/${file}`, { force: true });
const runs = [];
for (const strain of strains) runs.push(await measure(strain));
const rows = runs.map(({ name, end, did, dead, cpu, load_before }) => [name, ms(end.p50_us), ms(end.p99_us), ms(end.max_us), `${(cpu * 100).toFixed(0)} %`, (end.resident_kb / 1024).toFixed(0), did || '–', `${end.missing} / ${end.wrong} / ${dead}`, load_before.toFixed(1)]);
const head = ['meanwhile', 'p50, ms', 'p99, ms', 'longest, ms', 'processor', 'MB', 'of it', 'missing / wrong / dead', 'load before'];
const notes = [`${RATE.toLocaleString('en-US')} envelopes a second for ${SECONDS} s (${mix.replace(/(\w+)=(\d+)/g, '$2 % $1').replaceAll(',', ', ')}), whatever becomes of them; a store of ${ONBOARDINGS.toLocaleString('en-US')} onboardings; ${cpus().length} cores. One write of 4 KB and fdatasync took ${syncCost(folder)} µs (median).`];
writeFileSync('build/bench-strain.md', [`| ${head.join(' | ')} |`, `|---|${'--:|'.repeat(head.length - 1)}`, ...rows.map((row) => `| ${row.join(' | ')} |`), '', ...notes.map((note) => `- ${note}`), ''].join('\n'));
writeFileSync(`${folder}/results.json`, `${JSON.stringify(runs, null, 1)}\n`);
const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
console.log([head, ...rows].map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join('   ').trimEnd()).join('\n'));
console.log(`\n${notes.join('\n')}`);
if (runs.some(({ end, dead }) => end.missing || end.wrong || dead || end.posts_again)) {
  console.error('FAILED: something was lost, wrong, dead or said twice');
  process.exitCode = 1;
}
