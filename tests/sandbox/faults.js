// Faults that can be switched on: what goes wrong, where, how often or for how long.
//
// A fault stands until it has struck `count` times or `duration_ms` of machine time have passed; with neither it stands
// until it is switched off. `match` limits it to requests whose address or body contains that text (an account's id, say).
import { randomUUID } from 'node:crypto';

// kind -> {where it can strike, what it does}
export const KINDS = {
  rate_limited: 'answers 429 with Retry-After (retry_after seconds, default 1; null leaves the header out)',
  status: 'answers with HTTP `status` (default 503)',
  garbage: 'answers 200 with something that is not JSON',
  error: 'slack: answers {"ok":false,"error":`error`}',
  timeout: 'takes the request and never answers',
  lost_reply: 'does what was asked, then cuts the connection instead of answering',
  down: 'cuts the connection before anything is read',
  slow: 'waits `ms` (default 5000) before it answers',
  unauthorised: 'refuses every token',
  half_page: 'answers with the first half of the JSON',
  disconnect: 'socket: sends a disconnect frame with `reason` on `connection` (or all)',
  reset: 'socket: TCP reset of `connection` (or all)',
  half_open: 'socket: stops reading and writing on `connection` (or all), TCP stays',
  duplicate: 'socket: delivers every envelope twice',
  delay: 'socket: delivers envelopes `ms` late',
  too_many_websockets: 'socket: new connections get too_many_websockets in place of hello',
  link_disabled: 'socket: Socket Mode is switched off for the app',
  refuse_upgrade: 'socket: answers the upgrade with HTTP `status` (default 408)',
  close_on_large_ack: 'socket: an acknowledgement above the limit closes the connection with 1009 instead of being dropped',
};

const SYSTEMS = ['slack', 'salesforce', 'netsuite', 'clm', 'platform', 'rates'];
const SOCKET_ONLY = new Set(['disconnect', 'reset', 'half_open', 'duplicate', 'delay', 'too_many_websockets', 'link_disabled', 'refuse_upgrade', 'close_on_large_ack']);
export const IMMEDIATE = new Set(['disconnect', 'reset', 'half_open']);

export class FaultError extends Error {}

function check({ target, kind, count, duration_ms: duration }) {
  if (!Object.hasOwn(KINDS, kind)) throw new FaultError(`no fault "${kind}"; there are ${Object.keys(KINDS).join(', ')}`);
  const system = String(target).split('.')[0];
  if (target !== 'socket' && !SYSTEMS.includes(system)) throw new FaultError(`no target "${target}"; there are socket, slack.<method>, slack.*, slack.response_url, ${SYSTEMS.slice(1).join(', ')}`);
  if (SOCKET_ONLY.has(kind) !== (target === 'socket')) throw new FaultError(`"${kind}" does not strike ${target}`);
  for (const [name, value] of [['count', count], ['duration_ms', duration]]) {
    if (value !== undefined && value !== null && !(Number.isFinite(value) && value > 0)) throw new FaultError(`${name} is not a number above 0`);
  }
}

export class Faults {
  constructor(clock) {
    this.clock = clock;
    this.standing = [];
    this.struck = {}; // "netsuite status" -> how often
  }

  add(fault) {
    check(fault);
    const until = fault.duration_ms ? this.clock.machine() + fault.duration_ms : null;
    const entry = { ...fault, id: randomUUID().slice(0, 8), count: fault.count ?? null, until };
    if (!IMMEDIATE.has(fault.kind)) this.standing.push(entry);
    return entry;
  }

  remove(id) {
    const before = this.standing.length;
    this.standing = this.standing.filter((fault) => id !== null && fault.id !== id);
    return before - this.standing.length;
  }

  live() {
    const now = this.clock.machine();
    this.standing = this.standing.filter((fault) => (fault.until === null || fault.until > now) && fault.count !== 0);
    return this.standing;
  }

  static covers(target, point) {
    return target === point || (target.endsWith('.*') && point.startsWith(target.slice(0, -1))) || (!target.includes('.') && point.startsWith(`${target}.`));
  }

  // The faults that strike at `point` ("slack.chat.postMessage", "netsuite.suiteql", "socket") now; each is counted.
  strike(point, content = '', kinds = null) {
    const struck = this.live().filter((fault) => Faults.covers(fault.target, point) && (!kinds || kinds.includes(fault.kind)) && (!fault.match || content.includes(fault.match)));
    for (const fault of struck) {
      if (fault.count !== null) fault.count -= 1;
      const name = `${fault.target} ${fault.kind}`;
      this.struck[name] = (this.struck[name] ?? 0) + 1;
    }
    return struck;
  }

  // One that stands at the socket, without counting it.
  standingAt(kind) {
    return this.live().find((fault) => fault.target === 'socket' && fault.kind === kind);
  }

  describe() {
    return { standing: this.live().map(({ until, ...fault }) => ({ ...fault, left_ms: until === null ? null : Math.round(until - this.clock.machine()) })), struck: { ...this.struck } };
  }
}
