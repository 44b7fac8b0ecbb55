// Slack's Web API: one table of methods with what each needs, and the answers in Slack's words.
import { json } from '../http.js';
import { messageProblems, viewProblems } from './block_kit.js';
import { APP_ID, BOT, TEAM, addressOf } from './people.js';
import { SlackError, Workspace } from './workspace.js';

// Those of `usher manifest` and no other: a method that needs more is refused.
export const SCOPES = 'channels:history,channels:read,chat:write,commands,groups:history,groups:read,im:history,im:write,usergroups:read,users:read,users:read.email'.split(',');

const MAX_VIEW_BYTES = 250_000;
const DEFAULT_PAGE = 100;
const MAX_METADATA_BYTES = 8000;

export class WebApi {
  // tokens: {app, bot}
  constructor({ workspace, sockets, interactions, clock, tokens, scopes = SCOPES, team = TEAM }) {
    Object.assign(this, { workspace, sockets, interactions, clock, tokens, scopes, team });
    this.calls = {}; // method -> how often
  }

  handle(request, method) {
    this.calls[method] = (this.calls[method] ?? 0) + 1;
    const entry = Object.hasOwn(METHODS, method) ? METHODS[method] : null;
    const { args, warning } = readArguments(request, entry);
    const headers = { 'x-slack-req-id': Math.random().toString(16).slice(2, 18), 'x-oauth-scopes': this.scopes.join(','), ...(typeof entry?.scope === 'string' && { 'x-accepted-oauth-scopes': entry.scope }) };
    let body;
    try {
      if (!entry) throw new SlackError('unknown_method', { req_method: method });
      this.authorise(request, args, entry);
      body = { ok: true, ...entry.serve(this, args, request) };
    } catch (error) {
      if (!(error instanceof SlackError)) throw error;
      body = { ok: false, error: error.code, ...error.more };
    }
    if (warning) Object.assign(body, { warning, response_metadata: { ...body.response_metadata, warnings: [warning] } });
    return json(200, body, headers);
  }

  authorise(request, args, entry) {
    if (entry.free) return;
    const header = /^Bearer\s+(.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const token = header ?? args.token;
    if (!token) throw new SlackError('not_authed');
    if (token !== this.tokens.app && token !== this.tokens.bot) throw new SlackError('invalid_auth');
    if ((token === this.tokens.app) !== Boolean(entry.appToken)) throw new SlackError('not_allowed_token_type');
    const needed = typeof entry.scope === 'function' ? entry.scope(args) : entry.scope;
    if (needed && !this.scopes.includes(needed)) throw new SlackError('missing_scope', { needed, provided: this.scopes.join(',') });
    if (entry.ofTeam && this.team.enterprise) this.requireTeam(args.team_id);
  }

  // The token is a whole organisation's: it must say which of its workspaces it asks about.
  requireTeam(id) {
    if (!id) throw new SlackError('missing_argument');
    if (id !== this.team.id) throw new SlackError('team_access_not_granted');
  }
}

// Form bodies and the query for every method, JSON for those that write; JSON sent to a reading method is not looked at.
function readArguments(request, entry) {
  const type = (request.headers['content-type'] ?? '').toLowerCase();
  const args = Object.fromEntries(request.query);
  if (type.startsWith('application/json')) {
    if (entry?.formOnly) return { args };
    try {
      const parsed = JSON.parse(request.body.toString('utf8') || '{}');
      if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed)) throw new Error('not an object');
      return { args: { ...args, ...parsed }, warning: type.includes('charset') ? undefined : 'missing_charset' };
    } catch {
      return { args, warning: 'invalid_json' };
    }
  }
  Object.assign(args, Object.fromEntries(new URLSearchParams(request.body.toString('utf8'))));
  return { args, warning: type.includes('urlencoded') && type.includes('charset') ? 'superfluous_charset' : undefined };
}

// ---- arguments

const flag = (value) => value === true || value === 'true' || value === '1' || value === 1;

function need(args, ...names) {
  const missing = names.filter((name) => args[name] === undefined || args[name] === '');
  if (missing.length) throw new SlackError('invalid_arguments', { response_metadata: { messages: missing.map((name) => `[ERROR] missing required field: ${name}`) } });
}

// A member that is JSON in a form and may be the thing itself in a JSON body.
function structured(value, error) {
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    throw new SlackError(error);
  }
}

const refuse = (code, messages) => new SlackError(code, { errors: messages, response_metadata: { messages } });

