// What a soak has shown, as text and as a plot.
import { figure } from './plot.js';

const count = (value) => Number(value).toLocaleString('en-US');
const mb = (bytes) => (bytes / 1048576).toFixed(1);
const ms = (us) => (us / 1000).toFixed(us < 10_000 ? 1 : 0);
const range = (values) => `${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)}`;

export function report({ samples, end, wrong, kept, chain, minutes, rate, mix, cores, settled }) {
  const [first, last] = [samples[0], samples.at(-1)];
  const hours = (last.second - first.second) / 3600 || 1;
  const lines = samples.map((s) => `| ${(s.second / 60).toFixed(1)} | ${count(s.acked)} | ${ms(s.p50_us)} / ${ms(s.p99_us)} / ${ms(s.max_us)} | ${(s.cpu_share * 100).toFixed(0)} % | ${(s.resident_kb / 1024).toFixed(1)} | ${mb(s.store_bytes)} | ${mb(s.log_bytes)} | ${s.load.toFixed(1)} |`);
  return [
    `${count(end.events)} envelopes in ${minutes} min (${count(rate)} a second: ${mix.replace(/(\w+)=(\d+)/g, '$2 % $1').replaceAll(',', ', ')}), on ${cores} cores.`, '',
    ...wrong.map(([name, value]) => `- ${name}: ${count(value)}`),
    `- delivered again: ${count(end.redelivered)}; distinct events ${count(end.distinct_events)}, kept ${count(kept.events)}`,
    `- approvals ${count(kept.approvals)}, claims and releases ${count(kept.claims)}, posts ${count(end.posts)}, organisations ${count(end.organizations)}; ${chain}`,
    `- acknowledgement: p50 ${ms(end.p50_us)} ms, p99 ${ms(end.p99_us)} ms, longest ${ms(end.max_us)} ms; load of the machine ${range(samples.map((s) => s.load))}`,
    `- resident memory after a third of the time ${(settled.resident_kb / 1024).toFixed(1)} MB, at the end ${(last.resident_kb / 1024).toFixed(1)} MB, at most ${(Math.max(...samples.map((s) => s.resident_kb)) / 1024).toFixed(1)} MB`,
    `- database ${mb(first.store_bytes)} to ${mb(last.store_bytes)} MB: ${mb((last.store_bytes - first.store_bytes) / hours)} MB an hour; its log at most ${mb(Math.max(...samples.map((s) => s.log_bytes)))} MB; at the end inbox ${count(kept.inbox)}, audit ${count(kept.audit)}, jobs ${count(kept.jobs)} rows`, '',
    '| minute | acknowledged | p50 / p99 / longest, ms | processor | resident, MB | database, MB | log, MB | machine\'s load |', '|---|---|---|---|---|---|---|---|', ...lines, '',
  ].join('\n');
}

export function soakPlot(samples) {
  const x = samples.map((sample) => Math.round(sample.second / 60));
  const last = x.length - 1;
  const x_ticks = [...new Set([0, 0.25, 0.5, 0.75, 1].map((part) => Math.round(last * part)))];
  const panel = (name, y_label, of, more = {}) => ({ name, x, x_ticks, x_label: 'minute', y_label, marks: false, lines: { a: samples.map(of) }, ...more });
  return figure('1,000 envelopes a second', [
    panel('resident memory', 'MB', (sample) => sample.resident_kb / 1024),
    panel('database', 'MB', (sample) => sample.store_bytes / 1048576),
    panel('its log', 'MB', (sample) => sample.log_bytes / 1048576),
    panel('p99 of each minute', 'milliseconds', (sample) => sample.p99_us / 1000, { log: true }),
  ], 4);
}
