// NetSuite SuiteTalk REST: OAuth 2.0 machine to machine, OAuth 1.0a, SuiteQL, and records by id.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { dayOf, instantOf } from './dates.js';
import { bearer, json, parseForm, parseJson } from './http.js';
import { verifyJwt } from './jwt.js';
import { QueryError } from './query/lexer.js';
import { parseSuiteql, runSuiteql } from './query/suiteql.js';
import { NETSUITE } from './schema.js';

const TOKEN_PATH = '/services/rest/auth/oauth2/v1/token';
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const TOKEN_LIFE_S = 3600;
const SKEW_MS = 30_000;
const MAX_PAGE = 1000;
const ERROR_TYPE = 'https://www.rfc-editor.org/rfc/rfc9110.html#name-400-bad-request';

const failure = (status, title, code, detail, headers = {}) => json(status, { type: ERROR_TYPE, title, status, 'o:errorDetails': [{ detail, 'o:errorCode': code }] }, headers);

// Lists inside a record that SuiteQL shows as tables of their own: name -> [object, member, the column that leads back].
const SUBLISTS = { installment: ['invoice', 'installment', 'invoice'] };

export class NetSuite {
  // credentials: {accountId, clientId, certificateId, publicKey, consumerKey, consumerSecret, tokenId, tokenSecret}
  constructor({ data, clock, credentials, concurrency = 5 }) {
    Object.assign(this, { data, clock, credentials, concurrency });
    this.tokens = new Map(); // token -> machine time at which it ends
    this.nonces = new Set();
    this.assertions = new Set();
    this.issued = 0;
    this.underWay = 0;
    this.most = 0; // the largest number of requests under way at once
  }

  handle(request) {
    if (request.path === TOKEN_PATH) return this.token(request);
    const refused = this.refuse(request);
    if (refused) return refused;
    if (request.path === '/services/rest/query/v1/suiteql') return this.suiteql(request);
    const record = /^\/services\/rest\/record\/v1\/(\w+)\/([\w.:-]+)$/.exec(request.path);
    if (record) return this.record(request, record[1], record[2]);
    return failure(404, 'Not Found', 'NONEXISTENT_ID', `The record or resource ${request.path} does not exist.`);
  }

  // Called around every request: NetSuite counts those under way in the whole account.
  enter() {
    this.underWay += 1;
    this.most = Math.max(this.most, this.underWay);
    if (this.underWay <= this.concurrency) return null;
    return failure(429, 'Too Many Requests', 'CONCURRENCY_LIMIT_EXCEEDED', 'Concurrent request limit exceeded. Request blocked.');
  }

  leave() {
    this.underWay -= 1;
  }

  dropTokens() {
    this.tokens.clear();
  }

  token(request) {
    const form = parseForm(request);
    try {
      if (form.get('grant_type') !== 'client_credentials') throw Object.assign(new Error('grant_type is not client_credentials'), { code: 'unsupported_grant_type' });
      if (form.get('client_assertion_type') !== ASSERTION_TYPE) throw Object.assign(new Error('client_assertion_type is wrong'), { code: 'invalid_request' });
      this.checkAssertion(form.get('client_assertion'), request);
    } catch (error) {
      return json(400, { error: error.code ?? 'invalid_grant', error_description: error.message });
    }
    const token = randomBytes(32).toString('base64url');
    this.tokens.set(token, this.clock.machine() + TOKEN_LIFE_S * 1000);
    this.issued += 1;
    return json(200, { access_token: token, expires_in: String(TOKEN_LIFE_S), token_type: 'Bearer' });
  }

  checkAssertion(assertion, request) {
    const { header, claims } = verifyJwt(assertion, this.credentials.publicKey, ['ES256', 'PS256']);
    if (header.kid !== this.credentials.certificateId) throw Object.assign(new Error('no certificate is registered under this kid'), { code: 'invalid_client' });
    if (claims.iss !== this.credentials.clientId) throw Object.assign(new Error('unknown client'), { code: 'invalid_client' });
    if (claims.aud !== `${request.base}/netsuite${TOKEN_PATH}`) throw new Error('aud is not the token endpoint');
    const scope = [claims.scope].flat();
    if (!scope.some((one) => String(one).split(/[ ,]/).includes('rest_webservices'))) throw Object.assign(new Error('scope lacks rest_webservices'), { code: 'invalid_scope' });
    const [now, skew] = [this.clock.now(), this.clock.tolerance(SKEW_MS)];
    if (!(claims.iat * 1000 <= now + skew)) throw new Error('iat lies in the future');
    if (!(claims.exp * 1000 > now - skew)) throw new Error('expired');
    if (claims.exp - claims.iat > TOKEN_LIFE_S) throw new Error('exp is more than an hour after iat');
    if (claims.jti !== undefined && this.assertions.has(claims.jti)) throw new Error('jti was used before');
    this.assertions.add(claims.jti);
  }