export function checkedBlocks(value) {
  const blocks = structured(value, 'invalid_blocks_format');
  if (blocks === undefined || blocks === null) return undefined;
  if (!Array.isArray(blocks)) throw new SlackError('invalid_blocks_format');
  const problems = messageProblems(blocks);
  if (problems.length) throw refuse('invalid_blocks', problems);
  return blocks;
}

const isScalar = (value) => ['string', 'number', 'boolean'].includes(typeof value);
const isFlat = (value) => isScalar(value) || (value !== null && typeof value === 'object' && Object.values(value).every((one) => isScalar(one) || (one && typeof one === 'object' && Object.values(one).every(isScalar))));

function checkedMetadata(value) {
  const metadata = structured(value, 'invalid_metadata_format');
  if (metadata === undefined) return undefined;
  if (metadata === null || typeof metadata !== 'object') throw new SlackError('invalid_metadata_format');
  if (Object.keys(metadata).length === 0) return null;
  if (typeof metadata.event_type !== 'string' || metadata.event_payload === null || typeof metadata.event_payload !== 'object') throw new SlackError('invalid_metadata_format');
  if (!Object.values(metadata.event_payload).every(isFlat)) throw new SlackError('invalid_metadata_schema');
  if (JSON.stringify(metadata).length > MAX_METADATA_BYTES) throw new SlackError('metadata_too_large');
  return metadata;
}

function checkedView(value, type) {
  const view = structured(value, 'invalid_arguments');
  if (view === undefined) throw refuse('invalid_arguments', ['[ERROR] missing required field: view']);
  if (JSON.stringify(view).length > MAX_VIEW_BYTES) throw new SlackError('view_too_large');
  const problems = viewProblems(view, type);
  if (problems.length) throw refuse('invalid_arguments', problems);
  return view;
}

// One page of `items`; cursors are opaque to the caller.
function page(items, args, max) {
  const limit = Number(args.limit || DEFAULT_PAGE);
  if (!Number.isInteger(limit) || limit < 1 || limit > max) throw new SlackError('invalid_limit');
  let start = 0;
  if (args.cursor) {
    const decoded = /^next:(\d+)$/.exec(Buffer.from(String(args.cursor), 'base64').toString());
    if (!decoded) throw new SlackError('invalid_cursor');
    start = Number(decoded[1]);
  }
  const next = start + limit < items.length ? Buffer.from(`next:${start + limit}`).toString('base64') : '';
  return { items: items.slice(start, start + limit), next };
}

// ---- chat

function postMessage(api, args) {
  if (!args.channel) throw new SlackError('channel_not_found');
  const channel = api.workspace.target(args.channel);
  const blocks = checkedBlocks(args.blocks);
  const metadata = checkedMetadata(args.metadata) ?? undefined;
  if (!args.text && !blocks?.length && !args.attachments) throw new SlackError('no_text');
  const message = api.workspace.post(channel, { text: String(args.text ?? ''), blocks, metadata, thread_ts: args.thread_ts || undefined, reply_broadcast: flag(args.reply_broadcast) });
  return { channel: channel.id, ts: message.ts, message: api.workspace.render(channel, message, { metadata: true }) };
}

function update(api, args) {
  need(args, 'channel', 'ts');
  if (/^[UW]/.test(args.channel)) throw new SlackError('channel_not_found');
  if (String(args.text ?? '').length > 4000) throw new SlackError('msg_too_long');
  const blocks = checkedBlocks(args.blocks);
  const metadata = checkedMetadata(args.metadata);
  if (args.text === undefined && blocks === undefined) throw new SlackError('no_text');
  const message = api.workspace.edit(args.channel, args.ts, { text: args.text === undefined ? undefined : String(args.text), blocks, metadata });
  return { channel: args.channel, ts: message.ts, text: message.text, message: api.workspace.render(api.workspace.channel(args.channel), message) };
}

function remove(api, args) {
  need(args, 'channel', 'ts');
  api.workspace.remove(args.channel, args.ts);
  return { channel: args.channel, ts: args.ts };
}

function postEphemeral(api, args) {
  need(args, 'channel', 'user');
  const channel = api.workspace.target(args.channel);
  const blocks = checkedBlocks(args.blocks);
  if (!channel.members.has(args.user)) throw new SlackError('user_not_in_channel');
  if (!args.text && !blocks?.length) throw new SlackError('no_text');
  const message = api.workspace.postEphemeral(channel.id, args.user, { text: String(args.text ?? ''), blocks, thread_ts: args.thread_ts || undefined });
  return { message_ts: message.ts };
}

function getPermalink(api, args) {
  need(args, 'channel', 'message_ts');
  api.workspace.message(args.channel, args.message_ts);
  return { channel: args.channel, permalink: `${addressOf(api.team)}archives/${args.channel}/p${args.message_ts.replace('.', '')}` };
}

