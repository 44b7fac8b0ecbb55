// What an operator is told: by `usher check` about a configuration and every system, by `decide` about an account, by
// `manifest` about the app. Exit codes follow sysexits.
import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'node:test';
import { usher } from './lib/bot.js';
import { scene } from './lib/scene.js';

const [USAGE, DATAERR, NOINPUT, UNAVAILABLE, CONFIG] = [64, 65, 66, 69, 78];
const SYSTEMS = ['Slack bot token', 'Slack scopes', 'Slack people', 'Slack app token', 'Salesforce', 'NetSuite', 'CLM', 'Platform'];

const lineOf = (out, what) => out.split('\n').find((line) => line.slice(6).startsWith(what)) ?? assert.fail(`no line "${what}" in\n${out}`);
const missing = (object, keys) => keys.filter((key) => !(key in object));
const lineNumber = (text, part) => text.slice(0, text.indexOf(part)).split('\n').length;

// Each case in a file of its own beside the secrets, several at a time: t.test(name) of play(file, text).
async function cases(stage, t, table, play) {
  const base = readFileSync(stage.file, 'utf8');
  await t.test('cases', { concurrency: 4 }, (group) => Promise.all(table.map(([name, change, ...expected], i) => group.test(name, async () => {
    const file = join(stage.folder, `case-${i}.json`);
    let text = change(base);
    if (typeof text !== 'string') {
      const config = JSON.parse(base);
      change(config);
      text = JSON.stringify(config, null, 2);
    }
    writeFileSync(file, text);
    await play({ file, text }, ...expected);
  }))));
}

// A change of the parsed configuration: a function of the text that gives no text.
const edit = (change) => (config) => { if (typeof config !== 'string') change(config); };
const text = (change) => (base) => change(base);

