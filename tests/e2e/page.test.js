// The sandbox's page in a real browser: what the Web API posts is drawn, what people do reaches the bot, and it is usable
// without a mouse and without sight.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { after, before, beforeEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { startSandbox } from '../sandbox/server.js';
import { AXE, openBrowser } from './lib/browser.js';

const DEMO = fileURLToPath(new URL('../sandbox/accounts/demo', import.meta.url));
const CHANNEL = 'C0ONBOARD';

const plain = (text) => ({ type: 'plain_text', text, emoji: true });
const mrkdwn = (text) => ({ type: 'mrkdwn', text });

const card = (at) => [
  { type: 'header', text: plain('⚠️ ACME Corp: review needed') },
  { type: 'section', text: mrkdwn('*Invoice INV-102 is 12 days overdue (CAD 25,000.00)* · 1 more finding') },
  { type: 'section', fields: ['Deal CAD 150,000.00 · closed 27 Oct', 'Owner <@U0ANA> (manager <@U0LEE>)', 'Contract executed, to 27 Oct 2027', 'Billing ap@acme.example'].map(mrkdwn) },
  { type: 'section', text: mrkdwn('• ESCALATE INV-102 12 d overdue → follow up\n• NOTE 2 % discount ends in 5 d'), accessory: { type: 'overflow', action_id: 'more', options: [{ text: plain('Re-check'), value: 'recheck' }, { text: plain('Timeline'), value: 'timeline' }] } },
  { type: 'section', text: mrkdwn('_Would be PROCEED if:_ INV-102 paid &amp; `INV-101` stays so') },
  { type: 'context', elements: [mrkdwn('data age Salesforce 2 min, NetSuite 4 min'), mrkdwn('rules 2026.04')] },
  { type: 'actions', block_id: 'decide', elements: [
    { type: 'button', action_id: 'approve', style: 'primary', text: plain('Approve provisioning'), value: 'token-1', confirm: { title: plain('Approve ACME Corp?'), text: mrkdwn('Provisioning starts in *60 seconds*.'), confirm: plain('Approve'), deny: plain('Not yet') } },
    { type: 'button', action_id: 'reject', style: 'danger', text: plain('Reject'), value: 'token-2' },
    { type: 'button', action_id: 'view', text: plain('View details'), value: 'token-3' },
  ] },
  { type: 'context', elements: [mrkdwn(`Day 0 <!date^${at}^{date_short_pretty} {time}|then> · manager <@U0LEE> · director <@U0KIM> · ONB-1001 r3`)] },
];

const rejectModal = {
  type: 'modal', callback_id: 'reject', private_metadata: 'token-2', title: plain('Reject'), submit: plain('Reject'), close: plain('Cancel'),
  blocks: [
    { type: 'section', text: mrkdwn('*ACME Corp* · ONB-1001') },
    { type: 'input', block_id: 'reason_b', label: plain('Reason'), element: { type: 'static_select', action_id: 'reason', options: [['Billing error', 'billing'], ['Wrong owner', 'owner']].map(([text, value]) => ({ text: plain(text), value })) } },
    { type: 'input', block_id: 'comment_b', label: plain('Comment'), hint: plain('10 characters at least'), element: { type: 'plain_text_input', action_id: 'comment', multiline: true, min_length: 10 } },
    { type: 'input', block_id: 'by_b', optional: true, label: plain('By when'), element: { type: 'datepicker', action_id: 'by' } },
    { type: 'input', block_id: 'tell_b', optional: true, label: plain('Tell'), element: { type: 'checkboxes', action_id: 'tell', options: [{ text: plain('the owner'), value: 'owner' }] } },
  ],
};

// A bot of a few lines: acknowledges everything with `answers[…]` and keeps what came.
async function connectBot(sandbox) {
  const bot = { envelopes: [], answer: () => undefined };
  const { url } = await call(sandbox, 'apps.connections.open', {}, sandbox.tokens.app);
  bot.ws = new WebSocket(url);
  bot.ws.on('message', (data) => {
    const frame = JSON.parse(data);
    if (!frame.envelope_id) return;
    bot.envelopes.push(frame);
    bot.ws.send(JSON.stringify({ envelope_id: frame.envelope_id, payload: bot.answer(frame) }));
  });
  await sandbox.wait({ kind: 'connection' });
  return bot;
}

async function call(sandbox, method, args, token = sandbox.tokens.bot) {
  const body = new URLSearchParams(Object.entries(args).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]));
  const answer = await (await fetch(`${sandbox.url}/api/${method}`, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body })).json();
  assert.ok(answer.ok, JSON.stringify(answer));
  return answer;
}

