// The sandbox's own door: what tests and the page see of it and do in it, as methods and, under /sandbox/, as JSON.
import { DataError } from './data.js';
import { FaultError, IMMEDIATE, KINDS } from './faults.js';
import { json, parseJson } from './http.js';
import { visibleText } from './slack/block_kit.js';
import { InteractionError } from './slack/interactions.js';
import { addressOf } from './slack/people.js';

// Under a sanitizer that makes everything slow, USHER_PATIENCE=6 waits six times as long.
const PATIENCE = Number(process.env.USHER_PATIENCE ?? 1);
const WAIT_MS = 20_000;
const MAX_WAIT_MS = 120_000;

export class WaitTimeout extends Error {}

export class Control {
  // parts: {clock, data, faults, workspace, sockets, interactions, webApi, salesforce, netsuite, platform, mailbox}
  constructor(parts) {
    Object.assign(this, parts);
  }

  // ---- looking

  state() {
    const { workspace } = this;
    return {
      version: workspace.version,
      address: addressOf(workspace.team),
      clock: this.clock.describe(),
      users: [...workspace.users.values()].map((user) => ({ id: user.id, name: user.name, real_name: user.real_name, title: user.profile.title, tz: user.tz, email: user.profile.email, is_bot: user.is_bot, is_restricted: user.is_restricted })),
      groups: [...workspace.groups.values()],
      channels: [...workspace.channels.values()].map((channel) => ({ id: channel.id, name: channel.name, user: channel.user, members: [...channel.members], messages: channel.messages })),
      ephemerals: workspace.ephemerals,
      views: Object.fromEntries([...workspace.stacks].map(([user, ids]) => [user, ids.map((id) => workspace.views.get(id))])),
      homes: Object.fromEntries(workspace.homes),
      notices: workspace.notices,
      organizations: this.platform.list(),
      accounts: this.accounts(),
      mails: this.mailbox?.mails ?? null,
      faults: this.faults.describe(),
      ...this.sockets.describe(),
      calls: { slack: this.webApi.calls, salesforce: this.salesforce.used, salesforce_tokens: this.salesforce.issued, netsuite_most_at_once: this.netsuite.most, netsuite_tokens: this.netsuite.issued },
    };
  }

  // The accounts of the files, and how far each has come as far as the outside can tell.
  accounts() {
    const deals = this.data.records('salesforce', 'Opportunity').filter((deal) => deal.IsWon);
    return this.data.records('salesforce', 'Account').filter((account) => !account.IsDeleted).map((account) => {
      const organization = this.platform.list().find((one) => one.name === account.Name || one.external_id === account.Id);
      return { id: account.Id, name: account.Name, won: deals.some((deal) => deal.AccountId === account.Id), organization: organization?.id ?? null };
    });
  }

  // What a wait looks at: kind -> candidates.
  candidates({ kind = 'message', channel, user, thread_ts: thread }) {
    const { workspace } = this;
    if (kind === 'message') {
      const wanted = channel ?? (user ? `D0${user.slice(2)}` : null);
      const channels = wanted === null ? [...workspace.channels.values()] : [workspace.channels.get(wanted)].filter(Boolean);
      return channels.flatMap((one) => one.messages.map((message) => ({ channel: one.id, ...message }))).filter((message) => thread === undefined || message.thread_ts === thread);
    }
    if (kind === 'ephemeral') return workspace.ephemerals.filter((one) => (!channel || one.channel === channel) && (!user || one.to === user));
    if (kind === 'notice') return workspace.notices.filter((one) => (!channel || one.channel === channel) && (!user || one.user === user));
    if (kind === 'view') return (user ? workspace.stacks.get(user) ?? [] : [...workspace.views.keys()]).map((id) => workspace.views.get(id));
    if (kind === 'home') return user ? [workspace.homes.get(user)].filter(Boolean) : [...workspace.homes.values()];
    if (kind === 'organization') return this.platform.list();
    if (kind === 'connection') return this.sockets.live().filter((one) => one.leaving === null && !one.halfOpen).map(({ number, host }) => ({ number, host }));
    throw new InteractionError(`cannot wait for "${kind}"; there are message, ephemeral, notice, view, home, organization, connection`);
  }

  matching(want) {
    const pattern = want.match === undefined ? null : want.match instanceof RegExp ? want.match : new RegExp(want.match);
    return this.candidates(want).filter((one) => {
      const seen = [visibleText(one), one.name, one.external_id, one.title?.text].filter(Boolean).join('\n');
      if (want.text !== undefined && !seen.includes(want.text)) return false;
      if (want.ts !== undefined && one.ts !== want.ts) return false;
      if (want.edited !== undefined && Boolean(one.edits) !== want.edited) return false;
      return pattern === null || pattern.test(seen);
    });
  }

  // Resolves with what matches once there are `count` of them (0: none left); rejects with WaitTimeout.
  // want: {kind, channel | user, text | match, ts, thread_ts, edited, count, timeout}, or a function of this object.
  wait(want, options = {}) {
    const timeout = PATIENCE * Math.min(MAX_WAIT_MS, Number(want.timeout ?? options.timeout ?? WAIT_MS));
    const count = Number(want.count ?? 1);
    const check = typeof want === 'function' ? () => want(this) : () => {
      const found = this.matching(want);
      return (count === 0 ? found.length === 0 : found.length >= count) && found;
    };
    return new Promise((resolve, reject) => {
      const done = (settle, value) => {
        clearTimeout(timer);
        this.workspace.off('change', look);
        settle(value);
      };
      const look = () => {
        try {
          const found = check();
          if (found) done(resolve, found);
        } catch (error) {
          done(reject, error);
        }
      };
      const timer = setTimeout(() => done(reject, new WaitTimeout(`nothing like ${describeWant(want)} within ${timeout} ms`)), timeout);
      this.workspace.on('change', look);
      look();
    });
  }

