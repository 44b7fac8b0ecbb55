// Sealed backups in a folder, and the restore drill: a machine is lost, its last backup and the keyring are what is left.
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe } from 'node:test';
import { scene } from './lib/scene.js';
import { BO, MAYA, approveOn, buttons, card, click, headOf, messagesIn } from './lib/words.js';

const [USAGE, DATAERR, NOINPUT, CANTCREAT, NOPERM] = [64, 65, 66, 73, 77];
const NAME = /^usher-\d{8}T\d{6}Z\.sealed$/;
const inFolder = (stage) => readdirSync(join(stage.folder, 'backups')).sort();
const configure = (config) => { config.store.backups = join(dirname(config.store.path), 'backups'); };

async function refused(run, status, words) {
  const { code, err } = await run;
  assert.match(err, words);
  assert.equal(code, status, err);
}

describe('sealed backups', { concurrency: 4 }, () => {
  scene('a machine that was lost is there again from its last backup and the keyring', { data: ['demo/acme.json', 'demo/globex.json'], configure }, async (stage, t) => {
    const { sandbox, bot } = stage;
    const [acme] = [await card(sandbox, 'ACME Corp'), await card(sandbox, 'Globex Logistics')];
    await click(sandbox, BO, acme, 'claim');
    await card(sandbox, 'ACME Corp', /[Cc]laimed by/);
    const made = await stage.usher('backup');
    assert.equal(made.code, 0, made.err);
    const backedUp = Date.now();
    const [name] = inFolder(stage);
    assert.match(name, NAME);
    const sealed = readFileSync(join(stage.folder, 'backups', name));
    assert.ok(!sealed.includes('ACME') && !sealed.includes('SQLite'), 'something of it can be read');
    assert.equal(statSync(join(stage.folder, 'backups', name)).mode & 0o777, 0o600);

    // Two more clicks come after it; then the disk is gone.
    await click(sandbox, MAYA, acme, 'view');
    bot.signal('SIGKILL');
    await bot.end;
    const lost = Date.now();
    for (const side of ['', '-wal', '-shm']) rmSync(join(stage.folder, `usher.db${side}`), { force: true });
    const restored = await stage.usher('restore');
    assert.equal(restored.code, 0, restored.err);
    assert.match((await stage.usher('audit', 'verify')).out, /the audit log is whole: \d+ rows/);
    await stage.start();
    const { ack } = await sandbox.command(BO, 'status ONB-1001');
    const back = Date.now();
    assert.match(JSON.stringify(ack), /ACME Corp/);
    t.diagnostic(`recovery point: ${lost - backedUp} ms before the loss; recovery time: ${back - lost} ms from the loss to an answered command`);

    // Buttons from before the loss still work, and nothing is said twice.
    await approveOn(sandbox, BO, acme, buttons(acme).approve.value);
    await card(sandbox, 'ACME Corp', /Approved\* by <@U0BO>/);
    assert.deepEqual(messagesIn(sandbox).filter((message) => /ACME/.test(headOf(message))).length, 1);
    assert.deepEqual(readdirSync(stage.folder).filter((file) => file.includes('unsealed')), []);
  });

  scene('a point in time is chosen with --at', { data: 'demo/acme.json', configure }, async (stage) => {
    const folder = join(stage.folder, 'backups');
    await card(stage.sandbox, 'ACME Corp');
    await stage.bot.stop();
    assert.equal((await stage.usher('backup')).code, 0);
    const [name] = inFolder(stage);
    for (const hour of ['08', '09', '10']) copyFileSync(join(folder, name), join(folder, `usher-20260420T${hour}0000Z.sealed`));
    rmSync(join(folder, name));
    const { code, out, err } = await stage.usher('restore', '--at', '2026-04-20T09:59:59Z');
    assert.equal(code, 0, err);
    assert.match(out, /usher-20260420T090000Z\.sealed/);
    await refused(stage.usher('restore', '--at', '2026-04-20T07:59:59Z'), NOINPUT, /holds no backup up to 2026-04-20T07:59:59Z/);
    await refused(stage.usher('restore', '--at', 'yesterday'), DATAERR, /yesterday/);
  });

  scene('what is wrong with a backup is said, and the database stays as it was', { data: 'demo/acme.json', configure }, async (stage) => {
    const folder = join(stage.folder, 'backups');
    await card(stage.sandbox, 'ACME Corp');
    await stage.bot.stop();
    await refused(stage.usher('restore'), NOINPUT, /backups holds no backup/);
    assert.equal((await stage.usher('backup')).code, 0);
    const [name] = inFolder(stage);
    const bytes = readFileSync(join(folder, name));
    bytes[bytes.length >> 1] ^= 1;
    writeFileSync(join(folder, 'usher-20260420T100000Z.sealed'), bytes);
    await refused(stage.usher('restore', join(folder, 'usher-20260420T100000Z.sealed')), NOPERM, /cut off, altered, or sealed with a key/);
    renameSync(join(stage.folder, 'usher.db.keys'), join(stage.folder, 'elsewhere'));
    await refused(stage.usher('restore', join(folder, name)), NOINPUT, /usher\.db\.keys: there is no such file/);
    renameSync(join(stage.folder, 'elsewhere'), join(stage.folder, 'usher.db.keys'));
    assert.match((await stage.usher('audit', 'verify')).out, /whole/);
    stage.configure((config) => { config.store.backups = join(stage.folder, 'no', 'such'); });
    await refused(stage.usher('backup'), CANTCREAT, /store\.backups: .*no\/such: No such file or directory/);
    stage.configure((config) => { delete config.store.backups; });
    await refused(stage.usher('backup'), USAGE, /FILE .* is missing, and so is store\.backups/);
    await refused(stage.usher('restore'), USAGE, /FILE .* is missing, and so is store\.backups/);
    await stage.start();
  });
});
