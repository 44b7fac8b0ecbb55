// The sandbox: one HTTP server in which a Slack workspace, the outside systems, a web page and a control door stand.
//
//   /api/…  /link/  /response/…                        Slack: Web API, Socket Mode, response URLs
//   /salesforce/…  /netsuite/…  /clm/…  /platform/…  /rates/…    the outside systems
//   /sandbox/…                                         what tests and the page do
//   /                                                  the page
import { X509Certificate } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Clm } from './clm.js';
import { Clock } from './clock.js';
import { secretsFolder, writeConfig } from './config_file.js';
import { Control } from './control.js';
import { Credentials } from './credentials.js';
import { Data } from './data.js';
import { Faults } from './faults.js';
import { TooLarge, bearer, json, readRequest, sendReply, text } from './http.js';
import { NetSuite } from './netsuite.js';
import { Platform } from './platform.js';
import { Rates } from './rates.js';
import { Salesforce } from './salesforce.js';
import { HttpDelivery } from './slack/http_delivery.js';
import { Interactions } from './slack/interactions.js';
import { OAuth } from './slack/oauth.js';
import { ResponseUrls } from './slack/response_urls.js';
import { Sockets } from './slack/socket_mode.js';
import { SCOPES, WebApi } from './slack/web_api.js';
import { TEAM } from './slack/people.js';
import { Workspace } from './slack/workspace.js';

const HOST = '127.0.0.1';
export const PUBLIC_URL = 'http://127.0.0.1:1'; // what the configuration says; the tests' browser knows where it really is
const KEEP_ALIVE_MS = 65_000;
const EVENT_PACE_MS = 40;
const PAGE = fileURLToPath(new URL('./page/', import.meta.url));
const TYPES = { html: 'text/html;charset=utf-8', css: 'text/css;charset=utf-8', js: 'text/javascript;charset=utf-8', svg: 'image/svg+xml' };
const SECURITY = {
  'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-opener-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin', 'cache-control': 'no-store',
};

// Starts a sandbox and resolves once it listens. Options, all optional: data (folder or folders of account files), port (0),
// slackMode ('http': what people do goes as signed requests to sandbox.appUrl), today, clockSpeed, clockFrom, writeConfig (file), clm (the kind of contract system in it), tlsCert and tlsKey (files), timing
// (of Socket Mode), scopes (of the bot token), mail (true: with a mail server), secrets (folder; else beside writeConfig, else in memory), pageSize (rows of a
// Salesforce page), log (function of a line).
export async function startSandbox(options = {}) {
  const sandbox = new Sandbox(options);
  await sandbox.listen(options.port ?? 0);
  if (options.mail) await sandbox.openMailbox();
  if (options.writeConfig) sandbox.writeConfig(options.writeConfig);
  return sandbox;
}

class Sandbox {
  constructor(options) {
    this.options = options;
    this.clock = new Clock({ speed: options.clockSpeed ?? 1, from: options.clockFrom ?? Date.now(), today: options.today ?? null });
    this.data = Data.load([options.data ?? []].flat());
    this.credentials = new Credentials(options.secrets ?? (options.writeConfig ? secretsFolder(options.writeConfig) : null));
    this.faults = new Faults(this.clock);
    this.workspace = new Workspace(this.clock);
    this.buildSlack(options);
    this.buildSystems(options);
    this.control = new Control(this);
    this.listeners = new Set(); // open event streams
    this.hanging = new Set(); // replies that a fault holds back for ever
    for (const method of ['state', 'wait', 'command', 'click', 'clickView', 'submit', 'closeView', 'openHome', 'say', 'envelope', 'fault', 'clearFaults', 'change', 'matching']) this[method] = this.control[method].bind(this.control);
  }

