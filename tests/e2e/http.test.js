// The bot's own HTTP server: health, readiness, metrics, and everything that is not HTTP.
import assert from 'node:assert/strict';
import net from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe } from 'node:test';
import { usher } from './lib/bot.js';
import { parseMetrics, promtool } from './lib/prometheus.js';
import { scene } from './lib/scene.js';
import { BO, card, click } from './lib/words.js';

const TEXT = 'text/plain; charset=utf-8';

// Writes bytes to a connection and resolves with what came back until it was closed or nothing came for a while.
function raw(url, bytes, { quiet = 700 } = {}) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = net.connect(Number(port), hostname, () => socket.write(bytes));
    const done = () => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(quiet, done);
    socket.setEncoding('latin1').on('data', (data) => { answer += data; });
    socket.on('close', done);
    socket.on('error', (error) => (['ECONNRESET', 'EPIPE'].includes(error.code) ? done() : reject(error)));
  });
}

// A port that was free a moment ago.
const freePort = () => new Promise((resolve) => {
  const server = net.createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

const value = (families, name, labels = {}) => families.get(name)?.samples.find((one) => one.name === name && Object.entries(labels).every(([key, is]) => one.labels[key] === is))?.value;

describe('the HTTP server', { concurrency: 4 }, () => {
  scene('is alive from the start, and ready once Slack knows it and a connection stands', { data: 'demo/acme.json', bot: false }, async (stage) => {
    const { sandbox } = stage;
    sandbox.fault({ target: 'slack.auth.test', kind: 'down', count: 1 });
    const bot = await stage.start({ connections: 0 });
    const url = await stage.http();
    await bot.line(/auth\.test failed/);
    const alive = await fetch(`${url}/healthz`);
    assert.deepEqual([alive.status, alive.headers.get('content-type'), await alive.text()], [200, TEXT, 'ok\n']);
    const waiting = await fetch(`${url}/readyz`);
    assert.deepEqual([waiting.status, waiting.headers.get('content-type')], [503, 'application/problem+json']);
    const { type, title, ...reasons } = await waiting.json();
    assert.deepEqual([type, title, reasons], ['about:blank', 'Service Unavailable', { status: 503, store: true, slack_token: false, slack_mode: 'socket', slack_connections: 0, draining: false }]);
    await stage.connected();
    const ready = await fetch(`${url}/readyz`);
    assert.deepEqual([ready.status, ready.headers.get('content-type')], [200, 'application/json']);
    assert.deepEqual(await ready.json(), { status: 200, store: true, slack_token: true, slack_mode: 'socket', slack_connections: 2, draining: false });
    sandbox.fault({ target: 'socket', kind: 'link_disabled' });
    await sandbox.wait({ kind: 'connection', count: 0 });
    await bot.line(/no connection is up/);
    assert.equal((await fetch(`${url}/readyz`)).status, 503);
  });

  scene('is asked by `usher health`, in spite of any proxy', { data: 'demo/acme.json', bot: false }, async (stage) => {
    const { sandbox } = stage;
    const ask = (...words) => usher(['health', ...words, '-c', stage.file], { env: { http_proxy: 'http://127.0.0.1:9' } });
    const off = await ask();
    assert.deepEqual([off.code, off.out], [78, '']);
    assert.match(off.err, /http\.port picks another one at each start/);
    const port = await freePort();
    stage.configure((config) => { config.http.port = port; });
    const down = await ask('live');
    assert.deepEqual([down.code, down.out], [69, '']);
    sandbox.fault({ target: 'slack.auth.test', kind: 'down', count: 1 });
    const bot = await stage.start({ connections: 0 });
    await bot.line(/auth\.test failed/);
    const waiting = await ask();
    assert.equal(waiting.code, 69);
    assert.match(waiting.err, /readyz: 503 .*"slack_token":false/);
    assert.deepEqual(await ask('live'), { code: 0, signal: null, out: 'ok\n', err: '' });
    await stage.connected();
    const ready = await ask();
    assert.equal(ready.code, 0, ready.err);
    assert.equal(JSON.parse(ready.out).slack_connections, 2);
    assert.equal((await ask('dead')).code, 64);
  });

  scene('tells its metrics in a form that Prometheus reads', { data: 'demo' }, async (stage) => {
    const { sandbox } = stage;
    const url = await stage.http();
    const asked = await card(sandbox, 'ACME Corp');
    const scrape = async () => {
      const reply = await fetch(`${url}/metrics`);
      assert.deepEqual([reply.status, reply.headers.get('content-type')], [200, 'text/plain; version=0.0.4; charset=utf-8']);
      return reply.text();
    };
    const before = parseMetrics(await scrape());
    for (let i = 0; i < 5; i++) await sandbox.command(BO, 'status ONB-1001');
    await click(sandbox, BO, asked, 'approve');
    await sandbox.envelope({ type: 'slash_commands', payload: 'rubbish' });
    await card(sandbox, 'ACME Corp', /Provisioned/);
    const text = await scrape();
    const after = parseMetrics(text);
    assert.deepEqual(promtool(['check', 'metrics'], { input: text }), { status: 0, said: '' });

    assert.ok(after.size >= 10);
    assert.ok([...after.keys()].every((name) => name.startsWith('usher_')));
    for (const [name, { type, samples }] of before) {
      if (type === 'counter') for (const sample of samples) assert.ok(value(after, name, sample.labels) >= sample.value, `${name} went down`);
    }
    assert.match(JSON.stringify(after.get('usher_build_info').samples), /"version":"\d+\.\d+\.\d+"/);
    const grown = (name, labels) => (value(after, name, labels) ?? 0) - (value(before, name, labels) ?? 0);
    assert.equal(grown('usher_envelopes_total', { type: 'slash_commands' }), 5);
    assert.equal(grown('usher_envelopes_total', { type: 'block_actions' }), 1);
    assert.equal(grown('usher_envelope_errors_total', { reason: 'unparsable' }), 1);
    assert.ok(value(after, 'usher_job_runs_total', { kind: 'provision', end: 'done' }) >= 1);
  });

  scene('says what it does not serve', { data: 'demo/acme.json' }, async (stage) => {
    const url = await stage.http();
    for (const path of ['/', '/nope', '/healthz/', '/metrics/../../etc/passwd', '/%2e%2e/etc/passwd', `/${'a'.repeat(900)}`]) assert.equal((await fetch(url + path)).status, 404, path);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const reply = await fetch(`${url}/healthz`, { method, ...(method[0] === 'P' && { body: 'x'.repeat(1000) }) });
      assert.equal(reply.status, 405, method);
      assert.equal(reply.headers.get('allow'), 'GET, HEAD', method);
    }
    const head = await fetch(`${url}/metrics`, { method: 'HEAD' });
    assert.equal(head.status, 200);
    assert.ok(Number(head.headers.get('content-length')) > 100);
    assert.equal(await head.text(), '');
    const reply = await fetch(`${url}/healthz?verbose=1`);
    assert.equal(reply.status, 200);
    assert.deepEqual([reply.headers.get('x-content-type-options'), reply.headers.get('cache-control')], ['nosniff', 'no-store']);
    const large = await fetch(`${url}/healthz`, { method: 'POST', body: Buffer.alloc(1_500_000, 120) }).then(({ status }) => status, () => 'cut off');
    assert.ok([413, 'cut off'].includes(large), String(large));
    const exact = await fetch(`${url}/healthz`, { method: 'POST', body: Buffer.alloc(1024 * 1024, 120) });
    assert.equal(exact.status, 405);
  });

  scene('bears what is not HTTP, and serves on', { data: 'demo/acme.json' }, async (stage) => {
    const { sandbox } = stage;
    const url = await stage.http();
    const get = (headers = '') => `GET /healthz HTTP/1.1\r\nHost: x\r\n${headers}\r\n`;
    const rubbish = [
      'hello\r\n\r\n', '\r\n\r\n\r\n', '\0\0\0\0', Buffer.from([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]), 'GET\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', 'BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n', `GET /${'a'.repeat(40_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      get(`X-Large: ${'y'.repeat(60_000)}\r\n`), get(Array.from({ length: 3000 }, (_, i) => `X-${i}: 1\r\n`).join('')), get('Content-Length: -1\r\n'), get('Content-Length: 99999999999999999999\r\n'), get('Transfer-Encoding: chunked\r\n'),
      'POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc', 'POST /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n', get('Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n'),
      get('Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n'), 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'GET http://elsewhere.example/healthz HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n', 'CONNECT elsewhere.example:443 HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n',
    ];
    const answers = await Promise.all(rubbish.map((bytes) => raw(url, bytes)));
    for (const answer of answers) assert.doesNotMatch(answer, /^HTTP\/1\.1 (101|5\d\d)/);
    const idle = Array.from({ length: 50 }, () => raw(url, 'GET /healthz HTTP/1.1\r\nHo', { quiet: 1500 })); // slow ones do not keep others out
    assert.equal(await (await fetch(`${url}/healthz`)).text(), 'ok\n');
    const twice = await raw(url, get() + get('Connection: close\r\n'));
    assert.equal(twice.match(/HTTP\/1\.[01] 200/g)?.length, 2, twice);
    assert.ok((await sandbox.command(BO, 'status')).acked);
    await Promise.all(idle);
  });

  scene('answers to this machine alone', { data: 'demo/acme.json' }, async (stage) => {
    const { port } = new URL(await stage.http());
    const outside = Object.values(networkInterfaces()).flat().filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address);
    for (const address of outside) {
      const reached = await new Promise((resolve) => {
        const socket = net.connect({ port: Number(port), host: address, timeout: 2000 }, () => resolve(true));
        socket.on('error', () => resolve(false)).on('timeout', () => resolve(false));
      });
      assert.equal(reached, false, `reached at ${address}`);
    }
  });
});
