// Salesforce, as REST clients see it: OAuth (JWT bearer, client credentials), describe, records, SOQL, composite.
import { randomBytes } from 'node:crypto';
import { dayOf, instantOf } from './dates.js';
import { bearer, json, parseForm, parseJson } from './http.js';
import { verifyJwt } from './jwt.js';
import { QueryError } from './query/lexer.js';
import { parseSoql, runSoql } from './query/soql.js';
import { SALESFORCE, SALESFORCE_OWN } from './schema.js';

const OBJECTS = { ...SALESFORCE, ...SALESFORCE_OWN };
const ORGANIZATION = { Id: '00D000000000001EAA', Name: 'Corp (sandbox)', InstanceName: 'SBX1', OrganizationType: 'Enterprise Edition', IsSandbox: true, DefaultLocaleSidKey: 'en_CA', TimeZoneSidKey: 'UTC' };
const LOGIN_HOSTS = ['https://login.salesforce.com', 'https://test.salesforce.com'];
const JWT_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const MAX_JWT_LIFE_MS = 180_000;
const SKEW_MS = 30_000;
const LIMITS = { subrequests: 25, queries: 5, batchMin: 200, batchMax: 2000 };

// Relations upward: object -> name -> {object, the field that holds its id}.
const PARENTS = {
  Account: { Parent: ['Account', 'ParentId'], Owner: ['User', 'OwnerId'] },
  Opportunity: { Account: ['Account', 'AccountId'], Owner: ['User', 'OwnerId'], Contract: ['Contract', 'ContractId'] },
  Contract: { Account: ['Account', 'AccountId'], Owner: ['User', 'OwnerId'] },
  User: { Manager: ['User', 'ManagerId'] },
  AccountHistory: { Account: ['Account', 'AccountId'], CreatedBy: ['User', 'CreatedById'] },
};

// Relations downward: object -> name -> [object, the field that holds our id].
const CHILDREN = {
  Account: { ChildAccounts: ['Account', 'ParentId'], Contracts: ['Contract', 'AccountId'], Histories: ['AccountHistory', 'AccountId'], Opportunities: ['Opportunity', 'AccountId'] },
  Contract: { Opportunities: ['Opportunity', 'ContractId'] },
  User: { ManagedUsers: ['User', 'ManagerId'] },
};

// Of any type in Salesforce, and therefore in no condition.
const UNFILTERED = new Set(['AccountHistory.OldValue', 'AccountHistory.NewValue']);

const failure = (status, errorCode, message, more = {}) => json(status, [{ message, errorCode, ...more }]);

export class Salesforce {
  // credentials: {clientId, clientSecret, username, publicKey}
  constructor({ data, clock, credentials, dailyLimit = 100_000 }) {
    Object.assign(this, { data, clock, credentials, dailyLimit });
    this.tokens = new Set();
    this.cursors = new Map(); // query locator -> the rest of a long answer
    this.used = 0;
    this.issued = 0;
  }

