// Contract systems: Ironclad's records API, the same contracts in a plain shape for the generic mapping, and as
// DocuSign's agreements (docusign.js).
//
//   GET /clm/public/api/v1/records?filter=Equals([salesforceContractId],'800…')&page=0&pageSize=20
//   GET /clm/public/api/v1/records/{id or IC number}
//   GET /clm/generic/contracts?contract_id=…&account_id=…&size=…&from=…     GET /clm/generic/contracts/{salesforce contract id}
import { dayOf, instantOf } from './dates.js';
import { DocuSign } from './docusign.js';
import { bearer, json } from './http.js';
import { Cursor, QueryError, tokenise } from './query/lexer.js';

const MAX_PAGE = 100;
const failure = (status, code, message, param = '') => json(status, { code, message, param });

export class Clm {
  constructor({ data, clock, credentials }) {
    Object.assign(this, { data, clock, credentials });
    this.docusign = new DocuSign({ data, clock, credentials: credentials.docusign, records: () => this.records() });
  }

  handle(request) {
    const [, path] = /^\/docusign(\/.*)$/.exec(request.path) ?? [];
    if (path) return this.docusign.handle({ ...request, path });
    if (bearer(request) !== this.credentials.token) return failure(401, 'UNAUTHORIZED', 'The access token is missing or not valid.');
    if (request.method !== 'GET') return failure(405, 'METHOD_NOT_ALLOWED', 'Use GET.');
    for (const [pattern, serve] of ROUTES) {
      const match = pattern.exec(request.path);
      if (match) return serve(this, request, ...match.slice(1).map(decodeURIComponent));
    }
    return failure(404, 'NOT_FOUND', 'There is no such resource.');
  }

  records() {
    const anchor = this.clock.anchor();
    return this.data.records('clm', 'records').map((record) => resolve(record, anchor));
  }

  list(request) {
    const [page, size] = [Number(request.query.get('page') ?? 0), Number(request.query.get('pageSize') ?? 20)];
    if (!Number.isInteger(page) || page < 0) return failure(400, 'INVALID_PARAM', 'page must be a whole number from 0.', 'page');
    if (!Number.isInteger(size) || size < 1 || size > MAX_PAGE) return failure(400, 'INVALID_PARAM', `pageSize must be from 1 to ${MAX_PAGE}.`, 'pageSize');
    let keep = () => true;
    try {
      if (request.query.get('filter')) keep = parseFilter(request.query.get('filter'));
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      return failure(400, 'INVALID_PARAM', `filter: ${error.message}`, 'filter');
    }
    const types = request.query.get('types')?.split(',');
    const found = this.records().filter((record) => (!types || types.includes(record.type)) && keep(record));
    return json(200, { page, pageSize: size, count: found.length, list: found.slice(page * size, (page + 1) * size) });
  }

  one(request, id) {
    const record = this.records().find((candidate) => candidate.id === id || candidate.ironcladId === id);
    return record ? json(200, record) : failure(404, 'NOT_FOUND', `Record ${id} was not found.`);
  }

  contracts(request) {
    const [contract, account] = [request.query.get('contract_id'), request.query.get('account_id')];
    const wanted = contract?.split(',');
    const items = this.records().map(plain).filter((item) => (!wanted || wanted.includes(item.contract_id)) && (!account || this.accountOf(item.contract_id) === account));
    const size = Number(request.query.get('size') ?? MAX_PAGE);
    const from = Number(request.query.get('from') ?? 0);
    if (![size, from].every(Number.isInteger) || size < 1 || size > MAX_PAGE || from < 0) return failure(400, 'INVALID_PARAM', `size must be from 1 to ${MAX_PAGE}, from a whole number from 0.`);
    const query = new URLSearchParams(request.query);
    query.set('from', String(from + size));
    return json(200, { items: items.slice(from, from + size), next: from + size < items.length ? `?${query}` : null });
  }

  contract(request, id) {
    const item = this.records().map(plain).find((candidate) => candidate.contract_id === id);
    return item ? json(200, item) : failure(404, 'NOT_FOUND', `Contract ${id} was not found.`);
  }

  accountOf(contractId) {
    return this.data.find('salesforce', 'Contract', contractId)?.AccountId ?? null;
  }
}

const ROUTES = [
  [/^\/public\/api\/v1\/records\/?$/, (clm, request) => clm.list(request)],
  [/^\/public\/api\/v1\/records\/([^/]+)$/, (clm, request, id) => clm.one(request, id)],
  [/^\/generic\/contracts\/?$/, (clm, request) => clm.contracts(request)],
  [/^\/generic\/contracts\/([^/]+)$/, (clm, request, id) => clm.contract(request, id)],
];

function resolve(record, anchor) {
  const properties = {};
  for (const [name, { type, value }] of Object.entries(record.properties ?? {})) properties[name] = { type, value: type === 'date' && value !== null ? dayOf(value, anchor) : value };
  const lastUpdated = new Date(instantOf(record.lastUpdated ?? '@today', anchor)).toISOString();
  return { attachments: {}, childIds: [], links: [], ...record, lastUpdated, properties };
}

// The generic shape: one flat object a contract.
function plain(record) {
  const value = (name) => record.properties[name]?.value ?? null;
  return {
    id: record.ironcladId ?? record.id, name: record.name ?? null, status: value('status'), contract_id: value('salesforceContractId'),
    value: { amount: value('contractValue')?.amount ?? null, currency: value('contractValue')?.currency ?? null },
    effective: value('effectiveDate'), expires: value('expirationDate'), signed_at: value('signedDate'),
    covers: value('coveredAccounts') ?? [], pending: value('pendingSignatories') ?? [], billing_schedule: value('billingSchedule'),
  };
}

// Equals([property],'value'), Contains(…), And(a,b,…), Or(a,b,…), Not(a).
function parseFilter(text) {
  const cursor = new Cursor(tokenise(text.replace(/[[\]]/g, ' '), 'backslash'));
  const keep = parseTerm(cursor);
  if (!cursor.done()) throw new QueryError(`unexpected '${cursor.token.text}'`);
  return keep;
}

function parseTerm(cursor) {
  const name = cursor.kind('word');
  cursor.expect('(');
  const build = Object.hasOwn(TERMS, name) ? TERMS[name] : undefined;
  if (!build) throw new QueryError(`unknown function ${name}`);
  const keep = build(cursor);
  cursor.expect(')');
  return keep;
}

const property = (record, name) => (name === 'id' || name === 'ironcladId' || name === 'name' || name === 'type' ? record[name] : record.properties[name]?.value);

function comparing(test) {
  return (cursor) => {
    const name = cursor.kind('word');
    cursor.expect(',');
    const wanted = cursor.next();
    if (wanted.kind === 'symbol') throw new QueryError(`unexpected '${wanted.text}'`);
    return (record) => test(property(record, name), wanted.text);
  };
}

const TERMS = {
  Equals: comparing((value, wanted) => value !== undefined && value !== null && String(value) === wanted),
  Contains: comparing((value, wanted) => (Array.isArray(value) ? value.includes(wanted) : String(value ?? '').toLowerCase().includes(wanted.toLowerCase()))),
  And: (cursor) => { const parts = cursor.list(() => parseTerm(cursor)); return (record) => parts.every((part) => part(record)); },
  Or: (cursor) => { const parts = cursor.list(() => parseTerm(cursor)); return (record) => parts.some((part) => part(record)); },
  Not: (cursor) => { const part = parseTerm(cursor); return (record) => !part(record); },
};
