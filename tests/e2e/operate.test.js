// The operator's day: signals, backups, keys, jobs, and every way in which a database can be the wrong one.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, closeSync, copyFileSync, existsSync, openSync, readFileSync, readdirSync, readlinkSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { BINARY, usher } from './lib/bot.js';
import { scene, until } from './lib/scene.js';
import { sql } from './lib/sqlite.js';
import { BO, FAY, MAYA, approveOn, buttons, card, click, headOf, messagesIn, told } from './lib/words.js';

const [DATAERR, NOINPUT, CANTCREAT, IOERR, TEMPFAIL] = [65, 66, 73, 74, 75];
const database = (stage) => join(stage.folder, 'usher.db');

// As a line that names the file, says what is wrong and what to do.
async function refused(run, status, words) {
  const { code, out, err } = await run;
  assert.match(err, words);
  assert.deepEqual([code, out], [status, ''], err);
}

// Root may write anything: as root, the program is run by someone else, to whom the stage is given.
async function asNobody(stage) {
  if (process.getuid() !== 0) return (...args) => stage.usher(...args);
  const [uid, gid] = [65534, 65534];
  const binary = join(stage.folder, 'usher');
  copyFileSync(BINARY, binary);
  chmodSync(binary, 0o755);
  for (const name of ['', ...readdirSync(stage.folder, { recursive: true })]) chownSync(join(stage.folder, name), uid, gid);
  return (...args) => usher([...args, '-c', stage.file], { binary, uid, gid, cwd: stage.folder });
}

