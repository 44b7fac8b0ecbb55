// The table of a run and its verdict, for the terminal and as Markdown, with the bounds that are promised.
const RATIO = 1.2;
const VERDICT_US = 2000;
const GROWTH_KB = 512; // the allocator's own; a run that leaked a kilobyte would show ten thousand

const TITLES = { salesforce: 'Salesforce', netsuite: 'NetSuite', clm: 'CLM', rates: 'rates' };
const ms = (value) => `${Math.round(value).toLocaleString('en-US')} ms`;
const mb = (kb) => `${(kb / 1024).toFixed(1)} MB`;

function rows(result) {
  const { verdict } = result;
  return [
    ...Object.entries(result.sources).map(([name, value]) => [`${TITLES[name] ?? name} alone`, ms(value), '']),
    ['one after the other', ms(result.sequential), ''],
    ['slowest alone', ms(result.slowest), ''],
    ['the whole run, from the command to its answer', ms(result.whole), ''],
    ['whole run / slowest', `${result.ratio.toFixed(2)} (worst ${result.worst_ratio.toFixed(2)})`, `≤ ${RATIO}`],
    ['usher decide: one after the other / slowest', `${ms(result.decide.sequential)} / ${ms(result.decide.slowest)}`, ''],
    ['a verdict beyond fetching: CPU, median / 99 %', `${Math.round(verdict.p50_us)} / ${Math.round(verdict.p99_us)} µs`, `< ${VERDICT_US} µs`],
    [`resident memory at run 100 / ${verdict.runs.toLocaleString('en-US')}`, `${mb(verdict.early_kb)} / ${mb(verdict.late_kb)}`, 'flat'],
  ];
}

function notes(result) {
  const { verdict } = result;
  const delays = Object.entries(result.delays).map(([name, value]) => `${TITLES[name]} ${value} ms`).join(', ');
  return [
    `${result.cores} cores, loopback; a delay in every answer: ${delays}. Medians of ${result.runs} runs.${result.load > 0.7 ? ` The machine was busy before (load ${result.load.toFixed(1)}).` : ''}`,
    `The account: 12 subsidiaries, 40 invoices in two currencies; facts of ${Math.round(verdict.facts_bytes / 1024)} kB, ${verdict.findings} findings, ${verdict.level}.`,
  ];
}

// kept: every bound holds.
export function fetchTable(result) {
  const { verdict } = result;
  const all = [['what', 'measured', 'bound'], ...rows(result)];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column].length)));
  const lines = all.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join('   ').trimEnd());
  return {
    kept: result.ratio <= RATIO && verdict.p99_us < VERDICT_US && verdict.late_kb - verdict.early_kb < GROWTH_KB,
    plain: [lines[0], '-'.repeat(widths.reduce((a, b) => a + b + 3, -3)), ...lines.slice(1), '', ...notes(result)].join('\n'),
    markdown: [...all.map((row, i) => `| ${row.join(' | ')} |${i ? '' : '\n|---|---|---|'}`), '', ...notes(result).map((note) => `- ${note}`), ''].join('\n'),
  };
}
