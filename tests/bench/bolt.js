// The other side of the measurement: a bot on Slack's own SDK that does the least that could be called the same.
// `/onboard status` is one SELECT; a click is a checked signature, one INSERT committed with synchronous=FULL, then ack();
// a changed profile is its event's id and one row, in one commit.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { openStore } from './bolt_store.js';
import bolt from '@slack/bolt';

const { App, LogLevel } = bolt;
const folder = process.argv[2];
const KEY = Buffer.from('a key of the benchmark, known to both sides');

mkdirSync(folder, { recursive: true });
for (const end of ['', '-wal', '-shm']) rmSync(`${folder}/bolt.db${end}`, { force: true });
const store = openStore(folder);

const app = new App({
  token: 'xoxb-bench',
  appToken: 'xapp-bench',
  socketMode: true,
  logLevel: LogLevel.ERROR,
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL },
});

// "id.signature", as tests/bench/run writes them.
function genuine(value) {
  const [id, signature] = value.split('.');
  const expected = createHmac('sha256', KEY).update(id).digest();
  const given = Buffer.from(signature ?? '', 'base64url');
  return given.length === expected.length && timingSafeEqual(given, expected) ? id : null;
}

function statusBlocks(row) {
  const text = `*${row.number}* · ${row.account} · ${row.state}`;
  return [
    { type: 'section', text: { type: 'mrkdwn', text } },
    { type: 'section', fields: [{ type: 'mrkdwn', text: `*Owner*\n<@${row.owner}>` }, { type: 'mrkdwn', text: `*Finding*\n${row.finding}` }] },
    { type: 'context', elements: [{ type: 'mrkdwn', text: `opened ${row.opened_at}` }] },
  ];
}

app.command('/onboard', async ({ command, ack, client }) => {
  const [verb, number] = command.text.split(' ');
  if (verb === 'post') {
    await ack();
    await client.chat.postMessage({ channel: command.channel_id, text: 'Acme Corp needs a decision' });
    return;
  }
  const row = store.status(number);
  await ack({ response_type: 'ephemeral', text: `${row.number} is ${row.state}`, blocks: statusBlocks(row) });
});

app.view('approve', async ({ view, body, ack }) => {
  const id = genuine(view.private_metadata);
  if (!id) throw new Error('a forged form');
  if (view.state.values.ticks_1.ticks_1.selected_options.length !== 2) throw new Error('not ticked');
  store.approve(id, body.user.id, body.trigger_id);
  await ack();
});

// The SDK acknowledges an event before its listener runs. What comes again is dropped by its id.
app.event('user_change', async ({ event, body }) => {
  store.profile(body.event_id, event.user.id, event.user.profile.display_name);
});

app.error(async (error) => console.error(error));
await app.start();
