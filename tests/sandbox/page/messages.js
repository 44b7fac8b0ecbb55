// The middle of the page: a channel's messages with their threads, and what only this person sees; or the App Home.
import { post } from './api.js';
import { h, reconcile } from './dom.js';
import { mrkdwn } from './mrkdwn.js';
import { renderBlocks } from './blocks.js';
import { clockTime, dayKey, dayTitle } from './time.js';

const folded = new Set(); // threads that were folded away, by ts

const at = (ts) => Number(ts) * 1000;

// `view`: {state, user, channel, context}.
export function showMessages(parent, view) {
  const items = timeline(view);
  const stuck = parent.scrollHeight - parent.scrollTop - parent.clientHeight < 60;
  reconcile(parent, items.length ? items : [{ key: 'none', signature: view.channel.id, build: () => h('p', { class: 'nothing' }, 'Nothing here yet.') }]);
  if (stuck || parent.dataset.channel !== view.channel.id + view.user.id) parent.scrollTop = parent.scrollHeight;
  parent.dataset.channel = view.channel.id + view.user.id;
}

function timeline(view) {
  const { state, user, channel } = view;
  const roots = channel.messages.filter((one) => !one.thread_ts || one.thread_ts === one.ts || one.subtype === 'thread_broadcast');
  const mine = state.ephemerals.filter((one) => one.channel === channel.id && one.to === user.id && !one.thread_ts);
  const told = state.notices.filter((one) => one.channel === channel.id && one.user === user.id && !one.ts).map((one) => ({ ...one, ts: one.stands_at, notice: true }));
  const rows = [...roots, ...mine, ...told].sort((left, right) => Number(left.ts) - Number(right.ts));
  const items = [];
  let day = null;
  for (const row of rows) {
    const today = dayKey(at(row.ts), user.tz);
    if (today !== day) items.push(divider(today, row, user));
    day = today;
    items.push(row.notice ? noticeItem(row) : messageItem(row, view));
  }
  return items;
}

const divider = (day, row, user) => ({ key: `day-${day}`, signature: user.tz, build: () => h('div', { class: 'day' }, h('span', {}, dayTitle(at(row.ts), user.tz))) });

const noticeItem = (row) => ({
  key: row.id, signature: 'notice',
  build: () => h('article', { class: 'message system' }, h('div', { class: 'avatar slackbot', 'aria-hidden': 'true' }, '!'), h('div', { class: 'content' }, h('p', { class: 'only' }, 'Only visible to you'), h('p', { class: 'warn' }, `⚠ ${row.text}`))),
});

function messageItem(message, view) {
  const { channel, user, state } = view;
  const replies = channel.messages.filter((one) => one.thread_ts === message.ts && one.ts !== message.ts);
  const hidden = state.ephemerals.filter((one) => one.channel === channel.id && one.to === user.id && one.thread_ts === message.ts);
  const thread = [...replies, ...hidden].sort((left, right) => Number(left.ts) - Number(right.ts));
  const failures = state.notices.filter((one) => one.ts === message.ts && one.user === user.id).length;
  return {
    key: `${channel.id}-${message.ts}`,
    signature: JSON.stringify([user.id, message, thread, failures, dayKey(view.context.now(), user.tz)]),
    build: () => article(message, view, { thread, failures }),
  };
}

function article(message, view, { thread = [], failures = 0, reply = false }) {
  const { user, channel, context } = view;
  const author = context.users.get(message.user);
  const act = (block, element, selected) => post('/click', { user: user.id, channel: channel.id, ts: message.ts, block_id: block.block_id, action_id: element.action_id, selected });
  return h('article', { class: `message${message.is_ephemeral ? ' ephemeral' : ''}`, 'data-ts': message.ts, 'data-focus-area': message.ts, tabIndex: -1 },
    avatar(author),
    h('div', { class: 'content' },
      message.is_ephemeral && h('p', { class: 'only' }, 'Only visible to you'),
      h('p', { class: 'by' }, h('strong', {}, author?.real_name ?? 'Unknown'), author?.is_bot && h('span', { class: 'tag' }, 'app'), h('time', { dateTime: new Date(at(message.ts)).toISOString() }, clockTime(at(message.ts), user.tz))),
      message.blocks ? h('div', { class: 'blocks' }, renderBlocks(message.blocks, context, act)) : h('div', { class: 'b-text' }, mrkdwn(message.text, context)),
      message.edited && h('span', { class: 'edited' }, '(edited)'),
      !reply && !message.is_ephemeral && h('button', { type: 'button', class: 'quiet reply', 'data-focus': `reply/${message.ts}`, 'aria-label': `Reply in the thread of ${author?.real_name ?? 'Unknown'}, ${clockTime(at(message.ts), user.tz)}`, onclick: () => view.reply(message) }, '↩ Reply'),
      failures > 0 && h('p', { class: 'warn', role: 'alert' }, '⚠ This app did not respond to your click.'),
      !reply && thread.length > 0 && threadOf(message, thread, view)));
}

function threadOf(message, thread, view) {
  const count = `${thread.length} ${thread.length === 1 ? 'reply' : 'replies'}`;
  return h('details', { class: 'thread', open: !folded.has(message.ts), ontoggle: (event) => (event.target.open ? folded.delete(message.ts) : folded.add(message.ts)) },
    h('summary', {}, count), thread.map((one) => article(one, view, { reply: true })));
}

const HUES = [172, 262, 214, 24, 330, 96, 48, 292, 8];

const hues = new Map(); // user id -> hue, given out in the order in which people are first drawn

export function avatar(user) {
  if (user?.is_bot) return h('div', { class: 'avatar usher', 'aria-hidden': 'true' });
  const initials = (user?.real_name ?? '?').split(' ').map((word) => word[0]).join('').slice(0, 2);
  if (!hues.has(user?.id)) hues.set(user?.id, HUES[hues.size % HUES.length]);
  return h('div', { class: `avatar hue-${hues.get(user?.id)}`, 'aria-hidden': 'true' }, initials);
}

export function showHome(parent, { state, user, context }) {
  const home = state.homes[user.id];
  const act = (block, element, selected) => post('/click_view', { user: user.id, view_id: home.id, block_id: block.block_id, action_id: element.action_id, selected });
  const build = () => (home ? h('div', { class: 'home blocks' }, renderBlocks(home.blocks, context, act)) : h('p', { class: 'nothing' }, 'Usher has not published a Home for this person yet.'));
  reconcile(parent, [{ key: 'home', signature: `${user.id}${home?.hash}`, build }]);
  delete parent.dataset.channel;
}