describe('usher check', { concurrency: 2 }, () => {
  scene('with everything right says so, one line each, and leaves nothing behind', { data: 'demo/acme.json', bot: false }, async (stage) => {
    const { code, out, err } = await stage.usher('check');
    assert.equal(code, 0, out + err);
    for (const what of ['Configuration', 'Playbooks', 'Keyring', 'Database', ...SYSTEMS]) assert.match(lineOf(out, what), /^ok {4}/);
    assert.match(lineOf(out, 'Rates'), /not configured \(no section "rates"\)/);
    assert.ok(!out.includes(stage.sandbox.tokens.bot) && !out.includes(stage.sandbox.tokens.app));
    assert.throws(() => statSync(join(stage.folder, 'usher.db')), { code: 'ENOENT' });
    assert.deepEqual(stage.sandbox.state().organizations, []);
  });

  scene('names the system that refuses us, why, and what to do', { data: 'demo/acme.json', bot: false }, async (stage, t) => {
    writeFileSync(join(stage.folder, 'wrong-bot'), 'xoxb-1-wrong\n', { mode: 0o600 });
    writeFileSync(join(stage.folder, 'wrong-app'), 'xapp-1-wrong\n', { mode: 0o600 });
    const nowhere = 'http://127.0.0.1:1';
    const table = [
      ['a wrong bot token', edit((c) => { c.slack.bot_token = { file: 'wrong-bot' }; }), { 'Slack bot token': /invalid_auth.*check the credentials/ }],
      ['people who are not there', edit((c) => { c.roles.approver = ['U0NOBODY', ...c.roles.approver]; }), { 'Slack people': /U0NOBODY \(roles\.approver\) is not in this workspace/ }],
      ['a user group that is not there', edit((c) => { c.roles.viewer = ['S0NOGROUP']; }), { 'Slack people': /S0NOGROUP \(roles\.viewer\) is no user group/ }],
      ['a roster of a guest', edit((c) => { c.roster.cs_director = 'U0GUS'; }), { 'Slack people': /U0GUS \(roster\.cs_director\) is a guest/ }],
      ['a wrong app token', edit((c) => { c.slack.app_token = { file: 'wrong-app' }; }), { 'Slack app token': /invalid_auth.*check the credentials/ }],
      ['swapped tokens', edit((c) => { [c.slack.app_token, c.slack.bot_token] = [c.slack.bot_token, c.slack.app_token]; }), { 'What `run` needs': /app_token must start with xapp-/, 'Slack bot token': /not_allowed_token_type/, 'Slack app token': /not_allowed_token_type/ }],
      ['Salesforce: a user that never agreed', edit((c) => { c.salesforce.username = 'nobody@corp.example'; }), { Salesforce: /hasn't approved this consumer.*check the credentials/ }],
      ['Salesforce: a key of another kind', edit((c) => { c.salesforce.private_key = c.netsuite.private_key; }), { Salesforce: /private_key.*another kind/ }],
      ['NetSuite: a certificate it does not know', edit((c) => { c.netsuite.certificate_id = 'nope'; }), { NetSuite: /no certificate is registered.*check the credentials/ }],
      ['CLM and platform: a wrong token', edit((c) => { c.clm.token = { file: 'wrong-bot' }; c.platform.token = { file: 'wrong-bot' }; }), { CLM: /not valid.*check the credentials/, Platform: /401.*check the credentials/ }],
      ['hosts that nobody answers at', edit((c) => {
        Object.assign(c.slack, { api_url: `${nowhere}/api/` });
        c.salesforce.login_url = nowhere;
        c.netsuite.base_url = nowhere;
        c.clm.base_url = nowhere;
        c.platform.base_url = nowhere;
        c.fetch = { attempts: 1 };
      }), Object.fromEntries(['Slack bot token', 'Slack app token', 'Salesforce', 'NetSuite', 'CLM', 'Platform'].map((what) => [what, /127\.0\.0\.1 port 1.*check the address, the network and the proxy/]))],
      ['Rates: a bank that publishes none', edit((c) => { c.rates = { base_url: c.platform.base_url.replace('/platform', '/rates') }; }), { Rates: /status 404.*check the address/ }],
      ['a host that there is not', edit((c) => { c.netsuite.base_url = 'https://netsuite.invalid'; c.fetch = { attempts: 1 }; }), { NetSuite: /resolve host: netsuite\.invalid.*check the address/ }],
      ['nobody who could decide', edit((c) => { c.roles.approver = []; c.roles.manager = []; c.roles.director = []; delete c.roster; }), { 'What `run` needs': /nobody could decide: .*roles\.approver/ }],
    ];
    await cases(stage, t, table, async ({ file }, failing) => {
      const { code, out, err } = await usher(['check', '-c', file]);
      assert.equal(code, CONFIG, out + err);
      for (const [what, why] of Object.entries(failing)) assert.match(lineOf(out, what), why);
      const failed = out.split('\n').filter((line) => line.startsWith('FAIL'));
      assert.equal(failed.length, Object.keys(failing).length, out);
      assert.match(err, new RegExp(`usher check: ${failed.length} of the lines above need attention`));
      assert.ok(!/xoxb-\w|xapp-\w/.test(out + err), 'a token stands in the output');
    });
  });

  scene('names a missing scope and where to add it', { bot: false, sandbox: { scopes: ['chat:write', 'commands', 'users:read'] } }, async (stage) => {
    const { code, out } = await stage.usher('check');
    assert.equal(code, CONFIG);
    const line = lineOf(out, 'Slack scopes');
    assert.match(line, /^FAIL .*missing: channels:history, .*users:read\.email: add them under OAuth & Permissions .* and reinstall the app/);
  });

  scene('says which key of the file is wrong, on which line, and what to write', { bot: false }, async (stage, t) => {
    const at = (part, words) => ({ part, words });
    const table = [
      ['broken JSON', text((base) => base.replace('"slack": {', '"slack": {,')), { line: 2, words: /line 2, column \d+: a name in double quotes is expected/ }],
      ['JSON that ends too early', text((base) => base.slice(0, 200)), { words: /line \d+, column \d+: / }],
      ['an empty file', text(() => ''), { words: /empty instead of JSON/ }],
      ['a list', text(() => '[]'), { words: /expected an object, found a list/ }],
      ['a key that stands twice', text((base) => base.replace('"slack": {', '"slack": {\n    "channel": "C0ONBOARD",')), { words: /slack\.channel: stands there twice, first on line 3/ }],
      ['an unknown key', edit((c) => { c.slack.chanel = 'C1'; }), at('"chanel"', 'slack.chanel: unknown key; did you mean slack.channel?')],
      ['an unknown section', edit((c) => { c.salesfroce = {}; }), at('"salesfroce"', 'salesfroce: unknown key; did you mean salesforce?')],
      ['a word for a number', edit((c) => { c.slack.connections = '2'; }), at('"connections"', 'slack.connections: expected a whole number, found a string')],
      ['a number for a word', edit((c) => { c.clm.kind = 3; }), at('"kind"', 'clm.kind: ')],
      ['a word that is none of the choices', edit((c) => { c.clm.kind = 'irnclad'; }), at('"kind"', 'clm.kind: ')],
      ['a number out of bounds', edit((c) => { c.slack.connections = 12; }), at('"connections"', 'slack.connections: 12 is above the maximum of 10')],
      ['a secret in plain text', edit((c) => { c.slack.bot_token = 'xoxb-123-plain'; }), at('"bot_token"', 'slack.bot_token: a secret does not belong in this file')],
      ['a secret from a variable that is not set', edit((c) => { c.slack.bot_token = { env: 'USHER_NO_SUCH_VARIABLE' }; }), at('"bot_token"', 'slack.bot_token: the environment variable USHER_NO_SUCH_VARIABLE is not set')],
      ['a secret from a file that is not there', edit((c) => { c.slack.bot_token = { file: 'no-such-file' }; }), at('"bot_token"', 'slack.bot_token: the file ')],
      ['http to another machine', edit((c) => { c.salesforce.login_url = 'http://login.example.com'; }), at('"login_url"', 'salesforce.login_url: the address must start with https://')],
      ['a zone that there is not', edit((c) => { c.calendar.zone = 'Mars/Base'; }), at('"calendar"', 'calendar: there is no zone "Mars/Base"')],
      ['somebody who is no user id', edit((c) => { c.roles.approver = ['maya']; }), at('"maya"', 'roles.approver')],
    ];
    await cases(stage, t, table, async ({ file, text: content }, { part, line, words }) => {
      for (const command of ['check', 'run']) {
        const { code, out, err } = await usher([command, '-c', file]);
        assert.equal(code, CONFIG, err);
        assert.equal(out, '');
        assert.ok(err.startsWith(`usher ${command}: ${file}:`), err);
        if (part) assert.ok(err.includes(`${file}:${lineNumber(content, part)}: ${words}`), `${err} should name line ${lineNumber(content, part)} and say ${words}`);
        else assert.match(err, words);
        assert.ok(!err.includes('xoxb-123'), 'the secret is repeated');
        if (line) assert.match(err, new RegExp(`\\b${line}\\b`));
      }
    });
  });

  scene('without a file lives on the environment, and says what is missing', { bot: false }, async ({ sandbox, folder }) => {
    const env = { SLACK_APP_TOKEN: sandbox.tokens.app, SLACK_BOT_TOKEN: sandbox.tokens.bot, SLACK_API_URL: `${sandbox.url}/api/`, USHER_DB: join(folder, 'other.db') };
    const checked = await usher(['check'], { env, cwd: folder });
    assert.match(lineOf(checked.out, 'Slack bot token'), /^ok .*T0SANDBOX/);
    assert.match(lineOf(checked.out, 'Database'), /other\.db will be made/);
    assert.match(lineOf(checked.out, 'What `run` needs'), /^FAIL .*slack\.channel/);
    const ran = await usher(['run'], { cwd: folder });
    assert.equal(ran.code, CONFIG);
    assert.match(ran.err, /slack\.app_token is missing: set the environment variable SLACK_APP_TOKEN/);
    const gone = await usher(['check', '-c', join(folder, 'nope.json')]);
    assert.ok([NOINPUT, CONFIG].includes(gone.code), String(gone.code));
    assert.match(gone.err, /nope\.json: .*No such file/);
  });
});

describe('the command line', { concurrency: 4 }, () => {
  scene('says how it is used when it is misused', { bot: false }, async (stage, t) => {
    const table = [
      [['chek'], /unknown command "chek"; did you mean "check"\?/], [['run', '--bogus'], /unknown option --bogus/], [['run', '--clock-speed', 'fast'], /--clock-speed takes a whole number/], [['run', '-c'], /-c needs a value/],
      [['decide'], /ACCOUNT .* is missing[\s\S]*usage: usher decide/], [['backup'], /FILE .* is missing/], [['restore'], /FILE .* is missing/], [['audit'], /verify, export or record is missing/], [['audit', 'forget'], /unknown: audit forget/],
      [['jobs', 'frob'], /unknown: jobs frob/], [['keys', 'frob'], /unknown: keys frob/], [[], /usage: usher COMMAND/],
    ];
    for (const [args, words] of table) {
      await t.test(args.join(' ') || 'nothing', async () => {
        const { code, out, err } = await usher(args);
        assert.deepEqual([code, out], [USAGE, '']);
        assert.match(err, words);
      });
    }
    const help = await usher(['help']);
    assert.deepEqual([help.code, help.err], [0, '']);
    for (const command of ['run', 'check', 'decide', 'manifest', 'migrate', 'backup', 'restore', 'jobs', 'audit', 'keys', 'config', 'version']) assert.match(help.out, new RegExp(`^  ${command}\\b`, 'm'));
    assert.match((await usher(['version'])).out, /^usher \d+\.\d+\.\d+\n$/);
    assert.match((await usher(['config'])).out, /slack\.connections/);
  });

  scene('a scaled clock is refused against the real Slack', { bot: false, configure: (config) => { config.slack.api_url = 'https://slack.com/api/'; } }, async (stage) => {
    const { code, err } = await stage.usher('run', '--clock-speed', '100');
    assert.equal(code, USAGE);
    assert.match(err, /--clock-speed is for the sandbox/);
  });

  scene('manifest is what Slack takes, and asks for what check wants', { bot: false }, async (stage) => {
    const { code, out } = await stage.usher('manifest');
    assert.equal(code, 0);
    const manifest = JSON.parse(out);
    assert.deepEqual(Object.keys(manifest).sort(), ['display_information', 'features', 'oauth_config', 'settings']);
    assert.ok(manifest.display_information.name.length <= 35);
    const { features, oauth_config: { scopes }, settings } = manifest;
    assert.equal(features.app_home.home_tab_enabled, true);
    assert.ok(features.bot_user.display_name);
    assert.equal(features.slash_commands[0].command, '/onboard');
    assert.equal(features.slash_commands[0].should_escape, true);
    assert.deepEqual([settings.interactivity.is_enabled, settings.socket_mode_enabled, settings.org_deploy_enabled, settings.token_rotation_enabled], [true, true, false, false]);
    assert.ok(settings.event_subscriptions.bot_events.includes('app_home_opened'));
    for (const scope of ['chat:write', 'commands', 'channels:history', 'im:write', 'users:read', 'users:read.email', 'usergroups:read']) assert.ok(scopes.bot.includes(scope), scope);
  });
});

describe('usher decide', { concurrency: 4 }, () => {
  scene('prints verdict, findings and sources as JSON, the same each time, and changes nothing', { data: 'demo', bot: false }, async (stage) => {
    const { sandbox } = stage;
    const runs = [];
    for (const account of ['ACME', 'ACME', 'acme corp', '001A0000001']) runs.push(await stage.usher('decide', account, '--json', '--today', '2026-04-20'));
    assert.deepEqual(runs.map(({ code }) => code), [0, 0, 0, 0]);
    const reports = runs.map(({ out }) => JSON.parse(out));
    const [report] = reports;
    assert.deepEqual(missing(report, ['account', 'verdict', 'level', 'findings', 'skipped', 'fix', 'facts_digest', 'rules_version', 'today', 'sources']), []);
    assert.deepEqual([report.account, report.today, report.rules_version], ['ACME', '2026-04-20', '2026.04']);
    assert.ok(['PROCEED', 'ESCALATE', 'BLOCK'].includes(report.verdict));
    assert.match(report.facts_digest, /^[0-9a-f]{64}$/);
    assert.ok(report.findings.length > 0);
    for (const finding of report.findings) assert.deepEqual(missing(finding, ['code', 'level', 'subject', 'routes', 'text', 'fix', 'inputs']), []);
    for (const system of ['salesforce', 'netsuite', 'clm']) {
      assert.equal(report.sources[system].ok, true);
      assert.ok(Math.abs(Date.parse(report.sources[system].fetched_at) - Date.now()) < 60_000);
      assert.ok(Number.isInteger(report.sources[system].ms));
    }
    const steady = ({ verdict, level, findings, skipped, fix, facts_digest: digest }) => ({ verdict, level, findings, skipped, fix, digest });
    for (const other of reports) assert.deepEqual(steady(other), steady(report));
    assert.deepEqual(sandbox.state().organizations, []);
    assert.deepEqual(sandbox.state().calls.slack, {});
    assert.ok(sandbox.state().channels.every(({ messages }) => messages.length === 0));
    assert.throws(() => statSync(join(stage.folder, 'usher.db')), { code: 'ENOENT' });
  });

  scene('prints words for people, too', { data: 'demo', bot: false }, async (stage) => {
    const { code, out } = await stage.usher('decide', 'ACME');
    assert.equal(code, 0);
    assert.match(out, /^ACME Corp: ESCALATE \(ESCALATE_WARN\), rules 2026\.04, today \d{4}-\d\d-\d\d\n.*INVOICE_OVERDUE_ONE: Invoice INV-102 is 12 days overdue[\s\S]*Would be PROCEED if: INV-102 paid/);
  });

  const once = { data: 'demo/acme.json', bot: false, configure: (config) => { config.fetch = { attempts: 1, deadline_s: 5 }; } };
  for (const system of ['netsuite', 'clm', 'salesforce']) {
    scene(`exits 69 while ${system} is down, and says so`, once, async (stage) => {
      stage.sandbox.fault({ target: system, kind: 'down' });
      const { code, out, err } = await stage.usher('decide', 'ACME', '--json');
      assert.equal(code, UNAVAILABLE);
      if (system === 'salesforce') {
        assert.match(err, /usher decide: Salesforce: /); // without it, not even the account is known
        return;
      }
      const report = JSON.parse(out);
      assert.deepEqual([report.verdict, report.level], ['BLOCK', 'BLOCK_DATA']);
      assert.equal(report.findings[0].code, 'SOURCE_UNAVAILABLE');
      assert.equal(report.sources[system].ok, false);
      assert.ok(report.skipped.length > 0);
    });
  }

  scene('says what it did not find, what was not meant, and what is no date', { data: 'demo', bot: false }, async (stage) => {
    const nobody = await stage.usher('decide', 'Nobody Ltd', '--json');
    assert.deepEqual([nobody.code, nobody.out], [NOINPUT, '']);
    assert.match(nobody.err, /no account "Nobody Ltd" in Salesforce/);
    const date = await stage.usher('decide', 'ACME', '--today', '2026-02-30');
    assert.equal(date.code, DATAERR);
    assert.match(date.err, /"2026-02-30" is not a date/);
  });
});