// ---- conversations

function channelObject(channel) {
  const common = { id: channel.id, created: channel.created, is_archived: channel.is_archived, is_org_shared: false };
  if (channel.user) return { ...common, is_im: true, user: channel.user, is_user_deleted: false };
  return { ...common, name: channel.name, name_normalized: channel.name, is_channel: true, is_im: false, is_private: false, is_member: channel.members.has(BOT.user), is_shared: Boolean(channel.shared), is_ext_shared: Boolean(channel.shared), is_pending_ext_shared: false, num_members: channel.members.size, topic: { value: '', creator: '', last_set: 0 }, purpose: { value: '', creator: '', last_set: 0 } };
}

function readable(api, args) {
  need(args, 'channel');
  const channel = api.workspace.channel(args.channel);
  if (!channel.members.has(BOT.user)) throw new SlackError('not_in_channel');
  return channel;
}

function inWindow(message, { oldest = '0', latest, inclusive }) {
  const at = Number(message.ts);
  const [from, to] = [Number(oldest || 0), latest ? Number(latest) : Infinity];
  return (at > from && at < to) || (flag(inclusive) && (at === from || at === to));
}

function history(api, args) {
  const channel = readable(api, args);
  const roots = channel.messages.filter((one) => (!one.thread_ts || one.thread_ts === one.ts || one.subtype === 'thread_broadcast') && inWindow(one, args));
  const { items, next } = page(roots.reverse(), args, 999);
  const messages = items.map((one) => api.workspace.render(channel, one, { metadata: flag(args.include_all_metadata) }));
  return { messages, has_more: next !== '', pin_count: 0, ...(next && { response_metadata: { next_cursor: next } }) };
}

function replies(api, args) {
  need(args, 'ts');
  const channel = readable(api, args);
  const root = channel.messages.find((one) => one.ts === args.ts);
  if (!root) throw new SlackError('thread_not_found');
  const thread = channel.messages.filter((one) => one.thread_ts === root.ts && one !== root && inWindow(one, args));
  const { items, next } = page([root, ...thread], args, 999);
  const messages = items.map((one) => api.workspace.render(channel, one, { metadata: flag(args.include_all_metadata) }));
  return { messages, has_more: next !== '', ...(next && { response_metadata: { next_cursor: next } }) };
}

function open(api, args) {
  if (args.channel) return { no_op: true, already_open: true, channel: { id: api.workspace.channel(args.channel).id } };
  const users = String(args.users ?? '').split(',').filter(Boolean);
  if (users.length === 0) throw new SlackError('users_list_not_supplied');
  if (users.length > 1) throw new SlackError('invalid_user_combination');
  const known = api.workspace.channels.has(`D0${users[0].slice(2)}`);
  const channel = api.workspace.openDm(users[0]);
  return { ...(known && { no_op: true, already_open: true }), channel: flag(args.return_im) ? channelObject(channel) : { id: channel.id } };
}

function listChannels(api, args) {
  const types = String(args.types || 'public_channel').split(',');
  const unknown = types.find((type) => !['public_channel', 'private_channel', 'mpim', 'im'].includes(type));
  if (unknown) throw new SlackError('invalid_types');
  const shown = [...api.workspace.channels.values()].filter((channel) => types.includes(channel.user ? 'im' : 'public_channel'));
  const { items, next } = page(shown, args, 999);
  return { channels: items.map(channelObject), response_metadata: { next_cursor: next } };
}

function members(api, args) {
  const { items, next } = page([...readable(api, args).members], args, 999);
  return { members: items, response_metadata: { next_cursor: next } };
}

// ---- views

const shown = (view) => ({ view: Workspace.publicView(view) });

function openView(api, args) {
  const view = checkedView(args.view, 'modal');
  const user = api.interactions.exchangeTrigger(args.trigger_id);
  return shown(api.workspace.openView(user, view));
}

function pushView(api, args) {
  const view = checkedView(args.view, 'modal');
  const user = api.interactions.exchangeTrigger(args.trigger_id);
  return shown(api.workspace.openView(user, view, { fresh: false }));
}

function updateView(api, args) {
  const view = checkedView(args.view, 'modal');
  const known = args.view_id ? api.workspace.views.get(args.view_id) : [...api.workspace.views.values()].find((one) => args.external_id && one.external_id === args.external_id);
  if (!known) throw new SlackError('not_found');
  return shown(api.workspace.updateView(known, view, args.hash));
}

function publishView(api, args) {
  need(args, 'user_id');
  const view = checkedView(args.view, 'home');
  api.workspace.user(args.user_id);
  return shown(api.workspace.publishHome(args.user_id, view, args.hash));
}

