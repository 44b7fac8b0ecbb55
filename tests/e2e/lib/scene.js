// One test's stage: a sandbox in this process, a folder, a configuration, and the real bot. Whatever fails is shown with
// the end of the bot's log, and what must hold in every test (no protocol error, no crash, a clean stop) is checked here.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startSandbox } from '../../sandbox/server.js';
import { Bot, usher } from './bot.js';

const PATIENCE = Number(process.env.USHER_PATIENCE ?? 1); // under a sanitizer that makes everything slow

export const CHANNEL = 'C0ONBOARD';
export const accounts = (name) => fileURLToPath(new URL(`../../sandbox/accounts/${name}`, import.meta.url));

let rsa;
const rsaKey = () => (rsa ??= generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } }).privateKey);

class Scene {
  constructor(options) {
    this.options = options;
    this.folder = mkdtempSync(join(tmpdir(), 'usher-e2e-'));
    this.file = join(this.folder, 'usher.json');
    this.bots = [];
  }

  // Making an RSA key takes longer than many a test: all stages of a process share one.
  keys() {
    const folder = this.file.replace(/\.json$/, '-secrets');
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(join(folder, 'salesforce-key.pem'), rsaKey(), { mode: 0o600 });
  }

  async raise() {
    const { data = [], sandbox, configure } = this.options;
    this.clockFrom = Date.now();
    this.keys();
    this.sandbox = await startSandbox({ clockFrom: this.clockFrom, data: [data].flat().map((one) => (one.startsWith('/') ? one : accounts(one))), writeConfig: this.file, ...sandbox });
    if (configure) this.configure(configure);
  }

  // Changes the configuration file: change(config) edits it in place.
  configure(change) {
    const config = JSON.parse(readFileSync(this.file, 'utf8'));
    change(config);
    writeFileSync(this.file, JSON.stringify(config, null, 2));
  }

  get bot() {
    return this.bots.at(-1);
  }

  // Starts the bot, another one after the last has gone, and waits until it is connected.
  async start({ connections = 2, args = [], env, through, timeout } = {}) {
    const { clockSpeed } = this.options.sandbox ?? {};
    const clock = clockSpeed ? ['--clock-speed', String(clockSpeed), '--clock-from', String(this.clockFrom)] : [];
    const newcomer = this.bots.length === 0;
    const bot = new Bot(['-c', this.file, '--log-format', 'text', ...clock, ...args], { env, through });
    this.bots.push(bot);
    if (connections) await this.connected(connections, timeout);
    if (connections && newcomer) await this.acquainted();
    return bot;
  }

  // Waits for this many connections; fails at once when the bot ends instead.
  async connected(count = 2, timeout = 30_000) {
    const gone = this.bot.end.then(({ code, signal }) => { throw new Error(`the bot ended before it was connected: ${code ?? signal}`); });
    gone.catch(() => {});
    await Promise.race([this.sandbox.wait({ kind: 'connection', count, timeout }), gone]);
  }

  // Until the first bot of a stage knows who is in the workspace: nobody else is served. Where the directory does not
  // answer, the test goes on without.
  async acquainted(from = 0) {
    await this.bot.line(/the directory (was read|has more)/, { from, timeout: 3000 }).catch(() => {});
  }

  // Any other command, with this scene's configuration.
  usher(...args) {
    return usher([...args, '-c', this.file]);
  }

  // The address of the bot's own HTTP server.
  async http() {
    const [, url] = await this.bot.line(/health and metrics on (\S+)/);
    return url;
  }

  log() {
    return this.bots.map((bot, i) => `---- log of bot ${i + 1} ${bot.ended ? JSON.stringify(bot.ended) : '(running)'}\n${bot.tail()}`).join('\n');
  }

  // Stops what still runs, and holds it to what must always be so.
  async strike() {
    for (const bot of this.bots) {
      if (bot.ended) continue;
      const { code, signal } = await bot.stop();
      assert.deepEqual({ code, signal }, { code: 0, signal: null }, 'the bot did not stop cleanly');
    }
    assert.ok(!this.bots.some((bot) => bot.crashed()), 'the bot crashed');
    if (!this.options.protocolErrors) assert.deepEqual(this.sandbox.state().protocol_errors, []);
  }

  async clear() {
    for (const bot of this.bots) {
      if (!bot.ended) await bot.crash();
    }
    await this.sandbox?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

// A test on a stage of its own. options: data (account folders or files), sandbox (options of startSandbox), configure
// (edits the configuration), bot (false: not started; else options of start), protocolErrors (true: some are expected).
export function scene(name, options, play) {
  test(name, { timeout: PATIENCE * (options.timeout ?? 120_000) }, async (t) => {
    const stage = new Scene(options);
    try {
      await stage.raise();
      if (options.bot !== false) await stage.start(options.bot);
      await play(stage, t);
      await stage.strike();
    } catch (error) {
      const said = error.message;
      error.message = `${said}\n${stage.log()}\n---- in front of the sandbox: ${JSON.stringify(seen(stage.sandbox))}`;
      if (error.code === 'ERR_ASSERTION') error.stack = error.stack.replace(said, () => error.message); // its reporter shows the stack alone
      throw error;
    } finally {
      await stage.clear();
    }
  });
}

// Until look() gives something, for what the sandbox does not announce; fails with what(), else with its source.
export async function until(look, { timeout = 20_000, what = () => String(look) } = {}) {
  const end = performance.now() + timeout * PATIENCE;
  for (;;) {
    const found = await look();
    if (found) return found;
    assert.ok(performance.now() < end, `not within ${timeout} ms: ${what()}`);
    await pause(20);
  }
}

// What people would see, shortly.
function seen(sandbox) {
  if (!sandbox) return null;
  const { channels, ephemerals, notices, counts, connections, protocol_errors: errors } = sandbox.state();
  return {
    messages: channels.flatMap(({ id, messages }) => messages.map(({ ts, thread_ts: thread, text, edits }) => [id, ts, thread ?? '', text.slice(0, 120), edits ?? 0])).slice(-15),
    ephemerals: ephemerals.slice(-5).map(({ to, text }) => [to, text.slice(0, 120)]), notices: notices.slice(-5).map(({ user, text }) => [user, text]), counts, connections, errors,
  };
}
