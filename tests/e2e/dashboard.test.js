// The dashboard of deploy/grafana and the alert rules name only what /metrics of the real program shows: metrics, labels,
// and values of labels.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseMetrics, promtool } from './lib/prometheus.js';
import { names } from './lib/promql.js';
import { scene, until } from './lib/scene.js';
import { BO, MAYA, card, click, clickOn } from './lib/words.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const RULES = readFileSync(`${ROOT}deploy/prometheus/usher.rules.yml`, 'utf8');
const DASHBOARD = JSON.parse(readFileSync(`${ROOT}deploy/grafana/usher.json`, 'utf8'));
const PROMETHEUS_OWN = { up: ['job', 'instance'], ALERTS: ['alertname', 'alertstate'] };
const OF_A_SCRAPE = ['job', 'instance'];

const ruled = [...RULES.matchAll(/^ +expr: (?:>\n((?: {10,}.*\n)+)|(.*)\n)/gm)].map(([, folded, plain]) => folded ?? plain);
const panels = DASHBOARD.panels.filter(({ type }) => type !== 'row');
const shown = [...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)), ...DASHBOARD.annotations.list.map(({ expr }) => expr)];

// Every string literal of the program: what a label may come to say that this test does not bring about.
function literals() {
  const found = new Set();
  for (const folder of ['bot', 'connectors', 'handlers', 'db']) {
    for (const name of readdirSync(`${ROOT}${folder}`, { recursive: true }).filter((one) => one.endsWith('.c'))) {
      for (const [, text] of readFileSync(`${ROOT}${folder}/${name}`, 'utf8').matchAll(/"([\w.]+)"/g)) found.add(text);
    }
  }
  return found;
}

// sample name -> label -> values
function known(families) {
  const found = new Map(Object.entries(PROMETHEUS_OWN).map(([name, labels]) => [name, new Map(labels.map((label) => [label, null]))]));
  for (const { samples } of families.values()) {
    for (const { name, labels } of samples) {
      if (!found.has(name)) found.set(name, new Map(OF_A_SCRAPE.map((label) => [label, null])));
      for (const [label, value] of Object.entries(labels)) {
        if (!found.get(name).get(label)) found.get(name).set(label, new Set());
        found.get(name).get(label).add(value);
      }
    }
  }
  return found;
}

function faults(expression, metrics, said) {
  const { metrics: named, labels } = names(expression);
  const wrong = [];
  const usable = new Set(OF_A_SCRAPE);
  for (const { name, matchers } of named) {
    const has = metrics.get(name);
    if (!has) { wrong.push(`no metric ${name}`); continue; }
    for (const label of has.keys()) usable.add(label);
    for (const { label, values } of matchers) {
      if (!has.has(label)) wrong.push(`${name} has no label ${label}`);
      else if (has.get(label)) wrong.push(...values.filter((value) => !has.get(label).has(value) && !said.has(value)).map((value) => `${name} never has ${label}="${value}"`));
    }
  }
  if (!named.length) wrong.push('names no metric');
  return [...wrong, ...labels.filter((label) => !usable.has(label)).map((label) => `nothing has the label ${label}`)];
}

const everything = (config) => {
  const folder = dirname(config.store.path);
  writeFileSync(join(folder, 'hook-secret'), 'a-secret-for-webhooks');
  config.hooks = { generic_secret: { file: join(folder, 'hook-secret') } };
  config.store.backups = `${folder}-backups`; // outside of the database's folder: behind the fence
};

