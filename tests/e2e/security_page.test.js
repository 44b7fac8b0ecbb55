// docs/security.md names functions and tests: all of them are there.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path) => readFileSync(root + path, 'utf8');
const all = (folder, ending) => readdirSync(root + folder).filter((name) => name.endsWith(ending)).map((name) => read(`${folder}/${name}`)).join('\n');
const page = read('docs/security.md');

// [kind, name] -> is it there?
const scenarios = all('tests/scenario', '.c');
const e2e = all('tests/e2e', '.test.js').replaceAll("\\'", "'");
const isTest = (kind, name) => {
  if (kind === 'scenario') return scenarios.includes(`{"${name}`);
  if (kind === 'e2e') return [`('${name}`, `(\`${name}`].some((start) => e2e.includes(start));
  const file = `tests/unit/${kind}.c`;
  return existsSync(root + file) && new RegExp(`\\(${name}[,)]`).test(read(file));
};

test('every test that docs/security.md names is run', () => {
  const named = [...page.matchAll(/`(test_\w+|scenario|e2e): ([^`]+)`/g)].map(([, kind, name]) => [kind, name]);
  assert.ok(named.length > 80, `${named.length} are named`);
  assert.deepEqual(named.filter(([kind, name]) => !isTest(kind, name)), []);
});

test('every function that docs/security.md names is in its file', () => {
  const named = [...page.matchAll(/`((?:base|bot|db|connectors|handlers)\/[\w/]+\.c) (\w+)`/g)].map(([, file, name]) => [file, name]);
  assert.ok(named.length > 40, `${named.length} are named`);
  assert.deepEqual(named.filter(([file, name]) => !existsSync(root + file) || !new RegExp(`\\b${name}\\(`).test(read(file))), []);
});

test('every row of a table of threats names what shows it', () => {
  const rows = page.split('## Threats').slice(1).flatMap((part) => part.split('\n## ')[0].split('\n').filter((line) => /^\| (?!what is tried|---)/.test(line) && !line.startsWith('|---')));
  assert.ok(rows.length > 40, `${rows.length} rows`);
  assert.deepEqual(rows.filter((row) => !/`(test_\w+|scenario|e2e): /.test(row)), []);
});
