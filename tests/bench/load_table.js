// The table of the load matrix, for the terminal and as Markdown.

const count = (value) => Math.round(value).toLocaleString('en-US');
const ms = (us) => (us < 1000 ? (us / 1000).toFixed(2) : us < 10_000 ? (us / 1000).toFixed(1) : String(Math.round(us / 1000)));

export const titles = {
  status: '/onboard status',
  click: 'approve click',
  event: 'events, some again',
  mixed: 'mixed',
};

const cells = (phase) => [`${count(phase.per_second)}`, `${ms(phase.p50_us)} / ${ms(phase.p99_us)}`, phase.cpu_us_per_event.toFixed(0), (phase.after_kb / 1024).toFixed(0)];
const HEAD = ['what', 'in flight', 'Bolt: a second', 'p50 / p99, ms', 'CPU, µs', 'MB', 'Usher: a second', 'p50 / p99, ms', 'CPU, µs', 'MB'];

function rowsOf(run) {
  return run.kinds.flatMap((kind) => run.depths.map((depth, i) => [titles[kind], String(depth), ...cells(run.bolt[kind].phases[i]), ...cells(run.usher[kind].phases[i])]));
}

function notes(run) {
  const all = ['bolt', 'usher'].flatMap((name) => run.kinds.flatMap((kind) => run[name][kind].phases));
  const unanswered = (name) => run.kinds.flatMap((kind) => run[name][kind].phases).reduce((sum, one) => sum + one.unanswered, 0);
  const usher = Object.values(run.usher);
  const sum = (member) => usher.flatMap(({ phases }) => phases).reduce((total, one) => total + one[member], 0);
  const [distinct, kept] = ['distinct_events', 'kept_events'].map((member) => usher.reduce((total, one) => total + (one[member] ?? 0), 0));
  return [
    `${run.cores} cores (${run.cpu}), loopback; ${run.seconds} seconds a figure at most, each after a warm-up; CPU an envelope and resident memory afterwards are the whole process's. The four depths of a row group are one life of the process.`,
    `Mixed is ${run.mix.replace(/(\w+)=(\d+)/g, '$2 % $1').replaceAll(',', ', ')}. Of the events ${run.again} % come a second time and a fifth of those a third time: ${count(sum('redelivered'))} of those that Usher got while it was measured. Of ${count(distinct)} different ones in all it kept ${count(kept)}.`,
    `Bolt ${run.bolt_version} on Node ${run.node}, keeping things in ${run.store}; it acknowledges an event before it has kept it, Usher after.`,
    `One write of 4 KB and fdatasync took ${run.sync_us.join(' µs before and ')} µs after (median). Load of the machine before: ${run.load_before.toFixed(1)}${run.load_before > 0.7 ? ', so it was busy: compare the columns, not the figures' : ''}.`,
    `Envelopes that were never acknowledged: Bolt ${count(unanswered('bolt'))}, Usher ${count(unanswered('usher'))}. Wrong acknowledgements: ${all.reduce((sum, one) => sum + one.errors, 0)}. The run took ${run.took_s} s.`,
  ];
}

export function plain(run) {
  const table = [HEAD, ...rowsOf(run)];
  const widths = HEAD.map((_, column) => Math.max(...table.map((row) => row[column].length)));
  const lines = table.map((row) => row.map((cell, column) => (column < 1 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join('  '));
  return [lines[0], '-'.repeat(lines[0].length), ...lines.slice(1), '', ...notes(run)].join('\n');
}

export function markdown(run) {
  const lines = rowsOf(run).map((row) => `| ${row.join(' | ')} |`);
  return [`| ${HEAD.join(' | ')} |`, `|---|${'--:|'.repeat(HEAD.length - 1)}`, ...lines, '', ...notes(run).map((note) => `- ${note}`), ''].join('\n');
}
