// A look into the database file, damage to it, and locks on it, with the SQLite library that the bot itself is linked to:
// Node 20 has none, and the command line tool is not needed for anything else. Compiled once a run.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAM = `
#include <sqlite3.h>
#include <stdio.h>
static int row(void *arg, int count, char **values, char **names)
{
    (void)arg;
    (void)names;
    for (int i = 0; i < count; i++)
        printf("%s%c", values[i] ? values[i] : "", i + 1 < count ? '\\t' : '\\n');
    return 0;
}
int main(int argc, char **argv)
{
    sqlite3 *db;
    char *error = NULL;
    if (argc < 3 || sqlite3_open(argv[1], &db) != SQLITE_OK)
        return 2;
    sqlite3_busy_timeout(db, 5000);
    if (sqlite3_exec(db, argv[2], row, NULL, &error) != SQLITE_OK)
        fprintf(stderr, "%s\\n", error);
    else if (argc > 3)
        printf("held\\n"), fflush(stdout), getchar();
    sqlite3_close(db);
    return error != NULL;
}
`;

let program;

function build() {
  const folder = mkdtempSync(join(tmpdir(), 'usher-sqlite-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'sql.c'), PROGRAM);
  execFileSync(process.env.CC ?? 'cc', ['-o', join(folder, 'sql'), join(folder, 'sql.c'), '-lsqlite3']);
  return join(folder, 'sql');
}

// Runs SQL on a file; returns the rows, each a list of texts.
export function sql(file, statement) {
  program ??= build();
  const out = execFileSync(program, [file, statement], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return out.split('\n').filter(Boolean).map((line) => line.split('\t'));
}

// Runs SQL, such as BEGIN EXCLUSIVE, and stays in what that began; resolves with what ends it.
export async function hold(file, statement) {
  program ??= build();
  const child = spawn(program, [file, statement, 'hold'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), gone.then(() => { throw new Error(`${statement} could not be held`); })]);
  return async () => {
    child.stdin.end();
    await gone;
  };
}