// ---- people

function userInfo(api, args) {
  if (!args.user) throw new SlackError('user_not_found');
  return { user: api.workspace.user(args.user) };
}

function lookupByEmail(api, args) {
  const wanted = String(args.email ?? '').toLowerCase();
  const user = [...api.workspace.users.values()].find((one) => one.profile.email?.toLowerCase() === wanted && !one.deleted);
  if (!user) throw new SlackError('users_not_found');
  return { user };
}

function listUsers(api, args) {
  const { items, next } = page([...api.workspace.users.values()], { limit: 1000, ...args }, 1000);
  return { members: items, cache_ts: Math.floor(api.clock.now() / 1000), response_metadata: { next_cursor: next } };
}

function groupMembers(api, args) {
  const group = api.workspace.groups.get(args.usergroup);
  if (!group) throw new SlackError('no_such_subteam');
  return { users: group.users };
}

const listGroups = (api) => ({ usergroups: [...api.workspace.groups.values()].map((group) => ({ ...group, team_id: api.team.id, is_usergroup: true, user_count: group.users.length })) });

// ---- the app itself

function authTest(api) {
  const { enterprise } = api.team;
  return { url: addressOf(api.team), team: api.team.name, user: BOT.name, team_id: enterprise?.id ?? api.team.id, user_id: BOT.user, bot_id: BOT.bot, app_id: APP_ID, ...(enterprise && { enterprise_id: enterprise.id }), is_enterprise_install: Boolean(enterprise) };
}

function validateBlocks(api, args) {
  const given = ['blocks', 'message', 'view'].filter((name) => args[name] !== undefined);
  if (given.length !== 1) throw new SlackError('invalid_arguments');
  const value = structured(args[given[0]], 'invalid_arguments');
  const problems = given[0] === 'view' ? viewProblems(value, value?.type === 'home' ? 'home' : 'modal') : messageProblems(given[0] === 'message' ? value?.blocks : value);
  if (problems.length) throw refuse('invalid_blocks', problems);
  return {};
}

const historyScope = ({ channel }) => (String(channel ?? '').startsWith('D') ? 'im:history' : 'channels:history');

// scope: what the bot token needs, or a function of the arguments that says; appToken: takes the app-level token; formOnly: JSON bodies are not read; free: no token.
const METHODS = {
  'api.test': { free: true, serve: (api, args) => ({ args }) },
  'auth.test': { serve: authTest },
  'auth.teams.list': { formOnly: true, serve: (api) => ({ teams: [{ id: api.team.id, name: api.team.name }], response_metadata: { next_cursor: '' } }) },
  'apps.connections.open': { appToken: true, serve: (api, args, request) => api.sockets.openTicket(request) },
  'blocks.validate': { serve: validateBlocks },
  'chat.postMessage': { scope: 'chat:write', serve: postMessage },
  'chat.update': { scope: 'chat:write', serve: update },
  'chat.delete': { scope: 'chat:write', serve: remove },
  'chat.postEphemeral': { scope: 'chat:write', serve: postEphemeral },
  'chat.getPermalink': { formOnly: true, serve: getPermalink },
  'conversations.history': { scope: historyScope, formOnly: true, serve: history },
  'conversations.replies': { scope: historyScope, formOnly: true, serve: replies },
  'conversations.open': { scope: 'im:write', serve: open },
  'conversations.info': { scope: 'channels:read', formOnly: true, serve: (api, args) => { need(args, 'channel'); return { channel: channelObject(api.workspace.channel(args.channel)) }; } },
  'conversations.list': { scope: 'channels:read', formOnly: true, serve: listChannels },
  'conversations.members': { scope: 'channels:read', formOnly: true, serve: members },
  'views.open': { serve: openView },
  'views.push': { serve: pushView },
  'views.update': { serve: updateView },
  'views.publish': { serve: publishView },
  'users.info': { scope: 'users:read', formOnly: true, serve: userInfo },
  'users.list': { ofTeam: true, scope: 'users:read', formOnly: true, serve: listUsers },
  'users.lookupByEmail': { scope: 'users:read.email', formOnly: true, serve: lookupByEmail },
  'usergroups.users.list': { ofTeam: true, scope: 'usergroups:read', formOnly: true, serve: groupMembers },
  'usergroups.list': { ofTeam: true, scope: 'usergroups:read', formOnly: true, serve: listGroups },
  'team.info': { scope: 'team:read', formOnly: true, serve: (api) => ({ team: { id: api.team.id, name: api.team.name, domain: api.team.domain, email_domain: 'corp.example' } }) },
};
