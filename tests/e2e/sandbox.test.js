// The sandbox judged by others than us: Slack's own SDK connects to it and works; and by its own strictness, which is what
// makes tests against it mean something.
import assert from 'node:assert/strict';
import { createPrivateKey, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import bolt from '@slack/bolt';
import { WebSocket } from 'ws';
import { oauth1Signature } from '../sandbox/netsuite.js';
import { startSandbox } from '../sandbox/server.js';

const ACCOUNTS = ['demo', 'all'].map((name) => fileURLToPath(new URL(`../sandbox/accounts/${name}`, import.meta.url)));
const PROGRAM = fileURLToPath(new URL('../sandbox/usher-sandbox', import.meta.url));
const CHANNEL = 'C0ONBOARD';

const plain = (text) => ({ type: 'plain_text', text });
const button = (action_id, text, value) => ({ type: 'button', action_id, text: plain(text), value });
const asking = [{ type: 'section', text: { type: 'mrkdwn', text: 'May we?' } }, { type: 'actions', block_id: 'ask', elements: [button('yes', 'Yes', 'case-1')] }];
const modal = {
  type: 'modal', callback_id: 'why', private_metadata: 'case-1', title: plain('Why'), submit: plain('Send'),
  blocks: [{ type: 'input', block_id: 'reason_b', label: plain('Reason'), element: { type: 'plain_text_input', action_id: 'reason', min_length: 10 } }],
};

// A Web API call as the bot makes it: a form, members that are objects as JSON.
function call(sandbox, method, args = {}, token = sandbox.tokens.bot) {
  const body = new URLSearchParams(Object.entries(args).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]));
  return fetch(`${sandbox.url}/api/${method}`, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body }).then((reply) => reply.json());
}

// A Socket Mode client in ten lines, for what an SDK would hide: every frame is kept, nothing is acknowledged by itself.
async function connect(sandbox) {
  const { url } = await call(sandbox, 'apps.connections.open', {}, sandbox.tokens.app);
  const ws = new WebSocket(url);
  const client = { ws, frames: [], waiting: [], ack: (id, payload) => ws.send(JSON.stringify({ envelope_id: id, ...(payload && { payload }) })) };
  client.next = () => (client.frames.length ? Promise.resolve(client.frames.shift()) : new Promise((resolve) => client.waiting.push(resolve)));
  client.until = async (fits) => {
    for (;;) {
      const frame = await client.next();
      if (fits(frame)) return frame;
    }
  };
  ws.on('message', (data) => {
    const frame = JSON.parse(data);
    if (client.waiting.length) client.waiting.shift()(frame);
    else client.frames.push(frame);
  });
  client.closed = new Promise((resolve) => ws.on('close', resolve));
  ws.on('error', () => {});
  return client;
}

