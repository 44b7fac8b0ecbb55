// The running bot behind its fence: what it may still do, and what not even a changed configuration makes it do.
import assert from 'node:assert/strict';
import { copyFileSync, chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe } from 'node:test';
import { BINARY, Bot } from './lib/bot.js';
import { scene } from './lib/scene.js';
import { BO, card } from './lib/words.js';

// A folder that is no part of the stage, gone at the end.
async function elsewhere(use) {
  const folder = mkdtempSync(join(tmpdir(), 'usher-elsewhere-'));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// Resolves once the bot said whether there is a fence; skips the test where the kernel has none.
async function isFenced(bot, t) {
  const [, no] = await bot.line(/usher +(not )?fenced: /);
  if (no) t.skip('this kernel has no Landlock');
  return !no;
}

async function reload(bot, expected) {
  const from = bot.lines.length;
  bot.signal('SIGHUP');
  return bot.line(expected, { from });
}

// The bot's token, moved into `folder`, and the configuration that says so.
function moveToken(stage, folder) {
  const from = join(stage.folder, 'usher-secrets');
  const name = readdirSync(from).find((one) => readFileSync(join(from, one), 'utf8').startsWith('xoxb-'));
  const to = join(folder, name);
  copyFileSync(join(from, name), to);
  stage.configure((config) => { config.slack.bot_token = { file: to }; });
  return join(from, name);
}

describe('the fence', { concurrency: 4 }, () => {
  scene('refuses a secret in a folder that the configuration did not name at the start, and says what to do', {}, async (stage, t) => {
    if (!await isFenced(stage.bot, t)) return;
    await elsewhere(async (folder) => {
      const old = moveToken(stage, folder);
      await reload(stage.bot, /reload refused, the old configuration stays: .*bot_token.*Permission denied; a folder .* only after a restart/);
      assert.ok((await stage.sandbox.command(BO, 'list')).acked, 'it goes on as it was');

      const beside = `${old}.next`;
      copyFileSync(old, beside);
      stage.configure((config) => { config.slack.bot_token = { file: join('usher-secrets', basename(beside)) }; });
      await reload(stage.bot, /configuration reloaded/);

      moveToken(stage, folder);
      assert.equal((await stage.bot.stop()).code, 0);
      await stage.start();
      assert.ok((await stage.sandbox.command(BO, 'list')).acked, 'after a restart the folder is open');
    });
  });

  scene('is not there where process.fence is off', { configure: (config) => { config.process = { fence: 'off' }; } }, async (stage) => {
    await elsewhere(async (folder) => {
      moveToken(stage, folder);
      await reload(stage.bot, /configuration reloaded/);
      assert.ok(!stage.bot.lines.some((line) => /fenced/.test(line)));
    });
  });

  scene('lets a template be replaced, and follows no link out of its folder', { data: 'demo/acme.json', bot: false }, async (stage, t) => {
    const templates = join(stage.folder, 'words');
    mkdirSync(templates);
    stage.configure((config) => { config.templates = { dir: templates }; });
    await elsewhere(async (folder) => {
      writeFileSync(join(folder, 'help.json'), JSON.stringify({ text: 'from elsewhere', blocks: [] }));
      const bot = await stage.start();
      if (!await isFenced(bot, t)) return;
      await card(stage.sandbox, 'ACME Corp');
      const help = async () => JSON.stringify((await stage.sandbox.command(BO, 'help')).ack ?? {});

      writeFileSync(join(templates, 'help.new'), JSON.stringify({ text: 'from the folder', blocks: [] }));
      renameSync(join(templates, 'help.new'), join(templates, 'help.json'));
      assert.match(await help(), /from the folder/);

      rmSync(join(templates, 'help.json'));
      symlinkSync(join(folder, 'help.json'), join(templates, 'help.json'));
      assert.doesNotMatch(await help(), /from elsewhere/);
    });
  });

  scene('leaves the process without new privileges, and without a core file for anyone to find', { bot: false }, async (stage) => {
    const root = process.getuid() === 0;
    const how = root ? { binary: join(stage.folder, 'usher'), uid: 65534, gid: 65534 } : {};
    if (root) {
      copyFileSync(BINARY, how.binary);
      chmodSync(how.binary, 0o755);
      for (const name of ['', ...readdirSync(stage.folder, { recursive: true })]) chownSync(join(stage.folder, name), how.uid, how.gid);
    }
    const bot = new Bot(['-c', stage.file, '--log-format', 'text'], how);
    stage.bots.push(bot);
    await stage.connected();
    assert.match(readFileSync(`/proc/${bot.pid}/status`, 'utf8'), /^NoNewPrivs:\t1$/m);
    assert.equal(statSync(`/proc/${bot.pid}/environ`).uid, 0, 'what may be dumped belongs to its user');
  });
});
