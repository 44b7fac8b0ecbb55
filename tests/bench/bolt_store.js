// Where the Bolt bot keeps things: SQLite as Usher has it (WAL, synchronous=FULL). Without better-sqlite3 an approval is a
// line appended to a file and synced, one at a time as in a database with one writer, and status comes from memory: less
// work, so that the comparison only gets harder.
import { fdatasyncSync, openSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';

// The onboardings that are asked for (tests/bench/envelopes.h).
const ROWS = Array.from({ length: 500 }, (_, i) => ({ number: `ONB-${1001 + i}`, account: 'Acme Corp', state: 'waiting for a decision', owner: 'U0ANA', finding: 'Invoice INV-102 is 12 days overdue (CAD 25,000.00)', opened_at: '2026-04-20 14:02' }));

function sqlite() {
  try {
    return createRequire(import.meta.url)(process.env.BENCH_SQLITE ?? 'better-sqlite3');
  } catch {
    return null;
  }
}

export const storeName = () => (sqlite() ? 'better-sqlite3' : 'a file with fdatasync');

export function openStore(folder) {
  const Database = sqlite();
  return Database ? inSqlite(new Database(`${folder}/bolt.db`)) : inFile(openSync(`${folder}/bolt.approvals`, 'w'));
}

function inSqlite(db) {
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec(`CREATE TABLE onboardings (number TEXT PRIMARY KEY, account TEXT, state TEXT, owner TEXT, finding TEXT, opened_at TEXT);
    CREATE TABLE approvals (item TEXT PRIMARY KEY, user_id TEXT NOT NULL, trigger_id TEXT NOT NULL, at INTEGER NOT NULL);
    CREATE TABLE seen (id TEXT PRIMARY KEY); CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT)`);
  const insert = db.prepare('INSERT INTO onboardings VALUES (@number, @account, @state, @owner, @finding, @opened_at)');
  for (const row of ROWS) insert.run(row);
  const status = db.prepare('SELECT * FROM onboardings WHERE number = ?');
  const approve = db.prepare('INSERT INTO approvals VALUES (?, ?, ?, ?)');
  const seen = db.prepare('INSERT OR IGNORE INTO seen VALUES (?)');
  const person = db.prepare('INSERT OR REPLACE INTO people VALUES (?, ?)');
  const profile = db.transaction((event, ...values) => { if (seen.run(event).changes) person.run(...values); });
  return { status: (number) => status.get(number), approve: (...values) => approve.run(...values, Date.now()), profile };
}

function inFile(file) {
  const rows = new Map(ROWS.map((row) => [row.number, row]));
  const seen = new Set();
  const approve = (...values) => {
    writeSync(file, `${JSON.stringify(values)}\n`);
    fdatasyncSync(file);
  };
  return {
    status: (number) => rows.get(number),
    approve,
    profile: (event, ...values) => {
      if (seen.has(event)) return;
      seen.add(event);
      approve(event, ...values);
    },
  };
}
