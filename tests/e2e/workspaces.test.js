// Several workspaces with the real program: installed by a browser, served side by side, renewed, removed.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHANNEL, scene, until } from './lib/scene.js';
import { sql } from './lib/sqlite.js';
import { accepted, buttons } from './lib/words.js';
import { Browser, OTHER, SETTINGS, begin, hears, install, options, said, start } from './lib/workspaces.js';

// Presses Approve, and fills in the form where one opens.
async function approve({ interactions, workspace }, user) {
  const message = said({ workspace }, /ACME Corp/), { ts } = message;
  if (!buttons(message).approve) return; // given, and being applied
  await interactions.click(user, { channel: CHANNEL, ts, action_id: 'approve' });
  const form = await until(() => [...workspace.views.values()].find((view) => view.user === user && view.callback_id === 'approve'), { timeout: 3000 }).catch(() => null);
  if (form) await interactions.submit(user, form.id, accepted(form));
}

scene('two workspaces are served side by side, each with its own people', options(SETTINGS), async (stage) => {
  const other = await begin(stage);
  const first = stage.sandbox.teams.get('T0SANDBOX');
  const page = await install(stage);
  assert.equal(page.status, 200);
  assert.match(page.text, /<h1>Usher is installed<\/h1>/);
  assert.match(page.headers.get('content-security-policy'), /^default-src 'none'; style-src 'nonce-[0-9a-f]{32}'/);
  assert.equal(page.headers.get('cache-control'), 'no-store');
  await hears(other, /Usher is installed here/, 'D0RAJ');
  for (const team of [first, other]) await hears(team, /ACME Corp: review needed/);
  await other.interactions.command('U0FAY', 'help', CHANNEL);
  await until(async () => {
    await approve(other, 'U0FAY');
    return said(other, /pproved.{0,20}<@U0FAY>/);
  });
  assert.ok(said(first, /review needed/), 'the first workspace is as it was');
  await first.interactions.click('U0FAY', { channel: CHANNEL, ts: said(first, /ACME Corp/).ts, action_id: 'approve' });
  assert.ok(said(first, /review needed/), 'an approver of one is none of the other');
  const clear = readFileSync(join(stage.folder, 'usher.db')).toString('latin1');
  assert.ok(!clear.includes(other.tokens.bot), 'the token is in the database');
  assert.ok(!stage.bot.lines.some((line) => line.includes(other.tokens.bot)), 'the token is in the log');
});

scene('an organisation\'s people are read from its workspace by name', options(SETTINGS), async (stage) => {
  const enterprise = { id: 'E0CORP', name: 'Corp' };
  const grid = stage.sandbox.addTeam({ team: { ...OTHER, enterprise } });
  mkdirSync(join(stage.folder, 'workspaces'));
  writeFileSync(join(stage.folder, 'workspaces', 'E0CORP.json'), JSON.stringify({ ...SETTINGS, roles: { ...SETTINGS.roles, approver: ['S0APPROVE'] } }));
  await start(stage);
  const page = await install(stage);
  assert.match(page.text, /<h1>Usher is installed<\/h1>/);
  await until(() => grid.webApi.calls['users.list'] && grid.webApi.calls['usergroups.users.list']);
  const stored = (statement) => sql(join(stage.folder, 'usher.db'), statement).flat().join();
  await until(() => stored("SELECT user_id FROM group_members WHERE tenant_id = 'E0CORP' AND group_id = 'S0APPROVE' ORDER BY 1") === 'U0BO,U0MAYA', { timeout: 20_000 });
  await until(() => stored("SELECT count(*) FROM people WHERE tenant_id = 'E0CORP'") >= 9);
  assert.deepEqual(stage.bot.lines.filter((line) => /missing_argument|not read/.test(line)), []);
});

