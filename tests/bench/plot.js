// Small plots as plain SVG: panels in a grid, each with labelled axes and its lines. Legible on light and dark ground, told
// apart by more than colour.

const PANEL = { width: 250, height: 190, left: 58, right: 14, top: 34, bottom: 44 };
const HEAD = 56; // the title and the legend
const STYLE = `
  .ground { fill: #ffffff } .ink { fill: #1f2328 } .soft { fill: #59636e } .grid { stroke: #d8dee4 } .axis { stroke: #59636e }
  .a { stroke: #1a7f5a } .a-mark { fill: #1a7f5a } .b { stroke: #bc4c00 } .b-mark { fill: #bc4c00 }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117 } .ink { fill: #e6edf3 } .soft { fill: #9198a1 } .grid { stroke: #2a313a } .axis { stroke: #9198a1 }
    .a { stroke: #4fd39a } .a-mark { fill: #4fd39a } .b { stroke: #ff9b5e } .b-mark { fill: #ff9b5e }
  }
  text { font: 12px system-ui, sans-serif } .title { font-size: 15px; font-weight: 600 } .name { font-weight: 600 }
  .line { fill: none; stroke-width: 2 } .b { stroke-dasharray: 6 4 } .grid, .axis { stroke-width: 1 }`;

const escaped = (text) => String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const at = (value) => Number(value.toFixed(1));
const text = (x, y, words, { kind = 'soft', anchor = 'middle', turn = '' } = {}) => `<text class="${kind}" x="${at(x)}" y="${at(y)}" text-anchor="${anchor}"${turn && ` transform="rotate(${turn} ${at(x)} ${at(y)})"`}>${escaped(words)}</text>`;
const short = (value) => (value >= 1e6 ? `${value / 1e6}M` : value >= 1000 ? `${value / 1000}k` : String(value));

// A step of 1, 2, 2.5 or 5 times a power of ten, so that four or five of them reach the value.
function stepFor(value) {
  const rough = value / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 2.5, 5, 10].map((step) => step * power).find((step) => step >= rough);
}

function linear(values) {
  const step = stepFor(Math.max(...values, Number.MIN_VALUE));
  const top = Math.ceil(Math.max(...values) / step) * step;
  return { ticks: Array.from({ length: Math.round(top / step) + 1 }, (_, i) => Number((i * step).toPrecision(6))), place: (value) => value / top };
}

function decades(values) {
  const from = Math.floor(Math.log10(Math.min(...values)));
  const to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(...values))));
  return { ticks: Array.from({ length: to - from + 1 }, (_, i) => Number((10 ** (from + i)).toPrecision(3))), place: (value) => (Math.log10(value) - from) / (to - from) };
}

const mark = (line, x, y) => (line === 'a' ? `<circle class="a-mark" cx="${at(x)}" cy="${at(y)}" r="3.5"/>` : `<rect class="b-mark" x="${at(x - 3.5)}" y="${at(y - 3.5)}" width="7" height="7"/>`);

// {name, x: [labels or numbers], x_label, y_label, log, lines: {a: [values], b: [values]}, marks, x_ticks}
function draw(panel, left, top) {
  const inner = { x: left + PANEL.left, y: top + PANEL.top, width: PANEL.width - PANEL.left - PANEL.right, height: PANEL.height - PANEL.top - PANEL.bottom };
  const all = Object.values(panel.lines).flat();
  const scale = panel.log ? decades([...all, ...(panel.reach ?? [])]) : linear([...all, ...(panel.reach ?? [])]);
  const x = (i) => inner.x + (inner.width * i) / Math.max(1, panel.x.length - 1);
  const y = (value) => inner.y + inner.height * (1 - scale.place(value));
  const ticks = panel.x_ticks ?? panel.x.map((_, i) => i);
  return [
    text(inner.x, top + 20, panel.name, { kind: 'ink name', anchor: 'start' }),
    ...scale.ticks.map((value) => `<line class="grid" x1="${at(inner.x)}" x2="${at(inner.x + inner.width)}" y1="${at(y(value))}" y2="${at(y(value))}"/>${text(inner.x - 6, y(value) + 4, short(value), { anchor: 'end' })}`),
    `<line class="axis" x1="${at(inner.x)}" x2="${at(inner.x + inner.width)}" y1="${at(inner.y + inner.height)}" y2="${at(inner.y + inner.height)}"/>`,
    ...ticks.map((i) => text(x(i), inner.y + inner.height + 16, panel.x[i])),
    text(inner.x + inner.width / 2, inner.y + inner.height + 34, panel.x_label),
    text(left + 14, inner.y + inner.height / 2, panel.y_label, { turn: '-90' }),
    ...Object.entries(panel.lines).map(([line, values]) => `<polyline class="line ${line}" points="${values.map((value, i) => `${at(x(i))},${at(y(value))}`).join(' ')}"/>`),
    ...(panel.marks === false ? [] : Object.entries(panel.lines).flatMap(([line, values]) => values.map((value, i) => mark(line, x(i), y(value))))),
  ].join('\n');
}

// legend: {a: name, b: name}; with one line there is none.
export function figure(title, panels, columns, legend = {}) {
  const width = columns * PANEL.width + 20;
  const height = HEAD + Math.ceil(panels.length / columns) * PANEL.height + 10;
  const key = Object.entries(legend).map(([line, name], i) => {
    const x = 24 + i * 110;
    return `<line class="line ${line}" x1="${x}" x2="${x + 30}" y1="44" y2="44"/>${mark(line, x + 15, 44)}${text(x + 38, 48, name, { kind: 'ink', anchor: 'start' })}`;
  });
  const drawn = panels.map((panel, i) => draw(panel, 10 + (i % columns) * PANEL.width, HEAD + Math.floor(i / columns) * PANEL.height));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    `<style>${STYLE}\n</style>`, `<rect class="ground" width="${width}" height="${height}"/>`,
    text(24, 26, title, { kind: 'ink title', anchor: 'start' }), ...key, ...drawn, '</svg>', '',
  ].join('\n');
}

// The load matrix: above how many a second, below how long the slowest hundredth waits.
export function matrixPlot(run, titles) {
  const phases = (name, kind) => run[name][kind].phases;
  const rate = (kind) => ({ a: phases('usher', kind).map((one) => one.per_second), b: phases('bolt', kind).map((one) => one.per_second) });
  const slow = (kind) => ({ a: phases('usher', kind).map((one) => one.p99_us / 1000), b: phases('bolt', kind).map((one) => one.p99_us / 1000) });
  const reach = run.kinds.flatMap((kind) => Object.values(slow(kind)).flat());
  const x = run.depths.map(String);
  const panels = [
    ...run.kinds.map((kind) => ({ name: titles[kind], x, x_label: 'envelopes in flight', y_label: 'a second', lines: rate(kind) })),
    ...run.kinds.map((kind) => ({ name: `${titles[kind]}: p99`, x, x_label: 'envelopes in flight', y_label: 'milliseconds', log: true, reach, lines: slow(kind) })),
  ];
  return figure('Acknowledged a second, and the 99th percentile of the wait', panels, run.kinds.length, { a: 'Usher', b: 'Bolt' });
}
