// What people do in Slack, and what Slack's client then does: it sends the envelope, waits for the acknowledgement, shows
// the answer or that it failed.
import { randomBytes, randomUUID } from 'node:crypto';
import { elementsOf, messageProblems, viewProblems } from './block_kit.js';
import { clientErrors, elementState, isInput, viewState } from './forms.js';
import { APP_ID, BOT, TEAM } from './people.js';
import { SlackError, Workspace } from './workspace.js';

const TRIGGER_MS = 3000;
const VERIFICATION_TOKEN = 'sandbox-verification-token';
const TROUBLE = 'We had some trouble connecting. Try again?';
const RESPONSE_ACTIONS = ['errors', 'update', 'push', 'clear'];

export class InteractionError extends Error {}

export class Interactions {
  // address(): the base address that response URLs begin with.
  // http: in HTTP mode, how what people do reaches the app; else it goes by the sockets.
  constructor({ workspace, sockets, responses, clock, address, team = TEAM, http = null }) {
    Object.assign(this, { workspace, sockets, responses, clock, address, team, http });
    this.triggers = new Map();
    this.eventNumber = 0;
  }

  // ---- triggers

  makeTrigger(user) {
    const id = `${Math.floor(this.clock.now())}.${++this.eventNumber}.${randomBytes(16).toString('hex')}`;
    this.triggers.set(id, { user, until: this.clock.machine() + TRIGGER_MS, used: false });
    return id;
  }

  exchangeTrigger(id) {
    if (!id) throw new SlackError('invalid_arguments', { response_metadata: { messages: ['[ERROR] missing required field: trigger_id'] } });
    const trigger = this.triggers.get(id);
    if (!trigger) throw new SlackError('invalid_trigger_id');
    if (trigger.used) throw new SlackError('exchanged_trigger_id');
    if (trigger.until < this.clock.machine()) throw new SlackError('expired_trigger_id');
    trigger.used = true;
    return trigger.user;
  }

  // ---- envelopes

  // Resolves with {envelope_id, acked, ack, ms, connection, attempts, why}.
  send(type, payload, accepts) {
    const envelope = { envelope_id: randomUUID(), payload, type, accepts_response_payload: accepts, ...(type === 'events_api' && { retry_attempt: 0, retry_reason: '' }) };
    return new Promise((resolve) => (this.http ?? this.sockets).deliver(envelope, resolve));
  }

  // Anything at all, for tests of how an app bears it.
  raw(envelope) {
    if (typeof envelope?.envelope_id !== 'string') envelope = { envelope_id: randomUUID(), ...envelope };
    return new Promise((resolve) => (this.http ?? this.sockets).deliver(envelope, resolve));
  }

  event(event) {
    const id = `Ev${randomBytes(5).toString('hex').toUpperCase()}`;
    return this.send('events_api', {
      token: VERIFICATION_TOKEN, team_id: this.team.id, context_team_id: this.team.id, context_enterprise_id: null, api_app_id: APP_ID, event, type: 'event_callback', event_id: id,
      event_time: Math.floor(this.clock.now() / 1000), authorizations: [{ enterprise_id: null, team_id: this.team.id, user_id: BOT.user, is_bot: true, is_enterprise_install: false }],
      is_ext_shared_channel: false, event_context: `4-${Buffer.from(event.type).toString('base64url')}`,
    }, false);
  }

  person(userId) {
    const user = this.workspace.users.get(userId);
    if (!user || user.is_bot) throw new InteractionError(`there is no person "${userId}"`);
    return { id: userId, username: user.name, name: user.name, team_id: this.team.id };
  }

  common(type, userId) {
    return { type, user: this.person(userId), api_app_id: APP_ID, token: VERIFICATION_TOKEN, team: { id: this.team.id, domain: this.team.domain }, enterprise: null, is_enterprise_install: false };
  }

  responseUrl(about) {
    return this.address() + this.responses.make(about);
  }

  channelFor(userId, channelId) {
    const channel = channelId === `D0${userId.slice(2)}` ? this.workspace.openDm(userId) : this.workspace.channels.get(channelId);
    if (!channel || !channel.members.has(userId)) throw new InteractionError(`${userId} is not in "${channelId}"`);
    return channel;
  }

  channelName(channel) {
    return channel.user ? 'directmessage' : channel.name;
  }

  // ---- slash commands