describe('signals', { concurrency: 4 }, () => {
  for (const name of ['SIGTERM', 'SIGINT']) {
    scene(`${name} stops it cleanly, and the next start goes on where it stopped`, { data: ['demo/acme.json', 'demo/globex.json'] }, async (stage) => {
      const { sandbox, bot } = stage;
      await card(sandbox, 'ACME Corp');
      bot.signal(name);
      const { code } = await bot.end;
      assert.equal(code, 0);
      await bot.line(/stopping: no new work is taken/);
      await sandbox.wait({ kind: 'connection', count: 0 });
      await stage.start();
      await card(sandbox, 'Globex Logistics');
      assert.equal(messagesIn(sandbox).filter((message) => /ACME/.test(message.text)).length, 1);
    });
  }

  scene('it stops within 10 s even when somebody outside never answers, and says the rest later, once', { data: 'demo/acme.json', bot: false }, async (stage) => {
    const { sandbox } = stage;
    sandbox.fault({ target: 'slack.chat.postMessage', kind: 'timeout', count: 1 });
    const bot = await stage.start();
    await until(() => sandbox.faults.struck['slack.chat.postMessage timeout'] === 1);
    const { code } = await bot.stop();
    assert.equal(code, 0, 'it ends by itself');
    const at = async (pattern) => Date.parse((await bot.line(pattern))[1]); // by its own clock: what a busy machine takes to end a process is not its
    const took = await at(/^(\S+) .* stopped$/) - await at(/^(\S+) .* stopping: no new work/);
    assert.ok(took >= 9_900 && took < 10_900, `it took ${took} ms`);
    await bot.line(/stopping with work under way/);
    await stage.start();
    await card(sandbox, 'ACME Corp');
    assert.equal(messagesIn(sandbox).length, 1);
  });

  scene('SIGTERM while it still starts stops it too', { data: 'demo/acme.json', bot: false }, async (stage) => {
    const bot = await stage.start({ connections: 0 });
    await bot.line(/fenced/); // the store is opened and migrated after that
    const { code, signal } = await bot.stop();
    assert.deepEqual([code, signal], [0, null]);
  });

  scene('SIGHUP takes a new configuration over, wholly or not at all', { data: 'demo/northwind.json', bot: { env: { HOOK_SECRET: 'a-secret-for-webhooks' } } }, async (stage) => {
    const { sandbox, bot } = stage;
    const asked = await card(sandbox, 'Northwind Traders');
    await click(sandbox, FAY, asked, 'claim');
    await told(sandbox, FAY, 'can');

    const good = readFileSync(stage.file, 'utf8');
    for (const [broken, words] of [
      [good.slice(0, -10), /reload refused, the old configuration stays: .*line \d+/],
      [good.replace('"command": "/onboard"', '"comand": "/onboard"'), /reload refused.*unknown key; did you mean slack\.command/],
      [good.replace(/"approver": \[[^\]]*\]/, '"approver": ["not an id"]'), /reload refused/],
    ]) {
      const from = bot.lines.length;
      writeFileSync(stage.file, broken);
      bot.signal('SIGHUP');
      await bot.line(words, { from });
      assert.ok((await sandbox.command(BO, 'status ONB-1001')).acked);
    }

    writeFileSync(stage.file, good);
    stage.configure((config) => {
      config.roles.csm.push(FAY);
      config.log = { level: 'debug' };
      config.hooks = { salesforce_secret: { env: 'HOOK_SECRET' } };
    });
    bot.signal('SIGHUP');
    await bot.line(/configuration reloaded/);
    await click(sandbox, FAY, asked, 'claim');
    await card(sandbox, 'Northwind Traders', /[Cc]laimed by <@U0FAY>/);
    assert.equal((await fetch(`${await stage.http()}/hooks/salesforce`, { method: 'POST', headers: { 'x-usher-secret': 'another' }, body: '{}' })).status, 401);
    await bot.line(/^\S+ debug +hooks +.* refused/);
    assert.equal(sandbox.state().counts.opened, 2, 'no connection was dropped for it');
  });

  scene('keys are rotated under a running bot: old buttons go on working, new ones bear the new key', { data: ['demo/acme.json', 'demo/northwind.json'] }, async (stage) => {
    const { sandbox, bot } = stage;
    const asked = await card(sandbox, 'ACME Corp');
    const other = await card(sandbox, 'Northwind Traders');
    const old = buttons(asked).approve.value;
    const rotated = await stage.usher('keys', 'rotate');
    assert.equal(rotated.code, 0, rotated.err);
    assert.match(rotated.out, /key 1 .*still verifies and opens\nkey 2 .*signs and seals\n.*SIGHUP/);
    assert.equal(statSync(`${database(stage)}.keys`).mode & 0o777, 0o600);
    bot.signal('SIGHUP');
    await bot.line(/configuration reloaded/);
    await click(sandbox, BO, other, 'claim');
    const redrawn = await card(sandbox, 'Northwind Traders', /[Cc]laimed by/);
    const keyOf = (value) => Buffer.from(value, 'base64url').readUInt32BE(1);
    assert.deepEqual([keyOf(old), keyOf(buttons(redrawn).approve.value)], [1, 2]);
    await approveOn(sandbox, BO, asked, old);
    await card(sandbox, 'ACME Corp', /Approved\* by <@U0BO>/);
    await click(sandbox, MAYA, redrawn, 'approve');
    await card(sandbox, 'Northwind Traders', /✅ <@U0MAYA>/);
    assert.match((await stage.usher('keys')).out, /key 1 .*\nkey 2 .*signs/);
  });
});

scene('standard descriptors that are handed over closed are no connection, nor the store', { data: 'demo/acme.json', bot: false }, async (stage) => {
  const bot = await stage.start({ through: ['sh', '-c', 'exec "$@" <&- 2>&-', 'sh'], connections: 0 });
  await stage.connected();
  for (const fd of [0, 2]) assert.equal(readlinkSync(`/proc/${bot.pid}/fd/${fd}`), '/dev/null');
});

test('output that a full disk cut off does not pass for whole', () => {
  const full = openSync('/dev/full', 'w');
  for (const command of ['config', 'manifest', 'version']) {
    const { status, stderr } = spawnSync(BINARY, [command], { stdio: ['ignore', full, 'pipe'], encoding: 'utf8' });
    assert.match(stderr, new RegExp(`^usher ${command}: the output could not be written: `));
    assert.equal(status, IOERR);
  }
  closeSync(full);
});