  // Null when the request may pass, else the refusal.
  refuse(request) {
    const oauth1 = /^OAuth\s+(.*)$/is.exec(request.headers.authorization ?? '');
    const why = oauth1 ? this.refuseSignature(request, oauth1[1]) : this.refuseToken(bearer(request));
    if (why === null) return null;
    const challenge = oauth1 ? `OAuth realm="${this.credentials.accountId}", error="${why}", error_description="Invalid login attempt."` : `Bearer realm="${this.credentials.accountId}", error="invalid_token", error_description="Invalid login attempt."`;
    return failure(401, 'Unauthorized', 'INVALID_LOGIN', 'Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI.', { 'www-authenticate': challenge });
  }

  refuseToken(token) {
    const until = this.tokens.get(token);
    return until !== undefined && until > this.clock.machine() ? null : 'invalid_token';
  }

  refuseSignature(request, header) {
    const params = Object.fromEntries([...header.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, decodeURIComponent(value)]));
    const { accountId, consumerKey, consumerSecret, tokenId, tokenSecret } = this.credentials;
    if (params.realm !== accountId || params.oauth_consumer_key !== consumerKey || params.oauth_token !== tokenId) return 'token_rejected';
    if (params.oauth_signature_method !== 'HMAC-SHA256') return 'signature_method_rejected';
    if (Math.abs(Number(params.oauth_timestamp) * 1000 - this.clock.now()) > this.clock.tolerance(300_000)) return 'timestamp_refused';
    if (!params.oauth_nonce || params.oauth_nonce.length < 6 || this.nonces.has(params.oauth_nonce)) return 'nonce_used';
    const url = `${request.base}/netsuite${request.path}`;
    const wanted = Buffer.from(oauth1Signature({ method: request.method, url, query: request.query, params, consumerSecret, tokenSecret }));
    const given = Buffer.from(params.oauth_signature ?? '');
    if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) return 'signature_invalid';
    this.nonces.add(params.oauth_nonce);
    return null;
  }

  suiteql(request) {
    if (request.method !== 'POST') return failure(405, 'Method Not Allowed', 'METHOD_NOT_ALLOWED', 'Use POST.');
    if (!/\btransient\b/.test(request.headers.prefer ?? '')) return failure(400, 'Bad Request', 'INVALID_HEADER', "The required request header 'Prefer' is missing in the request or is empty. SuiteQL queries need 'Prefer: transient'.");
    const body = parseJson(request);
    if (typeof body?.q !== 'string' || !Array.isArray(body.params ?? []) || (body.params ?? []).some((param) => typeof param !== 'string')) return failure(400, 'Bad Request', 'INVALID_CONTENT', 'The request body is not {"q":"…","params":["…"]}.');
    const [limit, offset] = [Number(request.query.get('limit') ?? MAX_PAGE), Number(request.query.get('offset') ?? 0)];
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) return failure(400, 'Bad Request', 'INVALID_PARAMETER', `limit must be a number from 1 to ${MAX_PAGE}.`);
    if (!Number.isInteger(offset) || offset < 0 || offset % limit) return failure(400, 'Bad Request', 'INVALID_PARAMETER', 'offset must be divisible by limit.');
    let rows;
    try {
      rows = runSuiteql(parseSuiteql(body.q), body.params ?? [], this.source());
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      return failure(400, 'Bad Request', 'INVALID_PARAMETER', `Invalid search query. Detailed unprocessed description follows. Search error occurred: ${error.message}`);
    }
    const items = rows.slice(offset, offset + limit);
    return json(200, { links: [], count: items.length, hasMore: offset + items.length < rows.length, items, offset, totalResults: rows.length });
  }

  source() {
    return { columns: (table) => this.columns(table), rows: (table) => this.rows(table), display: (row, column) => row[`${column} display`] ?? row[column] };
  }

  object(table) {
    return Object.keys(NETSUITE).find((name) => name.toLowerCase() === table);
  }

  columns(table) {
    const sublist = SUBLISTS[table];
    if (sublist) return new Set([sublist[2], ...Object.keys(NETSUITE[sublist[0]][sublist[1]].items[0]).map((name) => name.toLowerCase())]);
    const object = this.object(table);
    if (!object) return undefined;
    const custom = this.data.records('netsuite', object).flatMap((record) => Object.keys(record).filter((key) => key.startsWith('cust')));
    return new Set([...Object.entries(NETSUITE[object]).filter(([, type]) => typeof type === 'string').map(([name]) => name), ...CUSTOM_COLUMNS[object] ?? [], ...custom].map((name) => name.toLowerCase()));
  }

  rows(table) {
    const anchor = this.clock.anchor();
    const sublist = SUBLISTS[table];
    if (!sublist) return this.data.records('netsuite', this.object(table)).map((record) => this.row(NETSUITE[this.object(table)], record, record, anchor));
    const [object, member, back] = sublist;
    return this.data.records('netsuite', object).flatMap((record) => (record[member]?.items ?? []).map((item) => ({ [back]: record.id, ...this.row(NETSUITE[object][member].items[0], item, record, anchor) })));
  }

  // A record as SuiteQL shows it: lower-case columns, all values text. `owner` is the record whose currency counts.
  row(types, record, owner, anchor) {
    const row = {};
    for (const [field, value] of Object.entries(record)) {
      const column = field.toLowerCase();
      row[column] = this.spell(types[field], value, owner, anchor);
      if (value?.refName !== undefined) row[`${column} display`] = value.refName;
    }
    if (types === NETSUITE.customerDeposit && record.customer === undefined) row.customer = row.entity ?? null;
    if (types === NETSUITE.currencyRate) Object.assign(row, { basecurrency: this.currencyId(record.baseCurrency), transactioncurrency: this.currencyId(record.transactionCurrency) });
    return row;
  }

  // Files name a rate's currencies as people do; NetSuite refers to them by id.
  currencyId(symbol) {
    return this.data.records('netsuite', 'currency').find((currency) => currency.symbol === symbol)?.id ?? null;
  }

  spell(type, value, owner, anchor) {
    if (value === null || value === undefined) return null;
    if (type === 'date') return dayOf(value, anchor);
    if (type === 'datetime') return new Date(instantOf(value, anchor)).toISOString();
    if (type === 'money') return this.money(value, owner.currency?.id);
    if (typeof value === 'boolean') return value ? 'T' : 'F';
    if (typeof value === 'object') return value.id ?? null;
    return String(value);
  }

  // With as many decimals as the currency has, or more where the file says so.
  money(value, currencyId) {
    const precision = this.data.records('netsuite', 'currency').find((currency) => currency.id === currencyId)?.currencyPrecision ?? 2;
    const written = String(value);
    const decimals = written.includes('.') && !written.includes('e') ? written.split('.')[1].length : 0;
    return value.toFixed(Math.max(precision, decimals));
  }

  record(request, type, id) {
    if (request.method !== 'GET') return failure(405, 'Method Not Allowed', 'METHOD_NOT_ALLOWED', 'Use GET.');
    const object = this.object(type.toLowerCase());
    const record = object && this.data.records('netsuite', object).find((one) => one.id === id);
    if (!record) return failure(404, 'Not Found', 'NONEXISTENT_ID', `The record instance does not exist. Provide a valid record instance ID.`);
    return json(200, { links: [], ...resolveRecord(NETSUITE[object], record, this.clock.anchor(), request.query.get('expandSubResources') === 'true') });
  }
}

