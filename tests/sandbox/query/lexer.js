// Cuts SOQL and SuiteQL into tokens, and the cursor with which their parsers read them.

export class QueryError extends Error {
  constructor(message, code = null) {
    super(message);
    this.code = code;
  }
}

const SPACE = /\s+/y;
const RULES = [
  ['datetime', /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})/y],
  ['date', /\d{4}-\d{2}-\d{2}(?![\dT])/y],
  ['number', /[+-]?\d+(?:\.\d+)?(?![A-Za-z_])/y],
  ['word', /[A-Za-z_][A-Za-z0-9_]*(?::\d+)?/y],
  ['symbol', /<=|>=|<>|!=|\|\||[=<>(),.*?+\-/]/y],
];

// `quoting`: 'backslash' (SOQL: \' inside '…') or 'doubled' (SQL: '' inside '…').
export function tokenise(text, quoting) {
  const tokens = [];
  let at = 0;
  while (at < text.length) {
    SPACE.lastIndex = at;
    if (SPACE.test(text)) {
      at = SPACE.lastIndex;
      continue;
    }
    const token = text[at] === "'" ? readString(text, at, quoting) : readToken(text, at);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

function readToken(text, at) {
  for (const [kind, rule] of RULES) {
    rule.lastIndex = at;
    const match = rule.exec(text);
    if (match) return { kind, text: match[0], at, end: at + match[0].length };
  }
  throw new QueryError(`unexpected character '${text[at]}' at position ${at + 1}`);
}

const ESCAPES = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

function readString(text, start, quoting) {
  let value = '';
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text[at];
    if (quoting === 'backslash' && character === '\\') {
      const next = text[(at += 1)];
      if (next === undefined) break;
      // LIKE needs to tell an escaped % or _ from a bare one, so these keep their backslash.
      value += '%_'.includes(next) ? `\\${next}` : (ESCAPES[next] ?? next);
    } else if (character === "'" && quoting === 'doubled' && text[at + 1] === "'") {
      value += "'";
      at += 1;
    } else if (character === "'") {
      return { kind: 'string', text: value, at: start, end: at + 1 };
    } else {
      value += character;
    }
  }
  throw new QueryError(`unterminated string at position ${start + 1}`);
}

// Reads tokens in order; words compare without case.
export class Cursor {
  constructor(tokens) {
    this.tokens = tokens;
    this.index = 0;
  }

  get token() {
    return this.tokens[this.index];
  }

  done() {
    return this.index >= this.tokens.length;
  }

  next() {
    if (this.done()) throw new QueryError('unexpected end of query');
    return this.tokens[this.index++];
  }

  is(text, ahead = 0) {
    const token = this.tokens[this.index + ahead];
    return token !== undefined && (token.kind === 'word' || token.kind === 'symbol') && token.text.toUpperCase() === text;
  }

  take(...words) {
    if (!words.every((word, ahead) => this.is(word, ahead))) return false;
    this.index += words.length;
    return true;
  }

  expect(text) {
    if (!this.take(text)) throw new QueryError(`unexpected token: '${this.token?.text ?? '<EOF>'}' (expecting ${text})`);
  }

  kind(kind) {
    const token = this.next();
    if (token.kind !== kind) throw new QueryError(`unexpected token: '${token.text}'`);
    return token.text;
  }

  // A list of what `read` reads, separated by commas.
  list(read) {
    const items = [read()];
    while (this.take(',')) items.push(read());
    return items;
  }
}

// A LIKE pattern (% and _, backslash escapes) as a regular expression without case.
export function likePattern(pattern) {
  const source = pattern.replace(/\\([%_\\])|([%_])|([\s\S])/g, (_, escaped, wild, plain) => {
    if (wild) return wild === '%' ? '[\\s\\S]*' : '[\\s\\S]';
    return (escaped ?? plain).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 'i');
}

// Orders two values as databases do: numbers by size (also in the shape of text), the rest by code point, null first.
export function compareValues(left, right) {
  if (left === right) return 0;
  if (left === null) return -1;
  if (right === null) return 1;
  if (typeof left === 'string' && typeof right === 'string') {
    if (/^\d+$/.test(left) && /^\d+$/.test(right)) return Number(left) - Number(right);
    return left < right ? -1 : 1;
  }
  return left < right ? -1 : left > right ? 1 : 0;
}