  buildSlack({ timing, scopes = SCOPES, slackMode }) {
    const { clock, faults, workspace } = this;
    this.sockets = new Sockets({ clock, faults, timing, onChange: () => workspace.changed('socket') });
    this.http = slackMode === 'http' ? new HttpDelivery({ secret: this.credentials.slack.signing, address: () => this.appUrl, error: (kind, detail) => this.sockets.error(kind, detail) }) : null;
    this.teams = new Map(); // all workspaces, by id
    const { app, bot } = this.credentials.slack;
    const first = this.addTeam({ team: TEAM, workspace, tokens: { app, bot }, scopes });
    Object.assign(this, { responses: first.responses, interactions: first.interactions, webApi: first.webApi });
    this.oauth = new OAuth({ teams: this.teams, client: this.credentials.slack.client, redirectUri: `${PUBLIC_URL}/slack/oauth_redirect`, scopes, clock });
  }

  // Only here is a package needed that no other part of the sandbox needs.
  async openMailbox() {
    const { Mailbox } = await import('./mailbox.js');
    this.mailbox = new Mailbox({ clock: this.clock, onChange: () => this.workspace.changed('mail') });
    this.control.mailbox = this.mailbox;
    await this.mailbox.listen();
  }

  // One more workspace, with the same people and channels; with team.enterprise {id, name} the app is installed for all of that; the app is installed there once it has tokens.bot.
  addTeam({ team, workspace = new Workspace(this.clock, team), tokens = { app: null, bot: null, refresh: null }, scopes = SCOPES }) {
    const { clock, sockets, http } = this;
    const prefix = this.teams.size ? `/${team.id}` : '';
    const responses = new ResponseUrls({ workspace, clock });
    const interactions = new Interactions({ workspace, sockets, responses, clock, address: () => this.url + prefix, team, http });
    const webApi = new WebApi({ workspace, sockets, interactions, clock, tokens, scopes, team });
    const entry = { team, workspace, tokens, responses, interactions, webApi };
    this.teams.set(team.id, entry);
    return entry;
  }

  // The workspace whose token a request bears; where none fits, the first one says so.
  webApiOf(request) {
    const token = bearer(request);
    const found = [...this.teams.values()].find(({ tokens }) => token !== null && tokens.bot === token);
    return found?.webApi ?? this.webApi;
  }

  buildSystems({ pageSize }) {
    const { clock, data, credentials } = this;
    this.salesforce = new Salesforce({ data, clock, credentials: credentials.salesforce });
    this.netsuite = new NetSuite({ data, clock, credentials: credentials.netsuite });
    this.clm = new Clm({ data, clock, credentials: credentials.clm });
    this.platform = new Platform({ clock, credentials: credentials.platform });
    this.rates = new Rates({ data, clock });
    if (pageSize) Object.assign(this.salesforce, { pageSize, minimumBatch: 1 });
  }

  get tokens() {
    return this.credentials.slack;
  }

  writeConfig(path) {
    return writeConfig(path, { slackMode: this.options.slackMode, url: this.url, credentials: this.credentials, clock: this.clock, clm: this.options.clm, published: this.data.records('rates', 'published'), smtp: this.mailbox?.url, caFile: this.options.tlsCert ?? null });
  }

  // ---- listening