  handle(request) {
    if (request.path === '/services/oauth2/token') return this.token(request);
    if (request.path === '/services/data' || request.path === '/services/data/') return json(200, [{ label: 'Spring ’26', url: '/services/data/v62.0', version: '62.0' }, { label: 'Winter ’27', url: '/services/data/v67.0', version: '67.0' }]);
    if (!this.tokens.has(bearer(request))) return failure(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
    this.used += 1;
    const reply = this.resource(request.method, `${request.path}${request.url?.search ?? ''}`, request);
    reply.headers['sforce-limit-info'] = `api-usage=${this.used}/${this.dailyLimit}`;
    return reply;
  }

  dropTokens() {
    this.tokens.clear();
  }

  token(request) {
    if (request.method !== 'POST') return json(405, { error: 'invalid_request', error_description: 'must use HTTP POST' });
    const form = parseForm(request);
    const grant = form.get('grant_type');
    try {
      if (grant === JWT_GRANT) this.checkAssertion(form.get('assertion'), request.base);
      else if (grant === 'client_credentials') this.checkClient(form, request);
      else return json(400, { error: 'unsupported_grant_type', error_description: 'grant type not supported' });
    } catch (error) {
      return json(400, { error: error.code ?? 'invalid_grant', error_description: error.message });
    }
    const access = `00D000000000001!${randomBytes(24).toString('base64url')}`;
    this.tokens.add(access);
    this.issued += 1;
    const instance = `${request.base}/salesforce`;
    const identity = { scope: 'api', instance_url: instance, id: `${instance}/id/00D000000000001EAA/005000000000001AAA`, token_type: 'Bearer' };
    return json(200, grant === JWT_GRANT ? { access_token: access, ...identity } : { access_token: access, signature: randomBytes(16).toString('base64'), ...identity, issued_at: String(this.clock.now()) });
  }

  checkAssertion(assertion, base) {
    const { claims } = verifyJwt(assertion, this.credentials.publicKey, ['RS256']);
    if (claims.iss !== this.credentials.clientId) throw Object.assign(new Error('client identifier invalid'), { code: 'invalid_client_id' });
    if (claims.sub !== this.credentials.username) throw new Error("user hasn't approved this consumer");
    if (![`${base}/salesforce`, ...LOGIN_HOSTS].includes(claims.aud)) throw new Error('audience is invalid');
    const skew = this.clock.tolerance(SKEW_MS);
    const left = claims.exp * 1000 - this.clock.now();
    if (!(left > -skew)) throw new Error('expired authorization code');
    if (left > MAX_JWT_LIFE_MS + skew) throw new Error('expiry is more than three minutes away');
  }

  checkClient(form, request) {
    const basic = /^Basic\s+(\S+)$/i.exec(request.headers.authorization ?? '');
    const [id, secret] = basic ? Buffer.from(basic[1], 'base64').toString().split(':') : [form.get('client_id'), form.get('client_secret')];
    if (id !== this.credentials.clientId) throw Object.assign(new Error('client identifier invalid'), { code: 'invalid_client_id' });
    if (secret !== this.credentials.clientSecret) throw Object.assign(new Error('invalid client credentials'), { code: 'invalid_client' });
  }

  // One REST resource; also what the parts of a composite request go through.
  resource(method, target, request) {
    const url = new URL(target, 'http://localhost');
    const match = /^\/services\/data\/v(\d{2}\.0)\/(.*)$/.exec(url.pathname);
    if (!match) return failure(404, 'NOT_FOUND', 'The requested resource does not exist');
    const [, version, path] = match;
    for (const [pattern, verb, serve] of ROUTES) {
      const found = pattern.exec(path);
      if (!found) continue;
      if (method !== verb) return failure(405, 'METHOD_NOT_ALLOWED', `HTTP Method '${method}' not allowed. Allowed are ${verb}`);
      return serve(this, { params: found.slice(1).map(decodeURIComponent), query: url.searchParams, request, version });
    }
    return failure(404, 'NOT_FOUND', 'The requested resource does not exist');
  }

  // ---- objects and fields of this organisation

  name(object) {
    return Object.keys(OBJECTS).find((name) => name.toLowerCase() === object.toLowerCase() && !this.data.absent.has(name));
  }

  fields(object) {
    const custom = new Set(this.data.has('salesforce', object) ? this.data.records('salesforce', object).flatMap((record) => Object.keys(record).filter((key) => key.endsWith('__c'))) : []);
    const all = { ...OBJECTS[object], ...Object.fromEntries([...custom].map((name) => [name, 'custom'])) };
    const missing = this.data.missing.get(object);
    return missing ? Object.fromEntries(Object.entries(all).filter(([name]) => !missing.has(name))) : all;
  }

  field(object, wanted) {
    const found = Object.entries(this.fields(object)).find(([name]) => name.toLowerCase() === wanted.toLowerCase());
    return found && { name: found[0], type: found[1], filtered: !UNFILTERED.has(`${object}.${found[0]}`) };
  }

  rows(object) {
    if (object === 'Organization') return [ORGANIZATION];
    const anchor = this.clock.anchor();
    return this.data.records('salesforce', object).map((record) => this.row(object, record, anchor));
  }

  // A record with its dates resolved, in Salesforce's own spelling of them.
  row(object, record, anchor) {
    const row = { IsDeleted: false };
    for (const [field, type] of Object.entries(OBJECTS[object])) {
      if (type === 'boolean' && !(field in row)) row[field] = false;
    }
    for (const [field, value] of Object.entries(record)) row[field] = spell(OBJECTS[object][field], value, anchor);
    row.SystemModstamp ??= row.LastModifiedDate ?? row.CreatedDate ?? spell('datetime', '@today', anchor);
    return row;
  }

  relation(object, name, table) {
    const entry = Object.entries(PARENTS[object] ?? {}).find(([relation]) => relation.toLowerCase() === name.toLowerCase());
    if (!entry || !this.name(entry[1][0]) || !this.field(object, entry[1][1])) return undefined;
    const [relation, [parent, key]] = entry;
    return { name: relation, object: parent, follow: (row) => table(parent).byId.get(idKey(row[key])) ?? null };
  }

  children(object, name) {
    const entry = Object.entries(CHILDREN[object] ?? {}).find(([relation]) => relation.toLowerCase() === name.toLowerCase());
    if (!entry || !this.name(entry[1][0])) return undefined;
    const [relation, [child, key]] = entry;
    return { name: relation, object: child, of: (row, other) => sameId(other[key], row.Id) };
  }

  // ---- resources

  query({ query, version, request }, all) {
    const parsed = parseSoql(query.get('q') ?? '');
    const tables = new Map(); // read once a query: paths look up many records
    const table = (object) => {
      if (!tables.has(object)) {
        const rows = this.rows(object);
        tables.set(object, { rows, byId: new Map(rows.map((row) => [idKey(row.Id), row])) });
      }
      return tables.get(object);
    };
    const source = {
      name: (object) => this.name(object),
      field: (object, name) => this.field(object, name),
      relation: (object, name) => this.relation(object, name, table),
      children: (object, name) => this.children(object, name),
      rows: (object) => table(object).rows.filter((row) => all || !row.IsDeleted),
      today: this.clock.anchor().day,
    };
    const { object, fields, children, rows, count } = runSoql(parsed, source);
    if (count) return json(200, { totalSize: rows.length, done: true, records: [] });
    return this.page(rows.map((row) => ({ ...shape(object, fields, row, version), ...nested(children, row, version) })), rows.length, version, request);
  }

  page(records, total, version, request) {
    const wanted = Number(/batchSize=(\d+)/i.exec(request.headers['sforce-query-options'] ?? '')?.[1] ?? LIMITS.batchMax);
    const size = Math.min(LIMITS.batchMax, Math.max(this.minimumBatch ?? LIMITS.batchMin, this.pageSize ?? wanted));
    const reply = { totalSize: total, done: records.length <= size, records: records.slice(0, size) };
    if (!reply.done) {
      const locator = `01g${randomBytes(6).toString('hex')}-${size}`;
      this.cursors.set(locator, { records: records.slice(size), total });
      reply.nextRecordsUrl = `/services/data/v${version}/query/${locator}`;
    }
    return json(200, reply);
  }

  more({ params, version, request }) {
    const cursor = this.cursors.get(params[0]);
    if (!cursor) return failure(404, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
    return this.page(cursor.records, cursor.total, version, request);
  }

  describe({ params }) {
    const object = this.name(params[0]);
    if (!object) return failure(404, 'NOT_FOUND', 'The requested resource does not exist');
    const fields = Object.entries(this.fields(object)).map(([name, type]) => ({ name, label: name, type: DESCRIBED[type] ?? 'string', custom: name.endsWith('__c'), nillable: name !== 'Id', queryable: true }));
    return json(200, { name: object, label: object, queryable: true, custom: false, fields });
  }

  record({ params, query, version }) {
    const object = this.name(params[0]);
    const row = object && this.rows(object).find((candidate) => sameId(candidate.Id, params[1]));
    if (!row) return failure(404, 'NOT_FOUND', 'Provided external ID field does not exist or is not accessible: ' + params[1]);
    if (row.IsDeleted) return failure(404, 'ENTITY_IS_DELETED', 'entity is deleted', { fields: [] });
    const names = query.get('fields')?.split(',').map((name) => name.trim()) ?? Object.keys(this.fields(object));
    const fields = names.map((name) => ({ name, field: this.field(object, name) }));
    const unknown = fields.find(({ field }) => !field);
    if (unknown) return failure(400, 'INVALID_FIELD', `No such column '${unknown.name}' on sobject of type ${object}`);
    return json(200, { attributes: attributes(object, row, version), ...Object.fromEntries(fields.map(({ field }) => [field.name, row[field.name] ?? null])) });
  }

  composite({ request }) {
    const body = parseJson(request);
    const problem = compositeProblem(body);
    if (problem) return failure(400, ...problem);
    const done = new Map();
    const replies = [];
    for (const part of body.compositeRequest) {
      const reply = this.part(part, done, request);
      done.set(part.referenceId, reply);
      replies.push({ body: reply.body === '' ? null : JSON.parse(reply.body), httpHeaders: {}, httpStatusCode: reply.status, referenceId: part.referenceId });
    }
    if (body.allOrNone && replies.some((reply) => reply.httpStatusCode >= 400)) {
      for (const reply of replies.filter((one) => one.httpStatusCode < 400)) Object.assign(reply, { httpStatusCode: 400, body: [{ errorCode: 'PROCESSING_HALTED', message: 'The transaction was rolled back since another operation in the same transaction failed.' }] });
    }
    return json(200, { compositeResponse: replies });
  }

  part(part, done, request) {
    let target;
    try {
      target = substitute(part.url, done);
    } catch (error) {
      return failure(400, 'PROCESSING_HALTED', error.message);
    }
    return this.guarded(() => this.resource(part.method, target, { ...request, body: Buffer.from(JSON.stringify(part.body ?? null)) }));
  }

  guarded(serve) {
    try {
      return serve();
    } catch (error) {
      if (error instanceof QueryError) return failure(400, error.code ?? 'MALFORMED_QUERY', error.message);
      throw error;
    }
  }
}

const ROUTES = [
  [/^query\/?$/, 'GET', (sf, call) => sf.guarded(() => sf.query(call, false))],
  [/^queryAll\/?$/, 'GET', (sf, call) => sf.guarded(() => sf.query(call, true))],
  [/^query(?:All)?\/(01g[\w-]+)$/, 'GET', (sf, call) => sf.more(call)],
  [/^sobjects\/(\w+)\/describe\/?$/, 'GET', (sf, call) => sf.describe(call)],
  [/^sobjects\/(\w+)\/([\w.:-]+)$/, 'GET', (sf, call) => sf.record(call)],
  [/^composite\/?$/, 'POST', (sf, call) => sf.composite(call)],
  [/^limits\/?$/, 'GET', (sf) => json(200, { DailyApiRequests: { Max: sf.dailyLimit, Remaining: Math.max(0, sf.dailyLimit - sf.used) } })],
];

const DESCRIBED = { id: 'reference', string: 'string', number: 'currency', integer: 'int', boolean: 'boolean', date: 'date', datetime: 'datetime', custom: 'string' };

function spell(type, value, anchor) {
  if (value === null || (type !== 'date' && type !== 'datetime')) return value;
  if (type === 'date') return dayOf(value, anchor);
  return new Date(instantOf(value, anchor)).toISOString().replace('Z', '+0000');
}

// 15- and 18-character forms of an id are the same record.
const ID_CHARACTERS = 15;
const idKey = (id) => (typeof id === 'string' ? id.slice(0, ID_CHARACTERS) : id);
const sameId = (left, right) => typeof left === 'string' && idKey(left) === idKey(right);

const attributes = (object, row, version) => ({ type: object, url: `/services/data/v${version}/sobjects/${object}/${row.Id}` });

// A result row: fields of parents nest ("Account.Name" -> {"Account":{"Name":…}}).
function shape(object, fields, row, version) {
  const record = { attributes: attributes(object, row, version) };
  for (const field of fields) {
    let into = record;
    for (const [depth, parent] of field.parents(row).entries()) {
      const name = field.names[depth];
      into[name] ??= parent && { attributes: attributes(field.objects[depth], parent, version) };
      into = into[name];
      if (!into) break;
    }
    if (into) into[field.names.at(-1)] = field.read(row);
  }
  return record;
}

// What sub-queries found of a row; Salesforce answers null where that is nothing.
function nested(children, row, version) {
  return Object.fromEntries(children.map(({ name, object, fields, of }) => {
    const records = of(row).map((child) => shape(object, fields, child, version));
    return [name, records.length ? { totalSize: records.length, done: true, records } : null];
  }));
}

function compositeProblem(body) {
  const parts = body?.compositeRequest;
  if (!Array.isArray(parts) || parts.length === 0) return ['JSON_PARSER_ERROR', 'compositeRequest is missing'];
  if (parts.length > LIMITS.subrequests) return ['LIMIT_EXCEEDED', `Limit reached: up to ${LIMITS.subrequests} subrequests are allowed`];
  if (parts.filter((part) => /\/query(All)?[?/]/.test(part.url)).length > LIMITS.queries) return ['LIMIT_EXCEEDED', `Limit reached: up to ${LIMITS.queries} query subrequests are allowed`];
  const seen = new Set();
  for (const part of parts) {
    if (!/^\w+$/.test(part.referenceId ?? '')) return ['INVALID_INPUT', 'Provided referenceId is invalid'];
    if (seen.has(part.referenceId)) return ['INVALID_INPUT', `Duplicate referenceId: ${part.referenceId}`];
    seen.add(part.referenceId);
    if (!/^(GET|POST|PATCH|PUT|DELETE)$/.test(part.method ?? '')) return ['INVALID_INPUT', `Method ${part.method} not allowed`];
    const header = Object.keys(part.httpHeaders ?? {}).find((name) => ['accept', 'authorization', 'content-type'].includes(name.toLowerCase()));
    if (header) return ['INVALID_INPUT', `Header not allowed in a subrequest: ${header}`];
  }
  return null;
}

// Puts results of earlier parts in: @{account.records[0].OwnerId}.
function substitute(url, done) {
  return url.replace(/@\{(\w+)\.([^}]+)\}/g, (whole, reference, path) => {
    const earlier = done.get(reference);
    let value = earlier && earlier.status < 400 ? JSON.parse(earlier.body) : undefined;
    for (const step of path.match(/\w+/g) ?? []) value = value?.[step];
    if (value === undefined || value === null) throw new Error(`Invalid reference specified. No value for ${whole.slice(2, -1)} found in ${reference}`);
    return encodeURIComponent(String(value));
  });
}