  // `text` may begin with the command ("/onboard status ACME") or leave it out ("status ACME").
  async command(userId, text, channelId) {
    const person = this.person(userId);
    const channel = this.channelFor(userId, channelId);
    const [, command, rest] = /^\s*(\/[\w-]+)?\s*([\s\S]*?)\s*$/.exec(text);
    const name = command ?? '/onboard';
    const result = await this.send('slash_commands', {
      token: VERIFICATION_TOKEN, team_id: this.team.id, team_domain: this.team.domain, channel_id: channel.id, channel_name: this.channelName(channel), user_id: userId, user_name: person.name,
      command: name, text: rest, api_app_id: APP_ID, is_enterprise_install: 'false', response_url: this.responseUrl({ channel: channel.id, user: userId }), trigger_id: this.makeTrigger(userId),
    }, true);
    if (!result.acked) this.failed(userId, channel.id, `${name} failed with the error "dispatch_failed"`);
    else this.answerCommand(userId, channel, name, result.ack);
    return result;
  }

  answerCommand(userId, channel, name, ack) {
    if (!ack || (!ack.text && !ack.blocks)) return;
    const problems = ack.blocks ? messageProblems(ack.blocks) : [];
    if (problems.length) {
      this.sockets.error('invalid_ack_blocks', problems.join('; '));
      this.failed(userId, channel.id, `${name} failed with the error "invalid_blocks"`);
    } else if (ack.response_type === 'in_channel') {
      this.workspace.post(channel, { text: ack.text ?? '', blocks: ack.blocks });
    } else {
      this.workspace.postEphemeral(channel.id, userId, { text: ack.text ?? '', blocks: ack.blocks });
    }
  }

  failed(userId, channelId, text, more = {}) {
    this.workspace.notice(userId, { channel: channelId, text, error: 'dispatch_failed', ...more });
  }

  // ---- buttons and menus

  // In a message: {channel, ts, action_id | value | block_id, selected}. The first element that fits all that is given.
  async click(userId, { channel: channelId, ts, action_id: actionId, block_id: blockId, value, selected }) {
    this.person(userId);
    const channel = this.channelFor(userId, channelId);
    const ephemeral = this.workspace.ephemerals.find((one) => one.ts === ts && one.to === userId && one.channel === channelId);
    const message = ephemeral ?? channel.messages.find((one) => one.ts === ts);
    if (!message) throw new InteractionError(`there is no message ${ts} in ${channelId} that ${userId} can see`);
    const { block, element } = findElement(message.blocks ?? [], { actionId, blockId, value });
    this.workspace.forgetFailures(userId, ts);
    const about = { channel: channelId, user: userId, ts, ephemeral: Boolean(ephemeral), thread_ts: message.thread_ts };
    const result = await this.send('interactive', {
      ...this.common('block_actions', userId),
      container: { type: 'message', message_ts: ts, channel_id: channelId, is_ephemeral: Boolean(ephemeral), ...(message.thread_ts && { thread_ts: message.thread_ts }) },
      trigger_id: this.makeTrigger(userId), channel: { id: channelId, name: this.channelName(channel) },
      ...(!ephemeral && { message: this.workspace.render(channel, message) }),
      state: { values: {} }, response_url: this.responseUrl(about), actions: [actionOf(block, element, selected, this.workspace.makeTs())],
    }, false);
    if (!result.acked) this.failed(userId, channelId, 'This app did not respond to your click.', { ts });
    return result;
  }

  // In a modal, or in the App Home when `view_id` is left out: {view_id, action_id | value | block_id, selected, values}.
  async clickView(userId, { view_id: viewId, action_id: actionId, block_id: blockId, value, selected, values }) {
    this.person(userId);
    const view = viewId ? this.viewOf(userId, viewId) : this.workspace.homes.get(userId);
    if (!view) throw new InteractionError(`${userId} has no App Home yet`);
    const { block, element } = findElement(view.blocks, { actionId, blockId, value });
    const state = { values: viewState(view.blocks, values) };
    const result = await this.send('interactive', {
      ...this.common('block_actions', userId), container: { type: 'view', view_id: view.id }, trigger_id: this.makeTrigger(userId),
      view: { ...Workspace.publicView(view), state }, actions: [actionOf(block, element, selected, this.workspace.makeTs())],
    }, false);
    if (!result.acked) this.failed(userId, null, 'This app did not respond to your click.', { view: view.id });
    return result;
  }

  viewOf(userId, viewId) {
    const view = this.workspace.views.get(viewId) ?? [...this.workspace.homes.values()].find((one) => one.id === viewId);
    if (!view || view.user !== userId) throw new InteractionError(`${userId} has no view "${viewId}" open`);
    return view;
  }

  // ---- modals

  // Submits a modal with what was filled in; {refused} where Slack's own client would not send it.
  async submit(userId, viewId, values = {}) {
    const view = this.viewOf(userId, viewId);
    const state = viewState(view.blocks, values);
    const refused = clientErrors(view.blocks, state);
    if (Object.keys(refused).length) {
      view.errors = refused;
      this.workspace.changed('view', { user: userId, view: viewId });
      return { envelope_id: null, acked: false, ack: null, ms: 0, why: 'refused_by_client', refused };
    }
    const result = await this.send('interactive', { ...this.common('view_submission', userId), trigger_id: this.makeTrigger(userId), view: { ...Workspace.publicView(view), state: { values: state } }, response_urls: [] }, true);
    const current = this.workspace.views.get(viewId);
    if (current) this.answerSubmit(userId, current, result);
    return result;
  }

