// SOQL, as much of it as a connector needs and strictly so: what is not understood is refused in Salesforce's words.
//
//   SELECT fields | COUNT() FROM Object [WHERE …] [ORDER BY field [ASC|DESC] [NULLS FIRST|LAST], …] [LIMIT n] [OFFSET n]
//
// Fields may go up through a relation (Account.Name, Owner.ManagerId), five at most, and down through one by a query of
// its own: (SELECT Id FROM Opportunities WHERE …). Conditions: = != < <= > >= LIKE IN NOT IN, AND OR NOT.
import { Cursor, QueryError, compareValues, likePattern, tokenise } from './lexer.js';

const AFTER_SELECT = new Set(['FROM', 'WHERE', 'ORDER', 'LIMIT', 'OFFSET', 'GROUP', 'HAVING', 'WITH', 'FOR', 'USING', 'ALL']);

const malformed = (message) => new QueryError(message, 'MALFORMED_QUERY');

export function parseSoql(text) {
  try {
    const cursor = new Cursor(tokenise(text, 'backslash'));
    const query = parseQuery(cursor);
    if (!cursor.done()) throw new QueryError(`unexpected token: '${cursor.token.text}'`);
    return query;
  } catch (error) {
    if (error instanceof QueryError && error.code === null) throw malformed(error.message);
    throw error;
  }
}

function parseQuery(cursor) {
  cursor.expect('SELECT');
  const count = cursor.take('COUNT', '(', ')');
  const children = [];
  const listed = count ? [] : cursor.list(() => (cursor.take('(') ? void children.push(parseChildren(cursor)) : parsePath(cursor)));
  const fields = listed.filter(Boolean);
  cursor.expect('FROM');
  const object = cursor.kind('word');
  const query = { count, fields, children, object, where: null, order: [], limit: null, offset: 0 };
  if (cursor.take('WHERE')) query.where = parseOr(cursor);
  if (cursor.take('ORDER', 'BY')) query.order = cursor.list(() => parseOrder(cursor));
  if (cursor.take('LIMIT')) query.limit = Number(cursor.kind('number'));
  if (cursor.take('OFFSET')) query.offset = Number(cursor.kind('number'));
  return query;
}

// A sub-query after its bracket; one within another, or one that only counts, Salesforce refuses here.
function parseChildren(cursor) {
  const query = parseQuery(cursor);
  cursor.expect(')');
  if (query.count || query.children.length) throw new QueryError("unexpected token: '('");
  return query;
}

function parsePath(cursor) {
  const first = cursor.kind('word');
  if (AFTER_SELECT.has(first.toUpperCase())) throw new QueryError(`unexpected token: '${first}'`);
  const path = [first];
  while (cursor.take('.')) path.push(cursor.kind('word'));
  if (cursor.is('(')) throw new QueryError(`unexpected token: '('`);
  return path;
}

function parseOrder(cursor) {
  const path = parsePath(cursor);
  const descending = cursor.take('DESC') || (cursor.take('ASC'), false);
  const nullsLast = cursor.take('NULLS', 'LAST') || (cursor.take('NULLS', 'FIRST'), false);
  return { path, descending, nullsLast };
}

// SOQL refuses "a AND b OR c" without brackets; so do we.
function parseOr(cursor) {
  const first = parseNot(cursor);
  const word = cursor.is('AND') ? 'AND' : cursor.is('OR') ? 'OR' : null;
  if (word === null) return first;
  const parts = [first];
  while (cursor.take(word)) parts.push(parseNot(cursor));
  if (cursor.is('AND') || cursor.is('OR')) throw new QueryError(`unexpected token: '${cursor.token.text}'`);
  return { kind: word.toLowerCase(), parts };
}

function parseNot(cursor) {
  if (cursor.take('NOT')) return { kind: 'not', part: parseNot(cursor) };
  if (!cursor.take('(')) return parseComparison(cursor);
  const inner = parseOr(cursor);
  cursor.expect(')');
  return inner;
}

const OPERATORS = ['=', '!=', '<>', '<=', '>=', '<', '>'];

function parseComparison(cursor) {
  const path = parsePath(cursor);
  if (cursor.take('LIKE')) return { kind: 'like', path, pattern: cursor.kind('string') };
  if (cursor.take('NOT', 'IN')) return { kind: 'not', part: parseIn(cursor, path) };
  if (cursor.take('IN')) return parseIn(cursor, path);
  const operator = cursor.next().text;
  if (!OPERATORS.includes(operator)) throw new QueryError(`unexpected token: '${operator}'`);
  return { kind: 'compare', path, operator: operator === '<>' ? '!=' : operator, value: parseLiteral(cursor) };
}

