// The real program as a child process: `usher run` with its log, and every other command to its end.
import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
export const BINARY = process.env.USHER_BIN ? new URL(process.env.USHER_BIN, `file://${ROOT}`).pathname : `${ROOT}build/release/usher`;

const PATIENCE = Number(process.env.USHER_PATIENCE ?? 1); // under a sanitizer that makes everything slow
const LINE_MS = 20_000 * PATIENCE;
const COMMAND_MS = 40_000 * PATIENCE;
const STOP_MS = 12_000; // the bot promises 10 s
const TAIL = 60;
const CRASH = /(Address|Leak|UndefinedBehavior|Thread)Sanitizer|runtime error:|Assertion .* failed/;

// The environment of every child: ours, without what would configure the bot behind the test's back.
function environment(more = {}) {
  const env = { ...process.env, TZ: 'UTC', ...more };
  for (const name of ['SLACK_APP_TOKEN', 'SLACK_BOT_TOKEN', 'SLACK_API_URL', 'USHER_CONFIG', 'USHER_DB', 'http_proxy', 'https_proxy', 'HTTPS_PROXY', 'ALL_PROXY', 'all_proxy']) {
    if (!(name in more)) delete env[name];
  }
  return env;
}

// Runs one command to its end: {code, signal, out, err}.
export function usher(args, { env, cwd, timeout = COMMAND_MS, binary = BINARY, uid, gid } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(binary, args, { env: environment(env), cwd, uid, gid, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    const timer = setTimeout(() => child.kill('SIGKILL'), timeout);
    child.stdout.setEncoding('utf8').on('data', (data) => { out += data; });
    child.stderr.setEncoding('utf8').on('data', (data) => { err += data; });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (CRASH.test(err)) reject(new Error(`usher ${args.join(' ')} crashed:\n${err}`));
      else if (signal === 'SIGKILL') reject(new Error(`usher ${args.join(' ')} did not end within ${timeout} ms:\n${out}${err}`));
      else resolve({ code, signal, out, err });
    });
  });
}

// `usher run`, its log line by line. Emits "line" and "end". through: a command that ends in becoming the bot (prlimit …).
export class Bot extends EventEmitter {
  constructor(args, { env, binary = BINARY, uid, gid, through = [] } = {}) {
    super();
    this.setMaxListeners(0);
    this.lines = [];
    this.ended = null; // {code, signal} once it is gone
    const [program, ...words] = [...through, binary, 'run', ...args];
    this.child = spawn(program, words, { env: environment(env), uid, gid, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.on('error', (error) => this.take(`could not be started: ${error.message}`));
    for (const stream of [this.child.stdout, this.child.stderr]) this.follow(stream);
    this.end = new Promise((resolve) => {
      this.child.on('close', (code, signal) => {
        this.ended = { code, signal };
        resolve(this.ended);
        this.emit('end');
      });
    });
  }

  follow(stream) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (data) => {
      const lines = (rest + data).split('\n');
      rest = lines.pop();
      lines.forEach((line) => this.take(line));
    });
    stream.on('close', () => rest && this.take(rest));
  }

  take(line) {
    this.lines.push(line);
    this.emit('line', line);
  }

  get pid() {
    return this.child.pid;
  }

  tail() {
    return this.lines.slice(-TAIL).join('\n');
  }

  crashed() {
    return this.lines.some((line) => CRASH.test(line));
  }

  // Resolves with the match once a log line from number `from` on matches.
  line(pattern, { from = 0, timeout = LINE_MS } = {}) {
    const known = this.lines.slice(from).map((line) => pattern.exec(line)).find(Boolean);
    if (known) return Promise.resolve(known);
    return new Promise((resolve, reject) => {
      const done = (settle, value) => {
        clearTimeout(timer);
        this.off('line', look);
        this.off('end', gone);
        settle(value);
      };
      const look = (line) => {
        const match = pattern.exec(line);
        if (match) done(resolve, match);
      };
      const gone = () => done(reject, new Error(`the bot ended (${JSON.stringify(this.ended)}) before it logged ${pattern}`));
      const timer = setTimeout(() => done(reject, new Error(`the bot did not log ${pattern} within ${timeout} ms`)), timeout);
      this.on('line', look);
      this.on('end', gone);
      if (this.ended) gone();
    });
  }

  signal(name) {
    this.child.kill(name);
  }

  // kill -9, and gone.
  async crash() {
    this.signal('SIGKILL');
    await this.end;
  }

  // SIGTERM; resolves with {code, signal, ms}.
  async stop() {
    const began = performance.now();
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), STOP_MS);
    const ended = await this.end;
    clearTimeout(timer);
    return { ...ended, ms: performance.now() - began };
  }
}
