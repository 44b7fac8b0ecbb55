// Socket Mode's server side: tickets, connections, envelopes and their acknowledgements.
//
//   envelope: sent --ack--> done
//             sent --3 s--> late (the person has been told that it failed; an ack still ends it)
//             sent or late --its connection dies--> sent again on another connection, same envelope_id
//
// Every envelope goes to exactly one connection, in turn. Events come again by Slack's schedule until acknowledged.
import { randomBytes, randomUUID } from 'node:crypto';
import { WebSocketServer } from 'ws';
import { APP_ID } from './people.js';
import { SlackError } from './workspace.js';

const MAX_CONNECTIONS = 10;
const ACK_LIMIT_BYTES = 20_480;
const TICKET_MS = 30_000;
const WARNING_MS = 10_000;
const CLOSE_GRACE_MS = 1000;
const DEBUG_CONNECTION_S = 360;
const EVENT_RETRIES_MS = [0, 60_000, 300_000];
const KEPT_ERRORS = 100;
const INTERACTION_LIFE_MS = 60_000;

export const DEFAULT_TIMING = { ack_ms: 3000, ping_ms: 10_000, connection_s: 18_060, event_retries_ms: EVENT_RETRIES_MS, half_open_ms: 45_000, pong_ms: 45_000 };

export class Sockets {
  constructor({ clock, faults, timing = {}, onChange = () => {} }) {
    Object.assign(this, { clock, faults, onChange });
    this.timing = { ...DEFAULT_TIMING, ...timing };
    this.tickets = new Map(); // ticket -> {until, debug}
    this.connections = new Map(); // number -> connection
    this.envelopes = new Map(); // envelope id -> delivery not yet acknowledged
    this.waiting = []; // envelopes that found no connection
    this.acked = new Set();
    this.errors = []; // what a client did against the protocol
    this.counts = { opened: 0, hello: 0, delivered: 0, acked: 0, late: 0, redelivered: 0, foreign_acks: 0, double_acks: 0, dropped_acks: 0 };
    this.nextNumber = 1;
    this.turn = 0;
    this.timers = new Set();
    this.server = new WebSocketServer({ noServer: true, maxPayload: 1024 * 1024, perMessageDeflate: false });
  }

