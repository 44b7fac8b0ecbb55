// Installing the app in a workspace: the authorize page, and oauth.v2.access for codes and refresh tokens, each of which
// counts once.
import { randomBytes } from 'node:crypto';
import { json } from '../http.js';
import { APP_ID, BOT } from './people.js';

const hex = (bytes) => randomBytes(bytes).toString('hex');
const CODE_MS = 10 * 60_000;

export class OAuth {
  // teams: id -> {team, tokens, …}; client: {id, secret}; redirectUri: the one that the app's settings name.
  constructor({ teams, client, redirectUri, scopes, clock }) {
    Object.assign(this, { teams, client, redirectUri, scopes, clock });
    this.codes = new Map(); // code -> {team, uri, until}
    this.rotates = 0; // seconds that tokens live; 0: for ever
    this.installing = null; // id of the workspace whose person looks at the authorize page
    this.installer = 'U0RAJ';
    this.grants = 0;
  }

  // GET /oauth/v2/authorize: whoever looks at it allows it at once, or denies it.
  authorize(request, { deny = false } = {}) {
    const { query } = request;
    const wanted = (query.get('scope') ?? '').split(',').sort().join(',');
    const problem = query.get('client_id') !== this.client.id ? 'invalid client_id'
      : query.get('redirect_uri') !== this.redirectUri ? 'bad redirect_uri'
        : wanted !== [...this.scopes].sort().join(',') ? `other scopes than the app's: ${wanted}`
          : !query.get('state') ? 'no state' : query.has('code_challenge') ? 'PKCE is off' : null;
    if (problem) return { status: 400, headers: { 'content-type': 'text/plain' }, body: problem };
    const back = new URL(this.redirectUri);
    back.searchParams.set('state', query.get('state'));
    if (deny) back.searchParams.set('error', 'access_denied');
    else back.searchParams.set('code', this.makeCode());
    return { status: 302, headers: { location: back.href }, body: '' };
  }

  makeCode() {
    const code = `${hex(6)}.${hex(16)}`;
    this.codes.set(code, { team: this.installing, until: this.clock.now() + CODE_MS });
    return code;
  }

  // POST /api/oauth.v2.access
  access(request) {
    const args = new URLSearchParams(request.body.toString('utf8'));
    const [id, secret] = Buffer.from(/^Basic (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '', 'base64').toString().split(':');
    if (id !== this.client.id) return refuse('invalid_client_id');
    if (secret !== this.client.secret) return refuse('bad_client_secret');
    return args.get('grant_type') === 'refresh_token' ? this.refresh(args.get('refresh_token')) : this.exchange(args);
  }

  exchange(args) {
    const code = this.codes.get(args.get('code'));
    this.codes.delete(args.get('code'));
    if (!code || code.until < this.clock.now()) return refuse('invalid_code');
    if (args.get('redirect_uri') !== this.redirectUri) return refuse('bad_redirect_uri');
    return this.grant(this.teams.get(code.team));
  }

  refresh(token) {
    const found = [...this.teams.values()].find(({ tokens }) => tokens.refresh && tokens.refresh === token);
    return found ? this.grant(found) : refuse('invalid_refresh_token');
  }

  grant({ team, tokens }) {
    this.grants += 1;
    const rotates = this.rotates > 0;
    tokens.bot = `${rotates ? 'xoxe.' : ''}xoxb-${team.id}-${hex(12)}`;
    tokens.refresh = rotates ? `xoxe-1-${hex(24)}` : null;
    return json(200, {
      ok: true, app_id: APP_ID, authed_user: { id: this.installer }, scope: this.scopes.join(','), token_type: 'bot', access_token: tokens.bot, bot_user_id: BOT.user,
      team: team.enterprise ? null : { id: team.id, name: team.name }, enterprise: team.enterprise ?? null, is_enterprise_install: Boolean(team.enterprise), ...(rotates && { refresh_token: tokens.refresh, expires_in: this.rotates }),
    });
  }

  // The app is removed, or an admin revokes its token.
  revoke(id) {
    Object.assign(this.teams.get(id).tokens, { bot: null, refresh: null });
  }
}

const refuse = (error) => json(200, { ok: false, error });
