// Webhooks through the real program: who is believed, what a hint does, and what a connection may and may not do.
import assert from 'node:assert/strict';
import { createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import net from 'node:net';
import { describe } from 'node:test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseMetrics } from './lib/prometheus.js';
import { scene, until } from './lib/scene.js';
import { BO, card, click, messagesIn, textOf } from './lib/words.js';

const SECRET = 'a-secret-for-webhooks';
const ORGANIZATION = '00D5g000004ABCdEAA';
const ACCOUNT = '001A0000001'; // ACME Corp of the sandbox
const ACKNOWLEDGEMENT = '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse></soapenv:Body></soapenv:Envelope>';

let keys;
const ironcladKeys = () => (keys ??= generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } }));

const open = (config) => {
  config.hooks = { salesforce_secret: { env: 'HOOK_SECRET' }, salesforce_organization: '00D5g000004ABCd', generic_secret: { env: 'HOOK_SECRET' } };
};
const withHooks = { data: 'demo/acme.json', configure: open, bot: { env: { HOOK_SECRET: SECRET } } };

const flow = (url, body, headers = { 'x-usher-secret': SECRET }) => fetch(`${url}/hooks/salesforce`, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) });

const message = (organization, ids) => `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <soapenv:Body>
  <notifications xmlns="http://soap.sforce.com/2005/09/outbound">
   <OrganizationId>${organization}</OrganizationId><ActionId>04k5g000000PBxyAAG</ActionId><SessionId xsi:nil="true"/>
   <EnterpriseUrl>https://corp.my.salesforce.com/services/Soap/c/62.0</EnterpriseUrl><PartnerUrl>https://corp.my.salesforce.com/services/Soap/u/62.0</PartnerUrl>
${ids.map(([id, record]) => `   <Notification><Id>${id}</Id><sObject xsi:type="sf:Account" xmlns:sf="urn:sobject.enterprise.soap.sforce.com"><sf:Id>${record}</sf:Id></sObject></Notification>`).join('\n')}
  </notifications>
 </soapenv:Body>
</soapenv:Envelope>`;