  listen(port) {
    const { tlsCert, tlsKey } = this.options;
    const cert = tlsCert && readFileSync(tlsCert);
    this.scheme = cert ? 'https' : 'http';
    const name = cert && !new X509Certificate(cert).checkIP(HOST) ? 'localhost' : HOST;
    this.server = cert ? https.createServer({ cert, key: readFileSync(tlsKey) }) : http.createServer();
    this.server.keepAliveTimeout = KEEP_ALIVE_MS;
    this.server.on('request', (req, res) => this.serve(req, res));
    this.server.on('upgrade', (req, socket, head) => this.sockets.upgrade(req, socket, head));
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, HOST, () => {
        this.port = this.server.address().port;
        this.url = `${this.scheme}://${name}:${this.port}`;
        resolve();
      });
    });
  }

  async close() {
    this.sockets.close();
    for (const res of [...this.listeners, ...this.hanging]) res.destroy();
    this.server.closeAllConnections();
    await Promise.all([new Promise((resolve) => { this.server.close(resolve); }), this.mailbox?.close()]);
  }

  // ---- one request

  async serve(req, res) {
    try {
      const request = await readRequest(req, this.scheme);
      const route = ROUTES.find(([prefix]) => request.path === prefix || request.path.startsWith(`${prefix}/`)) ?? ROUTES.at(-1);
      const [prefix, point, handle] = route;
      request.path = request.path.slice(prefix.length);
      if (point) await this.serveWithFaults({ req, res, request, point: point(request), handle });
      else await handle(this, request, res);
    } catch (error) {
      this.refuse(res, error);
    }
  }

  refuse(res, error) {
    if (res.headersSent || res.destroyed) return res.destroy();
    if (error instanceof TooLarge) return sendReply(res, text(413, error.message));
    if (error.code === 'ERR_INVALID_URL') return sendReply(res, text(400, 'not an address'));
    if (error.code === 'ECONNRESET' || error.message === 'aborted') return res.destroy();
    this.options.log?.(`error: ${error.stack}`);
    return sendReply(res, json(500, { error: 'the sandbox itself failed', detail: error.message }));
  }

  async serveWithFaults({ req, res, request, point, handle }) {
    const struck = this.faults.strike(point, `${request.url.href}\n${request.body}`);
    if (struck.length) this.workspace.changed('fault');
    for (const fault of struck.filter((one) => one.kind === 'slow')) await sleep(fault.ms ?? 5000, undefined, { ref: false });
    const fault = struck.find((one) => one.kind !== 'slow');
    if (fault?.kind === 'down') return reset(req);
    if (fault?.kind === 'timeout') return this.hang(res);
    const early = fault && faultReply(fault, point);
    const reply = early ?? await handle(this, request);
    if (fault?.kind === 'lost_reply') return reset(req);
    return sendReply(res, fault?.kind === 'half_page' ? { ...reply, body: reply.body.slice(0, Math.ceil(reply.body.length / 2)) } : reply);
  }

  hang(res) {
    this.hanging.add(res);
    res.on('close', () => this.hanging.delete(res));
  }

  // ---- the page and its stream of changes

  page(request, res) {
    const name = request.path === '/' || request.path === '' ? 'index.html' : request.path.slice(1);
    if (request.method !== 'GET' || !readdirSync(PAGE).includes(name)) return sendReply(res, text(404, 'not found'));
    return sendReply(res, { status: 200, headers: { 'content-type': TYPES[name.split('.').pop()], ...SECURITY }, body: readFileSync(PAGE + name) });
  }

  async controlDoor(request, res) {
    if (!fromHere(request)) return sendReply(res, json(403, { error: 'the control door opens to this machine and this page only' }));
    if (request.method === 'GET' && request.path === '/events') return this.stream(res);
    const reply = await this.control.handle(request);
    Object.assign(reply.headers, SECURITY);
    return sendReply(res, reply);
  }

  // Server-sent events: one "change" for every burst of changes.
  stream(res) {
    res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    let pending = null;
    const tell = () => {
      pending ??= setTimeout(() => {
        pending = null;
        res.write(`event: change\ndata: ${this.workspace.version}\n\n`);
      }, EVENT_PACE_MS);
    };
    this.workspace.on('change', tell);
    this.listeners.add(res);
    res.write('retry: 500\n\n');
    tell();
    res.on('close', () => {
      clearTimeout(pending);
      this.workspace.off('change', tell);
      this.listeners.delete(res);
    });
  }
}

