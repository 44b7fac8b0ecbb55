// Where the golden cases are decided: for each a sandbox with its organisation, a configuration, and the real
// `usher decide`. Cases take turns in a lane, which keeps folder and secrets: making keys takes longer than deciding.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '../../sandbox/server.js';
import { Bot, usher } from './bot.js';
import { ACCOUNT, TODAY, accountFile, cleanOrganisation, pastOf } from './golden_words.js';

const UNAVAILABLE = 69;

// Without Salesforce nobody knows which account is meant: it goes down once that is found.
const DOWN = { salesforce: { match: '/composite' }, netsuite: {}, clm: {} };

// Somebody deletes the account for good between the search and the fetch: `usher decide` finds none otherwise.
function vanish(sandbox) {
  const { salesforce } = sandbox;
  const composite = salesforce.composite.bind(salesforce);
  salesforce.composite = (call) => {
    if (sandbox.data.find('salesforce', 'Account', ACCOUNT)) sandbox.data.remove('salesforce', 'Account', ACCOUNT);
    return composite(call);
  };
}

// A clock that stands at `ms` now. It must run faster than the machine's to have a beginning at all, and that lies as far
// ahead of the machine as the day lies behind it.
function clockAt(ms) {
  const now = Date.now();
  return { clockSpeed: 2, clockFrom: 2 * now - ms };
}

export class Lane {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'usher-golden-'));
    this.file = join(this.folder, 'usher.json');
    this.decided = 0;
  }

  // A sandbox that holds this organisation, and the configuration to ask it; `store` names the database file.
  async raise(organisation, { store, today, clock }) {
    const sandbox = await startSandbox({ writeConfig: this.file, today, ...clock });
    const { setting } = organisation;
    sandbox.change({ add: accountFile(organisation) });
    for (const system of [...setting.down, ...setting.absent]) if (!Object.hasOwn(DOWN, system)) throw new Error(`"${system}" is no source`);
    for (const system of setting.down) sandbox.fault({ target: system, kind: 'status', status: 503, ...DOWN[system] });
    if (setting.noRates) sandbox.fault({ target: 'netsuite', kind: 'status', status: 403, match: 'currencyrate' });
    if (setting.gone) vanish(sandbox);
    const config = JSON.parse(readFileSync(this.file, 'utf8'));
    config.fetch = { attempts: 1 };
    config.store.path = store;
    if (!setting.fallbackManager) delete config.roster.cs_manager;
    for (const system of setting.absent) delete config[system];
    writeFileSync(this.file, JSON.stringify(config));
    return sandbox;
  }

  // The bot lives through the day on which the store learned what it remembers.
  async live(organisation, store) {
    const { organisation: then, day, provisioned } = pastOf(organisation);
    const clock = clockAt(Date.parse(`${day}T12:00:00Z`));
    const sandbox = await this.raise(then, { store, today: day, clock });
    const bot = new Bot(['-c', this.file, '--log-format', 'text', '--clock-speed', String(clock.clockSpeed), '--clock-from', String(clock.clockFrom)]);
    try {
      const gone = bot.end.then(({ code, signal }) => { throw new Error(`the bot ended with ${code ?? signal} before it had asked anyone`); });
      gone.catch(() => {});
      await Promise.race([sandbox.wait({ text: provisioned ? 'Provisioned' : 'ACME Corp', timeout: 20_000 }), gone]);
      const { code } = await bot.stop();
      if (code !== 0 || bot.crashed()) throw new Error(`the bot did not stop cleanly: ${code}`);
    } catch (error) {
      throw new Error(`${error.message}\n${bot.tail()}`);
    } finally {
      if (!bot.ended) await bot.crash();
      await sandbox.close();
    }
  }

  // The report of `usher decide` on the clean organisation after these changes.
  async decide(changes) {
    const organisation = cleanOrganisation();
    for (const change of changes) change(organisation);
    const store = join(this.folder, `${++this.decided}.db`);
    if (organisation.past) await this.live(organisation, store);
    const sandbox = await this.raise(organisation, { store, today: TODAY });
    try {
      const { code, out, err } = await usher(['decide', ACCOUNT, '--json', '--today', TODAY, '-c', this.file]);
      if (code !== (organisation.setting.down.length ? UNAVAILABLE : 0) || err) throw new Error(`exit status ${code}: ${err}${out}`);
      return JSON.parse(out);
    } finally {
      await sandbox.close();
    }
  }

  clear() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
