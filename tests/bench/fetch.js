// Measures a run over a large account, with a delay in every answer of the systems behind it, and the verdict alone;
// called by tests/bench/run with `fetch` and the folder that holds usher and bench/decide. The account is made here, the
// systems are the sandbox's. Results go to build/bench-fetch.md.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DEALS, ID, NAME, largeAccount } from './account.js';
import { fetchTable } from './fetch_table.js';

const build = resolve(process.argv[2]);
process.env.USHER_BIN = `${build}/usher`;
const { Bot, usher } = await import('../e2e/lib/bot.js');
const { sql } = await import('../e2e/lib/sqlite.js');
const { card, numberOf } = await import('../e2e/lib/words.js');
const { startSandbox } = await import('../sandbox/server.js');

const DELAYS = { salesforce: 120, netsuite: 200, clm: 90 }; // ms a request
const RUNS = 20;
const VERDICTS = 10_000;
const ASKER = 'U0BO';

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

// The latest run of the onboarding that the store has: its facts, and the sources' own times.
function latest(database, number) {
  const [[facts, sources, today]] = sql(database, `SELECT facts, sources, today FROM runs WHERE onboarding = ${number.slice(4)} ORDER BY revision DESC LIMIT 1`);
  return { facts, sources: JSON.parse(sources), today };
}

// One run, from the command to its answer; a system that failed would make the figures worthless.
async function oneRun(sandbox, database, number) {
  const told = () => sandbox.matching({ kind: 'ephemeral', user: ASKER, match: `\\(${number} r\\d+\\)` }).length;
  const before = told();
  const from = performance.now();
  await sandbox.command(ASKER, `check ${number}`);
  await sandbox.wait(() => told() > before, { timeout: 30_000 });
  const whole = performance.now() - from;
  const { sources } = latest(database, number);
  const times = Object.entries(sources).filter(([, source]) => source.ms !== undefined);
  const failed = times.filter(([, source]) => !source.ok);
  if (failed.length) throw new Error(`a source failed: ${JSON.stringify(failed)}`);
  return { whole, sources: Object.fromEntries(times.map(([name, { ms }]) => [name, ms])) };
}

async function measureRuns(folder) {
  const file = join(folder, 'usher.json');
  const database = join(folder, 'usher.db');
  writeFileSync(join(folder, 'account.json'), JSON.stringify(largeAccount()));
  const sandbox = await startSandbox({ data: join(folder, 'account.json'), writeConfig: file });
  for (const [target, ms] of Object.entries(DELAYS)) sandbox.fault({ target, kind: 'slow', ms });
  const bot = new Bot(['-c', file]);
  try {
    const number = numberOf(await card(sandbox, NAME, () => true, 60_000));
    await sandbox.wait({ match: 'ONB-', count: DEALS, timeout: 60_000 }); // those of the subsidiaries are out of the way
    const runs = [];
    for (let i = 0; i <= RUNS; i += 1) runs.push(await oneRun(sandbox, database, number));
    runs.shift(); // the first one warms connections up
    const { code, out, err } = await usher(['decide', ID, '--json', '-c', file]);
    if (code !== 0) throw new Error(err);
    return { runs, decided: JSON.parse(out), ...latest(database, number) };
  } finally {
    await bot.stop();
    await sandbox.close();
  }
}

function measureVerdicts(folder, { facts, today }) {
  writeFileSync(join(folder, 'facts.json'), facts);
  return JSON.parse(execFileSync(`${build}/bench/decide`, [join(folder, 'facts.json'), today, String(VERDICTS)], { encoding: 'utf8' }));
}

const folder = mkdtempSync(join(tmpdir(), 'usher-bench-'));
try {
  const [load] = loadavg();
  const measured = await measureRuns(folder);
  const names = Object.keys(measured.runs[0].sources);
  const of = (pick) => measured.runs.map(pick);
  const slowest = ({ sources }) => Math.max(...Object.values(sources));
  const sum = ({ sources }) => Object.values(sources).reduce((a, b) => a + b, 0);
  const decided = Object.values(measured.decided.sources).filter(({ ms }) => ms !== undefined).map(({ ms }) => ms);
  const result = {
    delays: DELAYS, runs: RUNS, cores: cpus().length, load,
    sources: Object.fromEntries(names.map((name) => [name, median(of(({ sources }) => sources[name]))])),
    sequential: median(of(sum)), slowest: median(of(slowest)), whole: median(of(({ whole }) => whole)),
    ratio: median(of((run) => run.whole / slowest(run))), worst_ratio: Math.max(...of((run) => run.whole / slowest(run))),
    decide: { sequential: decided.reduce((a, b) => a + b, 0), slowest: Math.max(...decided) },
    verdict: measureVerdicts(folder, measured),
  };
  mkdirSync('build', { recursive: true });
  const { plain, markdown, kept } = fetchTable(result);
  writeFileSync('build/bench-fetch.md', markdown);
  console.log(plain);
  process.exitCode = kept ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
