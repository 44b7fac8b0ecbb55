// A strict reader of Prometheus' text format 0.0.4, by its specification: names, types before samples, labels with their
// escapes, numbers, histograms that add up. promtool judges it too.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const TYPES = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? ([^ ]+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/g;

function number(text) {
  if (text === '+Inf') return Infinity;
  assert.match(text, /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/, `"${text}" is no number`);
  return Number(text);
}

function readSample(line) {
  const match = SAMPLE.exec(line);
  assert.ok(match, `no sample: ${line}`);
  const labels = Object.fromEntries([...(match[2] ?? '').matchAll(LABEL)].map(([, name, value]) => [name, value]));
  return { name: match[1], labels, value: number(match[3]) };
}

function checkHistogram(name, samples) {
  const series = new Map();
  for (const sample of samples) {
    const { le, ...rest } = sample.labels;
    const key = JSON.stringify(rest);
    if (!series.has(key)) series.set(key, { buckets: [], sum: null, count: null });
    const one = series.get(key);
    if (sample.name === `${name}_bucket`) one.buckets.push([number(le), sample.value]);
    else if (sample.name === `${name}_sum`) one.sum = sample.value;
    else if (sample.name === `${name}_count`) one.count = sample.value;
    else assert.fail(`${sample.name} in the histogram ${name}`);
  }
  for (const [key, { buckets, sum, count }] of series) {
    assert.ok(sum !== null && count !== null, `${name}${key} lacks _sum or _count`);
    assert.deepEqual(buckets.map(([le]) => le), buckets.map(([le]) => le).sort((a, b) => a - b), `${name}: buckets out of order`);
    buckets.reduce((before, [le, value]) => { assert.ok(value >= before, `${name}: bucket ${le} holds less than the one before`); return value; }, 0);
    assert.deepEqual(buckets.at(-1), [Infinity, count], `${name}${key}: +Inf is not the count`);
  }
}

// text -> Map(name -> {type, samples}); throws at the first thing that the format forbids.
export function parseMetrics(text) {
  assert.ok(text.endsWith('\n'), 'the last line has no end');
  const families = new Map();
  const seen = new Set();
  let family = null;
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line);
    if (comment) {
      const [, what, name, rest] = comment;
      assert.match(name, NAME);
      if (what === 'HELP') {
        assert.ok(!families.has(name), `${name} comes twice`);
        family = { name, type: null, samples: [] };
        families.set(name, family);
        continue;
      }
      assert.equal(family?.name, name, `TYPE of ${name} without its HELP`);
      assert.ok(TYPES.includes(rest), `${name}: type ${rest}`);
      assert.equal(family.type, null);
      family.type = rest;
      continue;
    }
    const sample = readSample(line);
    assert.ok(family?.type, `${line} before its TYPE`);
    const base = family.type === 'histogram' ? sample.name.replace(/_(bucket|sum|count)$/, '') : sample.name;
    assert.equal(base, family.name, `${line} among the samples of ${family.name}`);
    const key = `${sample.name}${JSON.stringify(Object.entries(sample.labels).sort())}`;
    assert.ok(!seen.has(key), `twice: ${line}`);
    seen.add(key);
    if (family.type === 'counter') assert.ok(sample.value >= 0 && sample.name.endsWith('_total'), `counter ${line}`);
    family.samples.push(sample);
  }
  for (const { name, type, samples } of families.values()) if (type === 'histogram') checkHistogram(name, samples);
  return families;
}

// promtool's own word: {status, said}. tests/deps brings it where there is none.
const EXTRACTED = fileURLToPath(new URL('../../../build/tools/promtool', import.meta.url));
export function promtool(args, { input = '', cwd } = {}) {
  const { error, status, stdout, stderr } = spawnSync(existsSync(EXTRACTED) ? EXTRACTED : 'promtool', args, { input, cwd, encoding: 'utf8' });
  if (error) throw new Error(`promtool, which tests/deps installs: ${error.message}`);
  return { status, said: stdout + stderr };
}
