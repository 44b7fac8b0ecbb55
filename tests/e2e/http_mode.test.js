// HTTP mode with the real program and real sockets: Slack's signed requests through a decision, and everyone else's.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { sign } from '../sandbox/slack/http_delivery.js';
import { CHANNEL, scene, until } from './lib/scene.js';

const OPTIONS = { data: 'demo/acme.json', sandbox: { slackMode: 'http' }, bot: { connections: 0 } };

// Tells the sandbox where the bot is, once it knows its workspace and who is in it.
async function reach(stage) {
  stage.sandbox.appUrl = await stage.http();
  await stage.bot.line(/authenticated for workspace/);
  await stage.acquainted();
  return stage.sandbox.appUrl;
}

const card = (sandbox, match, timeout = 10_000) => sandbox.wait({ kind: 'message', channel: CHANNEL, match, timeout });
const form = (fields) => new URLSearchParams(fields).toString();
const FORM = 'application/x-www-form-urlencoded';

async function send(url, path, body, headers) {
  const reply = await fetch(url + path, { method: 'POST', body, headers: { 'content-type': FORM, ...headers } });
  return [reply.status, await reply.text()];
}

function signed(secret, body, at = Date.now()) {
  const timestamp = String(Math.floor(at / 1000));
  return { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': sign(secret, timestamp, body) };
}

scene('HTTP mode: a command, a click and a form go their way, and no connection is opened', OPTIONS, async (stage) => {
  const { sandbox } = stage;
  await reach(stage);
  const asked = await sandbox.command('U0MAYA', 'start "ACME Corp"');
  assert.equal(asked.acked, true);
  await card(sandbox, /ACME Corp: review needed/);
  const { ts } = sandbox.workspace.channels.get(CHANNEL).messages[0];
  const status = await sandbox.command('U0BO', 'status ONB-1001');
  assert.match(JSON.stringify(status.ack), /ACME Corp/);
  assert.ok(status.ms < 3000);
  await sandbox.click('U0BO', { channel: CHANNEL, ts, action_id: 'reject' });
  const [view] = await sandbox.wait({ kind: 'view', user: 'U0BO' });
  const refused = await sandbox.submit('U0BO', view.id, { reason: 'other', comment: '' });
  assert.equal(refused.ack.response_action, 'errors');
  await sandbox.submit('U0BO', view.id, { reason: 'other', comment: 'They asked us to wait.' });
  await card(sandbox, /ACME Corp: rejected/);
  await sandbox.openHome('U0MAYA');
  await sandbox.wait({ kind: 'home', user: 'U0MAYA' });
  assert.equal(sandbox.state().connections.length, 0);
  const ready = await (await fetch(`${sandbox.appUrl}/readyz`)).json();
  assert.deepEqual([ready.status, ready.slack_mode], [200, 'http']);
});

scene('HTTP mode: who does not sign, or signed another body or at another time, hears 401 and nothing else', OPTIONS, async (stage) => {
  const url = await reach(stage);
  await stage.bot.line(/the directory was read/); // until then nobody is known
  const secret = stage.sandbox.credentials.slack.signing;
  const body = form({ team_id: 'T0SANDBOX', user_id: 'U0MAYA', channel_id: CHANNEL, command: '/onboard', text: 'help', trigger_id: '1.2.a' });
  const [ok, answer] = await send(url, '/slack/commands', body, signed(secret, body));
  assert.equal(ok, 200);
  assert.match(answer, /what you can type/);
  const other = createHmac('sha256', secret).update('').digest('hex');
  const wrong = [
    {}, signed('another secret', body), signed(secret, `${body}&x=1`), signed(secret, body, Date.now() - 301_000), signed(secret, body, Date.now() + 302_000),
    { ...signed(secret, body), 'x-slack-signature': `v0=${other}` }, { ...signed(secret, body), 'x-slack-request-timestamp': 'now' },
  ];
  for (const headers of wrong) assert.deepEqual(await send(url, '/slack/commands', body, headers), [401, '']);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  assert.match(metrics, /usher_slack_requests_total\{what="commands",result="refused"\} 5/);
  assert.match(metrics, /usher_slack_requests_total\{what="commands",result="stale"\} 2/);
  assert.ok(!stage.bot.lines.some((line) => line.includes(secret)), 'the secret is in the log');
});

scene('HTTP mode: a request that is shown again has its answer again and no second effect', OPTIONS, async (stage) => {
  const url = await reach(stage);
  await stage.bot.line(/the directory was read/); // until then nobody is known
  const secret = stage.sandbox.credentials.slack.signing;
  const body = form({ team_id: 'T0SANDBOX', user_id: 'U0MAYA', channel_id: CHANNEL, command: '/onboard', text: 'start "ACME Corp"', trigger_id: '1.3.a' });
  const headers = signed(secret, body);
  const answers = [];
  for (let i = 0; i < 3; i++) answers.push(await send(url, '/slack/commands', body, headers));
  assert.deepEqual(answers[1], answers[0]);
  assert.deepEqual(answers[2], answers[0]);
  await card(stage.sandbox, /ACME Corp/);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  assert.match(metrics, /usher_redeliveries_total 2/);
});

scene('HTTP mode: Slack is told that the address is ours, over real sockets', OPTIONS, async (stage) => {
  const url = await reach(stage);
  const body = JSON.stringify({ type: 'url_verification', token: 'x', challenge: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P' });
  const [status, answer] = await send(url, '/slack/events', body, { ...signed(stage.sandbox.credentials.slack.signing, body), 'content-type': 'application/json' });
  assert.deepEqual([status, answer], [200, JSON.parse(body).challenge]);
  assert.deepEqual(await send(url, '/slack/commands', 'ssl_check=1&token=x', {}), [200, '']);
  assert.equal((await fetch(`${url}/slack/events`)).status, 405);
  assert.equal((await send(url, '/slack/nothing', '', {}))[0], 404);
});

scene('HTTP mode: an event that met a stopped process comes again to the next one', { ...OPTIONS, timeout: 90_000 }, async (stage) => {
  const { sandbox } = stage;
  await reach(stage);
  await stage.bot.crash();
  const opened = sandbox.openHome('U0MAYA');
  await stage.start({ connections: 0 });
  sandbox.appUrl = await stage.http();
  await opened;
  await stage.bot.line(/authenticated for workspace/);
  await until(async () => (await sandbox.openHome('U0MAYA')).acked);
  await sandbox.wait({ kind: 'home', user: 'U0MAYA' });
});

scene('HTTP mode: usher check and usher manifest know it', { ...OPTIONS, bot: false }, async (stage) => {
  const { out } = await stage.usher('check');
  assert.match(out, /ok {4}Slack requests +taken by HTTP/);
  assert.ok(!out.includes('Slack app token'));
  const { out: text } = await stage.usher('manifest', '--http', 'https://usher.example.com/');
  const manifest = JSON.parse(text);
  assert.equal(manifest.settings.socket_mode_enabled, false);
  assert.equal(manifest.settings.event_subscriptions.request_url, 'https://usher.example.com/slack/events');
  assert.equal(manifest.settings.interactivity.request_url, 'https://usher.example.com/slack/interactions');
  assert.equal(manifest.features.slash_commands[0].url, 'https://usher.example.com/slack/commands');
  const { code, err } = await stage.usher('manifest', '--http', 'http://usher.example.com');
  assert.equal(code, 64);
  assert.match(err, /--http takes the address/);
});