function parseIn(cursor, path) {
  cursor.expect('(');
  const values = cursor.is('SELECT') ? null : cursor.list(() => parseLiteral(cursor));
  const query = values ? null : parseQuery(cursor);
  cursor.expect(')');
  return { kind: 'in', path, values, query };
}

const WORD_LITERALS = { TRUE: { type: 'boolean', value: true }, FALSE: { type: 'boolean', value: false }, NULL: { type: 'null', value: null } };

function parseLiteral(cursor) {
  const token = cursor.next();
  if (token.kind === 'string') return { type: 'string', value: token.text };
  if (token.kind === 'number') return { type: 'number', value: Number(token.text) };
  if (token.kind === 'date' || token.kind === 'datetime') return { type: token.kind, value: token.text };
  const literal = token.kind === 'word' ? WORD_LITERALS[token.text.toUpperCase()] : undefined;
  if (literal) return literal;
  if (token.kind === 'word' && /^(TODAY|YESTERDAY|TOMORROW|LAST_N_DAYS:\d+|NEXT_N_DAYS:\d+)$/i.test(token.text)) return { type: 'span', value: token.text.toUpperCase() };
  throw new QueryError(`unexpected token: '${token.text}'`);
}

// What `source` must offer: field(object, name) -> {name, type, filtered} or undefined, relation(object, name) -> {name,
// object, follow(row)} or undefined, children(object, name) -> {name, object, of(row, child)} or undefined, rows(object)
// -> plain records, today -> "YYYY-MM-DD", name(object) -> the object's spelling or undefined.
export function runSoql(query, source) {
  const object = source.name(query.object);
  if (!object) throw new QueryError(`sObject type '${query.object}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name.`, 'INVALID_TYPE');
  const fields = query.fields.map((path) => resolvePath(source, object, path));
  const children = query.children.map((child) => resolveChildren(source, object, child));
  return { object, fields, children, rows: pick(source, object, query, source.rows(object)), count: query.count };
}

// Which of the rows a query wants, in its order.
function pick(source, object, query, all) {
  const keep = query.where ? condition(source, object, query.where) : () => true;
  const order = query.order.map((term) => ({ ...term, field: resolvePath(source, object, term.path) }));
  let rows = all.filter(keep);
  if (order.length) rows = [...rows].sort((left, right) => compareRows(order, left, right));
  return rows.slice(query.offset, query.limit === null ? undefined : query.offset + query.limit);
}

// A sub-query as {name, object, fields, of(row) -> the child rows}.
function resolveChildren(source, object, query) {
  const relation = source.children(object, query.object);
  if (!relation) throw new QueryError(`Didn't understand relationship '${query.object}' in FROM part of query call. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.`, 'INVALID_TYPE');
  const fields = query.fields.map((path) => resolvePath(source, relation.object, path));
  const rows = pick(source, relation.object, { ...query, offset: 0, limit: null }, source.rows(relation.object));
  const of = (row) => rows.filter((child) => relation.of(row, child)).slice(query.offset, query.limit === null ? undefined : query.offset + query.limit);
  return { name: relation.name, object: relation.object, fields, of };
}

function compareRows(order, left, right) {
  for (const { field, descending, nullsLast } of order) {
    const [a, b] = [comparable(field.type, field.read(left)), comparable(field.type, field.read(right))];
    if ((a === null) !== (b === null)) return (a === null) === nullsLast ? 1 : -1;
    const sign = compareValues(a, b);
    if (sign) return descending ? -sign : sign;
  }
  return 0;
}

const LEVELS_UP = 5;

// A path as {names, objects, type, read(row), parents(row)}; names are spelt as Salesforce spells them, parents are the
// records on the way, nearest first (null where there is none).
function resolvePath(source, object, path) {
  const steps = [];
  if (path.length - 1 > LEVELS_UP) throw new QueryError(`only ${LEVELS_UP} levels of relationships are allowed in a field path: ${path.join('.')}`, 'MALFORMED_QUERY');
  let here = object;
  for (const name of path.slice(0, -1)) {
    const relation = source.relation(here, name);
    if (!relation) throw new QueryError(`Didn't understand relationship '${name}' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name.`, 'INVALID_FIELD');
    steps.push(relation);
    here = relation.object;
  }
  const field = source.field(here, path.at(-1));
  if (!field) throw new QueryError(`No such column '${path.at(-1)}' on entity '${here}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.`, 'INVALID_FIELD');
  const parents = (row) => {
    const line = [];
    for (const step of steps) line.push((line.length ? line.at(-1) : row) && step.follow(line.length ? line.at(-1) : row));
    return line;
  };
  const read = (row) => (steps.length ? parents(row).at(-1)?.[field.name] : row[field.name]) ?? null;
  return { names: [...steps.map((step) => step.name), field.name], objects: steps.map((step) => step.object), type: field.type, filtered: field.filtered !== false, read, parents };
}

