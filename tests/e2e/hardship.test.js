// What a machine does to a process in a bad night: no room on the disk, no file descriptors, a database that somebody else holds,
// a minute asleep, a clock that is set. Whatever was acknowledged is in the store, nothing is said twice, nothing turns in
// circles, and when the hardship is over everything goes on without being touched.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readdirSync, renameSync, statSync, unlinkSync, writeFileSync, writeSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { join } from 'node:path';
import { describe } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { BINARY } from './lib/bot.js';
import { scene, until } from './lib/scene.js';
import { hold, sql } from './lib/sqlite.js';
import { BO, KIM, LEE, MAYA, approveOn, buttons, card, dmsOf, messagesIn, textOf } from './lib/words.js';

const LONG = process.env.HARDSHIP === 'long'; // `make crash`: the same with real minutes
const NOTHING_CHANGED = /nothing was changed/i;
const database = (stage) => JSON.parse(readFileSync(stage.file, 'utf8')).store.path;

// Seconds of processor time that a process has used.
function cpu(pid) {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13).map(Number);
  return (user + system) / 100;
}

// It does not turn in circles: hardly uses its processor for so many milliseconds.
async function calm(bot, ms) {
  const [before, began] = [cpu(bot.pid), performance.now()];
  await pause(ms);
  const share = ((cpu(bot.pid) - before) * 1000) / (performance.now() - began);
  assert.ok(share < 0.25, `it turns in circles: ${share.toFixed(2)} of a processor`);
}

// What people did and were answered. Kept promises are looked for in the audit log.
class Clicks {
  constructor(stage, message) {
    Object.assign(this, { stage, message, number: /ONB-\d+/.exec(message.text)[0], answers: [] });
    this.value = buttons(message).claim.value;
  }

  async one(i) {
    const verb = i % 2 ? 'release' : 'claim';
    const { acked, ack } = await this.stage.sandbox.command(BO, `${verb} ${this.number}`);
    this.answers.push({ verb, acked, refused: acked && NOTHING_CHANGED.test(textOf(ack ?? {})) && /went wrong/.test(textOf(ack)) });
    return this.answers.at(-1);
  }

  // So many, a few at a time.
  async many(count, from = 0) {
    for (let i = 0; i < count; i += 4) await Promise.all(Array.from({ length: Math.min(4, count - i) }, (_, k) => this.one(from + i + k)));
  }

  counts() {
    const of = (fits) => this.answers.filter(fits).length;
    return { done: of((one) => one.acked && !one.refused), refused: of((one) => one.refused), silent: of((one) => !one.acked) };
  }

  // When the hardship is over: everything is done again, without anybody's help.
  async goOn() {
    const { sandbox } = this.stage;
    await until(async () => (await this.one(0)).acked && !this.answers.at(-1).refused, { timeout: 20_000 });
    const { done } = this.counts();
    await this.many(8);
    assert.equal(this.counts().done, done + 8, 'all is well again');
    await approveOn(sandbox, BO, this.message, buttons(this.message).approve.value);
    await card(sandbox, 'ACME Corp', /Provisioned · /, 20_000);
    this.kept();
    saidOnce(sandbox);
    await whole(this.stage);
    const quiet = () => sql(database(this.stage), 'SELECT kind, last_error FROM jobs WHERE state = 1');
    await until(() => quiet().length === 0, { what: () => `still running: ${quiet().join('; ')}` });
    assert.deepEqual(sql(database(this.stage), 'SELECT kind, last_error FROM jobs WHERE state = 2'), [], 'dead letters');
  }

  // Each that was acknowledged with its effect is in the audit log, and hardly more than were tried.
  kept() {
    const [[rows]] = sql(database(this.stage), `SELECT count(*) FROM audit WHERE actor = '${BO}' AND (action LIKE 'claim%' OR action LIKE 'release%')`);
    const { done } = this.counts();
    assert.ok(Number(rows) >= done && Number(rows) <= this.answers.length, `${done} were acknowledged, ${this.answers.length} tried, ${rows} are in the store`);
  }
}

async function whole(stage) {
  const { code, out, err } = await stage.usher('audit', 'verify');
  assert.equal(code, 0, `${out}${err}`);
}

function saidOnce(sandbox) {
  const jobs = sandbox.state().channels.flatMap(({ messages }) => messages).map((message) => message.metadata?.event_payload?.job).filter(Boolean);
  assert.deepEqual(jobs.filter((job, i) => jobs.indexOf(job) !== i), [], 'said twice');
}

// They share the time in which they wait.
const hardships = [];
const hardship = (name, scenes) => hardships.push([name, scenes]);

// ---- the disk

