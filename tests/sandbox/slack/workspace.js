// The workspace's memory: channels and their messages, direct messages, ephemeral messages, open views, App Homes, and
// what went wrong for whom. Emits "change" after every one.
import { EventEmitter } from 'node:events';
import { randomBytes } from 'node:crypto';
import { withIds } from './block_kit.js';
import { APP_ID, BOT, CHANNEL, DEAL_DESK, GUEST_IDS, PEOPLE_IDS, TEAM, makeGroups, makeUsers } from './people.js';

const MAX_TEXT = 40_000;
const MAX_STACK = 3;
const KEPT_NOTICES = 200;

export class SlackError extends Error {
  constructor(code, more = {}) {
    super(code);
    this.code = code;
    this.more = more;
  }
}

const makeId = (prefix) => prefix + randomBytes(5).toString('hex').toUpperCase();
const blockId = () => randomBytes(4).toString('base64url');

export class Workspace extends EventEmitter {
  constructor(clock, team = TEAM) {
    super();
    this.setMaxListeners(0);
    this.clock = clock;
    this.team = team;
    this.users = makeUsers(team);
    this.groups = makeGroups();
    this.channels = new Map();
    this.ephemerals = [];
    this.views = new Map(); // view id -> view (all that are open)
    this.stacks = new Map(); // user id -> ids of open modals, topmost last
    this.homes = new Map(); // user id -> view
    this.notices = []; // what Slack's client would show: "/onboard failed with the error "dispatch_failed""
    this.lastTs = 0;
    this.version = 0;
    const everyone = PEOPLE_IDS.filter((id) => !GUEST_IDS.includes(id));
    this.addChannel({ id: CHANNEL, name: 'cs-onboarding', members: [...everyone, BOT.user] });
    this.addChannel({ id: DEAL_DESK, name: 'deal-desk', members: [...everyone, BOT.user] });
    this.addChannel({ id: 'C0GENERAL', name: 'general', members: [...PEOPLE_IDS] });
  }

  changed(kind, detail = {}) {
    this.version += 1;
    this.emit('change', { version: this.version, kind, ...detail });
  }

  makeTs() {
    const micros = Math.max(this.clock.now() * 1000, this.lastTs + 1);
    this.lastTs = micros;
    return `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`;
  }

  // ---- people and channels

  user(id) {
    const user = this.users.get(id);
    if (!user) throw new SlackError('user_not_found');
    return user;
  }

  addChannel({ id, name = '', members, user = null }) {
    const channel = { id, name, user, members: new Set(members), messages: [], created: Math.floor(this.clock.now() / 1000), is_archived: false };
    this.channels.set(id, channel);
    return channel;
  }

  channel(id) {
    const channel = this.channels.get(id);
    if (!channel) throw new SlackError('channel_not_found');
    return channel;
  }

  // The app's direct messages with a person; made at first use, always the same.
  openDm(userId) {
    const user = this.user(userId);
    if (user.is_bot) throw new SlackError('cannot_dm_bot');
    if (user.deleted) throw new SlackError('user_disabled');
    const id = `D0${userId.slice(2)}`;
    return this.channels.get(id) ?? this.addChannel({ id, user: userId, members: [userId, BOT.user] });
  }

  // Where the app may write: a channel it is in, a DM, or (for a user id) the DM with that person.
  target(id) {
    if (typeof id !== 'string' || id === '') throw new SlackError('channel_not_found');
    if (/^[UW]/.test(id)) return this.openDm(id);
    const channel = this.channel(id);
    if (channel.is_archived) throw new SlackError('is_archived');
    if (!channel.members.has(BOT.user)) throw new SlackError('not_in_channel');
    return channel;
  }

  // ---- messages

  message(channelId, ts) {
    const message = this.channels.get(channelId)?.messages.find((one) => one.ts === ts);
    if (!message) throw new SlackError('message_not_found');
    return message;
  }

  post(channel, { user = BOT.user, text = '', blocks, metadata, thread_ts, reply_broadcast, username }) {
    if (thread_ts && !channel.messages.some((one) => one.ts === thread_ts)) throw new SlackError('cannot_reply_to_message');
    const message = { type: 'message', user, ts: this.makeTs(), text: text.slice(0, MAX_TEXT), team: this.team.id };
    if (user === BOT.user) Object.assign(message, { bot_id: BOT.bot, app_id: APP_ID });
    if (username) message.username = username;
    if (blocks) message.blocks = withIds(blocks, blockId);
    if (metadata) message.metadata = metadata;
    if (thread_ts) message.thread_ts = thread_ts;
    if (reply_broadcast) message.subtype = 'thread_broadcast';
    channel.messages.push(message);
    this.changed('message', { channel: channel.id, ts: message.ts });
    return message;
  }

  // Members that are undefined stay as they are; metadata null removes it.
  edit(channelId, ts, { text, blocks, metadata }, by = BOT.user) {
    this.channel(channelId);
    const message = this.message(channelId, ts);
    if (message.user !== by) throw new SlackError('cant_update_message');
    if (text !== undefined) message.text = text;
    if (blocks?.length === 0) delete message.blocks;
    else if (blocks !== undefined) message.blocks = withIds(blocks, blockId);
    if (metadata === null) delete message.metadata;
    else if (metadata !== undefined) message.metadata = metadata;
    message.edited = { user: by, ts: this.makeTs() };
    message.edits = (message.edits ?? 0) + 1;
    this.changed('edit', { channel: channelId, ts });
    return message;
  }