const ID_CHARACTERS = 15;
const sameId = (id) => (id.length === 18 ? id.slice(0, ID_CHARACTERS) : id);

// Values as they are compared: times as ms, text without case, ids by their first 15 characters.
function comparable(type, value) {
  if (value === null || value === undefined) return null;
  if (type === 'datetime') return Date.parse(value.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  if (type === 'id') return sameId(value);
  return type === 'string' ? value.toLowerCase() : value;
}

const ACCEPTS = {
  string: ['string', 'null'], id: ['string', 'null'], boolean: ['boolean'], number: ['number', 'null'], integer: ['number', 'null'],
  date: ['date', 'span', 'null'], datetime: ['datetime', 'span', 'null'], custom: ['string', 'number', 'boolean', 'date', 'null'],
};

function literalValue(field, literal) {
  if (!ACCEPTS[field.type].includes(literal.type)) {
    const quoted = literal.type === 'string' ? ' and should not be enclosed in quotes' : '';
    throw new QueryError(`value of filter criterion for field '${field.names.at(-1)}' must be of type ${field.type === 'datetime' ? 'dateTime' : field.type}${quoted}`, 'INVALID_FIELD');
  }
  return literal.type === 'string' ? comparable(field.type, literal.value.replace(/\\([%_])/g, '$1')) : comparable(field.type, literal.value);
}

const COMPARE = {
  '=': (sign) => sign === 0,
  '!=': (sign) => sign !== 0,
  '<': (sign) => sign < 0,
  '<=': (sign) => sign <= 0,
  '>': (sign) => sign > 0,
  '>=': (sign) => sign >= 0,
};

function condition(source, object, node) {
  if (node.kind === 'and' || node.kind === 'or') {
    const parts = node.parts.map((part) => condition(source, object, part));
    return node.kind === 'and' ? (row) => parts.every((part) => part(row)) : (row) => parts.some((part) => part(row));
  }
  if (node.kind === 'not') {
    const part = condition(source, object, node.part);
    return (row) => !part(row);
  }
  const field = resolvePath(source, object, node.path);
  if (!field.filtered) throw new QueryError(`field '${field.names.at(-1)}' can not be filtered in a query call`, 'INVALID_FIELD');
  if (node.kind === 'like') {
    const pattern = likePattern(node.pattern);
    return (row) => pattern.test(field.read(row) ?? '');
  }
  if (node.kind === 'in') return inCondition(source, field, node);
  return node.value.type === 'span' ? spanCondition(source, field, node) : compareCondition(field, node);
}

function compareCondition(field, node) {
  const wanted = literalValue(field, node.value);
  const test = COMPARE[node.operator];
  return (row) => {
    const value = comparable(field.type, field.read(row));
    if (value === null || wanted === null) return node.operator === '=' ? value === wanted : node.operator === '!=' ? value !== wanted : false;
    return test(compareValues(value, wanted));
  };
}

function inCondition(source, field, node) {
  const values = node.query ? subqueryValues(source, node.query) : node.values.map((literal) => literalValue(field, literal));
  const wanted = new Set(values);
  return (row) => wanted.has(comparable(field.type, field.read(row)));
}

function subqueryValues(source, query) {
  if (query.fields.length !== 1 || query.children.length) throw malformed('semi join sub-selects must select one field');
  const { rows, fields } = runSoql(query, source);
  return rows.map((row) => comparable(fields[0].type, fields[0].read(row)));
}

const DAY_MS = 86_400_000;

function spanCondition(source, field, node) {
  literalValue(field, node.value);
  const [word, count] = node.value.value.split(':');
  const today = Date.parse(source.today);
  const n = Number(count ?? 0) * DAY_MS;
  const [from, to] = { TODAY: [0, DAY_MS], YESTERDAY: [-DAY_MS, 0], TOMORROW: [DAY_MS, 2 * DAY_MS], LAST_N_DAYS: [-n, DAY_MS], NEXT_N_DAYS: [DAY_MS, DAY_MS + n] }[word];
  return (row) => {
    const value = field.read(row);
    if (value === null) return false;
    const at = field.type === 'date' ? Date.parse(value) : comparable('datetime', value);
    return SPAN[node.operator](at, today + from, today + to);
  };
}

const SPAN = {
  '=': (at, from, to) => at >= from && at < to,
  '!=': (at, from, to) => at < from || at >= to,
  '<': (at, from) => at < from,
  '<=': (at, _, to) => at < to,
  '>': (at, _, to) => at >= to,
  '>=': (at, from) => at >= from,
};
