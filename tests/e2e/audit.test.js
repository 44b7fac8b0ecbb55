// What auditors get: the log in two forms, and the record of one decision as a page to print.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'node:test';
import { pathToFileURL } from 'node:url';
import { AXE, openBrowser } from './lib/browser.js';
import { scene } from './lib/scene.js';
import { sql } from './lib/sqlite.js';
import { BO, card, click } from './lib/words.js';

const USAGE = 64, DATAERR = 65, NOINPUT = 66;

async function approved(stage) {
  const asked = await card(stage.sandbox, 'ACME Corp');
  await click(stage.sandbox, BO, asked, 'approve');
  await card(stage.sandbox, 'ACME Corp', /Approved\* by/);
}

describe('the audit log', { concurrency: 4 }, () => {
  scene('is exported row for row, each with the hash of the one before', { data: 'demo/acme.json' }, async (stage) => {
    await approved(stage);
    await stage.bot.stop();
    const json = await stage.usher('audit', 'export');
    assert.equal(json.code, 0, json.err);
    const { rows, whole, head } = JSON.parse(json.out);
    assert.equal(whole, true);
    assert.equal(rows.at(-1).hash, head.hash);
    assert.equal(rows.at(-1).seq, head.seq);
    assert.match(json.err, new RegExp(`${rows.length} rows exported; the log has ${head.seq}, its head is ${head.hash}`));
    rows.forEach((row, i) => assert.equal(row.previous_hash, i ? rows[i - 1].hash : ''));
    const approval = rows.find((row) => row.action === 'approve');
    assert.deepEqual([approval.actor, approval.via, approval.object, approval.to], [BO, 'view', 'ONB-1001', 'decided']);

    const csv = (await stage.usher('audit', 'export', '--format', 'csv')).out.split('\r\n');
    assert.match(csv[0], /^seq,workspace,at,actor,/);
    assert.equal(csv.length, rows.length + 2, 'a line a row, the names, and the end');

    const later = JSON.parse((await stage.usher('audit', 'export', '--since', '2999-01-01')).out);
    assert.deepEqual(later.rows, []);
    const wrong = await stage.usher('audit', 'export', '--since', 'yesterday');
    assert.notEqual(wrong.code, 0);
    assert.match(wrong.err, /--since/);
    assert.equal((await stage.usher('audit', 'export', '--format', 'xml')).code, USAGE);
  });

  scene('that was touched is exported all the same, and said to be broken', { data: 'demo/acme.json' }, async (stage) => {
    await approved(stage);
    await stage.bot.stop();
    const [[seq]] = sql(join(stage.folder, 'usher.db'), 'SELECT count(*) FROM audit');
    sql(join(stage.folder, 'usher.db'), "DROP TRIGGER IF EXISTS audit_no_update; UPDATE audit SET actor = 'U0EVE' WHERE seq = 2");
    const { code, out, err } = await stage.usher('audit', 'export');
    assert.equal(code, DATAERR);
    assert.match(err, /audit row 2 was altered/);
    assert.equal(JSON.parse(out).whole, false);
    assert.equal(JSON.parse(out).rows.length, Number(seq));
    const record = await stage.usher('audit', 'record', 'ONB-1001');
    assert.equal(record.code, DATAERR);
    assert.match(record.out, /The audit log is not whole: audit row 2 was altered/);
  });

  scene('gives the record of a decision as a page that loads nothing', { data: 'demo/acme.json' }, async (stage) => {
    await approved(stage);
    const { code, out, err } = await stage.usher('audit', 'record', 'ONB-1001');
    assert.equal(code, 0, err);
    assert.equal((await stage.usher('audit', 'record', 'ONB-9')).code, NOINPUT);
    assert.equal((await stage.usher('audit', 'record', 'ACME')).code, USAGE);
    const file = join(stage.folder, 'record.html');
    writeFileSync(file, out);
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      const asked = [];
      page.on('request', (request) => asked.push(request.url()));
      await page.goto(pathToFileURL(file).href);
      assert.equal(asked.length, 1, asked.join('\n'));
      assert.match(await page.locator('h1').innerText(), /ACME Corp: decision record/);
      assert.match(await page.locator('body').innerText(), /The audit log was walked: its \d+ rows are whole/);
      assert.ok(await page.getByRole('table', { name: 'Keys turned' }).getByRole('row').count() >= 2);
      await page.evaluate(AXE);
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] } }));
      if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, 'record.png'), fullPage: true });
      assert.deepEqual(violations.map((one) => `${one.id}: ${one.nodes[0].html}`), []);
    } finally {
      await browser.close();
    }
  });
});