// The bytes of a POST of a Flow.
const posted = (body, headers = `X-Usher-Secret: ${SECRET}\r\n`) => `POST /hooks/salesforce HTTP/1.1\r\nHost: usher\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const HINT = JSON.stringify({ account_id: ACCOUNT });
const GET = 'GET /healthz HTTP/1.1\r\nHost: usher\r\n';

// A connection by hand: write bytes, wait for what comes back.
class Line {
  constructor(url) {
    const { hostname, port } = new URL(url);
    this.text = '';
    this.socket = net.connect(Number(port), hostname).setEncoding('latin1').setNoDelay(true);
    this.socket.on('data', (data) => { this.text += data; }).on('error', () => {});
    this.closed = new Promise((resolve) => { this.socket.on('close', resolve); });
  }

  write(bytes) {
    return new Promise((resolve) => { this.socket.write(bytes, resolve); });
  }

  statuses() {
    return [...this.text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
  }

  answers(count) {
    return until(() => this.statuses().length >= count && this.statuses(), { what: () => `${count} answers in ${JSON.stringify(this.text)}` });
  }
}

const counted = async (url, name, labels) => {
  const { samples = [] } = parseMetrics(await (await fetch(`${url}/metrics`)).text()).get(name) ?? {};
  return samples.find((one) => Object.entries(labels).every(([key, is]) => one.labels[key] === is))?.value ?? 0;
};

const pay = (sandbox) => sandbox.change({ path: 'netsuite.invoice.INV-102', patch: { amountPaid: 25000, amountRemaining: 0, status: { id: 'B', refName: 'Paid In Full' } } });

describe('webhooks', { concurrency: 4 }, () => {
  scene('a Flow says that an account changed, and its card follows long before anyone would have looked', withHooks, async (stage) => {
    const { sandbox } = stage;
    const url = await stage.http();
    await card(sandbox, 'ACME Corp', 'INV-102');
    pay(sandbox);
    const reply = await flow(url, { account_id: ACCOUNT, id: 'interview-1' });
    assert.deepEqual([reply.status, await reply.text()], [200, '']);
    await card(sandbox, 'ACME Corp', /Cleared by itself/, 25_000);
    assert.equal(await counted(url, 'usher_hooks_total', { sender: 'salesforce', result: 'taken' }), 1);
  });

  scene('an Outbound Message gets its exact answer, again and again, and a foreign one gets nothing', withHooks, async (stage) => {
    const { sandbox } = stage;
    const url = await stage.http();
    await card(sandbox, 'ACME Corp', 'INV-102');
    const send = (path, body) => fetch(`${url}/hooks/salesforce/${path}`, { method: 'POST', headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: '""' }, body });
    pay(sandbox);
    for (let i = 0; i < 2; i++) {
      const reply = await send(SECRET, message(ORGANIZATION, [['04l1', ACCOUNT], ['04l2', '00Q5g00000AAAAA']]));
      assert.deepEqual([reply.status, reply.headers.get('content-type'), await reply.text()], [200, 'text/xml', ACKNOWLEDGEMENT]);
    }
    await card(sandbox, 'ACME Corp', /Cleared by itself/, 25_000);
    const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 9 }, (_, i) => `<!ENTITY a${i} "${`&a${i || ''};`.repeat(10)}">`).join('')}]><x>&a8;</x>`;
    for (const [path, body] of [['another-secret-of-20', message(ORGANIZATION, [['04l3', ACCOUNT]])], [SECRET, message('00D5g000009ZZZZEAA', [['04l3', ACCOUNT]])], [SECRET, bomb], [SECRET, '']]) {
      const reply = await send(path, body);
      assert.deepEqual([reply.status, reply.headers.get('content-type'), await reply.text()], [401, null, '']);
    }
    assert.equal(await counted(url, 'usher_hooks_total', { sender: 'salesforce_outbound', result: 'repeated' }), 1);
    assert.ok(!stage.bot.lines.some((line) => line.includes(SECRET)), 'the secret is in the log');
  });

  scene('Ironclad and DocuSign prove themselves each in their own way', { data: 'demo/acme.json', bot: false }, async (stage) => {
    writeFileSync(join(stage.folder, 'ironclad.pem'), ironcladKeys().publicKey);
    stage.configure((config) => {
      config.hooks = { ironclad_key: { file: 'ironclad.pem' }, generic_secret: { env: 'HOOK_SECRET' }, generic_header: 'x-docusign-signature-1', generic_format: 'base64' };
    });
    await stage.start({ env: { HOOK_SECRET: SECRET } });
    const url = await stage.http();
    const body = JSON.stringify({ payload: { event: 'workflow_completed', workflowID: '611fbd69' }, companyID: '605b' });
    const sign = (event, nonce, text) => createSign('sha256').update(event + text + nonce).sign(ironcladKeys().privateKey, 'base64');
    const ironclad = (event, signature, text = body) => fetch(`${url}/hooks/ironclad`, { method: 'POST', headers: { 'X-Ironclad-Webhook-Event-Id': event, 'X-Ironclad-Webhook-Verification': JSON.stringify({ nonce: 'n0nce', signAlgorithm: 'sha256', signature, encoding: 'base64' }) }, body: text });
    assert.equal((await ironclad('event-1', sign('event-1', 'n0nce', body))).status, 200);
    assert.equal((await ironclad('event-2', sign('event-1', 'n0nce', body))).status, 401);
    assert.equal((await ironclad('event-1', sign('event-1', 'n0nce', body), `${body} `)).status, 401);

    const connect = Buffer.from(JSON.stringify({ event: 'envelope-completed', data: { envelopeId: 'é' } }, null, 2));
    const docusign = (signature) => fetch(`${url}/hooks/generic`, { method: 'POST', headers: { 'X-DocuSign-Signature-1': signature }, body: connect });
    assert.equal((await docusign(createHmac('sha256', SECRET).update(connect).digest('base64'))).status, 200);
    assert.equal((await docusign(createHmac('sha256', 'other').update(connect).digest('base64'))).status, 401);
    assert.equal((await docusign(createHmac('sha256', SECRET).update(connect).digest('hex'))).status, 401);
  });

  scene('a signature of five minutes ago is too old, and one may not be shown for another body', withHooks, async (stage) => {
    const url = await stage.http();
    const send = (seconds, body, shown = body) => fetch(`${url}/hooks/generic`, { method: 'POST', headers: { 'x-usher-signature': `t=${seconds},v1=${createHmac('sha256', SECRET).update(`${seconds}.${shown}`).digest('hex')}` }, body });
    const now = Math.floor(Date.now() / 1000);
    assert.equal((await send(now, HINT)).status, 200);
    assert.equal((await send(now - 290, HINT)).status, 200);
    assert.equal((await send(now - 310, HINT)).status, 401);
    assert.equal((await send(now + 310, HINT)).status, 401);
    assert.equal((await send(now, HINT, '{}')).status, 401);
  });

  scene('who is not believed hears 401 and not a word; what is not open is not there', withHooks, async (stage) => {
    const url = await stage.http();
    for (const headers of [{}, { 'x-usher-secret': '' }, { 'x-usher-secret': `${SECRET}x` }, { 'x-usher-secret': SECRET.slice(1) }, { authorization: `Bearer ${SECRET}` }]) {
      for (const body of [HINT, 'nonsense', '']) {
        const reply = await flow(url, body, headers);
        assert.deepEqual([reply.status, reply.headers.get('content-length'), reply.headers.get('content-type'), await reply.text()], [401, '0', null, '']);
      }
    }
    const unknown = await (await fetch(`${url}/nope`, { method: 'POST', body: HINT })).text();
    for (const path of ['/hooks', '/hooks/', '/hooks/ironclad', '/hooks/salesforce/', '/hooks/generic/', '/HOOKS/generic']) {
      const reply = await fetch(url + path, { method: 'POST', body: HINT });
      assert.deepEqual([reply.status, await reply.text()], [404, unknown], path);
    }
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS']) {
      const reply = await fetch(`${url}/hooks/generic`, { method });
      assert.deepEqual([reply.status, reply.headers.get('allow')], [405, 'POST'], method);
    }
    assert.equal((await flow(url, 'nonsense')).status, 400); // believed, and told
    assert.equal((await flow(url, { account_id: '006A0000001' })).status, 400);
    assert.equal((await flow(url, Buffer.alloc(1024 * 1024, 32).toString())).status, 400);
    const large = await flow(url, Buffer.alloc(1024 * 1024 + 1, 32).toString()).then(({ status }) => status, () => 'cut off');
    assert.ok([413, 'cut off'].includes(large), String(large));
  });

  scene('a delivery that was answered is known after kill -9', withHooks, async (stage) => {
    const body = { account_id: ACCOUNT, id: 'interview-1' };
    await card(stage.sandbox, 'ACME Corp', 'INV-102');
    assert.equal((await flow(await stage.http(), body)).status, 200);
    await stage.bot.crash();
    await stage.start({ env: { HOOK_SECRET: SECRET } });
    const url = await stage.http();
    assert.equal((await flow(url, body)).status, 200);
    assert.equal(await counted(url, 'usher_hooks_total', { sender: 'salesforce', result: 'repeated' }), 1);
    assert.equal(await counted(url, 'usher_hooks_total', { sender: 'salesforce', result: 'taken' }), 0);
    await stage.bot.stop();
    const jobs = await stage.usher('jobs');
    assert.ok((jobs.out.match(/run_checks/g) ?? []).length <= 1, jobs.out);
  });

  scene('requests come in pieces, and one behind the other', withHooks, async (stage) => {
    const url = await stage.http();
    const pieces = new Line(url);
    for (const byte of posted(HINT)) await pieces.write(byte);
    assert.deepEqual(await pieces.answers(1), [200]);
    await pieces.write(posted('nonsense') + `${GET}\r\n`); // the connection is kept
    assert.deepEqual(await pieces.answers(3), [200, 400, 200]);
    pieces.socket.destroy();

    const many = new Line(url); // answers in the order of the requests, whatever each of them waits for
    const [wanted, bytes] = [[], []];
    for (let i = 0; i < 60; i++) {
      const [status, request] = [[200, posted(JSON.stringify({ account_id: ACCOUNT, id: `${i}` }))], [200, `${GET}\r\n`], [401, posted(HINT, '')], [400, posted('[]')], [404, 'GET /nope HTTP/1.1\r\nHost: usher\r\n\r\n']][i % 5];
      wanted.push(status);
      bytes.push(request);
    }
    await many.write(bytes.join('') + `${GET}Connection: close\r\n\r\n`);
    await many.closed;
    assert.deepEqual(many.statuses(), [...wanted, 200]);

    const waits = new Line(url); // a client that asks before it sends
    await waits.write(`POST /hooks/salesforce HTTP/1.1\r\nHost: usher\r\nX-Usher-Secret: ${SECRET}\r\nExpect: 100-continue\r\nContent-Length: ${HINT.length}\r\n\r\n`);
    assert.deepEqual(await waits.answers(1), [100]);
    await waits.write(HINT);
    assert.deepEqual(await waits.answers(2), [100, 200]);
    waits.socket.destroy();
  });

  scene('what could be read in two ways is refused, and nothing behind it is served', withHooks, async (stage) => {
    const url = await stage.http();
    const hidden = posted(HINT);
    const head = `POST /hooks/salesforce HTTP/1.1\r\nHost: usher\r\nX-Usher-Secret: ${SECRET}\r\n`;
    for (const [status, bytes] of [
      [411, `${head}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`],
      [411, `${head}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n${hidden}`],
      [400, `${head}Transfer-Encoding : chunked\r\nContent-Length: 0\r\n\r\n${hidden}`],
      [400, `${head}Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`],
      [400, `${head}Content-Length: 0, 5\r\n\r\n${hidden}`],
      [411, `${head}\r\n${hidden}`],
      [400, `${GET}Content-Length: ${hidden.length}\r\n\r\n${hidden}`],
      [400, `${head}X: y\r\n Content-Length: 5\r\n\r\n${hidden}`],
      [400, `${head}X: a\nContent-Length: 5\r\n\r\n${hidden}`],
      [413, `${head}Content-Length: 1048577\r\n\r\n${hidden}`],
      [431, `${head}X: ${'y'.repeat(17_000)}\r\n\r\n${hidden}`],
    ]) {
      const line = new Line(url);
      await line.write(bytes);
      await line.closed;
      assert.deepEqual(line.statuses(), [status], JSON.stringify(bytes.slice(0, 200)));
    }
    assert.equal(await counted(url, 'usher_hooks_total', { sender: 'salesforce', result: 'taken' }), 0);
  });

  scene('a client that stalls is dropped, and one that has gone is forgotten', { ...withHooks, timeout: 90_000 }, async (stage) => {
    const url = await stage.http();
    const stalled = ['', 'POST /hooks/sales', posted('x'.repeat(1000)).slice(0, -900)].map(async (bytes) => {
      const line = new Line(url);
      const began = performance.now();
      await line.write(bytes);
      const drip = bytes && setInterval(() => line.write('x'), 2000); // a byte now and then is no progress
      await line.closed;
      clearInterval(drip);
      return [line.text, performance.now() - began];
    });
    for (let i = 0; i < 20; i++) {
      const gone = new Line(url);
      await gone.write(posted(JSON.stringify({ account_id: ACCOUNT, id: `gone ${i}` })));
      gone.socket.destroy();
    }
    assert.equal(await (await fetch(`${url}/healthz`)).text(), 'ok\n');
    for (const [text, ms] of await Promise.all(stalled)) {
      assert.equal(text, '');
      assert.ok(ms > 10_000 && ms < 45_000, `dropped after ${ms} ms`);
    }
  });

  scene('a crowd of connections keeps neither Slack nor, once it has gone, anyone out', withHooks, async (stage) => {
    const { sandbox } = stage;
    const url = await stage.http();
    const asked = await card(sandbox, 'ACME Corp', 'INV-102');
    const crowd = Array.from({ length: 200 }, () => new Line(url));
    await Promise.all(crowd.map((line) => line.write('POST /hooks/salesforce HTTP/1.1\r\nHo')));
    const turned = await until(() => { const away = crowd.filter((line) => line.socket.closed).length; return away >= 60 && away; });
    assert.ok(turned < 100, `${turned} of 200 were turned away`);
    await click(sandbox, BO, asked, 'approve');
    await card(sandbox, 'ACME Corp', /Provisioned/);
    crowd.forEach((line) => line.socket.destroy());
    await until(async () => (await fetch(`${url}/healthz`).catch(() => null))?.status === 200);
    assert.equal((await flow(url, HINT)).status, 200);
    assert.ok(messagesIn(sandbox).every((one) => !textOf(one).includes(SECRET)));
  });
});
