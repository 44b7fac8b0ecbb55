// SuiteQL, as much of it as a connector needs; anything else is refused.
//
//   SELECT [DISTINCT] columns | COUNT(*) FROM table [alias] [[LEFT] JOIN table [alias] ON a.x = b.y …] [WHERE …]
//   [UNION ALL SELECT … …] [ORDER BY column [ASC|DESC], …]
//
// Conditions: = != <> < <= > >= LIKE IN NOT IN BETWEEN IS [NOT] NULL, AND OR NOT, with ? for bound parameters.
// Functions: BUILTIN.DF, UPPER, LOWER, TO_CHAR(date, 'YYYY-MM-DD'), TO_DATE(text, 'YYYY-MM-DD'), NVL.
import { Cursor, QueryError, compareValues, likePattern, tokenise } from './lexer.js';

const RESERVED = new Set('FROM WHERE ORDER GROUP HAVING JOIN LEFT INNER OUTER ON AND OR NOT AS LIMIT FETCH UNION BY IN IS LIKE BETWEEN ASC DESC'.split(' '));
const FUNCTIONS = new Set(['UPPER', 'LOWER', 'TO_CHAR', 'TO_DATE', 'NVL', 'BUILTIN.DF']);

export function parseSuiteql(text) {
  const cursor = new Cursor(tokenise(text, 'doubled'));
  const query = { parameters: 0, selects: [] };
  do query.selects.push(parseSelect(cursor, query)); while (cursor.take('UNION', 'ALL'));
  query.order = cursor.take('ORDER', 'BY') ? cursor.list(() => parseOrder(cursor, query)) : [];
  if (!cursor.done()) throw new QueryError(`Syntax error in the SQL statement: '${cursor.token.text}' at position ${cursor.token.at + 1}`);
  return query;
}

function parseSelect(cursor, query) {
  cursor.expect('SELECT');
  const select = { distinct: cursor.take('DISTINCT'), columns: cursor.list(() => parseColumn(cursor, query)), joins: [] };
  cursor.expect('FROM');
  select.from = parseTable(cursor);
  for (let kind = joinKind(cursor); kind; kind = joinKind(cursor)) {
    const table = parseTable(cursor);
    cursor.expect('ON');
    select.joins.push({ ...table, left: kind === 'left', on: parseOr(cursor, query) });
  }
  select.where = cursor.take('WHERE') ? parseOr(cursor, query) : null;
  return select;
}

function joinKind(cursor) {
  if (cursor.take('LEFT', 'OUTER', 'JOIN') || cursor.take('LEFT', 'JOIN')) return 'left';
  return cursor.take('INNER', 'JOIN') || cursor.take('JOIN') ? 'inner' : null;
}

function parseTable(cursor) {
  const table = cursor.kind('word');
  cursor.take('AS');
  const alias = cursor.token?.kind === 'word' && !RESERVED.has(cursor.token.text.toUpperCase()) ? cursor.next().text : table;
  return { table: table.toLowerCase(), alias: alias.toLowerCase() };
}

function parseColumn(cursor, query) {
  if (cursor.take('COUNT', '(', '*', ')')) return { expression: { kind: 'count' }, name: parseAlias(cursor) ?? 'expr1' };
  if (cursor.take('*')) return { expression: { kind: 'star' }, name: '*' };
  const expression = parseValue(cursor, query);
  return { expression, name: parseAlias(cursor) ?? (expression.kind === 'column' ? expression.name : null) };
}

function parseAlias(cursor) {
  const explicit = cursor.take('AS');
  const next = cursor.token;
  if (explicit || (next?.kind === 'word' && !RESERVED.has(next.text.toUpperCase()))) return cursor.kind('word').toLowerCase();
  return null;
}

function parseOrder(cursor, query) {
  const expression = parseValue(cursor, query);
  return { expression, descending: cursor.take('DESC') || (cursor.take('ASC'), false) };
}

function parseOr(cursor, query) {
  const parts = [parseAnd(cursor, query)];
  while (cursor.take('OR')) parts.push(parseAnd(cursor, query));
  return parts.length === 1 ? parts[0] : { kind: 'or', parts };
}

function parseAnd(cursor, query) {
  const parts = [parseNot(cursor, query)];
  while (cursor.take('AND')) parts.push(parseNot(cursor, query));
  return parts.length === 1 ? parts[0] : { kind: 'and', parts };
}

function parseNot(cursor, query) {
  if (cursor.take('NOT')) return { kind: 'not', part: parseNot(cursor, query) };
  if (!cursor.take('(')) return parseComparison(cursor, query);
  const inner = parseOr(cursor, query);
  cursor.expect(')');
  return inner;
}

function parseComparison(cursor, query) {
  const left = parseValue(cursor, query);
  if (cursor.take('IS')) {
    const negated = cursor.take('NOT');
    cursor.expect('NULL');
    return { kind: 'null', value: left, negated };
  }
  const negated = cursor.take('NOT');
  const node = parseRest(cursor, query, left, negated);
  return negated ? { kind: 'not', part: node } : node;
}

