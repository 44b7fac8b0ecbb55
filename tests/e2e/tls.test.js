// TLS to Slack and to every system is verified: a certificate of a trusted authority for the right host within its time,
// or nothing is sent.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { after, describe } from 'node:test';
import { Authority } from './lib/tls.js';
import { scene } from './lib/scene.js';
import { BO, card, click } from './lib/words.js';

const PATIENCE = Number(process.env.USHER_PATIENCE ?? 1);
const authority = new Authority();
const certificates = authority.all();
after(() => authority.clear());

const serving = ({ cert, key }, more = {}) => ({
  data: 'demo/acme.json', sandbox: { tlsCert: cert, tlsKey: key }, configure: (config) => { config.slack.ca_file = authority.file; config.fetch = { attempts: 1 }; }, ...more,
});
const bad = Object.entries(certificates).filter(([, { error }]) => error);
const SYSTEMS = ['Slack bot token', 'Slack app token', 'Salesforce', 'NetSuite', 'CLM', 'Platform'];

// A server with another certificate at another port, where the sandbox now sends Socket Mode; `visits` counts who got in.
async function divert(sandbox, { cert, key }) {
  const server = https.createServer({ cert: readFileSync(cert), key: readFileSync(key) });
  const here = { visits: 0, port: 0, close: () => { server.closeAllConnections(); server.close(); } };
  server.on('request', () => { here.visits += 1; }).on('upgrade', (req, socket) => { here.visits += 1; socket.destroy(); }).on('tlsClientError', () => {});
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  here.port = server.address().port;
  const open = sandbox.sockets.openTicket.bind(sandbox.sockets);
  sandbox.sockets.openTicket = (request) => ({ url: open(request).url.replace(/^wss:\/\/[^/]+/, `wss://localhost:${here.port}`) });
  here.undo = () => { sandbox.sockets.openTicket = open; };
  return here;
}

describe('TLS', { concurrency: 4 }, () => {
  scene('an authority named in slack.ca_file is trusted, for https and wss alike', serving(certificates.good), async (stage) => {
    const { sandbox } = stage;
    assert.match(sandbox.url, /^https:/);
    const asked = await card(sandbox, 'ACME Corp');
    await click(sandbox, BO, asked, 'approve');
    await card(sandbox, 'ACME Corp', /Approved\* by <@U0BO>[\s\S]*Provisioned/);
    const { code, out } = await stage.usher('check');
    assert.equal(code, 0, out);
  });

  const untrusted = serving(certificates.good, { bot: false, configure: (config) => { delete config.slack.ca_file; config.fetch = { attempts: 1 }; } });
  scene('without it, the same certificate is refused everywhere', untrusted, async (stage) => {
    const left = new Set(SYSTEMS);
    let said = '';
    // the system's authorities are many, and read for each connection: under a sanitizer, that alone can outlast the time to connect
    for (let tries = 0; left.size && tries < PATIENCE; tries += 1) {
      const { code, out } = await stage.usher('check');
      said = out;
      assert.notEqual(code, 0, out);
      for (const system of SYSTEMS) {
        assert.match(out, new RegExp(`^FAIL +${system} `, 'm'));
        if (new RegExp(`^FAIL +${system} .*(unable to get local issuer certificate|self[- ]signed certificate in certificate chain).*tls_refused`, 'm').test(out)) left.delete(system);
      }
    }
    assert.deepEqual([...left], [], said);
    assert.deepEqual(stage.sandbox.state().calls.slack, {});
  });

  for (const [name, certificate] of bad) {
    scene(`https with a certificate that is ${name}: check names it for every system, and run connects nowhere`, serving(certificate, { bot: false }), async (stage) => {
      const { sandbox } = stage;
      const { code, out } = await stage.usher('check');
      assert.equal(code, 78, out);
      for (const system of SYSTEMS) {
        const line = out.split('\n').find((one) => one.startsWith(`FAIL  ${system}`)) ?? assert.fail(`${system} did not fail:\n${out}`);
        assert.match(line, certificate.error);
      }
      const bot = await stage.start({ connections: 0 });
      const [line] = await bot.line(/auth\.test failed: .*/);
      assert.match(line, certificate.error);
      assert.deepEqual(sandbox.state().calls.slack, {});
    });

    scene(`wss with a certificate that is ${name}: the log names it, the ticket is not sent, and it goes on trying`, serving(certificates.good, { bot: false }), async (stage) => {
      const { sandbox } = stage;
      const elsewhere = await divert(sandbox, certificate);
      try {
        const bot = await stage.start({ connections: 0 });
        const [line] = await bot.line(/closed: could not connect: .*/);
        assert.match(line, certificate.error);
        assert.equal(elsewhere.visits, 0);
        elsewhere.undo();
        await stage.connected();
      } finally {
        elsewhere.close();
      }
    });
  }
});