describe('Slack\'s own SDK against the sandbox', () => {
  let sandbox;
  let app;

  before(async () => {
    sandbox = await startSandbox();
    app = new bolt.App({ token: sandbox.tokens.bot, appToken: sandbox.tokens.app, socketMode: true, logLevel: bolt.LogLevel.ERROR, clientOptions: { slackApiUrl: `${sandbox.url}/api/` } });
    app.command('/onboard', async ({ ack, command }) => ack({ text: `heard ${command.text}` }));
    app.action('yes', async ({ ack, body, client }) => {
      await ack();
      await client.views.open({ trigger_id: body.trigger_id, view: modal });
    });
    app.view('why', async ({ ack, view, client }) => {
      const reason = view.state.values.reason_b.reason.value;
      if (reason.includes('rude')) return ack({ response_action: 'errors', errors: { reason_b: 'Be kind' } });
      await ack();
      return client.chat.postMessage({ channel: CHANNEL, text: `because ${reason}` });
    });
    app.event('app_home_opened', async ({ event, client }) => client.views.publish({ user_id: event.user, view: { type: 'home', blocks: [{ type: 'header', text: plain('Home') }] } }));
    await app.start();
  });

  after(async () => {
    await app.stop();
    await sandbox.wait({ kind: 'connection', count: 0 }); // cut off earlier, the SDK would wait for 30 s
    await sandbox.close();
  });

  it('answers a slash command, and only the one who typed it sees the answer', async () => {
    const result = await sandbox.command('U0MAYA', '/onboard status ACME', CHANNEL);
    assert.equal(result.acked, true);
    assert.equal(result.ack.text, 'heard status ACME');
    const [seen] = await sandbox.wait({ kind: 'ephemeral', user: 'U0MAYA', text: 'heard status ACME' });
    assert.equal(seen.to, 'U0MAYA');
  });

  it('posts a message, gets the click, opens a modal, gets its submission and posts again', async () => {
    const { ts } = await app.client.chat.postMessage({ channel: CHANNEL, text: 'May we?', blocks: asking });
    const click = await sandbox.click('U0BO', { channel: CHANNEL, ts, action_id: 'yes' });
    assert.equal(click.acked, true);
    const [view] = await sandbox.wait({ kind: 'view', user: 'U0BO', text: 'Why' });
    assert.equal(view.private_metadata, 'case-1');
    const sent = await sandbox.submit('U0BO', view.id, { reason: 'it is paid now' });
    assert.equal(sent.acked, true);
    await sandbox.wait({ channel: CHANNEL, text: 'because it is paid now' });
    await sandbox.wait({ kind: 'view', user: 'U0BO', count: 0 });
  });

  it('shows the errors that a submission is answered with, and refuses a form that Slack would not send', async () => {
    const { ts } = await app.client.chat.postMessage({ channel: CHANNEL, text: 'May we?', blocks: asking });
    await sandbox.click('U0BO', { channel: CHANNEL, ts, value: 'case-1' });
    const [view] = await sandbox.wait({ kind: 'view', user: 'U0BO', text: 'Why' });
    assert.deepEqual((await sandbox.submit('U0BO', view.id, { reason: 'short' })).refused, { reason_b: 'Must be at least 10 characters.' });
    assert.deepEqual((await sandbox.submit('U0BO', view.id, {})).refused, { reason_b: 'Please complete this required field.' });
    await sandbox.submit('U0BO', view.id, { reason: 'something rude' });
    assert.deepEqual(sandbox.state().views.U0BO[0].errors, { reason_b: 'Be kind' });
    await sandbox.closeView('U0BO', view.id);
  });

  it('is told when a Home is opened, and publishes it', async () => {
    await sandbox.openHome('U0MAYA');
    const [home] = await sandbox.wait({ kind: 'home', user: 'U0MAYA' });
    assert.equal(home.blocks[0].text.text, 'Home');
  });

  it('broke no rule of the protocol', () => {
    assert.deepEqual(sandbox.state().protocol_errors, []);
  });
});