describe('the database', { concurrency: 4 }, () => {
  scene('is backed up while it is in use, and restored to what it was', { data: ['demo/acme.json', 'demo/maple.json'] }, async (stage) => {
    const { sandbox, bot } = stage;
    const asked = await card(sandbox, 'ACME Corp');
    const copy = join(stage.folder, 'copy.db');
    const [made] = await Promise.all([stage.usher('backup', copy), ...Array.from({ length: 20 }, (_, i) => sandbox.command(BO, `${i % 2 ? 'release' : 'claim'} ONB-1001`))]);
    assert.equal(made.code, 0, made.err);
    assert.match(made.out, /copy\.db holds a verified copy; keep the keyring .*usher\.db\.keys with it/);
    assert.deepEqual(sql(copy, 'PRAGMA integrity_check'), [['ok']]);
    await refused(stage.usher('backup', copy), DATAERR, /copy\.db is there already; give another name/);
    await refused(stage.usher('restore', copy), TEMPFAIL, /usher\.db.*(in use|running|another process)/);

    await click(sandbox, BO, asked, 'approve');
    await card(sandbox, 'ACME Corp', /Approved\* by/);
    await bot.stop();
    const restored = await stage.usher('restore', copy);
    assert.equal(restored.code, 0, restored.err);
    assert.match(restored.out, /usher\.db is restored from .*copy\.db/);
    assert.match((await stage.usher('audit', 'verify')).out, /the audit log is whole: \d+ rows/);
    await stage.start();
    const { ack } = await sandbox.command(BO, 'status ONB-1001');
    assert.match(ack.blocks[0].text.text, /WAITING/);
    await refused(stage.usher('restore', join(stage.folder, 'nope.db')), NOINPUT, /nope\.db: there is no such file/);
  });

  scene('is one process\'s: a second one is refused, a look from outside is not', { data: 'demo/acme.json' }, async (stage) => {
    await card(stage.sandbox, 'ACME Corp');
    await refused(stage.usher('run'), TEMPFAIL, new RegExp(`usher\\.db.*${stage.bot.pid}|${stage.bot.pid}.*usher\\.db`));
    const { code, out } = await stage.usher('jobs');
    assert.equal(code, 0);
    assert.match(out, /^\w{26}  ready +escalate +attempt 0\/\d+  at \d{4}-/m);
    const [, id] = /^(\w{26})  ready +escalate/m.exec(out);
    assert.match((await stage.usher('jobs', 'show', id)).out, /lane none, key escalate:/);
    await refused(stage.usher('jobs', 'show', '01NOPE'), NOINPUT, /no job 01NOPE; `usher jobs` lists them/);
    await refused(stage.usher('jobs', 'retry', id), NOINPUT, /no dead letter .*; `usher jobs dead` lists them/);
    assert.equal((await stage.usher('jobs', 'dead')).out, 'no dead letters\n');
    assert.equal((await stage.usher('audit', 'verify')).code, 0);
  });

  scene('is refused when it is newer than the program', { bot: false }, async (stage) => {
    assert.equal((await stage.usher('migrate')).code, 0);
    sql(database(stage), "INSERT INTO schema_migrations SELECT version + 1, 'of_the_future', checksum, applied_at FROM schema_migrations ORDER BY version DESC LIMIT 1");
    for (const command of [['run'], ['jobs'], ['migrate'], ['backup', join(stage.folder, 'b.db')]]) {
      const { code, err } = await stage.usher(...command);
      assert.match(err, /usher\.db.*newer/, command.join(' '));
      assert.notEqual(code, 0);
    }
  });

  scene('is refused when a migration is not the one that was applied', { bot: false }, async (stage) => {
    assert.equal((await stage.usher('migrate')).code, 0);
    sql(database(stage), "UPDATE schema_migrations SET checksum = 'another' WHERE version = 1");
    const { code, err } = await stage.usher('run');
    assert.equal(code, DATAERR);
    assert.match(err, /usher\.db.*0001_first/);
  });

  scene('is refused when it is no database, another program\'s, or damaged', { data: 'demo/acme.json', bot: false }, async (stage) => {
    const file = database(stage);
    writeFileSync(file, 'This is a shopping list.\n'.repeat(500));
    for (const command of ['run', 'jobs', 'migrate']) await refused(stage.usher(command), DATAERR, /usher\.db.*(not a database|no database)/);
    assert.match(readFileSync(file, 'utf8'), /^This is a shopping list/, 'it was written to');

    const other = join(stage.folder, 'other.db');
    sql(other, 'CREATE TABLE songs (title TEXT)');
    const ran = await usher(['run', '-c', stage.file], { env: { USHER_DB: other } });
    assert.notEqual(ran.code, 0);
    assert.match(ran.err, /other\.db/);
    assert.deepEqual(sql(other, 'SELECT name FROM sqlite_master'), [['songs']]);

    const damaged = join(stage.folder, 'damaged.db');
    const env = { USHER_DB: damaged };
    assert.equal((await usher(['migrate', '-c', stage.file], { env })).code, 0);
    const handle = openSync(damaged, 'r+');
    for (let page = 1; page < 40; page++) writeSync(handle, Buffer.alloc(2000, 0xa5), 0, 2000, page * 4096 + 8);
    for (const command of [['run'], ['audit', 'verify'], ['backup', join(stage.folder, 'b.db')]]) {
      const { code, err } = await usher([...command, '-c', stage.file], { env });
      assert.match(err, /damaged\.db/, command.join(' '));
      assert.equal(code, DATAERR, err);
    }
  });

  scene('is refused when it may not be written, or its folder is not there', { bot: false }, async (stage) => {
    const { code, err } = await usher(['run', '-c', stage.file], { env: { USHER_DB: join(stage.folder, 'no', 'such', 'folder.db') } });
    assert.equal(code, CANTCREAT);
    assert.match(err, /folder\.db cannot be made: the folder .*make it first/);

    assert.equal((await stage.usher('migrate')).code, 0);
    chmodSync(database(stage), 0o444);
    const nobody = await asNobody(stage);
    const ran = await nobody('run');
    assert.match(ran.err, /usher\.db.*(read-only|may not be written)/);
    assert.notEqual(ran.code, 0);
    assert.equal((await nobody('jobs')).code, 0, 'reading is all that jobs wants');
  });

  scene('whose audit log was touched says which row', { data: 'demo/maple.json' }, async (stage) => {
    await stage.sandbox.wait({ text: 'Provisioned: organization' });
    await stage.bot.stop();
    const whole = await stage.usher('audit', 'verify');
    assert.equal(whole.code, 0);
    const untouched = readFileSync(database(stage));
    for (const [damage, words] of [
      ["UPDATE audit SET actor = 'U0EVE' WHERE seq = 2", /row 2\b/], ['DELETE FROM audit WHERE seq = 2', /row 2\b.*missing/], ['DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)', /row|tip|end/],
    ]) {
      writeFileSync(database(stage), untouched);
      sql(database(stage), `DROP TRIGGER IF EXISTS audit_no_update; DROP TRIGGER IF EXISTS audit_no_delete; ${damage}`);
      const { code, err } = await stage.usher('audit', 'verify');
      assert.equal(code, DATAERR, damage);
      assert.match(err, words, damage);
    }
  });

  scene('holds no secret in clear, and the log none either', { data: ['demo/acme.json', 'demo/maple.json'], configure: (config) => { config.log = { level: 'debug' }; } }, async (stage) => {
    const { sandbox, bot } = stage;
    await card(sandbox, 'ACME Corp');
    await sandbox.wait({ text: 'Provisioned: organization' });
    const secrets = readdirSync(join(stage.folder, 'usher-secrets')).map((name) => readFileSync(join(stage.folder, 'usher-secrets', name), 'utf8').trim());
    const tickets = [/ticket=[0-9a-f]{8}-/, /ana@corp\.example/];
    await bot.stop();
    for (const [where, text] of [['the log', bot.lines.join('\n')], ...['usher.db', 'usher.db-wal'].filter((name) => existsSync(join(stage.folder, name))).map((name) => [name, readFileSync(join(stage.folder, name), 'latin1')])]) {
      for (const secret of secrets) assert.ok(!text.includes(secret), `a secret stands in ${where}`);
      if (where === 'the log') for (const pattern of tickets) assert.doesNotMatch(text, pattern);
    }
    assert.match(headOf(messagesIn(sandbox).find((message) => /ACME/.test(message.text))), /ACME/);
  });
});
