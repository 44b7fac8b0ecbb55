// Slack in HTTP mode: what people do comes to the app as signed requests, and the body of its answer is the acknowledgement.
// Takes and settles envelopes as Sockets does.
import { createHmac } from 'node:crypto';

const ACK_MS = 3000;
const EVENT_RETRIES_MS = [0, 200, 600]; // Slack: at once, after one and after five minutes
const PATHS = { events_api: '/slack/events', slash_commands: '/slack/commands', interactive: '/slack/interactions' };

export const sign = (secret, timestamp, body) => `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;

export class HttpDelivery {
  // address(): of the app, without a path. error(kind, detail): what the app did against the protocol.
  constructor({ secret, address, error }) {
    Object.assign(this, { secret, address, error });
    this.counts = { delivered: 0, redelivered: 0, acked: 0, refused: 0 };
  }

  // The body that Slack sends for an envelope.
  static body({ type, payload }) {
    if (type === 'events_api') return [JSON.stringify(payload), 'application/json'];
    const fields = type === 'interactive' ? { payload: JSON.stringify(payload) } : payload;
    return [new URLSearchParams(fields).toString(), 'application/x-www-form-urlencoded'];
  }

  // One request; {status, body}. headers: to say something else than Slack would.
  async post(path, body, contentType, headers = {}) {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const response = await fetch(this.address() + path, {
      method: 'POST', body, redirect: 'manual', signal: AbortSignal.timeout(ACK_MS),
      headers: { 'content-type': contentType, 'x-slack-request-timestamp': timestamp, 'x-slack-signature': sign(this.secret, timestamp, body), ...headers },
    });
    return { status: response.status, body: await response.text() };
  }

  async deliver(envelope, settled = () => {}) {
    const began = performance.now();
    const [body, type] = HttpDelivery.body(envelope);
    const settle = (result) => settled({ envelope_id: envelope.envelope_id, ack: null, connection: null, ms: performance.now() - began, ...result });
    for (let attempt = 0; ; attempt++) {
      this.counts[attempt ? 'redelivered' : 'delivered'] += 1;
      const retry = attempt ? { 'x-slack-retry-num': String(attempt), 'x-slack-retry-reason': 'http_error' } : {};
      const { status, body: answer } = await this.post(PATHS[envelope.type], body, type, retry).catch(() => ({ status: 0, body: '' }));
      if (status === 200) return settle({ acked: true, attempts: attempt + 1, ack: this.read(envelope, answer) });
      this.counts.refused += 1;
      if (envelope.type !== 'events_api' || attempt === EVENT_RETRIES_MS.length) return settle({ acked: false, attempts: attempt + 1, why: status ? `http_${status}` : 'timeout' });
      await new Promise((resolve) => setTimeout(resolve, EVENT_RETRIES_MS[attempt]));
    }
  }

  read(envelope, answer) {
    this.counts.acked += 1;
    if (answer === '') return null;
    if (!envelope.accepts_response_payload) this.error('payload_not_accepted', envelope.payload?.type ?? envelope.type);
    try {
      return JSON.parse(answer);
    } catch {
      this.error('not_json', answer);
      return null;
    }
  }
}