// A store without room: a tmpfs of its own where one may be mounted, else a limit on the size of the process's files.
function smallDisk(stage, t) {
  const folder = join(stage.folder, 'disk');
  mkdirSync(folder);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', folder], { encoding: 'utf8' }).status === 0;
  t.diagnostic(mounted ? 'disk full: a tmpfs of 6 MB' : 'disk full: RLIMIT_FSIZE, since no tmpfs may be mounted here');
  stage.configure((config) => { config.store.path = join(folder, 'usher.db'); });
  return mounted ? { ...tmpfs(folder), clear: () => execFileSync('umount', ['-l', folder]) } : fileSizes(stage);
}

function tmpfs(folder) {
  const ballast = join(folder, 'ballast');
  return {
    fill() {
      const file = openSync(ballast, 'a');
      try {
        for (const size of [65_536, 4096, 512]) {
          try {
            for (;;) if (writeSync(file, Buffer.alloc(size)) < size) break;
          } catch (error) {
            assert.equal(error.code, 'ENOSPC');
          }
        }
      } finally {
        closeSync(file);
      }
    },
    free: () => unlinkSync(ballast),
  };
}

function fileSizes(stage) {
  const limit = (bytes) => execFileSync('prlimit', ['--pid', String(stage.bot.pid), `--fsize=${bytes}:`]);
  return { fill: () => limit(statSync(`${database(stage)}-wal`).size), free: () => limit('unlimited'), clear() {} };
}

hardship('the disk', () => {
  scene('full: a click is told so or is not acknowledged, the process lives and says it once; with room again all goes on', { data: ['demo/acme.json', 'demo/northwind.json'], sandbox: { timing: { ack_ms: 1500 } }, bot: false }, async (stage, t) => {
    const disk = smallDisk(stage, t);
    try {
      const { sandbox } = stage;
      const bot = await stage.start();
      const clicks = new Clicks(stage, await card(sandbox, 'ACME Corp'));
      await clicks.many(8);
      assert.deepEqual(clicks.counts(), { done: 8, refused: 0, silent: 0 });

      disk.fill();
      const from = bot.lines.length;
      await until(async () => {
        await clicks.many(8);
        return clicks.counts().silent + clicks.counts().refused >= 4;
      }, { timeout: 20_000, what: () => JSON.stringify(clicks.counts()) });
      const { acked } = await sandbox.command(BO, `status ${clicks.number}`);
      assert.ok(acked, 'reading needs no room');
      await calm(bot, 2000);
      const said = bot.lines.slice(from).filter((line) => / error db /.test(line));
      assert.equal(said.length, 1, said.join('\n'));
      assert.match(said[0], /nothing can be written: .*(full|disk I\/O error)/);
      assert.equal(bot.ended, null);

      disk.free();
      await clicks.goOn();
      await bot.line(/the store takes writes again/, { from });
      t.diagnostic(JSON.stringify(clicks.counts()));
      await bot.stop();
    } finally {
      disk.clear();
    }
  });
});

// ---- file descriptors

// Connections to the bot's own HTTP server that never ask for anything.
async function hoard(url, count) {
  const { hostname, port } = new URL(url);
  const sockets = [];
  for (let i = 0; i < count; i++) {
    const socket = net.connect(Number(port), hostname);
    socket.on('error', () => {});
    sockets.push(socket);
    await new Promise((resolve) => { socket.once('connect', resolve).once('close', resolve); });
  }
  return () => sockets.forEach((socket) => socket.destroy());
}

// 0: no answer. (fetch tries again by itself for as long as it is turned away.)
const statusOf = (url) => new Promise((resolve) => {
  http.get(url, { agent: false }, (res) => { res.resume(); resolve(res.statusCode); }).on('error', () => resolve(0));
});

const descriptors = (pid) => readdirSync(`/proc/${pid}/fd`).length;

