// The right of the page: the demo's clock, its accounts, what can be made to fail, and the bot's connections.
import { post, remove } from './api.js';
import { h, reconcile } from './dom.js';

const DAY_MS = 86_400_000;

const SLACK_FAULTS = [
  ['Refuse the next posts (429)', { target: 'slack.chat.postMessage', kind: 'rate_limited', count: 3, retry_after: 2 }],
  ['Lose the reply to the next post', { target: 'slack.chat.postMessage', kind: 'lost_reply', count: 1 }],
  ['Refuse direct messages', { target: 'slack.conversations.open', kind: 'error', error: 'cannot_dm_bot' }],
  ['Answer 500', { target: 'slack', kind: 'status', status: 500, duration_ms: 15_000 }],
  ['Deliver twice', { target: 'socket', kind: 'duplicate', count: 10 }],
];
const WIRE_FAULTS = [
  ['Warn', { target: 'socket', kind: 'disconnect', reason: 'warning' }],
  ['Refresh', { target: 'socket', kind: 'disconnect', reason: 'refresh_requested' }],
  ['Reset', { target: 'socket', kind: 'reset' }],
  ['Half-open', { target: 'socket', kind: 'half_open' }],
];
const SYSTEMS = [['salesforce', 'Salesforce'], ['netsuite', 'NetSuite'], ['clm', 'Contracts'], ['platform', 'Platform']];
const SYSTEM_FAULTS = [['Down', { kind: 'down' }], ['503', { kind: 'status', status: 503 }], ['Slow', { kind: 'slow', ms: 8000 }], ['401', { kind: 'unauthorised' }], ['Cut off', { kind: 'half_page' }]];

const standing = (state, fault) => state.faults.standing.find((one) => one.target === fault.target && one.kind === fault.kind);

// A fault that stands is switched off by the same button.
function faultButton(state, title, fault, label) {
  const on = standing(state, fault);
  return h('button', { type: 'button', class: 'fault', 'aria-pressed': String(Boolean(on)), 'aria-label': label, 'data-focus': `${fault.target}-${title}`, onclick: () => (on ? remove(`/faults/${on.id}`) : post('/faults', fault)) }, title);
}

function faultSection(state) {
  const signature = JSON.stringify(state.faults.standing.map((one) => [one.target, one.kind, one.id]));
  const systems = SYSTEMS.map(([target, name]) => h('div', { class: 'fault-row', role: 'group', 'aria-label': name }, h('span', { class: 'fault-name' }, name), h('div', {}, SYSTEM_FAULTS.map(([title, fault]) => faultButton(state, title, { target, ...fault }, `${name}: ${title}`)))));
  const slack = h('div', { class: 'fault-row', role: 'group', 'aria-label': 'Slack' }, h('span', { class: 'fault-name' }, 'Slack'), h('div', {}, SLACK_FAULTS.map(([title, fault]) => faultButton(state, title, fault, `Slack: ${title}`))));
  const off = state.faults.standing.length > 0 && h('button', { type: 'button', class: 'quiet', 'data-focus': 'faults-off', onclick: () => remove('/faults') }, 'Mend everything');
  return [{ key: 'faults', signature, build: () => h('div', {}, systems, slack, off) }];
}

function wireSection(state) {
  const { connections, counts, protocol_errors: errors } = state;
  const row = (one) => h('li', {}, h('span', { class: `dot ${one.half_open ? 'bad' : one.leaving ? 'leaving' : 'good'}`, 'aria-hidden': 'true' }), `${one.host}: ${one.half_open ? 'half-open' : one.leaving ? `leaving (${one.leaving})` : 'open'}, ${one.delivered} delivered`);
  return [
    { key: 'list', signature: JSON.stringify(connections), build: () => (connections.length ? h('ul', { class: 'wires' }, connections.map(row)) : h('p', { class: 'quiet-text' }, 'The bot is not connected.')) },
    { key: 'strike', signature: String(connections.length > 0), build: () => h('div', { class: 'strike' }, connections.length > 0 && WIRE_FAULTS.map(([title, fault]) => faultButton({ faults: { standing: [] } }, title, fault, `${title} all connections`))) },
    { key: 'counts', signature: JSON.stringify([counts, errors.length]), build: () => h('p', { class: 'quiet-text' }, `${counts.acked} of ${counts.delivered} acknowledged, ${counts.late} late, ${counts.redelivered} sent again, ${errors.length} against the protocol`) },
  ];
}

// What Slack did not deliver, and was written instead; the newest first.
function mailSection(state) {
  if (!state.mails.length) return [{ key: 'none', signature: '', build: () => h('p', { class: 'quiet-text' }, 'None yet. Whom Slack does not reach is written to.') }];
  return state.mails.toReversed().map(({ id, to, subject, text }) => ({
    key: id, signature: id,
    build: () => h('details', { class: 'mail' }, h('summary', { 'data-focus': id }, h('span', { class: 'quiet-text' }, `To ${to.join(', ')}`), h('span', { class: 'name' }, subject)), h('pre', {}, text)),
  }));
}

function accountSection(state, start) {
  return state.accounts.map((account) => ({
    key: account.id,
    signature: JSON.stringify(account),
    build: () => h('li', {}, h('span', { class: 'account' }, h('span', { class: 'name', title: account.name }, account.name), h('span', { class: 'quiet-text' }, account.organization ? '✓ provisioned' : account.won ? 'won' : 'not won yet')),
      h('button', { type: 'button', class: 'small', 'data-focus': account.id, 'aria-label': `Start ${account.name}`, onclick: () => start(account) }, 'Start')),
  }));
}

export function showPanel(state, start) {
  reconcile(document.getElementById('accounts'), accountSection(state, start));
  reconcile(document.getElementById('faults'), faultSection(state));
  document.getElementById('mails-section').hidden = state.mails === null;
  if (state.mails) reconcile(document.getElementById('mails'), mailSection(state));
  reconcile(document.getElementById('wires'), wireSection(state));
}

export function showClock({ from, speed }, now, zone) {
  const day = Math.floor((now - from) / DAY_MS);
  const format = (options) => new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...options }).format(now);
  reconcile(document.getElementById('clock'), [{
    key: 'clock', signature: `${day} ${format({ hour: '2-digit', minute: '2-digit', weekday: 'short', day: 'numeric' })} ${zone}`,
    build: () => h('div', { class: 'clock' }, h('span', { class: 'day-count' }, `Day ${day}`), h('span', { class: 'hands' }, format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })),
      h('span', { class: 'quiet-text' }, `${format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })}, ${zone.replace('_', ' ')}${speed === 1 ? '' : `, ${speed} times as fast`}`)),
  }]);
}