  remove(channelId, ts, by = BOT.user) {
    const channel = this.channel(channelId);
    const message = this.message(channelId, ts);
    if (message.user !== by) throw new SlackError('cant_delete_message');
    channel.messages.splice(channel.messages.indexOf(message), 1);
    this.changed('delete', { channel: channelId, ts });
  }

  postEphemeral(channelId, userId, { text = '', blocks, thread_ts }) {
    const message = { type: 'message', subtype: 'bot_message', is_ephemeral: true, channel: channelId, to: userId, user: BOT.user, bot_id: BOT.bot, app_id: APP_ID, ts: this.makeTs(), text, ...(thread_ts && { thread_ts }) };
    if (blocks) message.blocks = withIds(blocks, blockId);
    this.ephemerals.push(message);
    this.changed('ephemeral', { channel: channelId, user: userId, ts: message.ts });
    return message;
  }

  editEphemeral(message, { text, blocks }) {
    if (text !== undefined) message.text = text;
    if (blocks !== undefined) message.blocks = withIds(blocks, blockId);
    else delete message.blocks;
    message.edits = (message.edits ?? 0) + 1;
    this.changed('ephemeral', { channel: message.channel, user: message.to, ts: message.ts });
  }

  removeEphemeral(message) {
    this.ephemerals.splice(this.ephemerals.indexOf(message), 1);
    this.changed('ephemeral', { channel: message.channel, user: message.to });
  }

  // As Slack shows it to the app: no metadata unless asked for, thread counts on the parent.
  render(channel, message, { metadata = false } = {}) {
    const { metadata: kept, edits, ...shown } = message;
    const replies = channel.messages.filter((one) => one.thread_ts === message.ts && one.ts !== message.ts);
    if (replies.length) Object.assign(shown, { thread_ts: message.ts, reply_count: replies.length, reply_users: [...new Set(replies.map((one) => one.user))], latest_reply: replies.at(-1).ts });
    if (metadata && kept) shown.metadata = kept;
    return shown;
  }

  // ---- views

  makeView(view, userId, { previous = null, keep = null } = {}) {
    const id = keep?.id ?? makeId('V');
    const blocks = withIds(view.blocks, blockId);
    return {
      id, team_id: this.team.id, type: view.type, blocks, private_metadata: view.private_metadata ?? '', callback_id: view.callback_id ?? '',
      state: { values: {} }, hash: `${Math.floor(this.clock.now() / 1000)}.${randomBytes(4).toString('hex')}`,
      title: view.title ?? null, clear_on_close: view.clear_on_close ?? false, notify_on_close: view.notify_on_close ?? false,
      close: view.close ?? null, submit: view.submit ?? null, previous_view_id: previous, root_view_id: keep?.root_view_id ?? (previous ? this.views.get(previous).root_view_id : id),
      app_id: APP_ID, external_id: view.external_id ?? '', app_installed_team_id: this.team.id, bot_id: BOT.bot, user: userId, errors: null, trouble: null,
    };
  }

  stack(userId) {
    if (!this.stacks.has(userId)) this.stacks.set(userId, []);
    return this.stacks.get(userId);
  }

  // Puts a modal on top of what the person has open; `fresh` closes what was open before.
  openView(userId, view, { fresh = true } = {}) {
    const stack = this.stack(userId);
    if (fresh) this.clearViews(userId);
    if (stack.length >= MAX_STACK) throw new SlackError('push_limit_reached');
    if (view.external_id && [...this.views.values()].some((one) => one.external_id === view.external_id)) throw new SlackError('duplicate_external_id');
    const made = this.makeView(view, userId, { previous: stack.at(-1) ?? null });
    this.views.set(made.id, made);
    stack.push(made.id);
    this.changed('view', { user: userId, view: made.id });
    return made;
  }

  updateView(known, view, hash) {
    if (hash && hash !== known.hash) throw new SlackError('hash_conflict');
    const made = this.makeView(view, known.user, { previous: known.previous_view_id, keep: known });
    this.views.set(known.id, made);
    this.changed('view', { user: known.user, view: known.id });
    return made;
  }

  closeView(viewId) {
    const view = this.views.get(viewId);
    if (!view) return;
    this.views.delete(viewId);
    this.stacks.set(view.user, this.stack(view.user).filter((id) => id !== viewId));
    this.changed('view', { user: view.user });
  }

  clearViews(userId) {
    for (const id of [...this.stack(userId)]) this.views.delete(id);
    this.stack(userId).length = 0;
    this.changed('view', { user: userId });
  }

  publishHome(userId, view, hash) {
    const known = this.homes.get(userId);
    if (hash && known && hash !== known.hash) throw new SlackError('hash_conflict');
    const made = this.makeView(view, userId, { keep: known ?? null });
    made.root_view_id = made.id;
    this.homes.set(userId, made);
    this.changed('home', { user: userId });
    return made;
  }

  // A view as Slack sends it: without what only this sandbox keeps.
  static publicView({ user, errors, trouble, ...view }) {
    return view;
  }

  // ---- what a person is told by Slack itself

  notice(userId, { channel = null, ts = null, view = null, text, error }) {
    this.notices.push({ id: makeId('N'), user: userId, channel, ts, view, text, error, at: this.clock.now(), stands_at: this.makeTs() });
    if (this.notices.length > KEPT_NOTICES) this.notices.shift();
    this.changed('notice', { user: userId, channel });
  }

  // Slack stops showing that a click failed once the person clicks there again.
  forgetFailures(userId, ts) {
    this.notices = this.notices.filter((one) => one.user !== userId || one.ts !== ts);
  }
}