describe('Socket Mode by the letter', () => {
  let sandbox;
  before(async () => { sandbox = await startSandbox({ timing: { ack_ms: 800, event_retries_ms: [0, 0, 0] } }); });
  after(() => sandbox.close());

  it('greets with hello, and a ticket opens one connection only', async () => {
    const client = await connect(sandbox);
    const hello = await client.next();
    assert.equal(hello.type, 'hello');
    assert.equal(hello.debug_info.approximate_connection_time, 18060);
    const again = new WebSocket(client.ws.url);
    const status = await new Promise((resolve) => again.on('unexpected-response', (req, res) => resolve(res.statusCode)).on('error', () => {}));
    assert.equal(status, 401);
    client.ws.close();
    await sandbox.wait({ kind: 'connection', count: 0 });
  });

  it('fails a command that nobody acknowledges in time, as Slack shows it', async () => {
    const client = await connect(sandbox);
    await client.next();
    const result = await sandbox.command('U0MAYA', 'status', CHANNEL);
    assert.deepEqual([result.acked, result.why], [false, 'timeout']);
    const [notice] = await sandbox.wait({ kind: 'notice', user: 'U0MAYA', text: 'dispatch_failed' });
    assert.equal(notice.text, '/onboard failed with the error "dispatch_failed"');
    client.ws.close();
    await sandbox.wait({ kind: 'connection', count: 0 });
  });

  it('sends an envelope again when its connection dies before the acknowledgement', async () => {
    const first = await connect(sandbox);
    await first.next();
    const result = sandbox.command('U0MAYA', 'status', CHANNEL);
    const envelope = await first.next();
    first.ws.terminate();
    const second = await connect(sandbox);
    assert.equal((await second.next()).type, 'hello');
    const again = await second.until((frame) => frame.envelope_id === envelope.envelope_id);
    second.ack(again.envelope_id, { text: 'late but well' });
    await result;
    assert.ok(sandbox.state().counts.redelivered >= 1);
    second.ws.close();
    await sandbox.wait({ kind: 'connection', count: 0 });
  });

  it('sends an unacknowledged event again, counted and with its reason', async () => {
    const client = await connect(sandbox);
    await client.next();
    sandbox.openHome('U0LEE');
    const wanted = (frame) => frame.payload?.event?.user === 'U0LEE';
    const [first, second] = [await client.until(wanted), await client.until(wanted)];
    assert.equal(first.envelope_id, second.envelope_id);
    assert.deepEqual([first.retry_attempt, second.retry_attempt, second.retry_reason], [0, 1, 'timeout']);
    client.ack(second.envelope_id);
    client.ws.close();
    await sandbox.wait({ kind: 'connection', count: 0 });
  });

  it('drops an acknowledgement above the frame limit and notes what is not JSON', async () => {
    const client = await connect(sandbox);
    await client.next();
    const before = sandbox.state().counts.dropped_acks;
    const result = sandbox.command('U0MAYA', 'list', CHANNEL);
    const envelope = await client.until((frame) => frame.payload?.text === 'list');
    client.ack(envelope.envelope_id, { text: 'x'.repeat(21_000) });
    client.ws.send('not json');
    assert.equal((await result).acked, false);
    assert.equal(sandbox.state().counts.dropped_acks, before + 1);
    assert.deepEqual(sandbox.state().protocol_errors.map((error) => error.what), ['ack_too_large', 'not_json']);
    client.ws.close();
    await sandbox.wait({ kind: 'connection', count: 0 });
  });

  it('gives each envelope to one connection in turn, and refuses the eleventh', async () => {
    const clients = await Promise.all(Array.from({ length: 10 }, () => connect(sandbox)));
    await Promise.all(clients.map((client) => client.next()));
    const eleventh = await connect(sandbox);
    assert.equal((await eleventh.next()).reason, 'too_many_websockets');
    await eleventh.closed;
    for (const client of clients) client.ws.on('message', (data) => { const frame = JSON.parse(data); if (frame.envelope_id) client.ack(frame.envelope_id); });
    const results = await Promise.all(Array.from({ length: 20 }, () => sandbox.command('U0MAYA', 'help', CHANNEL)));
    const shares = new Map();
    for (const { connection } of results) shares.set(connection, (shares.get(connection) ?? 0) + 1);
    assert.deepEqual([...shares.values()], Array(10).fill(2));
    clients.forEach((client) => client.ws.close());
    await sandbox.wait({ kind: 'connection', count: 0 });
  });

  it('strikes a standing connection with what a fault says', async () => {
    const client = await connect(sandbox);
    await client.next();
    sandbox.fault({ target: 'socket', kind: 'disconnect', reason: 'refresh_requested' });
    assert.equal((await client.until((frame) => frame.type === 'disconnect')).reason, 'refresh_requested');
    sandbox.fault({ target: 'socket', kind: 'reset' });
    assert.equal(await client.closed, 1006);
    sandbox.fault({ target: 'socket', kind: 'link_disabled', count: 1 });
    assert.equal((await call(sandbox, 'apps.connections.open', {}, sandbox.tokens.app)).error, 'link_disabled');
    sandbox.clearFaults();
  });
});

