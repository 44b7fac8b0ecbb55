// The bot's configuration and store for a measurement: as the bot itself would have filled it (tests/bench/seed.c).
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';

process.env.SLACK_APP_TOKEN = 'xapp-bench';
process.env.SLACK_BOT_TOKEN = 'xoxb-bench';

export const CONFIG = {
  slack: { channel: 'C0ONBOARD', connections: 2, app_token: { env: 'SLACK_APP_TOKEN' }, bot_token: { env: 'SLACK_BOT_TOKEN' } },
  platform: { base_url: 'http://127.0.0.1:@PORT@/platform', token: { env: 'SLACK_BOT_TOKEN' } },
  roles: { csm: ['U0MAYA'], approver: ['U0MAYA', 'U0BO'], finance: ['U0FAY'], manager: ['U0LEE'], director: ['U0KIM'], admin: ['U0RAJ'] },
  roster: { cs_manager: 'U0LEE', cs_director: 'U0KIM' },
  calendar: { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], start: '00:00', end: '24:00' }, // nothing is held until the morning
  rules: { max_age_min: 1440 }, // there is nobody to fetch the facts from again when an approval finds them old
};

// Leaves usher.json (and usher.json.in, whose port is still to be filled in), usher.db, usher.keys and usher-clicks, the
// signed values of the approve buttons, in the folder.
export function prepareStore(build, folder, count, ...more) {
  const config = JSON.stringify({ ...CONFIG, store: { path: `${folder}/usher.db`, keyring: `${folder}/usher.keys` }, http: { port: 0 } }, null, 1);
  for (const end of ['.db', '.db-wal', '.db-shm', '.keys']) rmSync(`${folder}/usher${end}`, { force: true });
  writeFileSync(`${folder}/usher.json.in`, config);
  writeFileSync(`${folder}/usher.json`, config.replace('@PORT@', '9'));
  const clicks = openSync(`${folder}/usher-clicks`, 'w');
  execFileSync(`${build}/bench/seed`, [`${folder}/usher.json`, String(count), ...more.map(String)], { stdio: ['ignore', clicks, 'inherit'] });
  closeSync(clicks);
}
