// The alert rules of deploy/prometheus, by promtool on series of their own: each fires where it must, and where it must not
// it does not. A case says what is seen (a series: its values, one a minute) and, for the minute, how many alerts fire.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promtool } from './lib/prometheus.js';

const RULES = fileURLToPath(new URL('../../deploy/prometheus/usher.rules.yml', import.meta.url));
const ONE = 'job="usher",instance="a"';
const calls = (system, outcome) => `usher_calls_total{${ONE},system="${system}",call="query",outcome="${outcome}"}`;
const runs = (kind, end) => `usher_job_runs_total{${ONE},kind="${kind}",end="${end}"}`;
const bucket = (le) => `usher_acknowledgement_seconds_bucket{${ONE},le="${le}"}`;
const messages = (state) => `usher_messages{${ONE},state="${state}"}`;
const errors = (reason) => `usher_envelope_errors_total{${ONE},reason="${reason}"}`;

// alert: [what is seen, {series: values}, the minute, how many fire], …
const CASES = {
  UsherDown: [
    ['it does not answer', { [`up{${ONE}}`]: '1x3 0x10' }, 6, 1],
    ['nothing is scraped under its name', { 'up{job="other",instance="a"}': '1x10' }, 5, 1],
    ['one scrape fails', { [`up{${ONE}}`]: '1x3 0 1x10' }, 6, 0],
  ],
  UsherRestarts: [
    ['it begins again and again', { [`usher_start_timestamp_seconds{${ONE}}`]: '100x4 400x4 700x4 1000x9' }, 18, 1],
    ['an upgrade', { [`usher_start_timestamp_seconds{${ONE}}`]: '100x9 600x20' }, 18, 0],
  ],
  UsherNoSocket: [
    ['no connection for minutes', { [`usher_slack_connections{${ONE}}`]: '2x3 0x9' }, 7, 1],
    ['one of two', { [`usher_slack_connections{${ONE}}`]: '2x3 1x9' }, 7, 0],
  ],
  UsherGap: [
    ['a gap of four seconds', { [`usher_slack_gap_seconds_total{${ONE}}`]: '0x5 4x20' }, 10, 1],
    ['a gap of an hour ago', { [`usher_slack_gap_seconds_total{${ONE}}`]: '0x5 4x60' }, 50, 0],
  ],
  UsherAcknowledgementsSlow: [
    ['five of a hundred between one and three seconds', { [bucket('0.1')]: '0+95x20', [bucket('1')]: '0+95x20', [bucket('3')]: '0+100x20', [bucket('+Inf')]: '0+100x20' }, 15, 1],
    ['all within a tenth', { [bucket('0.1')]: '0+100x20', [bucket('1')]: '0+100x20', [bucket('3')]: '0+100x20', [bucket('+Inf')]: '0+100x20' }, 15, 0],
  ],
  UsherErrors: [
    ['a handler failed again', { [errors('handler_failed')]: '3x9 4x9' }, 12, 1],
    ['the first failure of the store', { [errors('store_failed')]: '_x9 1x9' }, 12, 1],
    ['rubbish from elsewhere', { [errors('unparsable')]: '0+1x20' }, 12, 0],
    ['long ago', { [errors('handler_failed')]: '3x60' }, 50, 0],
  ],
  UsherCommitFailures: [
    ['the first', { [`usher_commit_failures_total{${ONE}}`]: '0x5 1x9' }, 8, 1],
    ['none any more', { [`usher_commit_failures_total{${ONE}}`]: '7x60' }, 30, 0],
  ],
  UsherJobLag: [
    ['late for ten minutes', { [`usher_job_lag_seconds{${ONE}}`]: '0 61+60x20' }, 10, 1],
    ['a start that catches up', { [`usher_job_lag_seconds{${ONE}}`]: '3600 1200 50 0x20' }, 10, 0],
  ],
  UsherDeadLetters: [
    ['one', { [`usher_jobs{${ONE},state="dead"}`]: '0x3 1x9' }, 6, 1],
    ['many that wait', { [`usher_jobs{${ONE},state="dead"}`]: '0x9', [`usher_jobs{${ONE},state="ready"}`]: '100000x9' }, 6, 0],
  ],
  UsherMessagesFail: [
    ['two more than before', { [messages('failed')]: '3x70 5x20', [messages('sent')]: '0+9x90' }, 75, 1],
    ['the first that is seen', { [messages('failed')]: '_x9 1x20' }, 12, 1],
    ['long ago', { [messages('failed')]: '0x9 4x120' }, 100, 0],
    ['one that was said after all', { [messages('failed')]: '4x70 3x20' }, 75, 0],
    ['none', { [messages('failed')]: '0x90', [messages('edited')]: '0+9x90' }, 75, 0],
  ],
  UsherOnboardingsFail: [
    ['two of ten checks are given up', { [runs('run_checks', 'dead')]: '0x9 2x20', [runs('run_checks', 'done')]: '0x9 8x20' }, 15, 1],
    ['one of twenty', { [runs('provision', 'dead')]: '0x9 1x20', [runs('run_checks', 'done')]: '0x9 19x20' }, 15, 0],
    ['a note that was given up', { [runs('post_note', 'dead')]: '0x9 9x20', [runs('run_checks', 'done')]: '0x9 9x20' }, 15, 0],
  ],
  UsherCredentials: [
    ['refused again', { [calls('netsuite', 'auth')]: '1x9 2x9' }, 12, 1],
    ['refused for the first time', { [calls('netsuite', 'auth')]: '_x9 1x9', [calls('salesforce', 'permission')]: '_x9 1x9' }, 12, 2],
    ['refused yesterday', { [calls('netsuite', 'auth')]: '5x60' }, 50, 0],
    ['slow today', { [calls('netsuite', 'transient')]: '0+1x20' }, 15, 0],
  ],
  UsherSyncFailures: [
    ['one of ten calls of one system', { [calls('clm', 'transient')]: '0+1x60', [calls('clm', 'ok')]: '0+9x60', [calls('slack', 'ok')]: '0+50x60' }, 50, 1],
    ['one of fifty', { [calls('clm', 'transient')]: '0+1x60', [calls('clm', 'ok')]: '0+49x60' }, 50, 0],
    ['what is not there is an answer', { [calls('clm', 'not_found')]: '0+5x60', [calls('clm', 'ok')]: '0+5x60' }, 50, 0],
    ['one of three, in half an hour', { [calls('clm', 'transient')]: '0x40 1x20', [calls('clm', 'ok')]: '0x40 2x20' }, 50, 0],
  ],
  UsherSystemLeftAlone: [
    ['tried once a minute in vain', { [`usher_circuit{${ONE},system="netsuite"}`]: '0x3 2 2 1 2 2 1 2 2 1 2' }, 13, 1],
    ['back after two minutes', { [`usher_circuit{${ONE},system="netsuite"}`]: '0x3 2 2 0x9' }, 9, 0],
  ],
  UsherBackupOld: [
    ['the newest is three hours old', { [`usher_backup_timestamp_seconds{${ONE}}`]: '60x200', [`usher_start_timestamp_seconds{${ONE}}`]: '0x200' }, 180, 1],
    ['there never was one', { [`usher_backup_timestamp_seconds{${ONE}}`]: '0x200', [`usher_start_timestamp_seconds{${ONE}}`]: '0x200' }, 180, 1],
    ['a new installation', { [`usher_backup_timestamp_seconds{${ONE}}`]: '0x200', [`usher_start_timestamp_seconds{${ONE}}`]: '7200x200' }, 180, 0],
    ['the newest is an hour old', { [`usher_backup_timestamp_seconds{${ONE}}`]: '7200x200', [`usher_start_timestamp_seconds{${ONE}}`]: '0x200' }, 180, 0],
    ['there is no folder of backups', { [`usher_start_timestamp_seconds{${ONE}}`]: '0x200' }, 180, 0],
  ],
  UsherHooksRefused: [
    ['a wrong secret', { [`usher_hooks_total{${ONE},sender="ironclad",result="refused"}`]: '0+2x20' }, 15, 1],
    ['a passer-by', { [`usher_hooks_total{${ONE},sender="ironclad",result="refused"}`]: '0x5 1x20', [`usher_hooks_total{${ONE},sender="ironclad",result="taken"}`]: '0+9x20' }, 15, 0],
  ],
};