describe('the Web API refuses what Slack refuses', () => {
  let sandbox;
  before(async () => { sandbox = await startSandbox({ scopes: ['chat:write', 'channels:history', 'im:write', 'users:read'] }); });
  after(() => sandbox.close());

  it('names the place of a mistake in blocks', async () => {
    const refused = await call(sandbox, 'chat.postMessage', { channel: CHANNEL, blocks: [{ type: 'header', text: plain('x'.repeat(151)) }, { type: 'actions', elements: [{ type: 'button', text: plain('A'), colour: 'red' }] }, { type: 'sectoin' }] });
    assert.equal(refused.error, 'invalid_blocks');
    assert.deepEqual(refused.response_metadata.messages, [
      '[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]',
      '[ERROR] invalid additional property: colour [json-pointer:/blocks/1/elements/0]',
      '[ERROR] unsupported type: sectoin [json-pointer:/blocks/2/type]',
    ]);
  });

  it('wants a submit button where a modal has inputs, and a trigger that is fresh and unused', async () => {
    const { submit, ...without } = modal;
    assert.equal((await call(sandbox, 'views.open', { trigger_id: 'x', view: without })).error, 'invalid_arguments');
    assert.equal((await call(sandbox, 'views.open', { trigger_id: 'x', view: modal })).error, 'invalid_trigger_id');
    const trigger = sandbox.interactions.makeTrigger('U0MAYA');
    assert.equal((await call(sandbox, 'views.open', { trigger_id: trigger, view: modal })).ok, true);
    assert.equal((await call(sandbox, 'views.open', { trigger_id: trigger, view: modal })).error, 'exchanged_trigger_id');
  });

  it('keeps metadata from those who do not ask for it', async () => {
    const { ts } = await call(sandbox, 'chat.postMessage', { channel: CHANNEL, text: 'hello', metadata: { event_type: 'usher', event_payload: { job: 'j1' } } });
    const [bare] = (await call(sandbox, 'conversations.history', { channel: CHANNEL, oldest: ts, inclusive: 'true' })).messages;
    const [full] = (await call(sandbox, 'conversations.history', { channel: CHANNEL, oldest: ts, inclusive: 'true', include_all_metadata: 'true' })).messages;
    assert.equal(bare.metadata, undefined);
    assert.equal(full.metadata.event_payload.job, 'j1');
  });

  it('says which token and which scope is wrong', async () => {
    assert.equal((await call(sandbox, 'auth.test', {}, 'xoxb-wrong')).error, 'invalid_auth');
    assert.equal((await call(sandbox, 'auth.test', {}, sandbox.tokens.app)).error, 'not_allowed_token_type');
    const { error, needed } = await call(sandbox, 'users.lookupByEmail', { email: 'ana@corp.example' });
    assert.deepEqual([error, needed], ['missing_scope', 'users:read.email']);
  });

  it('loses a reply after the work is done, limits a rate, and recovers', async () => {
    sandbox.fault({ target: 'slack.chat.postMessage', kind: 'lost_reply', count: 1 });
    await assert.rejects(call(sandbox, 'chat.postMessage', { channel: CHANNEL, text: 'was it said?' }));
    assert.equal(sandbox.matching({ channel: CHANNEL, text: 'was it said?' }).length, 1);
    sandbox.fault({ target: 'slack.chat.postMessage', kind: 'rate_limited', count: 1, retry_after: 7 });
    const limited = await fetch(`${sandbox.url}/api/chat.postMessage`, { method: 'POST' });
    assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '7']);
    assert.equal((await call(sandbox, 'chat.postMessage', { channel: CHANNEL, text: 'said' })).ok, true);
  });

  it('takes five answers through a response URL and no more', async () => {
    const url = sandbox.interactions.responseUrl({ channel: CHANNEL, user: 'U0MAYA' });
    const answer = () => fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"text":"working"}' });
    for (let n = 0; n < 5; n += 1) assert.equal(await (await answer()).text(), 'ok');
    const sixth = await answer();
    assert.deepEqual([sixth.status, (await sixth.json()).error], [404, 'used_url']);
  });
});