  after(ms, act) {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      act();
    }, ms);
    this.timers.add(timer);
    return timer;
  }

  cancel(timer) {
    clearTimeout(timer);
    this.timers.delete(timer);
  }

  error(what, detail) {
    this.errors.push({ what, detail: String(detail).slice(0, 300), at: this.clock.now() });
    if (this.errors.length > KEPT_ERRORS) this.errors.shift();
    this.onChange();
  }

  // ---- connecting

  openTicket(request) {
    if (request.method !== 'POST') throw new SlackError('insecure_request');
    if (this.faults.standingAt('link_disabled')) throw new SlackError('link_disabled');
    const ticket = randomUUID();
    this.tickets.set(ticket, { until: this.clock.machine() + TICKET_MS });
    const base = request.base.replace(/^http/, 'ws');
    return { url: `${base}/link/?ticket=${ticket}&app_id=${randomBytes(32).toString('hex')}` };
  }

  upgrade(req, socket, head) {
    const url = new URL(req.url, 'http://localhost');
    const [refused] = this.faults.strike('socket', '', ['refuse_upgrade']);
    const ticket = this.tickets.get(url.searchParams.get('ticket'));
    this.tickets.delete(url.searchParams.get('ticket'));
    const status = refused ? refused.status ?? 408 : url.pathname !== '/link/' ? 404 : !ticket || ticket.until < this.clock.machine() ? 401 : null;
    if (status !== null) {
      socket.end(`HTTP/1.1 ${status} Refused\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
      return;
    }
    this.server.handleUpgrade(req, socket, head, (ws) => this.accept(ws, req, url.searchParams.get('debug_reconnects') === 'true'));
  }

  accept(ws, req, debug) {
    const number = this.nextNumber++;
    const connection = { number, ws, host: `applink-${number}`, base: req.headers.host, openedAt: this.clock.now(), leaving: null, halfOpen: false, delivered: 0, timers: [] };
    this.connections.set(number, connection);
    this.counts.opened += 1;
    ws.on('message', (data, binary) => this.receive(connection, data, binary));
    ws.on('close', (code) => this.closed(connection, code));
    ws.on('error', (error) => this.error('websocket', error.message));
    if (this.refuseConnection(connection)) return;
    this.greet(connection, debug ? DEBUG_CONNECTION_S : this.timing.connection_s);
  }

  refuseConnection(connection) {
    const [tooMany] = this.faults.strike('socket', '', ['too_many_websockets']);
    if (this.faults.standingAt('link_disabled')) this.disconnect(connection, 'link_disabled');
    else if (tooMany || this.connections.size > MAX_CONNECTIONS) this.disconnect(connection, 'too_many_websockets');
    else return false;
    return true;
  }

  greet(connection, lifeS) {
    connection.hello = true;
    this.counts.hello += 1;
    this.send(connection, { type: 'hello', num_connections: this.live().length, debug_info: { host: connection.host, build_number: 10, approximate_connection_time: lifeS }, connection_info: { app_id: APP_ID } });
    const lifeMs = lifeS * 1000;
    let heard = this.clock.machine();
    for (const sign of ['pong', 'ping', 'message']) connection.ws.on(sign, () => { heard = this.clock.machine(); });
    const ping = setInterval(() => {
      if (connection.halfOpen) return;
      if (this.clock.machine() - heard > this.timing.pong_ms) connection.ws.terminate();
      else connection.ws.ping(`Ping from ${connection.host}`);
    }, this.timing.ping_ms);
    connection.stop = () => clearInterval(ping);
    connection.timers.push(this.after(Math.max(lifeMs - WARNING_MS, lifeMs * 0.9), () => this.disconnect(connection, 'warning')));
    connection.timers.push(this.after(lifeMs, () => this.disconnect(connection, 'refresh_requested')));
    this.onChange();
    this.flush();
  }

  live() {
    return [...this.connections.values()].filter((one) => one.hello);
  }

  send(connection, frame) {
    if (!connection.halfOpen && connection.ws.readyState === 1) connection.ws.send(JSON.stringify(frame));
  }

  // A disconnect frame; but for a warning the connection takes no more envelopes and is closed soon after.
  disconnect(connection, reason) {
    const more = reason === 'too_many_websockets' ? { num_connections: this.connections.size, connection_info: { app_id: APP_ID } } : {};
    this.send(connection, { type: 'disconnect', reason, ...more, debug_info: { host: connection.host } });
    connection.leaving = reason;
    const grace = { warning: WARNING_MS, too_many_websockets: 100, link_disabled: 100 }[reason] ?? CLOSE_GRACE_MS;
    connection.timers.push(this.after(grace, () => connection.ws.close(1000)));
    this.onChange();
  }

  closed(connection, code) {
    connection.stop?.();
    connection.timers.forEach((timer) => this.cancel(timer));
    this.connections.delete(connection.number);
    connection.closeCode = code;
    for (const delivery of this.envelopes.values()) {
      if (delivery.on.delete(connection.number) && delivery.on.size === 0) this.waiting.push(delivery);
    }
    this.onChange();
    this.flush();
  }

  // ---- what the fault panel does to standing connections

  strikeNow({ kind, connection: number = null, reason = 'warning' }) {
    const struck = this.live().filter((one) => number === null || one.number === number);
    for (const connection of struck) {
      if (kind === 'disconnect') this.disconnect(connection, reason);
      if (kind === 'reset') connection.ws._socket.resetAndDestroy();
      if (kind === 'half_open') this.deafen(connection);
    }
    this.onChange();
    return struck.map((one) => one.number);
  }

  // TCP stays, nothing is read or written any more, not even pings are answered. Slack itself notices after a while.
  deafen(connection) {
    connection.halfOpen = true;
    connection.timers.push(this.after(this.timing.half_open_ms, () => connection.ws.terminate()));
    connection.ws._socket.pause();
    connection.ws._socket.write = () => true;
  }

  // ---- envelopes

  // Delivers one envelope; `settled(result)` is called once, with {acked, ack, ms, why}, by acknowledgement or deadline.
  deliver(envelope, settled = () => {}) {
    const delivery = { envelope, on: new Set(), began: this.clock.machine(), settled, attempts: 0, told: false, deadline: null };
    this.envelopes.set(envelope.envelope_id, delivery);
    const [delay] = this.faults.strike('socket', '', ['delay']);
    delivery.deadline = this.after(this.timing.ack_ms, () => this.late(delivery));
    if (delay) this.after(delay.ms ?? 1000, () => this.dispatch(delivery));
    else this.dispatch(delivery);
  }

  dispatch(delivery) {
    if (!this.envelopes.has(delivery.envelope.envelope_id)) return;
    const connection = this.pick(delivery);
    if (!connection) return this.unreachable(delivery);
    this.deliverOn(delivery, connection);
    if (this.faults.strike('socket', '', ['duplicate']).length) this.deliverOn(delivery, this.pick(delivery) ?? connection);
  }

  deliverOn(delivery, connection) {
    delivery.on.add(connection.number);
    delivery.attempts += 1;
    connection.delivered += 1;
    this.counts.delivered += 1;
    if (delivery.attempts > 1) this.counts.redelivered += 1;
    this.send(connection, delivery.envelope);
  }

  // The next connection in turn that was not tried already; one that is being refreshed only where there is no other.
  pick(delivery) {
    const open = this.live().filter((one) => one.ws.readyState === 1 && !delivery.on.has(one.number));
    const staying = open.filter((one) => one.leaving === null || one.leaving === 'warning');
    const takers = staying.length ? staying : open.filter((one) => one.leaving === 'refresh_requested');
    if (takers.length === 0) return null;
    this.turn += 1;
    return takers[this.turn % takers.length];
  }

  // Events wait for a connection; a person's action fails at once.
  unreachable(delivery) {
    if (delivery.envelope.type === 'events_api') this.waiting.push(delivery);
    else {
      this.envelopes.delete(delivery.envelope.envelope_id);
      this.settle(delivery, { acked: false, why: 'no_connection' });
    }
  }

  // Envelopes whose connection died go to another one as soon as there is one; a person's action not for ever.
  flush() {
    const waiting = this.waiting;
    this.waiting = [];
    for (const delivery of waiting) {
      const { envelope_id: id, type } = delivery.envelope;
      if (type !== 'events_api' && this.clock.machine() - delivery.began > INTERACTION_LIFE_MS) this.envelopes.delete(id);
      if (!this.envelopes.has(id)) continue;
      const connection = this.pick(delivery);
      if (connection) this.deliverOn(delivery, connection);
      else this.waiting.push(delivery);
    }
  }

  late(delivery) {
    this.counts.late += 1;
    this.settle(delivery, { acked: false, why: 'timeout' });
    if (delivery.envelope.type === 'events_api') this.retryEvent(delivery);
  }

  retryEvent(delivery) {
    const { envelope } = delivery;
    const wait = this.timing.event_retries_ms[envelope.retry_attempt];
    if (wait === undefined) {
      this.envelopes.delete(envelope.envelope_id);
      return;
    }
    this.after(wait, () => {
      if (!this.envelopes.has(envelope.envelope_id)) return;
      delivery.envelope = { ...envelope, retry_attempt: envelope.retry_attempt + 1, retry_reason: 'timeout' };
      delivery.on.clear();
      delivery.deadline = this.after(this.timing.ack_ms, () => this.late(delivery));
      this.dispatch(delivery);
    });
  }

  settle(delivery, result) {
    this.cancel(delivery.deadline);
    if (delivery.told) return;
    delivery.told = true;
    delivery.settled({ envelope_id: delivery.envelope.envelope_id, ack: null, connection: null, ...result, attempts: delivery.attempts, ms: Math.round((this.clock.machine() - delivery.began) * 100) / 100 });
  }

  // ---- acknowledgements

  receive(connection, data, binary) {
    if (connection.halfOpen) return;
    if (binary) return this.error('binary_frame', `${data.length} bytes`);
    if (data.length >= ACK_LIMIT_BYTES) return this.tooLarge(connection, data.length);
    let frame;
    try {
      frame = JSON.parse(data.toString('utf8'));
    } catch (error) {
      return this.error('not_json', error.message);
    }
    if (typeof frame?.envelope_id !== 'string') return this.error('no_envelope_id', data);
    this.acknowledge(connection, frame);
  }

  tooLarge(connection, bytes) {
    this.counts.dropped_acks += 1;
    this.error('ack_too_large', `${bytes} bytes`);
    if (this.faults.strike('socket', '', ['close_on_large_ack']).length) connection.ws.close(1009, `Max frame length of ${ACK_LIMIT_BYTES} has been exceeded.`);
  }

  acknowledge(connection, { envelope_id: id, payload = null, ...more }) {
    if (Object.keys(more).length) this.error('unknown_ack_member', Object.keys(more).join(', '));
    const delivery = this.envelopes.get(id);
    if (!delivery) {
      if (this.acked.has(id)) this.counts.double_acks += 1;
      else this.error('unknown_envelope', id);
      return;
    }
    if (!delivery.on.has(connection.number)) this.counts.foreign_acks += 1;
    if (payload !== null && Object.keys(payload).length && !delivery.envelope.accepts_response_payload) this.error('payload_not_accepted', delivery.envelope.payload?.type ?? delivery.envelope.type);
    this.envelopes.delete(id);
    this.acked.add(id);
    this.counts.acked += 1;
    this.settle(delivery, { acked: true, ack: payload, connection: connection.number });
  }

  describe() {
    const list = this.live().map((one) => ({ number: one.number, host: one.host, opened_at: one.openedAt, delivered: one.delivered, leaving: one.leaving, half_open: one.halfOpen }));
    return { connections: list, counts: { ...this.counts, pending: this.envelopes.size }, protocol_errors: [...this.errors] };
  }

  close() {
    for (const timer of this.timers) clearTimeout(timer);
    for (const { stop, ws } of this.connections.values()) {
      stop?.();
      ws.removeAllListeners('close');
      ws.terminate();
    }
    this.server.close();
  }
}
