// The table of a measurement, for the terminal and as Markdown.

const count = (value) => Math.round(value).toLocaleString('en-US');
const ms = (us) => (us < 10_000 ? (us / 1000).toFixed(1) : String(Math.round(us / 1000)));
const mb = (kb) => (kb / 1024).toFixed(0);
const seconds = (value) => (value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`);

const speed = (result) => `${count(result.per_second)}/s, p50 ${ms(result.p50_us)} ms, p99 ${ms(result.p99_us)} ms`;
const times = (number) => (number === 1 ? 'once' : number === 2 ? 'twice' : `${number} times`);

const rows = [
  ['/onboard status from the store', (side) => speed(side.status)],
  ['approve click, verified and durable', (side) => speed(side.click)],
  ['CPU per event (status / click)', (side) => `${side.status.cpu_us_per_event.toFixed(0)} / ${side.click.cpu_us_per_event.toFixed(0)} µs`],
  ['resident memory, idle / after the status commands', (side) => `${mb(side.status.idle_kb)} / ${mb(side.status.after_kb)} MB`],
  ['start to first acknowledgement', (side) => `${Math.round(side.start_ms)} ms`],
  ['gap at a refresh / at a warning', (side) => `${seconds(side.refresh.refresh.gap_ms)} / ${seconds(side.refresh.warning.gap_ms)}`],
  ['gap when all connections are renewed at once', (side) => seconds(side.refresh.refresh_all.gap_ms)],
  ['lost reply on a post: posted', (side) => times(side.lost.posted)],
];

function requestsOf(side) {
  const per = (number) => (number / side.click.events).toFixed(1);
  return `${per(side.click.requests_meanwhile)} requests to Slack and the platform a click`;
}

function notes(run) {
  const wrong = ['bolt', 'usher'].flatMap((name) => ['status', 'click', 'refresh', 'lost'].map((mode) => run[name][mode].errors)).reduce((a, b) => a + b);
  const lost = ['refresh', 'warning', 'refresh_all'].map((name) => `${run.bolt.refresh[name].lost} and ${run.usher.refresh[name].lost}`).join(', ');
  return [
    `${run.cores} cores, loopback, ${run.in_flight} envelopes in flight, the whole process; ${count(run.bolt.status.events)} and ${count(run.usher.status.events)} status commands, ${count(run.bolt.click.events)} and ${count(run.usher.click.events)} clicks.`,
    `Bolt ${run.bolt_version} on Node ${run.node}, one connection; its approvals go to ${run.store}: one insert a click. Usher: two connections; a click is everything the bot does.`,
    `During the clicks Usher made ${requestsOf(run.usher)}; Bolt made ${count(run.bolt.click.requests_meanwhile)} in all.`,
    `One write of 4 KB and fdatasync took ${run.sync_us.join(' µs before and ')} µs after (median): no durable click can be faster than its share of that.${run.load_before > 0.7 ? ` The machine was busy before (load ${run.load_before.toFixed(1)}): compare the columns, not the figures.` : ''}`,
    `Envelopes unanswered at a refresh, a warning, a renewal of all (Bolt and Usher): ${lost}. Wrong acknowledgements: ${wrong}.`,
  ];
}

export function plain(run) {
  const cells = [['', 'Bolt', 'Usher'], ...rows.map(([name, of]) => [name, of(run.bolt), of(run.usher)])];
  const widths = [0, 1, 2].map((column) => Math.max(...cells.map((row) => row[column].length)));
  const lines = cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join('   ').trimEnd());
  return [lines[0], '-'.repeat(widths.reduce((a, b) => a + b + 3, -3)), ...lines.slice(1), '', ...notes(run)].join('\n');
}

export function markdown(run) {
  const lines = rows.map(([name, of]) => `| ${name} | ${of(run.bolt)} | ${of(run.usher)} |`);
  return ['| what | Bolt | Usher |', '|---|---|---|', ...lines, '', ...notes(run).map((note) => `- ${note}`), ''].join('\n');
}