hardship('file descriptors', () => {
  scene('used up: what stands goes on, nothing turns in circles, and what was lost comes back', { data: ['demo/acme.json', 'demo/northwind.json'], bot: false }, async (stage) => {
    const { sandbox } = stage;
    const [LIMIT, SPARE_IN] = [64, 12]; // of 64 the server may have 12
    const bot = await stage.start({ through: ['prlimit', `--nofile=${LIMIT}:${LIMIT}`] });
    const clicks = new Clicks(stage, await card(sandbox, 'ACME Corp'));
    const url = await stage.http();
    const letGo = await hoard(url, 100);
    await until(() => descriptors(bot.pid) >= SPARE_IN);
    await clicks.many(8);
    assert.equal(clicks.counts().done, 8, 'what stands goes on');
    await calm(bot, 1500);
    assert.equal(await statusOf(`${url}/healthz`), 0, 'who comes too late is turned away at once');

    sandbox.fault({ target: 'socket', kind: 'reset' });
    await until(() => sandbox.state().counts.opened === 4);
    await stage.connected(2); // Slack has its part
    await clicks.many(8);
    assert.equal(clicks.counts().done, 16);
    letGo();
    await until(async () => await statusOf(`${url}/readyz`) === 200);
    assert.ok(bot.lines.filter((line) => /accept/.test(line)).length < 5, bot.tail());
    await clicks.goOn();
  });

  scene('too few are refused at the start, with the number that is needed', { bot: false }, async (stage) => {
    const bot = await stage.start({ connections: 0, through: ['prlimit', '--nofile=48:48'] });
    const { code } = await bot.end;
    assert.notEqual(code, 0);
    await bot.line(/48 open files are allowed, and usher needs 64/);
  });
});

// ---- the database

hardship('the database', () => {
  scene('held by another writer: a click waits for a second, and is answered where it lasts', { data: ['demo/acme.json', 'demo/northwind.json'] }, async (stage, t) => {
    const { sandbox, bot } = stage;
    const clicks = new Clicks(stage, await card(sandbox, 'ACME Corp'));
    await clicks.many(4);
    const brief = await hold(database(stage), 'BEGIN EXCLUSIVE');
    const waiting = clicks.many(4);
    await pause(500);
    await brief();
    await waiting;
    assert.deepEqual(clicks.counts(), { done: 8, refused: 0, silent: 0 });

    const from = bot.lines.length;
    const long = await hold(database(stage), 'BEGIN EXCLUSIVE');
    await clicks.many(8);
    t.diagnostic(JSON.stringify(clicks.counts()));
    assert.equal(clicks.counts().silent, 0, 'each is told within the three seconds that Slack waits');
    assert.ok(clicks.counts().refused >= 4);
    assert.ok((await sandbox.command(BO, `status ${clicks.number}`)).acked, 'reading needs no lock');
    await calm(bot, 1500);
    await long();
    await clicks.goOn();
    const said = bot.lines.slice(from).filter((line) => / error db /.test(line));
    assert.equal(said.length, 1, said.join('\n'));
    assert.match(said[0], /nothing can be written: .*another process holds it/);
    assert.equal(sandbox.state().counts.opened, 2, 'no connection was lost over it');
  });

  scene('read by someone who does not end: the log grows and is cut again when they go', { data: ['demo/acme.json'] }, async (stage, t) => {
    const { sandbox } = stage;
    const size = () => statSync(`${database(stage)}-wal`).size;
    const clicks = new Clicks(stage, await card(sandbox, 'ACME Corp'));
    const reader = await hold(database(stage), 'BEGIN; SELECT count(*) FROM jobs');
    let i = 0;
    await until(async () => { await clicks.many(32, i); i += 32; return size() > 12e6; }, { timeout: 30_000, what: () => `${size()} bytes` });
    const grown = size();
    await reader();
    await until(async () => { await clicks.many(16); return size() <= 8 * 1024 * 1024; }, { what: () => `${size()} bytes` });
    t.diagnostic(`${grown} bytes, then ${size()}`);
    await clicks.goOn();
  });
});

// ---- asleep

hardship('asleep', () => {
  const timing = LONG ? {} : { ack_ms: 600, ping_ms: 200, pong_ms: 900, event_retries_ms: [100, 100, 100] };
  const SLEEP_MS = LONG ? 60_000 : 2500;
  scene(`stopped for ${SLEEP_MS / 1000} s: Slack gives up, connections are renewed, what comes again gets the same answer`, { data: ['demo/acme.json', 'demo/northwind.json'], sandbox: { timing }, timeout: SLEEP_MS + 60_000 }, async (stage, t) => {
    const { sandbox, bot } = stage;
    const clicks = new Clicks(stage, await card(sandbox, 'ACME Corp'));
    bot.signal('SIGSTOP');
    const asleep = clicks.many(4);
    const home = sandbox.openHome(BO);
    await pause(SLEEP_MS);
    assert.equal(sandbox.state().connections.length, 0, 'Slack has given up');
    bot.signal('SIGCONT');
    await stage.connected(2);
    await Promise.all([asleep, home]);
    await until(() => sandbox.sockets.envelopes.size === 0, { what: () => 'what was delivered into the sleep' });
    t.diagnostic(JSON.stringify(sandbox.state().counts));
    await clicks.goOn();
  });
});

// ---- the clock