describe('the outside systems', () => {
  let sandbox;
  let salesforce;
  let netsuite;

  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const jwt = (header, claims, key) => {
    const body = `${encode(header)}.${encode(claims)}`;
    const options = header.alg === 'ES256' ? { key, dsaEncoding: 'ieee-p1363' } : key;
    return `${body}.${sign('sha256', Buffer.from(body), options).toString('base64url')}`;
  };
  const post = (path, form) => fetch(sandbox.url + path, { method: 'POST', body: new URLSearchParams(form) }).then((reply) => reply.json());

  before(async () => {
    sandbox = await startSandbox({ data: ACCOUNTS, today: '2026-04-20', pageSize: 3 });
    const { credentials } = sandbox;
    const now = Math.floor(sandbox.clock.now() / 1000);
    const assertion = jwt({ alg: 'RS256' }, { iss: credentials.salesforce.clientId, sub: credentials.salesforce.username, aud: `${sandbox.url}/salesforce`, exp: now + 170 }, createPrivateKey(credentials.secret('salesforce-key.pem')));
    const session = await post('/salesforce/services/oauth2/token', { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion });
    salesforce = async (path) => {
      const reply = await fetch(session.instance_url + path, { headers: { authorization: `Bearer ${session.access_token}` } });
      return { status: reply.status, body: await reply.json(), headers: reply.headers };
    };
    const audience = `${sandbox.url}/netsuite/services/rest/auth/oauth2/v1/token`;
    const client = jwt({ alg: 'ES256', typ: 'JWT', kid: credentials.netsuite.certificateId }, { iss: credentials.netsuite.clientId, scope: ['rest_webservices'], aud: audience, iat: now, exp: now + 600, jti: 'one' }, createPrivateKey(credentials.secret('netsuite-key.pem')));
    const token = await post('/netsuite/services/rest/auth/oauth2/v1/token', { grant_type: 'client_credentials', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: client });
    netsuite = async (q, params = [], query = '?limit=1000&offset=0') => {
      const reply = await fetch(`${sandbox.url}/netsuite/services/rest/query/v1/suiteql${query}`, { method: 'POST', headers: { authorization: `Bearer ${token.access_token}`, prefer: 'transient', 'content-type': 'application/json' }, body: JSON.stringify({ q, params }) });
      return { status: reply.status, body: await reply.json() };
    };
  });
  after(() => sandbox.close());

  const soql = (query) => salesforce(`/services/data/v62.0/query?q=${encodeURIComponent(query)}`);

  it('Salesforce pages a long answer and counts the calls', async () => {
    let reply = await soql('SELECT Id, Account.Name FROM Opportunity WHERE IsWon = true ORDER BY SystemModstamp, Id');
    const names = [];
    while (reply.body.nextRecordsUrl) {
      names.push(...reply.body.records.map((record) => record.Account.Name));
      reply = await salesforce(reply.body.nextRecordsUrl);
    }
    names.push(...reply.body.records.map((record) => record.Account.Name));
    assert.equal(names.length, reply.body.totalSize);
    assert.equal(names[0], 'ACME Corp');
    assert.match(reply.headers.get('sforce-limit-info'), /^api-usage=\d+\/100000$/);
  });

  it('Salesforce refuses a query that names what is not there', async () => {
    for (const [query, code] of [['SELECT Nope FROM Account', 'INVALID_FIELD'], ['SELECT Id FROM Acount', 'INVALID_TYPE'], ['SELECT Id FROM Account WHERE', 'MALFORMED_QUERY'], ["SELECT Id FROM Opportunity WHERE CloseDate > '2026-01-01'", 'INVALID_FIELD'], ["SELECT Id FROM Account WHERE Name = 'O\\'Brien", 'MALFORMED_QUERY']]) {
      const { status, body } = await soql(query);
      assert.deepEqual([status, body[0].errorCode], [400, code], query);
    }
  });

  it('Salesforce compares names without case and takes an escaped wildcard for itself', async () => {
    assert.equal((await soql("SELECT Id FROM Account WHERE Name = 'acme CORP'")).body.totalSize, 1);
    assert.equal((await soql("SELECT Id FROM Account WHERE Name LIKE '%acme%'")).body.totalSize, 1);
    assert.equal((await soql("SELECT Id FROM Account WHERE Name LIKE '\\%acme%'")).body.totalSize, 0);
    assert.equal((await soql("SELECT Id FROM Account WHERE Name LIKE '%O\\'Brien%'")).body.totalSize, 1);
  });

  it('Salesforce refuses an assertion that another key signed, and an unknown token', async () => {
    const { generateKeyPairSync } = await import('node:crypto');
    const { credentials } = sandbox;
    const forged = jwt({ alg: 'RS256' }, { iss: credentials.salesforce.clientId, sub: credentials.salesforce.username, aud: `${sandbox.url}/salesforce`, exp: Math.floor(sandbox.clock.now() / 1000) + 100 }, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
    const reply = await post('/salesforce/services/oauth2/token', { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: forged });
    assert.equal(reply.error, 'invalid_grant');
    const stranger = await fetch(`${sandbox.url}/salesforce/services/data/v62.0/limits`, { headers: { authorization: 'Bearer nobody' } });
    assert.deepEqual([stranger.status, (await stranger.json())[0].errorCode], [401, 'INVALID_SESSION_ID']);
  });

  it('NetSuite answers text in lower-case columns, dates counted from --today, and leaves out what is null', async () => {
    const { body } = await netsuite('SELECT id, tranid, duedate, amountremaining, overrideinstallments, approvalstatus FROM invoice WHERE entity = ? ORDER BY id', ['101']);
    assert.deepEqual(body.items[1], { links: [], id: '5012', tranid: 'INV-102', duedate: '2026-04-08', amountremaining: '25000.00', overrideinstallments: 'F' });
    const { body: yen } = await netsuite('SELECT total FROM invoice WHERE tranid = ?', ['INV-2111']);
    assert.equal(yen.items[0].total, '6000000');
  });

  it('NetSuite joins installments to their invoice and pages by offset', async () => {
    const query = 'SELECT installment.invoice, installment.seqnum, installment.duedate FROM installment JOIN invoice ON installment.invoice = invoice.id WHERE invoice.entity = ? ORDER BY installment.invoice, installment.seqnum';
    const { body } = await netsuite(query, ['116'], '?limit=2&offset=2');
    assert.deepEqual(body.items.map((item) => item.seqnum), ['3', '4']);
    assert.deepEqual([body.totalResults, body.hasMore], [4, false]);
  });

  it('NetSuite tells credit memos and deposits in one answer, and rates by the ids of their currencies', async () => {
    const { body: credits } = await netsuite("SELECT 'creditmemo' AS kind, id, tranid, NULL AS payment FROM creditmemo WHERE entity = ? UNION ALL SELECT 'deposit' AS kind, id, tranid, payment FROM customerdeposit WHERE customer = ? ORDER BY kind, id", ['109', '162']);
    assert.deepEqual(credits.items, [{ links: [], kind: 'creditmemo', id: '7009', tranid: 'CM-9' }, { links: [], kind: 'deposit', id: '8162', tranid: 'DEP-62', payment: '1000.00' }]);
    const { body: rates } = await netsuite("SELECT transactioncurrency, effectivedate, exchangerate FROM currencyrate WHERE basecurrency = ? AND transactioncurrency IN (?, ?) AND effectivedate BETWEEN TO_DATE(?, 'YYYY-MM-DD') AND TO_DATE(?, 'YYYY-MM-DD') ORDER BY effectivedate", ['1', '2', '4', '2026-04-06', '2026-04-19']);
    assert.deepEqual(rates.items.map(({ links, ...rate }) => rate), [{ transactioncurrency: '2', effectivedate: '2026-04-10', exchangerate: '1.3' }, { transactioncurrency: '2', effectivedate: '2026-04-19', exchangerate: '1.378' }]);
  });

  it('a bank publishes rates as the European Central Bank does, and says what it does not understand', async () => {
    const ask = async (series, query = '?startPeriod=2026-04-11&endPeriod=2026-04-20&format=csvdata') => {
      const reply = await fetch(`${sandbox.url}/rates/service/data/EXR/${series}${query}`);
      return [reply.status, (await reply.text()).split('\r\n')];
    };
    const [status, [head, ...rows]] = await ask('D.GBP+CAD.EUR.SP00.A');
    const value = head.split(',').indexOf('OBS_VALUE');
    assert.deepEqual([status, rows.length, rows[0].split(',')[value], rows[1].split(',')[value], rows[2]], [200, 3, '0.84', '1.59', '']);
    assert.match(rows[0], /"ECB reference exchange rate, GBP\/Euro/);
    for (const [wanted, ...question] of [[404, 'D.NOK.EUR.SP00.A'], [404, 'M.CAD.EUR.SP00.A'], [400, 'D.CAD.EUR.SP00.A', '?format=csvdata'], [406, 'D.CAD.EUR.SP00.A', '?startPeriod=2026-04-11&endPeriod=2026-04-20']]) {
      assert.equal((await ask(...question))[0], wanted, question.join(''));
    }
  });

  it('NetSuite refuses a bad query in its own words', async () => {
    for (const [query, params] of [['SELECT nope FROM invoice', []], ['SELECT id FROM invoices', []], ['SELECT id FROM invoice LIMIT 1', []], ['SELECT id FROM invoice WHERE entity = ?', []], ['DELETE FROM invoice', []]]) {
      const { status, body } = await netsuite(query, params);
      assert.deepEqual([status, body['o:errorDetails'][0]['o:errorCode']], [400, 'INVALID_PARAMETER'], query);
    }
  });

  it('NetSuite checks OAuth 1.0a signatures as Oracle\'s published example has them', () => {
    const params = {
      realm: '123456', oauth_consumer_key: 'ef40afdd8abaac111b13825dd5e5e2ddddb44f86d5a0dd6dcf38c20aae6b67e4', oauth_token: '2b0ce516420110bcbd36b69e99196d1b7f6de3c6234c5afb799b73d87569f5cc',
      oauth_nonce: 'fjaLirsIcCGVZWzBX0pg', oauth_timestamp: '1508242306', oauth_signature_method: 'HMAC-SHA256', oauth_version: '1.0', oauth_signature: 'left out',
    };
    const secrets = { consumerSecret: 'd26ad321a4b2f23b0741c8d38392ce01c3e23e109df6c96eac6d099e9ab9e8b5', tokenSecret: 'c29a677df7d5439a458c063654187e3d678d73aca8e3c9d8bea1478a3eb0d295' };
    const record = { method: 'GET', url: 'https://123456.suitetalk.api.netsuite.com/services/rest/record/v1/employee/40', query: new URLSearchParams() };
    assert.equal(oauth1Signature({ ...record, params, ...secrets }), 'B5OIWznZ2YP0OB7VrJrGkYsTh+8H+5T9Hag+o92q0zY=');
    const script = { method: 'POST', url: 'https://123456.restlets.api.netsuite.com/app/site/hosting/restlet.nl', query: new URLSearchParams('script=6&deploy=1&customParam=someValue&testParam=someOtherValue') };
    assert.equal(oauth1Signature({ ...script, params, ...secrets }), '+KK4SKNgz4ZiILGLwOMtfYlgcXSy1eis8ldE9X90azQ=');
  });

  it('Ironclad filters records by a property', async () => {
    const ask = (filter) => fetch(`${sandbox.url}/clm/public/api/v1/records?filter=${encodeURIComponent(filter)}`, { headers: { authorization: `Bearer ${sandbox.credentials.clm.token}` } });
    const { list } = await (await ask("Equals([salesforceContractId],'800A0000001')")).json();
    assert.deepEqual(list.map((record) => record.ironcladId), ['IC-101']);
    assert.equal((await ask('Equals(')).status, 400);
  });

  it('DocuSign gives a token for an assertion of its user only, and agreements a page at a time', async () => {
    const { credentials } = sandbox;
    const { docusign } = credentials.clm;
    const now = Math.floor(sandbox.clock.now() / 1000);
    const good = { iss: docusign.clientId, sub: docusign.userId, aud: new URL(sandbox.url).host, iat: now, exp: now + 3600, scope: 'signature impersonation adm_store_unified_repo_read' };
    const ask = (change) => post('/clm/docusign/oauth/token', { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: jwt({ alg: 'RS256' }, { ...good, ...change }, createPrivateKey(credentials.secret('salesforce-key.pem'))) });
    for (const [change, error] of [[{ sub: 'nobody' }, 'consent_required'], [{ iss: 'nobody' }, 'invalid_grant'], [{ aud: sandbox.url }, 'invalid_grant'], [{ exp: now + 3601 }, 'invalid_grant'], [{ exp: now - 3600, iat: now - 7200 }, 'invalid_grant'], [{ scope: 'signature' }, 'invalid_grant']]) {
      assert.equal((await ask(change)).error, error, JSON.stringify(change));
    }
    const { access_token: token, expires_in: life } = await ask({});
    assert.equal(life, 3600);
    const get = (path, bearer = token) => fetch(new URL(path, `${sandbox.url}/clm/docusign/v1/`), { headers: { authorization: `Bearer ${bearer}` } });
    assert.equal((await get(`accounts/${docusign.accountId}/agreements`, 'nonsense')).status, 401);
    assert.equal((await get('accounts/other/agreements')).status, 404);
    assert.equal((await get(`accounts/${docusign.accountId}/agreements?limit=51`)).status, 400);
    assert.equal((await get(`accounts/${docusign.accountId}/agreements?party=ACME`)).status, 400);
    const seen = [];
    for (let next = `accounts/${docusign.accountId}/agreements?limit=10`; next;) {
      const page = await (await get(next)).json();
      assert.ok(page.data.length <= 10);
      seen.push(...page.data.map(({ id }) => id));
      next = page._links.next?.href;
    }
    assert.equal(new Set(seen).size, sandbox.data.records('clm', 'records').length);
    assert.ok(seen.length > 10);
    const { data: [acme, ...others] } = await (await get(`accounts/${docusign.accountId}/agreements?parties.name_in_agreement=acme%20corp`)).json();
    assert.deepEqual([others.length, acme.status, acme.custom_provisions.c_SalesforceContract, acme.provisions.total_agreement_value], [0, 'COMPLETE', '800A0000001', 150000]);
  });

  it('the platform makes an organisation once', async () => {
    const put = () => fetch(`${sandbox.url}/platform/organizations/ONB-1001`, { method: 'PUT', headers: { authorization: `Bearer ${sandbox.credentials.platform.token}` }, body: '{"name":"ACME Corp"}' });
    const [first, second] = [await put(), await put()];
    assert.deepEqual([first.status, second.status], [201, 200]);
    assert.equal((await first.json()).id, (await second.json()).id);
  });

  it('records change while it runs, and a change that the format does not allow is refused', () => {
    sandbox.change({ path: 'netsuite.invoice.INV-102', patch: { amountRemaining: 0, amountPaid: 25000 } });
    assert.equal(sandbox.data.find('netsuite', 'invoice', 'INV-102').amountRemaining, 0);
    assert.throws(() => sandbox.change({ path: 'netsuite.invoice.INV-102', patch: { amountLeft: 0 } }), /amountLeft: unknown key/);
  });

  it('faults reach one system, and only as long as they stand', async () => {
    sandbox.fault({ target: 'netsuite', kind: 'status', status: 503, count: 1 });
    assert.equal((await netsuite('SELECT id FROM currency')).status, 503);
    assert.equal((await netsuite('SELECT id FROM currency')).status, 200);
    sandbox.fault({ target: 'clm', kind: 'half_page', count: 1 });
    const half = await fetch(`${sandbox.url}/clm/public/api/v1/records`, { headers: { authorization: `Bearer ${sandbox.credentials.clm.token}` } });
    await assert.rejects(half.json());
  });
});

describe('the program', () => {
  let folder;
  before(() => { folder = mkdtempSync(join(tmpdir(), 'usher-sandbox-')); });
  after(() => rmSync(folder, { recursive: true }));

  const run = (...args) => new Promise((resolve) => {
    const child = spawn(process.execPath, [PROGRAM, ...args]);
    let [out, err] = ['', ''];
    child.stderr.on('data', (data) => { err += data; });
    child.stdout.on('data', (data) => {
      out += data;
      if (out.includes('\n')) child.kill('SIGTERM');
    });
    child.on('close', (code) => resolve({ code, out, err }));
  });

  it('says where it listens, and the configuration it writes points there with its secrets kept apart', async () => {
    const file = join(folder, 'usher.json');
    const { code, out } = await run('--data', ACCOUNTS[0], '--write-config', file, '--clock-speed', '8640');
    assert.match(out, /^usher-sandbox listening on http:\/\/127\.0\.0\.1:\d+\n$/);
    assert.equal(code, 0);
    const config = JSON.parse(readFileSync(file, 'utf8'));
    assert.equal(config.slack.api_url, `${out.trim().split(' ').at(-1)}/api/`);
    const secret = join(folder, config.slack.bot_token.file);
    assert.match(readFileSync(secret, 'utf8'), /^xoxb-/);
    assert.equal(statSync(secret).mode & 0o777, 0o600);
    assert.equal(config.salesforce.poll_s, 5);
  });

  const refused = async (content) => {
    const file = join(folder, 'bad.json');
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return { file, ...(await run('--data', file)) };
  };

  it('names file and place of an unknown key, a wrong date and a wrong type', async () => {
    const { file, code, err } = await refused({ account: 'X', salesforce: { Account: [{ Id: '001', Naem: 'X', CreatedDate: '@yesterday' }] }, netsuite: { invoice: [{ id: '1', total: '12' }] } });
    assert.equal(code, 65);
    assert.ok(err.includes(`${file}: salesforce.Account[0].Naem: unknown key`), err);
    assert.ok(err.includes(`${file}: salesforce.Account[0].CreatedDate: "@yesterday" is not a relative date`), err);
    assert.ok(err.includes(`${file}: netsuite.invoice[0].total: is not an amount`), err);
  });

  it('names the place of broken JSON and of an id that stands twice', async () => {
    assert.match((await refused('{ "account": "X",\n  "salesforce": }')).err, /bad\.json: line 2, column \d+: /);
    const twice = await refused({ account: 'X', salesforce: { Account: [{ Id: '001', Name: 'A' }, { Id: '001', Name: 'B' }] } });
    assert.match(twice.err, /bad\.json: salesforce\.Account\[1\]\.Id: "001" is already the id of salesforce\.Account\[0\]/);
  });

  it('refuses options that it does not know, with its usage', async () => {
    const { code, err } = await run('--data', ACCOUNTS[0], '--prot', '1');
    assert.equal(code, 64);
    assert.match(err, /--prot/);
  });
});