  answerSubmit(userId, view, result) {
    const ack = result.ack ?? {};
    view.errors = null;
    view.trouble = null;
    if (!result.acked) view.trouble = TROUBLE;
    else if (Object.keys(ack).length === 0) this.workspace.closeView(view.id);
    else if (!RESPONSE_ACTIONS.includes(ack.response_action)) view.trouble = this.distrust('unknown response_action', ack);
    else if (ack.response_action === 'clear') this.workspace.clearViews(userId);
    else if (ack.response_action === 'errors') this.showErrors(view, ack);
    else this.replaceView(userId, view, ack);
    this.workspace.changed('view', { user: userId, view: view.id });
  }

  distrust(what, ack) {
    this.sockets.error('bad_view_answer', `${what}: ${JSON.stringify(ack).slice(0, 200)}`);
    return TROUBLE;
  }

  showErrors(view, ack) {
    const inputs = new Set(view.blocks.filter((block) => block.type === 'input').map((block) => block.block_id));
    const keys = Object.keys(ack.errors ?? {});
    if (keys.length === 0 || keys.some((key) => !inputs.has(key))) view.trouble = this.distrust('errors must name input blocks', ack);
    else view.errors = ack.errors;
  }

  replaceView(userId, view, ack) {
    const problems = viewProblems(ack.view, 'modal');
    if (problems.length) view.trouble = this.distrust(problems.join('; '), ack);
    else if (ack.response_action === 'update') this.workspace.updateView(view, ack.view);
    else this.workspace.openView(userId, ack.view, { fresh: false });
  }

  // The cross or "Cancel". The app hears of it only where it asked to.
  async closeView(userId, viewId) {
    const view = this.viewOf(userId, viewId);
    if (view.clear_on_close) this.workspace.clearViews(userId);
    else this.workspace.closeView(viewId);
    if (!view.notify_on_close) return { envelope_id: null, acked: false, ack: null, ms: 0, why: 'not_sent' };
    return this.send('interactive', { ...this.common('view_closed', userId), view: Workspace.publicView(view), is_cleared: view.clear_on_close }, true);
  }

  // ---- App Home and messages

  openHome(userId) {
    this.person(userId);
    const channel = this.workspace.openDm(userId);
    const home = this.workspace.homes.get(userId);
    return this.event({ type: 'app_home_opened', user: userId, channel: channel.id, tab: 'home', event_ts: this.workspace.makeTs(), ...(home && { view: Workspace.publicView(home) }) });
  }

  // A person writes. The app hears of it in its DM, and in a channel where it is named (message.im, app_mention).
  async say(userId, text, channelId, threadTs) {
    this.person(userId);
    const channel = this.channelFor(userId, channelId);
    const message = this.workspace.post(channel, { user: userId, text, thread_ts: threadTs });
    const event = { client_msg_id: randomUUID(), text, user: userId, ts: message.ts, team: this.team.id, blocks: [], channel: channelId, event_ts: message.ts, ...(threadTs && { thread_ts: threadTs }) };
    if (channel.user) return this.event({ ...event, type: 'message', channel_type: 'im' });
    if (text.includes(`<@${BOT.user}>`)) return this.event({ ...event, type: 'app_mention' });
    return { envelope_id: null, acked: false, ack: null, ms: 0, why: 'not_subscribed' };
  }
}

function findElement(blocks, { actionId, blockId, value }) {
  for (const block of blocks) {
    if (blockId !== undefined && block.block_id !== blockId) continue;
    for (const [element] of elementsOf(block)) {
      const fits = (actionId === undefined || element.action_id === actionId) && (value === undefined || element.value === value);
      if (fits && (actionId !== undefined || value !== undefined || blockId !== undefined)) return { block, element };
    }
  }
  throw new InteractionError(`there is no element ${JSON.stringify({ action_id: actionId, block_id: blockId, value })} there`);
}

// The member of `actions`: the element as it was, with what was chosen.
function actionOf(block, element, selected, actionTs) {
  const base = { action_id: element.action_id, block_id: block.block_id, type: element.type, action_ts: actionTs };
  if (element.type === 'button') return { ...base, text: element.text, ...(element.value !== undefined && { value: element.value }), ...(element.style && { style: element.style }) };
  if (element.type === 'overflow') return { ...base, selected_option: element.options.find((one) => one.value === selected || one.text.text === selected) ?? element.options[0] };
  return isInput(element) ? { ...base, ...elementState(element, selected) } : base;
}