const FAKETIME = ['/usr/lib', '/usr/lib64'].flatMap((lib) => [lib, ...(existsSync(lib) ? readdirSync(lib).map((name) => join(lib, name)) : [])])
  .map((folder) => join(folder, 'faketime', 'libfaketimeMT.so.1')).find(existsSync);

// An environment in which the wall clock of a process is off by what `set` says ("+3h"). A sanitizer's library must come first.
function clockOf(stage) {
  assert.ok(FAKETIME, 'libfaketime is missing: `make deps` installs it');
  const file = join(stage.folder, 'clock');
  const set = (offset) => {
    writeFileSync(`${file}.new`, offset);
    renameSync(`${file}.new`, file);
  };
  set('+0');
  const [, asan] = /=> (\S*libasan\S*)/.exec(execFileSync('ldd', [BINARY], { encoding: 'utf8' })) ?? [];
  return { set, env: { LD_PRELOAD: [asan, FAKETIME].filter(Boolean).join(' '), FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1', DONT_FAKE_MONOTONIC: '1' } };
}

hardship('the wall clock', () => {
  scene('set by hours and by four days, and back: nobody is told too soon or twice, nothing stands still, nothing comes in a storm', { data: ['demo/acme.json', 'demo/northwind.json', 'demo/globex.json'], bot: false }, async (stage, t) => {
    const { sandbox } = stage;
    const clock = clockOf(stage);
    const bot = await stage.start({ env: clock.env });
    const clicks = new Clicks(stage, await card(sandbox, 'ACME Corp'));
    const left = [await card(sandbox, 'Northwind Traders'), await card(sandbox, 'Globex Logistics')]; // to nobody's care
    const told = () => [LEE, KIM].map((user) => left.map((message) => dmsOf(sandbox, user).filter((dm) => dm.text.includes(/ONB-\d+/.exec(message.text)[0])).length));
    const calls = () => Object.values(sandbox.state().calls.slack).reduce((sum, n) => sum + n, 0);

    let steps = 0;
    // The clock is set; the note's answer is lost meanwhile, so that it is looked for by the new clock.
    const setTo = async (offset, seconds) => {
      const [from, before] = [bot.lines.length, calls()];
      sandbox.fault({ target: 'slack.chat.postMessage', kind: 'lost_reply', count: 1 });
      const words = [`the clock goes to ${offset} (${++steps})`, `the clock is at ${offset} (${steps})`];
      const noted = sandbox.command(MAYA, `note ${clicks.number} "${words[0]}"`);
      clock.set(offset);
      await noted;
      await sandbox.command(MAYA, `note ${clicks.number} "${words[1]}"`);
      await bot.line(/the clock was set by -?\d+ s/, { from });
      for (const text of words) await sandbox.wait({ thread_ts: clicks.message.ts, text, timeout: 20_000 });
      for (const [kind, at] of sql(database(stage), "SELECT kind, run_at FROM jobs WHERE state = 0 AND kind IN ('poll_deals', 'sync_groups')")) {
        const ms = Number(at) - Date.now() - seconds * 1000;
        assert.ok(ms > -5000 && ms < 15 * 60_000, `${kind} waits ${ms} ms at ${offset}`);
      }
      t.diagnostic(`${offset}: told ${JSON.stringify(told())}, ${calls() - before} calls`);
      assert.ok(calls() - before < 60, `${calls() - before} calls of Slack`);
    };
    const [HOUR, DAY] = [3600, 86_400];
    for (const [offset, seconds] of [['+3h', 3 * HOUR], ['-3h', -3 * HOUR]]) {
      await setTo(offset, seconds);
      assert.deepEqual(told(), [[0, 0], [0, 0]], `too soon, at ${offset}`);
    }
    await setTo('+4d', 4 * DAY);
    await until(() => told().flat().every((n) => n === 1), { what: () => JSON.stringify(told()), timeout: 20_000 });
    // Once more to the manager where a later working day has come, however many were jumped over; to the director never.
    let again = 0;
    for (const [offset, seconds] of [['-4d', -4 * DAY], ...(LONG ? [['+0', 0], ['+9d', 9 * DAY], ['+1d', DAY]] : []), ['+0', 0]]) {
      await setTo(offset, seconds);
      if (offset === '+9d') {
        await until(() => told()[0].every((n) => n === 2), { what: () => JSON.stringify(told()), timeout: 20_000 });
        again = 1;
      }
      assert.deepEqual(told(), [[1 + again, 1 + again], [1, 1]], `at ${offset}`);
    }
    await clicks.goOn();
    assert.deepEqual(told(), [[1 + again, 1 + again], [1, 1]]);
  });
});

describe('hardship', { concurrency: 4 }, () => {
  for (const [name, scenes] of hardships) describe(name, { concurrency: 2 }, scenes);
});
