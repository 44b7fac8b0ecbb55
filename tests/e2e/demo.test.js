// What a newcomer does: one command, a page in the browser, a click with the mouse, and a card that is left alone.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BINARY } from './lib/bot.js';
import { atThePage, form, messageOf } from './lib/page.js';
import { scene } from './lib/scene.js';
import { BO, LEE, MAYA, card } from './lib/words.js';

const NAMES = { [MAYA]: 'Maya Chen', [BO]: 'Bo Lindqvist' };
const WAIT_MS = 20_000;

describe('the demo', { concurrency: 2 }, () => {
  scene('Approve by mouse: the card says who, whoever clicked at the same moment is told, and who waited is escalated', { data: 'demo', sandbox: { clockSpeed: 21_600 }, timeout: 120_000 }, (stage) => atThePage(stage, async (sit) => {
    const { sandbox } = stage;
    const asked = await card(sandbox, 'ACME Corp');
    const [maya, bo, lee] = await Promise.all([MAYA, BO, LEE].map((user) => sit(user)));
    for (const page of [maya, bo]) {
      await messageOf(page, asked).getByRole('button', { name: 'Approve provisioning' }).click();
      await form(page).getByRole('checkbox').first().waitFor();
      for (const tick of await form(page).getByRole('checkbox').all()) await tick.check();
    }
    await Promise.all([maya, bo].map((page) => form(page).getByRole('button', { name: 'Approve', exact: true }).click()));
    for (const page of [maya, bo, lee]) await messageOf(page, asked).getByText(/pproved by @(Maya Chen|Bo Lindqvist)/).first().waitFor();
    assert.equal(await messageOf(bo, asked).getByRole('button', { name: 'Approve provisioning' }).count(), 0);
    const winner = /pproved by @(Maya Chen|Bo Lindqvist)/.exec(await messageOf(lee, asked).innerText())[1];
    const [loser] = winner === NAMES[MAYA] ? [bo] : [maya];
    await loser.locator('dialog', { hasText: `Already approved by @${winner}` }).waitFor();
    await messageOf(lee, asked).getByText(/Provisioned/).first().waitFor();

    await lee.locator('#apps').getByRole('button', { name: 'Messages' }).click();
    await lee.getByText(/Globex Logistics has waited \d+ days for a CS decision/).first().waitFor();
  }));

  test('one command brings page and bot up, a card comes by itself, and Ctrl-C takes both down', { timeout: 120_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'usher-demo-'));
    const child = spawn(fileURLToPath(new URL('../demo', import.meta.url)), [], { env: { ...process.env, USHER_BIN: BINARY, PORT: '0', DEMO_FOLDER: join(folder, 'demo'), DEMO_SECONDS: '50' }, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    try {
      const url = await new Promise((resolve, reject) => {
        for (const stream of [child.stdout, child.stderr]) {
          stream.setEncoding('utf8').on('data', (data) => {
            said += data;
            const found = /Open (http:\/\/\S+?)\/? in your browser/.exec(said);
            if (found) resolve(found[1]);
          });
        }
        child.on('close', (code) => reject(new Error(`the demo ended with ${code}:\n${said}`)));
      });
      assert.match(await (await fetch(url)).text(), /<title>/);
      const seen = await (await fetch(`${url}/sandbox/wait?channel=C0ONBOARD&text=ACME&timeout=${WAIT_MS}`)).json();
      assert.match(seen.found?.[0]?.text ?? JSON.stringify(seen), /ACME Corp: review needed/);
      const ended = new Promise((resolve) => { child.on('close', resolve); });
      child.kill('SIGINT');
      assert.equal(await ended, 0, said);
      await assert.rejects(fetch(url));
      assert.match(readFileSync(join(folder, 'demo', 'usher.log'), 'utf8'), /stopped\n$/);
    } finally {
      child.kill('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
