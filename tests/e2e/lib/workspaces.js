// A second workspace beside the sandbox's first: its file, its way through OAuth, and what is said there.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PUBLIC_URL } from '../../sandbox/server.js';
import { CHANNEL, until } from './scene.js';

export const OTHER = { id: 'T0OTHER', name: 'Other', domain: 'other-sandbox' };
export const SETTINGS = {
  slack: { channel: CHANNEL },
  roles: { approver: ['U0FAY'], finance: ['U0BO'], finance_director: ['U0DEE'], admin: ['U0RAJ'] }, roster: { cs_manager: 'U0KIM', cs_director: 'U0LEE' },
};

// A stage whose bot lets others install it; settings: the other workspace's file, null for none.
export const options = (settings, more = {}) => ({
  data: 'demo/acme.json', sandbox: { slackMode: 'http' }, bot: false,
  configure: (config) => {
    Object.assign(config.slack, { client_id: '1111111111.2222222222', client_secret: { file: config.slack.bot_token.file.replace('bot-token', 'client-secret') }, public_url: PUBLIC_URL });
    config.workspaces = { dir: 'workspaces' };
  },
  settings, ...more,
});

export async function begin(stage) {
  const { settings } = stage.options;
  const dir = join(stage.folder, 'workspaces');
  mkdirSync(dir);
  if (settings) writeFileSync(join(dir, 'T0OTHER.json'), JSON.stringify(settings));
  const other = stage.sandbox.addTeam({ team: OTHER });
  await start(stage);
  await stage.acquainted();
  return other;
}

export async function start(stage) {
  await stage.start({ connections: 0 });
  stage.sandbox.appUrl = await stage.http();
  await stage.bot.line(/authenticated for workspace/);
}

// A browser: follows redirects itself and keeps cookies, as far as it matters here.
export class Browser {
  constructor(stage) {
    Object.assign(this, { stage, cookies: new Map(), seen: [] });
  }

  async get(address) {
    const url = address.replace(PUBLIC_URL, this.stage.sandbox.appUrl);
    const cookie = url.startsWith(this.stage.sandbox.appUrl) ? [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') : '';
    const reply = await fetch(url, { redirect: 'manual', headers: cookie ? { cookie } : {} });
    this.seen.push([reply.status, url]);
    for (const set of reply.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set);
      this.cookies.set(name, value);
    }
    const to = reply.headers.get('location');
    return to ? this.get(to) : { status: reply.status, headers: reply.headers, text: await reply.text() };
  }
}

export async function install(stage, browser = new Browser(stage)) {
  const from = stage.bot.lines.length;
  stage.sandbox.oauth.installing = OTHER.id;
  const page = await browser.get(`${PUBLIC_URL}/slack/install`);
  if (page.status === 200) await stage.acquainted(from);
  return page;
}

export const said = (team, pattern, channel = CHANNEL) => team.workspace.channels.get(channel)?.messages.find(({ text, blocks }) => pattern.test(text) || pattern.test(JSON.stringify(blocks ?? [])));
export const hears = (team, pattern, channel) => until(() => said(team, pattern, channel), { what: () => `${team.team.id} hears ${pattern}` });
