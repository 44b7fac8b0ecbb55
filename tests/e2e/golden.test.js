// The golden cases of tests/unit once more, the long way: each an organisation in the real systems' shapes, asked over
// HTTP by the real program. What must come out stands in tests/unit/golden_decisions.txt alone.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { after, describe, test } from 'node:test';
import { readGolden } from './lib/golden.js';
import { Lane } from './lib/golden_stage.js';
import { WORDS } from './lib/golden_words.js';

const CASES = readGolden(readFileSync(new URL('../unit/golden_decisions.txt', import.meta.url), 'utf8'), WORDS);
const TIMEOUT_MS = 300_000;
const AT_ONCE = Math.min(4, availableParallelism());

const fits = (wanted, { code, subject }) => wanted === `${code}@${subject}` || wanted === `${code}@*`;

// As tests/unit/decide_words.h judges: every finding that is expected, no more of them, and what they say.
function judge(expected, { level, findings, fix, skipped }) {
  const found = findings.map(({ code, subject, text }) => `${code}@${subject}: ${text}`).join('\n');
  assert.equal(level, expected.level, found);
  for (const wanted of expected.findings) assert.ok(findings.some((one) => fits(wanted, one)), `no finding ${wanted} among\n${found}`);
  assert.equal(findings.length, expected.findings.length, `${expected.findings.join(' ')} expected, but:\n${found}`);
  for (const words of expected.says) assert.ok(findings.some(({ text }) => text.includes(words)), `nothing says “${words}”:\n${found}`);
  if (expected.fix !== null) assert.equal(fix ?? 'none', expected.fix);
  if (expected.skips) assert.deepEqual([...new Set(skipped.map(({ code }) => code))].sort(), [...expected.skips].sort());
}

describe('golden cases through HTTP', { concurrency: AT_ONCE, timeout: TIMEOUT_MS }, () => {
  const lanes = Array.from({ length: AT_ONCE }, () => new Lane());
  const free = [...lanes];
  after(() => lanes.forEach((lane) => lane.clear()));
  for (const { title, line, changes, expected } of CASES) {
    test(`${title} (line ${line})`, async () => {
      const lane = free.pop();
      try {
        judge(expected, await lane.decide(changes));
      } finally {
        free.push(lane);
      }
    });
  }
});

test('a word that nobody knows, a change too late, a case without an expectation are refused with their line', () => {
  for (const [lines, why] of [
    ['  invoice INV-1 10.00 10.00 due 2026-04-08 viod\n  expect NONE', /txt:2: nobody knows what this means: invoice .* viod/],
    ['  invoice INV-1 10.00 due 2026-04-08\n  expect NONE', /txt:2: nobody knows/],
    ['  deals none\n  expect NONE', /txt:2: nobody knows/],
    ['  expect NONE\n  no invoices', /txt:3: a change after "expect"/],
    ['  no invoices', /txt:1: nothing is expected of "x"/],
  ]) assert.throws(() => readGolden(`case x\n${lines}\n`, WORDS), why);
});
