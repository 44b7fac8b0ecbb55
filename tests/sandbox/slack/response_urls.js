// The addresses through which an app may answer an interaction for half an hour, five times at most.
import { randomBytes } from 'node:crypto';
import { json, parseJson, text } from '../http.js';
import { checkedBlocks } from './web_api.js';
import { SlackError } from './workspace.js';

const USES = 5;
const LIFE_MS = 30 * 60_000;

export class ResponseUrls {
  constructor({ workspace, clock }) {
    Object.assign(this, { workspace, clock });
    this.open = new Map(); // id -> {until, uses, channel, user, message, ephemeral}
  }

  // `about`: {channel, user, ts, ephemeral, thread_ts} of what the person acted on.
  make(about) {
    const id = randomBytes(12).toString('hex');
    this.open.set(id, { ...about, uses: 0, until: this.clock.machine() + LIFE_MS });
    return `/response/${id}`;
  }

  handle(request) {
    const entry = this.open.get(request.path.replace(/^\//, ''));
    if (!entry || entry.until < this.clock.machine()) return json(404, { ok: false, error: 'expired_url' });
    if (request.method !== 'POST') return json(405, { ok: false, error: 'invalid_method' });
    if (entry.uses >= USES) return json(404, { ok: false, error: 'used_url' });
    const body = parseJson(request);
    if (body === null || typeof body !== 'object') return json(400, { ok: false, error: 'invalid_payload' });
    try {
      this.apply(entry, body);
    } catch (error) {
      if (!(error instanceof SlackError)) throw error;
      return json(400, { ok: false, error: error.code, ...error.more });
    }
    entry.uses += 1;
    return text(200, 'ok');
  }

  apply(entry, body) {
    const blocks = checkedBlocks(body.blocks);
    if (body.delete_original) return this.removeOriginal(entry);
    if (!body.text && !blocks?.length) throw new SlackError('no_text');
    const content = { text: String(body.text ?? ''), blocks };
    if (body.replace_original && entry.ts) return this.replaceOriginal(entry, content);
    const thread = body.thread_ts ?? undefined;
    if (body.response_type === 'in_channel') this.workspace.post(this.workspace.channel(entry.channel), { ...content, thread_ts: thread });
    else this.workspace.postEphemeral(entry.channel, entry.user, { ...content, thread_ts: thread });
  }

  original(entry) {
    return entry.ephemeral ? this.workspace.ephemerals.find((one) => one.ts === entry.ts) : undefined;
  }

  replaceOriginal(entry, content) {
    const ephemeral = this.original(entry);
    if (ephemeral) this.workspace.editEphemeral(ephemeral, content);
    else this.workspace.edit(entry.channel, entry.ts, content);
  }

  removeOriginal(entry) {
    const ephemeral = this.original(entry);
    if (ephemeral) this.workspace.removeEphemeral(ephemeral);
    else this.workspace.remove(entry.channel, entry.ts);
  }
}