scene('a workspace without settings is told what to do, and sees nothing', options(null), async (stage) => {
  const other = await begin(stage);
  const page = await install(stage);
  assert.match(page.text, /not set up yet/);
  await hears(other, /a file `T0OTHER\.json`/, 'D0RAJ');
  await hears(stage.sandbox.teams.get('T0SANDBOX'), /ACME Corp: review needed/);
  const list = await other.interactions.command('U0RAJ', 'list', CHANNEL);
  assert.ok(!JSON.stringify(list.ack).includes('ACME'));
  const started = await other.interactions.command('U0RAJ', 'start "ACME Corp"', CHANNEL);
  assert.match(started.ack.text, /not set up for this workspace yet/);
  const { out } = await stage.usher('check');
  assert.match(out, /warn {2}Workspace T0OTHER +.*no file/);
  // Settings that come later hold after a reload.
  writeFileSync(join(stage.folder, 'workspaces', 'T0OTHER.json'), JSON.stringify(SETTINGS));
  stage.bot.signal('SIGHUP');
  await stage.bot.line(/configuration reloaded/);
  const again = await other.interactions.command('U0FAY', 'start "ACME Corp"', CHANNEL);
  assert.ok(!/not set up/.test(JSON.stringify(again.ack)));
  await hears(other, /ACME Corp: review needed/);
});

scene('what is wrong with a workspace\'s file stops the start, with file and line', options({ slack: { chanel: CHANNEL } }), async (stage) => {
  mkdirSync(join(stage.folder, 'workspaces'));
  writeFileSync(join(stage.folder, 'workspaces', 'T0OTHER.json'), '{\n"slack": {"chanel": "C0ONBOARD"}}');
  const { code, err } = await stage.usher('check');
  assert.equal(code, 78);
  assert.match(err, /workspaces\/T0OTHER\.json:2: slack\.chanel: unknown key; did you mean slack\.channel\?/);
});

scene('an installation that was denied, repeated or begun elsewhere says so', options(SETTINGS), async (stage) => {
  const other = await begin(stage);
  stage.sandbox.denying = true;
  const denied = await install(stage);
  assert.deepEqual([denied.status, /was not installed/.test(denied.text)], [403, true]);
  stage.sandbox.denying = false;
  const browser = new Browser(stage);
  await install(stage, browser);
  const [, back] = browser.seen.at(-1);
  const repeated = await browser.get(back);
  assert.deepEqual([repeated.status, /was not begun here/.test(repeated.text)], [400, true], 'the cookie is gone');
  const stranger = await new Browser(stage).get(back);
  assert.equal(stranger.status, 400);
  assert.equal(stage.sandbox.oauth.grants, 1);
  assert.ok(other.tokens.bot);
});

scene('a token that rotates is renewed, and the old one is not used after it', options(SETTINGS, { timeout: 120_000 }), async (stage) => {
  const other = await begin(stage);
  stage.sandbox.oauth.rotates = 20;
  await install(stage);
  const first = other.tokens.bot;
  await until(() => other.tokens.bot !== first, { timeout: 30_000 });
  await stage.bot.line(/workspace T0OTHER: its token was renewed/, { timeout: 20_000 });
  const home = await other.interactions.openHome('U0FAY');
  assert.equal(home.acked, true);
  await until(() => other.workspace.homes.get('U0FAY'), { timeout: 20_000 });
});

scene('a workspace that removes the app is forgotten, and taken up again when it comes back', options(SETTINGS), async (stage) => {
  const other = await begin(stage);
  await install(stage);
  await hears(other, /ACME Corp: review needed/);
  stage.sandbox.oauth.revoke(OTHER.id);
  const removed = await other.interactions.event({ type: 'app_uninstalled' });
  assert.equal(removed.acked, true);
  await stage.bot.line(/workspace T0OTHER ended/);
  const asked = await other.interactions.command('U0FAY', 'status ONB-1001', CHANNEL);
  assert.deepEqual([asked.acked, asked.ack], [true, null]);
  await stage.bot.stop();
  await start(stage);
  await install(stage);
  await hears(other, /Usher is installed here/, 'D0RAJ');
  await until(async () => /ACME Corp/.test(JSON.stringify((await other.interactions.command('U0FAY', 'status ONB-1001', CHANNEL)).ack)));
});
