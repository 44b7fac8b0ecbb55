// What a system that has turned against us may answer, on the wire: it is read up to its ceiling, and followed nowhere.
import assert from 'node:assert/strict';
import http from 'node:http';
import { describe } from 'node:test';
import { gzipSync } from 'node:zlib';
import { scene } from './lib/scene.js';
import { BO } from './lib/words.js';

const MEBIBYTE = 1024 * 1024;

// A server that answers every request so, and counts them.
async function serve(answer) {
  const server = http.createServer((req, res) => {
    here.visits += 1;
    answer(req, res);
  });
  const here = { visits: 0, close: () => { server.closeAllConnections(); server.close(); } };
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  here.url = `http://127.0.0.1:${server.address().port}`;
  return here;
}

// Writes for as long as somebody reads.
function pour(res, chunk) {
  res.on('error', () => {});
  const more = () => { while (!res.destroyed && res.write(chunk)); };
  res.on('drain', more);
  more();
}

// What `usher check` says of a platform that answers so.
async function checked(stage, answer) {
  const platform = await serve(answer);
  try {
    stage.configure((config) => { Object.assign(config.platform, { base_url: platform.url }); config.fetch = { attempts: 1 }; });
    const { out } = await stage.usher('check');
    assert.ok(platform.visits > 0, 'it was not asked');
    return out.split('\n').find((line) => /^(ok|FAIL) +Platform/.test(line));
  } finally {
    platform.close();
  }
}

describe('an answer that means harm', { concurrency: 4 }, () => {
  scene('a redirect is not followed, wherever it points', { bot: false }, async (stage) => {
    const elsewhere = await serve((req, res) => res.end('{}'));
    try {
      for (const status of [301, 302, 303, 307, 308]) {
        const line = await checked(stage, (req, res) => res.writeHead(status, { location: `${elsewhere.url}/taken` }).end());
        assert.match(line, new RegExp(`^FAIL +Platform .*${status}`));
      }
      assert.equal(elsewhere.visits, 0);
    } finally {
      elsewhere.close();
    }
  });

  scene('an endless body is read up to its ceiling', { bot: false }, async (stage) => {
    const line = await checked(stage, (req, res) => { res.writeHead(200); pour(res, Buffer.alloc(MEBIBYTE, 0x20)); });
    assert.match(line, /^FAIL +Platform .*larger than \d+ bytes/);
  });

  scene('a small body that unpacks to a large one, too', { bot: false }, async (stage) => {
    const packed = gzipSync(Buffer.alloc(64 * MEBIBYTE, 0x20));
    assert.ok(packed.length < MEBIBYTE);
    const line = await checked(stage, (req, res) => res.writeHead(200, { 'content-encoding': 'gzip' }).end(packed));
    assert.match(line, /^FAIL +Platform .*larger than \d+ bytes/);
  });

  scene('endless headers, too', { bot: false }, async (stage) => {
    const line = await checked(stage, (req, res) => {
      req.socket.on('error', () => {});
      req.socket.write('HTTP/1.1 200 OK\r\n');
      pour(req.socket, Buffer.from(`x-more: ${'y'.repeat(8000)}\r\n`));
    });
    assert.match(line, /^FAIL +Platform /);
  });

  scene('a frame of Slack\'s beyond its ceiling is dropped, and what follows is served', {}, async ({ sandbox, bot }) => {
    for (const { ws } of sandbox.sockets.live()) {
      const frame = JSON.stringify({ envelope_id: 'e', type: 'slash_commands', payload: { text: 'x'.repeat(5 * MEBIBYTE) } });
      ws.send(frame);
    }
    await bot.line(/a frame of more than 4194304 bytes was dropped/);
    const answers = await Promise.all(Array.from({ length: 4 }, () => sandbox.command(BO, 'list')));
    assert.ok(answers.every(({ acked }) => acked));
  });
});