function parseRest(cursor, query, left, negated) {
  if (cursor.take('LIKE')) return { kind: 'like', value: left, pattern: parseValue(cursor, query) };
  if (cursor.take('BETWEEN')) {
    const low = parseValue(cursor, query);
    cursor.expect('AND');
    return { kind: 'between', value: left, low, high: parseValue(cursor, query) };
  }
  if (cursor.take('IN')) {
    cursor.expect('(');
    const values = cursor.list(() => parseValue(cursor, query));
    cursor.expect(')');
    return { kind: 'in', value: left, values };
  }
  const operator = cursor.next().text;
  if (negated || !Object.hasOwn(COMPARE, operator)) throw new QueryError(`Syntax error in the SQL statement: '${operator}'`);
  return { kind: 'compare', operator, left, right: parseValue(cursor, query) };
}

function parseValue(cursor, query) {
  const token = cursor.next();
  if (token.kind === 'string') return { kind: 'literal', value: token.text };
  if (token.kind === 'number') return { kind: 'literal', value: token.text };
  if (token.text === '?') return { kind: 'parameter', index: query.parameters++ };
  if (token.kind !== 'word' || RESERVED.has(token.text.toUpperCase())) throw new QueryError(`Syntax error in the SQL statement: '${token.text}'`);
  if (token.text.toUpperCase() === 'NULL') return { kind: 'literal', value: null };
  const second = cursor.take('.') ? cursor.kind('word') : null;
  const called = (second ? `${token.text}.${second}` : token.text).toUpperCase();
  if (cursor.take('(')) return parseCall(cursor, query, called);
  return second ? { kind: 'column', table: token.text.toLowerCase(), name: second.toLowerCase() } : { kind: 'column', table: null, name: token.text.toLowerCase() };
}

function parseCall(cursor, query, name) {
  if (!FUNCTIONS.has(name)) throw new QueryError(`Unknown function '${name}'`);
  const args = cursor.list(() => parseValue(cursor, query));
  cursor.expect(')');
  return { kind: 'call', name, args };
}

const COMPARE = {
  '=': (sign) => sign === 0,
  '!=': (sign) => sign !== 0,
  '<>': (sign) => sign !== 0,
  '<': (sign) => sign < 0,
  '<=': (sign) => sign <= 0,
  '>': (sign) => sign > 0,
  '>=': (sign) => sign >= 0,
};

// `source`: columns(table) -> Set of lower-case names or undefined where there is no such table;
// rows(table) -> objects of lower-case column to text or null; display(row, column) -> the text BUILTIN.DF shows.
// Answers objects of column name to text; a null is left out, as NetSuite does.
export function runSuiteql(query, params, source) {
  if (params.length !== query.parameters) throw new QueryError(`Invalid number of parameters. Expected: ${query.parameters}. Provided: ${params.length}.`);
  if (query.selects.length === 1) return runSelect(query.selects[0], query.order, params, source);
  const [names, ...others] = query.selects.map((select) => select.columns.map((column) => column.name));
  if (others.some((other) => other.length !== names.length)) throw new QueryError('query block has incorrect number of result columns');
  return sortUnion(query.selects.flatMap((select) => runSelect({ ...select, columns: select.columns.map((column, at) => ({ ...column, name: names[at] })) }, [], params, source)), query.order, names);
}

function runSelect(select, order, params, source) {
  const run = new Run({ ...select, order }, params, source);
  let rows = run.join();
  if (select.where) rows = rows.filter(run.condition(select.where));
  rows = run.sort(rows);
  if (select.columns.some((column) => column.expression.kind === 'count')) return [{ [select.columns[0].name]: String(rows.length) }];
  const items = rows.map(run.projection());
  return select.distinct ? [...new Map(items.map((item) => [JSON.stringify(item), item])).values()] : items;
}

// What comes of several SELECTs can only be ordered by the names of the first.
function sortUnion(items, order, names) {
  const unknown = order.find(({ expression }) => expression.kind !== 'column' || expression.table !== null || !names.includes(expression.name));
  if (unknown) throw new QueryError('ORDER BY item must be the name of a result column');
  return sortBy(items, order.map(({ expression, descending }) => ({ read: (item) => item[expression.name] ?? null, descending })));
}

function sortBy(rows, terms) {
  return [...rows].sort((left, right) => {
    for (const { read, descending } of terms) {
      const sign = compareText(read(left), read(right));
      if (sign) return descending ? -sign : sign;
    }
    return 0;
  });
}

class Run {
  constructor(query, params, source) {
    this.query = query;
    this.params = params;
    this.source = source;
    this.tables = [query.from, ...query.joins];
    for (const { table } of this.tables) {
      if (!source.columns(table)) throw new QueryError(`Record '${table}' was not found.`);
    }
  }