// What promtool takes is YAML, which JSON is.
function judge(alert) {
  const folder = mkdtempSync(join(tmpdir(), 'usher-alerts-'));
  const tests = CASES[alert].map(([says, series, minute, count]) => ({
    name: says, interval: '1m',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    promql_expr_test: [{
      expr: `count(ALERTS{alertname="${alert}",alertstate="firing"})`, eval_time: `${minute}m`,
      exp_samples: count ? [{ labels: '{}', value: count }] : [],
    }],
  }));
  try {
    writeFileSync(join(folder, 'test.json'), JSON.stringify({ rule_files: [RULES], evaluation_interval: '1m', tests }));
    return promtool(['test', 'rules', join(folder, 'test.json')]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('alert rules', () => {
  test('are what Prometheus takes, in a configuration that it takes', () => {
    for (const args of [['check', 'rules', RULES], ['check', 'config', RULES.replace('usher.rules.yml', 'prometheus.yml')]]) {
      const { status, said } = promtool(args);
      assert.equal(status, 0, said);
    }
  });

  test('each has a case in which it fires and one in which it does not', () => {
    const names = [...readFileSync(RULES, 'utf8').matchAll(/^ +- alert: (\w+)$/gm)].map(([, name]) => name);
    assert.deepEqual(Object.keys(CASES).sort(), names.sort());
    for (const [name, cases] of Object.entries(CASES)) {
      assert.ok(cases.some(([,,, count]) => count > 0) && cases.some(([,,, count]) => count === 0), name);
    }
  });

  for (const [alert, cases] of Object.entries(CASES)) {
    test(`${alert}: ${cases.map(([says,,, count]) => `${says}${count ? '' : ' (no)'}`).join('; ')}`, () => {
      const { status, said } = judge(alert);
      assert.equal(status, 0, said);
    });
  }
});