describe('the page', () => {
  let sandbox;
  let bot;
  let browser;
  let page;
  let ts;
  const complaints = [];

  before(async () => {
    sandbox = await startSandbox({ data: DEMO, clockSpeed: 60 });
    bot = await connectBot(sandbox);
    const at = Math.floor(sandbox.clock.now() / 1000);
    ({ ts } = await call(sandbox, 'chat.postMessage', { channel: CHANNEL, text: 'ACME Corp: review needed', blocks: card(at) }));
    await call(sandbox, 'chat.postMessage', { channel: CHANNEL, text: 'Maya looked at it <@U0MAYA>', thread_ts: ts });
    await call(sandbox, 'chat.postMessage', { channel: 'U0LEE', text: '⏰ ACME Corp has waited 2 days for a CS decision' });
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1380, height: 900 }, colorScheme: 'light' });
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.setDefaultTimeout(20_000 * Number(process.env.USHER_PATIENCE ?? 1));
    await page.goto(sandbox.url);
    await page.getByText('ACME Corp: review needed').waitFor();
  });

  after(async () => {
    await browser?.close();
    bot?.ws.terminate();
    await sandbox?.close();
  });

  beforeEach(() => {
    bot.envelopes.length = 0;
    bot.answer = () => undefined;
  });

  const received = (type) => bot.envelopes.find((one) => (one.payload.type ?? one.type) === type)?.payload;
  const message = () => page.locator(`[data-ts="${ts}"]`);
  const as = (name) => page.locator('#people').getByRole('button', { name }).click();

  it('draws a message of Block Kit, its mentions and dates in the reader\'s words', async () => {
    await message().getByText('@Ana Silva').waitFor();
    assert.equal(await message().locator('strong', { hasText: 'Invoice INV-102' }).count(), 1);
    assert.equal(await message().locator('li', { hasText: 'ESCALATE INV-102' }).count(), 1);
    assert.match(await message().locator('.b-context time').innerText(), /^today \d\d:\d\d$/);
    await message().getByText('PROCEED if:').waitFor();
    assert.match(await message().innerText(), /INV-102 paid & INV-101 stays so/);
  });

  it('asks before a button that wants it, and the click reaches the bot', async () => {
    await message().getByRole('button', { name: 'Approve provisioning' }).click();
    await page.getByRole('button', { name: 'Not yet' }).click();
    assert.equal(received('block_actions'), undefined);
    await message().getByRole('button', { name: 'Approve provisioning' }).click();
    await page.locator('dialog').getByRole('button', { name: 'Approve', exact: true }).click();
    await page.locator('dialog').waitFor({ state: 'detached' });
    await page.waitForFunction(() => !document.querySelector('[aria-busy]'));
    const { user, actions } = received('block_actions');
    assert.deepEqual([user.id, actions[0].action_id, actions[0].value], ['U0MAYA', 'approve', 'token-1']);
  });

  it('opens a modal, shows its errors under the inputs, and sends what was filled in', async () => {
    bot.answer = (frame) => {
      if (frame.payload.type === 'block_actions') call(sandbox, 'views.open', { trigger_id: frame.payload.trigger_id, view: rejectModal });
      if (frame.payload.type !== 'view_submission') return undefined;
      return frame.payload.view.state.values.comment_b.comment.value.includes('!') ? { response_action: 'errors', errors: { comment_b: 'No shouting, please' } } : undefined;
    };
    await message().getByRole('button', { name: 'Reject' }).click();
    const dialog = page.locator('dialog.view');
    await dialog.waitFor();
    await dialog.getByRole('button', { name: 'Reject' }).click();
    await dialog.getByText('Please complete this required field.').nth(1).waitFor();
    await dialog.getByLabel('Reason').selectOption('Billing error');
    await dialog.getByLabel('Comment').fill('this is wrong!');
    await dialog.getByLabel('By when').fill('2026-12-01');
    await dialog.getByLabel('the owner').check();
    await dialog.getByRole('button', { name: 'Reject' }).click();
    await dialog.getByText('No shouting, please').waitFor();
    await dialog.getByLabel('Comment').fill('the invoice was paid twice');
    await dialog.getByRole('button', { name: 'Reject' }).click();
    await dialog.waitFor({ state: 'detached' });
    const { values } = bot.envelopes.at(-1).payload.view.state;
    assert.equal(values.reason_b.reason.selected_option.value, 'billing');
    assert.equal(values.comment_b.comment.value, 'the invoice was paid twice');
    assert.equal(values.by_b.by.selected_date, '2026-12-01');
    assert.deepEqual(values.tell_b.tell.selected_options.map((one) => one.value), ['owner']);
  });

  it('sends a slash command, shows its answer to that person only, and brings it back with the arrow key', async () => {
    bot.answer = () => ({ text: 'ONB-1001 *waits*' });
    const box = page.getByLabel('Message or command');
    await box.fill('/onboard status ONB-1001');
    await box.press('Enter');
    await page.locator('.ephemeral', { hasText: 'ONB-1001 waits' }).waitFor();
    assert.equal(bot.envelopes[0].payload.text, 'status ONB-1001');
    await box.press('ArrowUp');
    assert.equal(await box.inputValue(), '/onboard status ONB-1001');
    await box.fill('');
    await as('Bo Lindqvist');
    await page.locator('.ephemeral').waitFor({ state: 'detached' });
    await as('Maya Chen');
  });

  it('marks what is unread for whom, and shows it to the one it is for', async () => {
    const lee = page.locator('#people').getByRole('button', { name: 'Lee Osei' });
    assert.match(await lee.innerText(), /1/);
    await lee.click();
    await page.locator('#apps').getByRole('button', { name: 'Messages' }).click();
    await page.getByText('has waited 2 days').waitFor();
    await as('Maya Chen');
    assert.equal(await lee.locator('.badge').count(), 0);
    await page.locator('#channels').getByRole('button', { name: 'cs-onboarding' }).click();
  });

  it('follows an edit, and keeps a thread as it was folded', async () => {
    const thread = message().locator('details.thread');
    assert.equal(await thread.getAttribute('open'), '');
    await thread.locator('summary').click();
    await call(sandbox, 'chat.update', { channel: CHANNEL, ts, text: 'decided', blocks: [...card(Math.floor(sandbox.clock.now() / 1000)).slice(0, 6), { type: 'context', elements: [mrkdwn('✅ Approved by <@U0MAYA>')] }] });
    await message().getByText('Approved by').waitFor();
    await message().getByText('(edited)').first().waitFor();
    assert.equal(await message().locator('details.thread').getAttribute('open'), null);
    await call(sandbox, 'chat.update', { channel: CHANNEL, ts, text: 'ACME Corp: review needed', blocks: card(Math.floor(sandbox.clock.now() / 1000)) });
    await message().getByRole('button', { name: 'Reject' }).waitFor();
    await message().locator('details.thread summary').click();
  });

  it('keeps a menu open while its message is drawn again', async () => {
    const menu = message().locator('details.overflow');
    await menu.locator('summary').click();
    await call(sandbox, 'chat.postMessage', { channel: CHANNEL, text: 'Said while the menu is open', thread_ts: ts });
    await message().locator('details.thread').getByText('Said while the menu is open').waitFor();
    await menu.getByRole('button', { name: 'Re-check' }).click();
    await sandbox.wait(() => received('block_actions'));
    assert.equal(received('block_actions').actions[0].selected_option.value, 'recheck');
  });

  it('takes a reply in a thread by keyboard alone, and goes back to the channel', async () => {
    await message().getByRole('button', { name: /^Reply in the thread of/ }).focus();
    await page.keyboard.press('Enter');
    await page.locator('#composer-thread').getByText('ACME Corp: review needed').waitFor();
    await page.keyboard.type('I am on it');
    await page.keyboard.press('Enter');
    await message().locator('details.thread').getByText('I am on it').waitFor();
    await page.getByRole('button', { name: 'Back to the channel' }).click();
    assert.equal(await page.locator('#composer-thread').isVisible(), false);
    const said = sandbox.state().channels.find((one) => one.id === CHANNEL).messages.at(-1);
    assert.deepEqual([said.user, said.thread_ts], ['U0MAYA', ts]);
  });

  it('opens the message that a link leads to, and leaves links to elsewhere alone', async () => {
    const { permalink } = await call(sandbox, 'chat.getPermalink', { channel: CHANNEL, message_ts: ts });
    await call(sandbox, 'chat.postMessage', { channel: 'U0MAYA', text: `It waits · <${permalink}|Open the card> · <https://elsewhere.slack.com/archives/C1/p1700000000000100|not ours>` });
    await page.locator('#apps').getByRole('button', { name: 'Messages' }).click();
    assert.equal(await page.getByRole('link', { name: 'not ours' }).count(), 0);
    await page.getByRole('link', { name: 'Open the card' }).focus();
    await page.keyboard.press('Enter');
    await page.locator(`[data-ts="${ts}"]:focus`).getByRole('heading', { name: 'ACME Corp: review needed' }).waitFor();
    assert.match(await page.locator('#place').innerText(), /cs-onboarding/);
    assert.ok(page.url().startsWith(sandbox.url) && !page.url().includes('#'), page.url());
  });

  it('publishes a Home and takes clicks there', async () => {
    const home = { type: 'home', blocks: [{ type: 'header', text: plain('Needs you now') }, { type: 'section', text: mrkdwn('ACME Corp'), accessory: { type: 'button', action_id: 'approve', text: plain('Approve here'), value: 'token-9' } }] };
    bot.answer = (frame) => { if (frame.payload.event?.type === 'app_home_opened') call(sandbox, 'views.publish', { user_id: frame.payload.event.user, view: home }); };
    await page.locator('#apps').getByRole('button', { name: 'Home' }).click();
    await page.getByRole('button', { name: 'Approve here' }).click();
    await page.waitForFunction(() => !document.querySelector('[aria-busy]'));
    assert.equal(received('block_actions').view.type, 'home');
    await page.locator('#channels').getByRole('button', { name: 'cs-onboarding' }).click();
  });

  it('shows hostile text as text', async () => {
    const name = '<img src=x onerror=alert(1)> *a* <!channel>';
    const escaped = name.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    await call(sandbox, 'chat.postMessage', { channel: 'C0ONBOARD', text: escaped });
    await page.getByText('<img src=x onerror=alert(1)>').waitFor();
    assert.equal(await page.locator('#messages img').count(), 0);
    assert.equal(await page.locator('.mention.loud').count(), 0);
  });

  it('reads Slack\'s entities in plain text as the characters', async () => {
    await call(sandbox, 'chat.postMessage', { channel: CHANNEL, text: 'x', blocks: [{ type: 'header', text: plain('✅ Maple &amp; Birch &lt;b&gt;') }] });
    await page.getByRole('heading', { name: 'Maple & Birch <b>' }).waitFor();
  });

  it('switches a fault on and off, and says when the bot does not answer', async () => {
    const button = page.getByRole('button', { name: 'NetSuite: 503' });
    await button.click();
    await page.locator('.fault[aria-pressed="true"]').waitFor();
    assert.deepEqual(sandbox.state().faults.standing.map((fault) => [fault.target, fault.status]), [['netsuite', 503]]);
    await page.getByRole('button', { name: 'Mend everything' }).click();
    await page.locator('.fault[aria-pressed="true"]').waitFor({ state: 'detached' });
    bot.ws.terminate();
    await page.getByText('The bot is not connected.').waitFor();
    await message().getByRole('button', { name: 'View details' }).click();
    await message().getByText('This app did not respond to your click.').waitFor();
    bot = await connectBot(sandbox);
  });

  it('fills in the command that starts an account', async () => {
    await page.getByRole('button', { name: 'Start Maple & Birch Labs' }).click();
    assert.equal(await page.getByLabel('Message or command').inputValue(), '/onboard start "Maple & Birch Labs"');
    await page.getByLabel('Message or command').fill('');
  });

  for (const colorScheme of ['light', 'dark']) {
    it(`has nothing that an accessibility check minds, in ${colorScheme}`, async () => {
      await page.emulateMedia({ colorScheme });
      bot.answer = (frame) => { if (frame.payload.type === 'block_actions') call(sandbox, 'views.open', { trigger_id: frame.payload.trigger_id, view: rejectModal }); };
      if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/page-${colorScheme}.png` });
      const found = await violations(page);
      await message().getByRole('button', { name: 'Reject' }).click();
      await page.locator('dialog.view').waitFor();
      if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/modal-${colorScheme}.png` });
      found.push(...await violations(page));
      await page.locator('dialog.view').getByRole('button', { name: 'Cancel' }).click();
      await page.locator('dialog.view').waitFor({ state: 'detached' });
      assert.deepEqual(found, []);
    });
  }

  it('fits a narrow window, its tools behind a button', async () => {
    await page.setViewportSize({ width: 900, height: 800 });
    assert.equal(await page.locator('#panel').isVisible(), false);
    await page.getByRole('button', { name: 'Demo tools' }).click();
    assert.equal(await page.locator('#panel').isVisible(), true);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(overflow, 0);
  });

  it('made the browser complain of nothing', () => {
    assert.deepEqual(complaints, []);
  });
});

async function violations(page) {
  await page.evaluate(AXE);
  const result = await page.evaluate(() => globalThis.axe.run(document, { runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] } }));
  return result.violations.map((one) => `${one.impact} ${one.id}: ${one.nodes.map((node) => node.target.join(' ')).slice(0, 5).join(', ')}`);
}
