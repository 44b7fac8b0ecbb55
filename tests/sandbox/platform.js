// The product's own provisioning API. Putting the same organisation again gives the same organisation.
import { randomBytes } from 'node:crypto';
import { bearer, json, parseJson } from './http.js';

const failure = (status, code, message) => json(status, { error: { code, message } });

export class Platform {
  constructor({ clock, credentials }) {
    Object.assign(this, { clock, credentials });
    this.organizations = new Map(); // external id -> organisation
  }

  handle(request) {
    if (bearer(request) !== this.credentials.token) return failure(401, 'unauthorized', 'The token is missing or not valid.');
    if (/^\/organizations\/?$/.test(request.path)) return request.method === 'GET' ? json(200, { items: this.list() }) : failure(405, 'method_not_allowed', 'Use GET.');
    const match = /^\/organizations\/([^/]+)$/.exec(request.path);
    if (!match) return failure(404, 'not_found', 'There is no such resource.');
    const id = decodeURIComponent(match[1]);
    if (request.method === 'PUT') return this.put(request, id);
    const known = this.organizations.get(id);
    if (request.method !== 'GET') return failure(405, 'method_not_allowed', 'Use GET or PUT.');
    return known ? json(200, known) : failure(404, 'not_found', `There is no organisation "${id}".`);
  }

  put(request, id) {
    const body = parseJson(request);
    if (typeof body?.name !== 'string' || body.name.trim() === '') return failure(422, 'invalid', 'name is missing.');
    if (body.external_id !== undefined && body.external_id !== id) return failure(422, 'invalid', 'external_id differs from the one in the address.');
    const known = this.organizations.get(id);
    if (known) {
      Object.assign(known, { name: body.name, puts: known.puts + 1 });
      return json(200, view(known));
    }
    const made = { id: `org_${randomBytes(6).toString('hex')}`, external_id: id, name: body.name, created_at: new Date(this.clock.now()).toISOString(), puts: 1 };
    this.organizations.set(id, made);
    return json(201, view(made));
  }

  list() {
    return [...this.organizations.values()];
  }
}

const view = ({ puts, ...organization }) => organization;
