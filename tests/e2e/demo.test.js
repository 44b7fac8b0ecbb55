// What a newcomer does: one command, a page in the browser, a click with the mouse, and a card that is left alone.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openBrowser } from './lib/browser.js';
import { BINARY } from './lib/bot.js';
import { scene } from './lib/scene.js';
import { BO, LEE, MAYA, card } from './lib/words.js';

const NAMES = { [MAYA]: 'Maya Chen', [BO]: 'Bo Lindqvist', [LEE]: 'Lee Osei' };
const WAIT_MS = 20_000;

// The sandbox's page in a browser of its own, as one of its people.
async function sitDown(browser, sandbox, user) {
  const page = await (await browser.newContext({ viewport: { width: 1300, height: 900 } })).newPage();
  page.setDefaultTimeout(WAIT_MS);
  await page.goto(sandbox.url);
  await page.locator('#people').getByRole('button', { name: NAMES[user] }).click();
  return page;
}

describe('the demo', { concurrency: 2 }, () => {
  scene('Approve by mouse: the card says who, whoever clicked at the same moment is told, and who waited is escalated', { data: 'demo', sandbox: { clockSpeed: 43_200 } }, async ({ sandbox }) => {
    const browser = await openBrowser();
    try {
      const asked = await card(sandbox, 'ACME Corp');
      const [maya, bo, lee] = await Promise.all([MAYA, BO, LEE].map((user) => sitDown(browser, sandbox, user)));
      const message = (page) => page.locator(`[data-ts="${asked.ts}"]`);
      for (const page of [maya, bo]) await message(page).getByRole('button', { name: 'Approve provisioning' }).click();
      sandbox.fault({ target: 'slack.chat.update', kind: 'slow', ms: 1500, duration_ms: 3000 }); // both see the old card while they click
      for (const page of [maya, bo]) for (const tick of await page.locator('dialog').getByRole('checkbox').all()) await tick.check();
      await Promise.all([maya, bo].map((page) => page.locator('dialog').getByRole('button', { name: 'Approve', exact: true }).click()));
      for (const page of [maya, bo, lee]) await message(page).getByText(/pproved by @(Maya Chen|Bo Lindqvist)/).waitFor();
      assert.equal(await message(bo).getByRole('button', { name: 'Approve provisioning' }).count(), 0);
      const winner = /pproved by @(Maya Chen|Bo Lindqvist)/.exec(await message(lee).innerText())[1];
      const [loser] = winner === NAMES[MAYA] ? [bo] : [maya];
      await loser.locator('dialog', { hasText: `Already approved by @${winner}` }).waitFor();
      await message(lee).getByText(/Provisioned/).first().waitFor();

      await lee.locator('#apps').getByRole('button', { name: 'Messages' }).click();
      await lee.getByText(/Globex Logistics has waited \d+ days for a CS decision/).first().waitFor();
    } finally {
      await browser.close();
    }
  });

  test('one command brings page and bot up, a card comes by itself, and Ctrl-C takes both down', { timeout: 60_000 }, async () => {
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