// [prefix, request -> the point at which faults strike (null: none), handler]
const ROUTES = [
  ['/api/oauth.v2.access', () => 'slack.oauth.v2.access', (sandbox, request) => sandbox.oauth.access(request)],
  ['/oauth/v2/authorize', null, (sandbox, request, res) => sendReply(res, sandbox.oauth.authorize(request, { deny: sandbox.denying }))],
  ['/api', (request) => `slack.${request.path.slice(1)}`, (sandbox, request) => sandbox.webApiOf(request).handle(request, request.path.slice(1))],
  ['/T0OTHER/response', () => 'slack.response_url', (sandbox, request) => sandbox.teams.get('T0OTHER').responses.handle(request)],
  ['/response', () => 'slack.response_url', (sandbox, request) => sandbox.responses.handle(request)],
  ['/salesforce', (request) => (request.path.includes('/oauth2/') ? 'salesforce.token' : 'salesforce.data'), (sandbox, request) => sandbox.salesforce.handle(request)],
  ['/netsuite', (request) => (request.path.includes('/oauth2/') ? 'netsuite.token' : 'netsuite.data'), serveNetsuite],
  ['/clm', (request) => (request.path.endsWith('/oauth/token') ? 'clm.token' : 'clm.data'), (sandbox, request) => sandbox.clm.handle(request)],
  ['/platform', () => 'platform.data', async (sandbox, request) => {
    const reply = sandbox.platform.handle(request);
    if (request.method === 'PUT') sandbox.workspace.changed('organization');
    return reply;
  }],
  ['/rates', () => 'rates.data', (sandbox, request) => sandbox.rates.handle(request)],
  ['/sandbox', null, (sandbox, request, res) => sandbox.controlDoor(request, res)],
  ['', null, (sandbox, request, res) => sandbox.page(request, res)],
];

// NetSuite counts what is under way at once; a moment's work makes the count mean something.
async function serveNetsuite(sandbox, request) {
  const blocked = sandbox.netsuite.enter();
  try {
    if (blocked) return blocked;
    await sleep(1);
    return sandbox.netsuite.handle(request);
  } finally {
    sandbox.netsuite.leave();
  }
}

function reset(req) {
  if (req.socket.resetAndDestroy) req.socket.resetAndDestroy();
  else req.socket.destroy();
}

// Answers that a fault gives in a system's place; null where the system itself must act first.
function faultReply(fault, point) {
  const system = point.split('.')[0];
  if (fault.kind === 'garbage') return { status: 200, headers: { 'content-type': 'application/json' }, body: '<html><body>Bad gateway: upstream {{' };
  if (fault.kind === 'error') return json(200, { ok: false, error: fault.error ?? 'internal_error' });
  if (fault.kind === 'unauthorised') return UNAUTHORISED[system](point);
  if (fault.kind === 'status') return json(fault.status ?? 503, system === 'slack' ? { ok: false, error: 'internal_error' } : { message: 'Service unavailable' });
  if (fault.kind !== 'rate_limited') return null;
  return json(429, system === 'slack' ? { ok: false, error: 'ratelimited' } : { message: 'Too many requests' }, fault.retry_after === null ? {} : { 'retry-after': String(fault.retry_after ?? 1) });
}

const UNAUTHORISED = {
  slack: () => json(200, { ok: false, error: 'invalid_auth' }),
  salesforce: (point) => (point === 'salesforce.token' ? json(400, { error: 'invalid_grant', error_description: "user hasn't approved this consumer" }) : json(401, [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }])),
  netsuite: (point) => (point === 'netsuite.token' ? json(400, { error: 'invalid_client', error_description: 'no certificate is registered under this kid' }) : json(401, { title: 'Unauthorized', status: 401, 'o:errorDetails': [{ detail: 'Invalid login attempt.', 'o:errorCode': 'INVALID_LOGIN' }] }, { 'www-authenticate': 'Bearer error="invalid_token", error_description="Invalid login attempt."' })),
  clm: (point) => (point === 'clm.token' ? json(400, { error: 'consent_required' }) : json(401, { code: 'UNAUTHORIZED', message: 'The access token is missing or not valid.', param: '' })),
  platform: () => json(401, { error: { code: 'unauthorized', message: 'The token is missing or not valid.' } }),
  rates: () => text(401, 'unauthorised'),
};

// A page elsewhere must not reach the control door: neither by its own origin nor by a name that points here.
function fromHere({ headers }) {
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  const local = host === 'localhost' || /^[\d.]+$/.test(host) || host.startsWith('[');
  return local && (headers.origin === undefined || headers.origin.replace(/^https?:\/\//, '') === headers.host) && headers['sec-fetch-site'] !== 'cross-site';
}