// Columns that customers of Usher may have even where no record of the files fills them.
const CUSTOM_COLUMNS = { invoice: ['custbody_clm_contract'] };

function resolveRecord(types, record, anchor, expand) {
  const resolved = {};
  for (const [field, value] of Object.entries(record)) {
    const type = types[field];
    if (value === null) resolved[field] = null;
    else if (type === 'date') resolved[field] = dayOf(value, anchor);
    else if (type === 'datetime') resolved[field] = new Date(instantOf(value, anchor)).toISOString();
    else if (type?.items) resolved[field] = expand ? { items: value.items.map((item) => resolveRecord(type.items[0], item, anchor, expand)) } : { links: [{ rel: 'self' }] };
    else resolved[field] = value;
  }
  return resolved;
}

const percent = (value) => encodeURIComponent(value).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

// RFC 5849 with HMAC-SHA256: every query parameter and every oauth_* one but the signature, sorted after encoding.
export function oauth1Signature({ method, url, query, params, consumerSecret, tokenSecret }) {
  const signed = Object.entries(params).filter(([name]) => name.startsWith('oauth_') && name !== 'oauth_signature');
  const pairs = [...query, ...signed].map(([name, value]) => [percent(name), percent(value)]);
  pairs.sort(([nameA, valueA], [nameB, valueB]) => (nameA < nameB ? -1 : nameA > nameB ? 1 : valueA < valueB ? -1 : valueA > valueB ? 1 : 0));
  const base = [method.toUpperCase(), percent(url), percent(pairs.map((pair) => pair.join('=')).join('&'))].join('&');
  return createHmac('sha256', `${percent(consumerSecret)}&${percent(tokenSecret)}`).update(base).digest('base64');
}
