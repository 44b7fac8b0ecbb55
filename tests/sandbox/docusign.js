// DocuSign, as the client of an integration sees it: tokens by JWT grant, and the agreements of one account a page at a
// time. Agreements are made of the account files' contract records, so that every kind of contract system tells the same.
//
//   POST /clm/docusign/oauth/token
//   GET  /clm/docusign/v1/accounts/{account}/agreements?limit=10&parties.name_in_agreement=…&ctoken=…
import { randomBytes } from 'node:crypto';
import { bearer, json, parseForm } from './http.js';
import { verifyJwt } from './jwt.js';

const JWT_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const SCOPES = ['signature', 'impersonation', 'adm_store_unified_repo_read'];
const MAX_JWT_LIFE_S = 3600;
const TOKEN_LIFE_S = 3600;
const SKEW_MS = 30_000;
const [PAGE, MAX_PAGE] = [10, 50];
const KNOWN = ['limit', 'ctoken', 'parties.name_in_agreement'];
const ENDED = ['expired', 'terminated', 'cancelled', 'canceled', 'voided'];

const problem = (status, title, detail) => json(status, { type: 'about:blank', title, status, detail });

export class DocuSign {
  // credentials: {accountId, clientId, userId, publicKey}; records: () => the contract records, dates resolved
  constructor({ data, clock, credentials, records }) {
    Object.assign(this, { data, clock, credentials, records });
    this.tokens = new Map(); // token -> when it ends, in the sandbox's time
  }

  // request.path is below /docusign.
  handle(request) {
    if (request.path === '/oauth/token') return this.token(request);
    if (!(this.tokens.get(bearer(request)) > this.clock.now())) return problem(401, 'Unauthorized', 'The access token is missing, unknown or expired.');
    const account = /^\/v1\/accounts\/([^/]+)\/agreements$/.exec(request.path)?.[1];
    if (account !== this.credentials.accountId) return problem(404, 'Not Found', 'There is no such account or resource.');
    return request.method === 'GET' ? this.agreements(request) : problem(405, 'Method Not Allowed', 'Use GET.');
  }

  token(request) {
    const form = parseForm(request);
    if (request.method !== 'POST' || form.get('grant_type') !== JWT_GRANT) return json(400, { error: 'unsupported_grant_type' });
    try {
      this.checkAssertion(form.get('assertion'), request.headers.host);
    } catch (error) {
      return json(400, { error: error.code ?? 'invalid_grant', error_description: error.message });
    }
    const access = randomBytes(32).toString('base64url');
    this.tokens.set(access, this.clock.now() + this.clock.tolerance(TOKEN_LIFE_S * 1000));
    return json(200, { access_token: access, token_type: 'Bearer', expires_in: TOKEN_LIFE_S, scope: SCOPES.join(' ') });
  }

  checkAssertion(assertion, host) {
    const { claims } = verifyJwt(assertion, this.credentials.publicKey, ['RS256']);
    if (claims.iss !== this.credentials.clientId) throw new Error('no_valid_keys_or_signatures');
    if (claims.sub !== this.credentials.userId) throw Object.assign(new Error('the user has not consented to this integration'), { code: 'consent_required' });
    if (claims.aud !== host) throw new Error(`aud is not ${host}`);
    const asked = String(claims.scope ?? '').split(' ');
    if (!SCOPES.every((scope) => asked.includes(scope))) throw new Error(`scope must name ${SCOPES.join(', ')}`);
    const skew = this.clock.tolerance(SKEW_MS);
    if (!(claims.iat * 1000 <= this.clock.now() + skew)) throw new Error('iat is missing or in the future');
    if (!(claims.exp * 1000 > this.clock.now() - skew)) throw new Error('expired');
    if (claims.exp - claims.iat > MAX_JWT_LIFE_S) throw new Error('exp is more than an hour after iat');
  }

  agreements(request) {
    const { query } = request;
    const odd = [...query.keys()].find((key) => !KNOWN.includes(key));
    if (odd) return problem(400, 'Bad Request', `unknown parameter ${odd}`);
    const limit = Number(query.get('limit') ?? PAGE);
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) return problem(400, 'Bad Request', `limit must be from 1 to ${MAX_PAGE}`);
    const at = query.has('ctoken') ? Number(Buffer.from(query.get('ctoken'), 'base64url').toString()) : 0;
    if (!Number.isInteger(at) || at < 0) return problem(400, 'Bad Request', 'ctoken is not one of ours');
    const name = query.get('parties.name_in_agreement')?.toLowerCase();
    const found = this.records().map((record) => this.agreement(record)).filter(({ parties }) => name === undefined || parties.some((party) => party.name_in_agreement.toLowerCase() === name));
    const next = new URL(request.url);
    next.searchParams.set('ctoken', Buffer.from(String(at + limit)).toString('base64url'));
    const links = at + limit < found.length ? { next: { href: next.href } } : {};
    return json(200, { data: found.slice(at, at + limit), response_metadata: { page_limit: limit, request_id: randomBytes(8).toString('hex') }, _links: { self: { href: request.url.href }, ...links } });
  }

  // What DocuSign has no field for stands in custom provisions, as organisations do it.
  agreement(record) {
    const value = (name) => record.properties[name]?.value ?? null;
    const time = (name) => (value(name) === null ? null : `${value(name)}T00:00:00Z`);
    const contract = this.data.find('salesforce', 'Contract', value('salesforceContractId') ?? '');
    const customer = contract && this.data.find('salesforce', 'Account', contract.AccountId)?.Name;
    return {
      id: record.id, title: record.name ?? record.id, type: record.type ?? 'Msa', category: 'BusinessServices', status: statusOf(value('status'), value('pendingSignatories')),
      parties: ['Corp Inc.', ...(customer ? [customer] : [])].map((name, i) => ({ id: `${record.id}-${i}`, name_in_agreement: name })),
      provisions: {
        effective_date: time('effectiveDate'), expiration_date: time('expirationDate'), execution_date: time('signedDate'),
        total_agreement_value: value('contractValue')?.amount ?? null, total_agreement_value_currency_code: value('contractValue')?.currency ?? null,
      },
      custom_provisions: { c_SalesforceContract: value('salesforceContractId'), c_ContractNumber: record.ironcladId ?? record.id, c_BillingSchedule: value('billingSchedule') },
      metadata: { modified_at: record.lastUpdated },
    };
  }
}

function statusOf(word, pending) {
  if (ENDED.includes(word)) return 'INACTIVE';
  return word === 'executed' && !pending?.length ? 'COMPLETE' : 'PENDING';
}