  // A joined row is an object of alias to the row of that table (null on the empty side of a left join).
  join() {
    const { from, joins } = this.query;
    let rows = this.source.rows(from.table).map((row) => ({ [from.alias]: row }));
    for (const join of joins) {
      const matches = this.condition(join.on);
      const others = this.source.rows(join.table);
      rows = rows.flatMap((row) => {
        const found = others.map((other) => ({ ...row, [join.alias]: other })).filter(matches);
        return found.length || !join.left ? found : [{ ...row, [join.alias]: null }];
      });
    }
    return rows;
  }

  sort(rows) {
    return sortBy(rows, this.query.order.map(({ expression, descending }) => ({ read: this.orderValue(expression), descending })));
  }

  // ORDER BY may name an alias of the select list.
  orderValue(expression) {
    const named = expression.kind === 'column' && expression.table === null ? this.query.columns.find((column) => column.name === expression.name) : null;
    return this.value(named && named.expression.kind !== 'star' ? named.expression : expression);
  }

  projection() {
    const columns = this.query.columns.flatMap((column, index) => (column.expression.kind === 'star' ? this.star() : [{ name: column.name ?? `expr${index + 1}`, read: this.value(column.expression) }]));
    return (row) => {
      const item = { links: [] };
      for (const { name, read } of columns) {
        const value = read(row);
        if (value !== null) item[name] = String(value);
      }
      return item;
    };
  }

  star() {
    return this.tables.flatMap(({ table, alias }) => [...this.source.columns(table)].map((name) => ({ name, read: (row) => row[alias]?.[name] ?? null })));
  }

  column({ table, name }) {
    const owners = this.tables.filter((entry) => (table === null || entry.alias === table) && this.source.columns(entry.table).has(name));
    if (owners.length === 0) throw new QueryError(`Field '${name}' for record '${table ?? this.query.from.table}' was not found. Reason: REMOVED - Field is removed`);
    if (owners.length > 1) throw new QueryError(`Field '${name}' is ambiguous`);
    return owners[0];
  }

  value(node) {
    if (node.kind === 'literal') return () => node.value;
    if (node.kind === 'parameter') return () => this.params[node.index];
    if (node.kind === 'call') return this.call(node);
    const { alias } = this.column(node);
    return (row) => row[alias]?.[node.name] ?? null;
  }

  call({ name, args }) {
    if (name === 'BUILTIN.DF') {
      if (args.length !== 1 || args[0].kind !== 'column') throw new QueryError('BUILTIN.DF takes one field');
      const { alias } = this.column(args[0]);
      return (row) => (row[alias] ? this.source.display(row[alias], args[0].name) : null);
    }
    const [first, second] = args.map((arg) => this.value(arg));
    if (name === 'NVL' && args.length === 2) return (row) => first(row) ?? second(row);
    if (name.startsWith('TO_') && !(args.length === 2 && args[1].value === 'YYYY-MM-DD')) throw new QueryError(`${name}: only the format 'YYYY-MM-DD' is supported`);
    if (name.startsWith('TO_')) return (row) => first(row)?.slice(0, 10) ?? null;
    if (args.length !== 1) throw new QueryError(`Invalid number of arguments of ${name}`);
    return name === 'UPPER' ? (row) => first(row)?.toUpperCase() ?? null : (row) => first(row)?.toLowerCase() ?? null;
  }

  condition(node) {
    if (node.kind === 'and' || node.kind === 'or') {
      const parts = node.parts.map((part) => this.condition(part));
      return node.kind === 'and' ? (row) => parts.every((part) => part(row)) : (row) => parts.some((part) => part(row));
    }
    if (node.kind === 'not') {
      const part = this.condition(node.part);
      return (row) => !part(row);
    }
    if (node.kind === 'compare') return this.comparison(this.value(node.left), node.operator, this.value(node.right));
    const value = this.value(node.value);
    if (node.kind === 'null') return (row) => (value(row) === null) !== node.negated;
    if (node.kind === 'like') {
      const pattern = this.value(node.pattern);
      return (row) => value(row) !== null && likePattern(String(pattern(row))).test(value(row));
    }
    if (node.kind === 'between') {
      const [low, high] = [this.comparison(value, '>=', this.value(node.low)), this.comparison(value, '<=', this.value(node.high))];
      return (row) => low(row) && high(row);
    }
    const tests = node.values.map((item) => this.comparison(value, '=', this.value(item)));
    return (row) => tests.some((test) => test(row));
  }

  comparison(left, operator, right) {
    const test = COMPARE[operator];
    return (row) => {
      const [a, b] = [left(row), right(row)];
      return a !== null && b !== null && test(compareText(a, b));
    };
  }
}

const NUMBER = /^-?\d+(\.\d+)?$/;

// All values are text; two that are numbers compare as numbers.
function compareText(left, right) {
  if (left !== null && right !== null && NUMBER.test(left) && NUMBER.test(right)) return Number(left) - Number(right);
  return compareValues(left === null ? null : String(left), right === null ? null : String(right));
}
