// Reads tests/unit/golden_decisions.txt, in which every expectation of the decision stands: the head of that file says
// what its words mean, tests/unit/decide_words.h applies them to the facts, golden_words.js to records of the sandbox.
const KINDS = {
  AMOUNT: /^(\d+(\.\d+)?|none)$/, DATE: /^(\d{4}-\d\d-\d\d|none)$/, CURRENCY: /^[A-Z]{3}$/, RATE: /^\d+(\.\d+)?$/,
  COUNT: /^\d+$/, NAME: /^[\w-]+$/, FINDING: /^[A-Z_]+@[\w*-]+$/, CODE: /^[A-Z_]+$/, NONE: /^none$/,
};

// "invoice number:NAME due=DATE [tax=AMOUNT] [void]" -> what must stand in this order, and what may stand anywhere after
// the first word. name:KIND takes a word, name=KIND its name and a word, name:KIND… all words that are left, name:TEXT
// the rest as it is.
function parseForm(form) {
  const parts = form.split(' ').map((text) => {
    const [, optional, name, sign, kind, many] = /^(\[?)([\w-]+)(?:([:=])(\w+)(…?))?\]?$/.exec(text);
    return { name, optional: optional !== '', named: sign !== ':', kind: KINDS[kind], text: kind === 'TEXT', many: many === '…', flag: sign === undefined };
  });
  return { required: parts.filter((part) => !part.optional), optional: parts.filter((part) => part.optional) };
}

// How many words the part takes from `at` on, and its value; null where it does not fit.
function take(part, words, at) {
  const from = part.named ? at + 1 : at;
  if (at >= words.length || (part.named && words[at] !== part.name)) return null;
  if (part.flag) return { next: from, value: true };
  if (part.text) return from < words.length ? { next: words.length, value: words.slice(from).join(' ') } : null;
  const values = part.many ? words.slice(from) : words.slice(from, from + 1);
  if (values.length === 0 || !values.every((value) => part.kind.test(value))) return null;
  return { next: from + values.length, value: part.many ? values : values[0] };
}

// The words by that form: {number, due, tax, …}; null where they are not of it.
function match({ required, optional }, words) {
  const found = {};
  const left = [...required];
  const open = new Set(optional);
  for (let at = 0; at < words.length;) {
    const part = [left[0], ...open].find((candidate) => candidate && take(candidate, words, at));
    if (!part) return null;
    const { next, value } = take(part, words, at);
    found[part.name] = value;
    if (part === left[0]) left.shift();
    else open.delete(part);
    at = next;
  }
  return left.length === 0 ? found : null;
}

const EXPECTATIONS = [
  ['expect level:CODE findings:FINDING…', (expected, { level, findings }) => Object.assign(expected, { level, findings })],
  ['expect level:CODE', (expected, { level }) => Object.assign(expected, { level })],
  ['says text:TEXT', (expected, { text }) => expected.says.push(text)],
  ['fix text:TEXT', (expected, { text }) => { expected.fix = text; }],
  ['skips codes:CODE…', (expected, { codes }) => { expected.skips = codes; }],
];

const compile = (words) => words.map(([form, apply]) => [parseForm(form), apply]);

// What the first form that fits makes of the line, as a function of what it changes; undefined where none fits.
function find(forms, line) {
  const words = line.split(/ +/);
  for (const [form, apply] of forms) {
    const found = match(form, words);
    if (found) return (changed) => apply(changed, found);
  }
  return undefined;
}

// The cases of the file's text: [{title, line, changes: [function of an organisation], expected: {level, findings, says,
// fix, skips}}]. `words`: [[form, function (organisation, what the form found)]]. A line of no form is an error that names it.
export function readGolden(text, words) {
  const [known, expectations] = [compile(words), compile(EXPECTATIONS)];
  const cases = [];
  const refuse = (at, why) => { throw new Error(`golden_decisions.txt:${at}: ${why}`); };
  text.split('\n').forEach((raw, index) => {
    const [line, at] = [raw.trim(), index + 1];
    if (line === '' || line.startsWith('#')) return;
    if (line.startsWith('case ')) {
      cases.push({ title: line.slice(5), line: at, changes: [], expected: { level: null, findings: [], says: [], fix: null, skips: null } });
      return;
    }
    const [golden, change, expectation] = [cases.at(-1), find(known, line), find(expectations, line)];
    if (!golden || (!change && !expectation)) refuse(at, `nobody knows what this means: ${line}`);
    if (change && golden.expected.level) refuse(at, `a change after "expect": ${line}`);
    if (change) golden.changes.push(change);
    else expectation(golden.expected);
  });
  for (const { title, line, expected } of cases) if (!expected.level) refuse(line, `nothing is expected of "${title}"`);
  return cases;
}