  // ---- doing

  command(user, text, channel = 'C0ONBOARD') {
    return this.interactions.command(user, text, channel);
  }

  click(user, target) {
    return this.interactions.click(user, target);
  }

  clickView(user, target) {
    return this.interactions.clickView(user, target);
  }

  submit(user, viewId, values) {
    return this.interactions.submit(user, viewId, values);
  }

  closeView(user, viewId) {
    return this.interactions.closeView(user, viewId);
  }

  openHome(user) {
    return this.interactions.openHome(user);
  }

  say(user, text, channel, thread) {
    return this.interactions.say(user, text, channel, thread);
  }

  envelope(raw) {
    return this.interactions.raw(raw);
  }

  // Switches a fault on; those that strike standing connections do so now.
  fault(fault) {
    const entry = this.faults.add(fault);
    if (IMMEDIATE.has(entry.kind)) entry.struck = this.sockets.strikeNow(entry);
    if (entry.kind === 'unauthorised' && entry.target === 'salesforce') this.salesforce.dropTokens();
    if (entry.kind === 'unauthorised' && entry.target === 'netsuite') this.netsuite.dropTokens();
    if (entry.kind === 'link_disabled') this.sockets.live().forEach((one) => this.sockets.disconnect(one, 'link_disabled'));
    this.workspace.changed('fault');
    return entry;
  }

  clearFaults(id) {
    const removed = id === undefined ? this.faults.remove(null) : this.faults.remove(id);
    this.workspace.changed('fault');
    return removed;
  }

  // A change of the records: {path: "netsuite.invoice.INV-102", patch} | {path, remove: true} | {add: an account file}.
  change({ path, system, object, id, patch, remove, add }) {
    if (add) {
      this.data.addChecked(add);
      return { added: true };
    }
    const [, ...split] = /^(\w+)\.(\w+)\.(.+)$/.exec(path ?? `${system}.${object}.${id}`) ?? [];
    if (split.length === 0) throw new DataError(`"${path}" is not system.object.id`);
    if (remove) this.data.remove(...split);
    else return { record: this.data.change(...split, patch ?? {}, this.clock.now()) };
    return { removed: true };
  }

  // ---- the same over HTTP

  async handle(request) {
    const route = ROUTES.find(([method, pattern]) => method === request.method && pattern.test(request.path));
    if (!route) return json(404, { error: `there is no ${request.method} /sandbox${request.path}` });
    let body = {};
    if (request.method === 'POST') {
      if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) return json(415, { error: 'send application/json' });
      body = parseJson(request);
      if (body === undefined || body === null || typeof body !== 'object') return json(400, { error: 'the body is not a JSON object' });
    }
    try {
      return json(200, await route[2](this, { body, query: request.query, id: route[1].exec(request.path)[1] }));
    } catch (error) {
      if (error instanceof WaitTimeout) return json(408, { error: error.message });
      if (error instanceof InteractionError || error instanceof FaultError || error instanceof DataError) return json(400, { error: error.message });
      throw error;
    }
  }
}

const describeWant = (want) => (typeof want === 'function' ? 'what was waited for' : JSON.stringify({ ...want, match: want.match && String(want.match) }));

function wantOf(query) {
  const want = Object.fromEntries(query);
  if (want.edited !== undefined) want.edited = want.edited === 'true';
  return want;
}

const ROUTES = [
  ['GET', /^\/state$/, (control) => control.state()],
  ['GET', /^\/wait$/, async (control, { query }) => ({ found: await control.wait(wantOf(query)) })],
  ['GET', /^\/faults$/, (control) => ({ ...control.faults.describe(), kinds: KINDS })],
  ['POST', /^\/faults$/, (control, { body }) => control.fault(body)],
  ['DELETE', /^\/faults$/, (control) => ({ removed: control.clearFaults() })],
  ['DELETE', /^\/faults\/([\w-]+)$/, (control, { id }) => ({ removed: control.clearFaults(id) })],
  ['POST', /^\/command$/, (control, { body }) => control.command(body.user, String(body.text ?? ''), body.channel)],
  ['POST', /^\/click$/, (control, { body }) => control.click(body.user, body)],
  ['POST', /^\/click_view$/, (control, { body }) => control.clickView(body.user, body)],
  ['POST', /^\/submit$/, (control, { body }) => control.submit(body.user, body.view_id, body.values)],
  ['POST', /^\/close_view$/, (control, { body }) => control.closeView(body.user, body.view_id)],
  ['POST', /^\/open_home$/, (control, { body }) => control.openHome(body.user)],
  ['POST', /^\/say$/, (control, { body }) => control.say(body.user, String(body.text ?? ''), body.channel, body.thread_ts)],
  ['POST', /^\/envelope$/, (control, { body }) => control.envelope(body)],
  ['POST', /^\/data$/, (control, { body }) => (Array.isArray(body) ? body.map((one) => control.change(one)) : control.change(body))],
];