describe('dashboard and alerts', () => {
  scene('name only what the program shows', { data: 'demo', configure: everything }, async (stage, t) => {
    const { sandbox, bot } = stage;
    t.after(() => rmSync(`${stage.folder}-backups`, { recursive: true, force: true }));
    const url = await stage.http();
    const asked = await card(sandbox, 'ACME Corp');
    await clickOn(sandbox, MAYA, asked, 'approve', 'forged');
    await click(sandbox, BO, asked, 'approve');
    await sandbox.envelope({ type: 'slash_commands', payload: 'rubbish' });
    assert.equal((await fetch(`${url}/hooks/generic`, { method: 'POST', body: '{}' })).status, 401);
    sandbox.fault({ target: 'socket', kind: 'reset' });
    await bot.line(/lost|gone|reset|closed/i);
    assert.equal((await stage.usher('backup')).code, 0);
    await card(sandbox, 'ACME Corp', /Provisioned/);
    const families = await until(async () => {
      const seen = parseMetrics(await (await fetch(`${url}/metrics`)).text());
      const backup = seen.get('usher_backup_timestamp_seconds')?.samples[0].value;
      return backup > 0 && seen.has('usher_slack_disconnects_total') && seen;
    });
    assert.ok(families.get('usher_resident_bytes').samples[0].value > 1e6 && families.get('usher_cpu_seconds_total').samples[0].value > 0);
    const metrics = known(families);
    const said = literals();
    assert.ok(ruled.length >= 15 && shown.length >= 35, `${ruled.length} rules and ${shown.length} expressions were found`);
    const wrong = [...ruled, ...shown].map((expression) => [expression, faults(expression, metrics, said)]).filter(([, found]) => found.length);
    assert.deepEqual(wrong, []);
    const [, metric, label] = /^label_values\((\w+), (\w+)\)$/.exec(DASHBOARD.templating.list[1].query.query);
    assert.ok(metrics.get(metric).has(label));

    const asks = new Set([...ruled, ...shown].flatMap((expression) => names(expression).metrics.map(({ name }) => name.replace(/_(bucket|sum|count)$/, ''))));
    assert.deepEqual([...families.keys()].filter((name) => !asks.has(name)), [], 'metrics that nobody looks at');
  });

  test('an expression that names something else is found', () => {
    const metrics = known(parseMetrics('# HELP usher_jobs Jobs.\n# TYPE usher_jobs gauge\nusher_jobs{state="dead"} 1\n'));
    const none = new Set();
    assert.deepEqual(faults('sum by (state) (usher_jobs{state="dead",job="usher"}) > 0', metrics, none), []);
    assert.deepEqual(faults('usher_job > 0', metrics, none), ['no metric usher_job']);
    assert.deepEqual(faults('usher_jobs{stat="dead"}', metrics, none), ['usher_jobs has no label stat']);
    assert.deepEqual(faults('rate(usher_jobs{state=~"dead|ded"}[5m])', metrics, none), ['usher_jobs never has state="ded"']);
    assert.deepEqual(faults('sum by (kind) (usher_jobs)', metrics, none), ['nothing has the label kind']);
    assert.deepEqual(faults('time() - 5', metrics, none), ['names no metric']);
  });

  test('every expression is one that Prometheus takes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'usher-dashboard-'));
    const rules = shown.map((expr, i) => ({ record: `panel:${i}`, expr: expr.replaceAll('$__rate_interval', '5m') }));
    writeFileSync(join(folder, 'rules.json'), JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
    const { status, said } = promtool(['check', 'rules', '--lint=none', join(folder, 'rules.json')]);
    rmSync(folder, { recursive: true, force: true });
    assert.equal(status, 0, said);
  });

  test('panels lie side by side, none on another, each with its own number', () => {
    const ids = DASHBOARD.panels.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    const cells = new Set();
    for (const { title, gridPos: { x, y, w, h } } of DASHBOARD.panels) {
      assert.ok(x + w <= 24, title);
      for (let cx = x; cx < x + w; cx++) for (let cy = y; cy < y + h; cy++) {
        assert.ok(!cells.has(`${cx},${cy}`), `${title} lies on another`);
        cells.add(`${cx},${cy}`);
      }
    }
    assert.deepEqual(DASHBOARD.panels.filter(({ type }) => type === 'row').map(({ title }) => title), ['Slack', 'Acknowledgements', 'Jobs', 'Systems', 'Decisions', 'Store', 'Backups', 'Process']);
  });
});
