// The organisation's records, from folders of account files. Loading is strict: a key or a value that the real system
// would not have is an error that names the file and the place. Relative dates stay as written and are resolved by
// those who read (`records`), so that a file means the same on every day.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { dateProblem } from './dates.js';
import { jsonErrorAt } from './json_place.js';
import { ID_FIELD, SYSTEMS, WITHOUT_ID, fieldType } from './schema.js';

export class DataError extends Error {}

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

const SCALARS = {
  string: (value) => typeof value === 'string' || 'is not a string',
  id: (value) => (typeof value === 'string' && /^[A-Za-z0-9_.:-]{1,64}$/.test(value)) || 'is not an id (letters, digits, - _ . :)',
  number: (value) => (typeof value === 'number' && Number.isFinite(value)) || 'is not a number',
  money: (value) => (typeof value === 'number' && Number.isFinite(value)) || 'is not an amount',
  integer: (value) => Number.isInteger(value) || 'is not a whole number',
  boolean: (value) => typeof value === 'boolean' || 'is not true or false',
  date: (value) => dateProblem(value) ?? true,
  datetime: (value) => dateProblem(value) ?? true,
  any: () => true,
  custom: (value) => ['string', 'number', 'boolean'].includes(typeof value) || isObject(value) || 'is not a string, number, true or false',
};

const PROPERTY_TYPES = {
  string: SCALARS.string,
  email: SCALARS.string,
  date: SCALARS.date,
  number: SCALARS.number,
  boolean: SCALARS.boolean,
  list: (value) => Array.isArray(value) || 'is not a list',
  monetaryAmount: (value) => (isObject(value) && typeof value.amount === 'number' && /^[A-Z]{3}$/.test(value.currency)) || 'is not {"amount":…,"currency":"CAD"}',
  address: SCALARS.any,
  duration: SCALARS.any,
};

// Calls `report(place, problem)` for everything that is wrong with `value`.
function checkValue(type, value, place, report) {
  if (value === null) return;
  if (Array.isArray(type)) return checkList(type[0], value, place, report);
  if (isObject(type)) return checkMembers(value, place, report, (key) => type[key]);
  if (type === 'properties') return checkProperties(value, place, report);
  if (type === 'reference') return checkReference(value, place, report);
  const verdict = SCALARS[type](value);
  if (verdict !== true) report(place, verdict);
}

function checkList(type, value, place, report) {
  if (!Array.isArray(value)) return report(place, 'is not a list');
  value.forEach((item, index) => checkValue(type, item, `${place}[${index}]`, report));
}

function checkMembers(value, place, report, typeOf) {
  if (!isObject(value)) return report(place, 'is not an object');
  for (const [key, member] of Object.entries(value)) {
    const type = typeOf(key);
    if (type === undefined) report(`${place}.${key}`, 'unknown key');
    else checkValue(type, member, `${place}.${key}`, report);
  }
}

function checkReference(value, place, report) {
  if (!isObject(value)) return report(place, 'is not a reference like {"id":"1","refName":"…"}');
  checkMembers(value, place, report, (key) => ({ id: 'id', refName: 'string', externalId: 'string', links: 'any' })[key]);
}

function checkProperties(value, place, report) {
  if (!isObject(value)) return report(place, 'is not an object');
  for (const [name, property] of Object.entries(value)) {
    const here = `${place}.${name}`;
    if (!isObject(property) || !Object.hasOwn(PROPERTY_TYPES, property.type)) {
      report(here, `is not {"type":…,"value":…} with a type of ${Object.keys(PROPERTY_TYPES).join(', ')}`);
      continue;
    }
    checkMembers(property, here, report, (key) => ({ type: 'string', value: 'any' })[key]);
    const verdict = property.value === null || PROPERTY_TYPES[property.type](property.value);
    if (verdict !== true) report(`${here}.value`, verdict);
  }
}

const near = (word, known) => {
  const match = known.find((name) => name.toLowerCase() === word.toLowerCase() || name.toLowerCase().startsWith(word.toLowerCase().slice(0, 4)));
  return match ? `unknown key (did you mean ${match}?)` : 'unknown key';
};

function checkRecord(system, object, record, place, report) {
  if (!isObject(record)) return report(place, 'is not an object');
  for (const [key, value] of Object.entries(record)) {
    const type = fieldType(system, object, key);
    if (type === undefined) report(`${place}.${key}`, near(key, Object.keys(SYSTEMS[system][object])));
    else checkValue(type, value, `${place}.${key}`, report);
  }
  const idField = ID_FIELD[system];
  if (!WITHOUT_ID.has(object) && typeof record[idField] !== 'string') report(place, `has no "${idField}"`);
}

function checkDescribe(value, place, report) {
  if (!isObject(value)) return report(place, 'is not an object');
  for (const [object, entry] of Object.entries(value)) {
    const known = SYSTEMS.salesforce[object];
    if (!known) { report(`${place}.${object}`, near(object, Object.keys(SYSTEMS.salesforce))); continue; }
    checkMembers(entry, `${place}.${object}`, report, (key) => ({ missing: ['string'], absent: 'boolean' })[key]);
    for (const [index, field] of (Array.isArray(entry?.missing) ? entry.missing : []).entries()) {
      if (typeof field === 'string' && fieldType('salesforce', object, field) === undefined) report(`${place}.${object}.missing[${index}]`, `${object} has no field "${field}"`);
    }
  }
}

const TOP = ['account', 'salesforce', 'netsuite', 'clm', 'rates'];

function checkFile(content, report) {
  if (!isObject(content)) return report('(top)', 'is not an object');
  if (typeof content.account !== 'string' || content.account === '') report('account', 'is missing: the name by which the file is spoken of');
  for (const [system, objects] of Object.entries(content)) {
    if (!TOP.includes(system)) report(system, near(system, TOP));
    if (!Object.hasOwn(SYSTEMS, system)) continue;
    if (!isObject(objects)) { report(system, 'is not an object'); continue; }
    for (const [object, records] of Object.entries(objects)) checkObject(system, object, records, report);
  }
}

function checkObject(system, object, records, report) {
  const place = `${system}.${object}`;
  if (system === 'salesforce' && object === 'describe') return checkDescribe(records, place, report);
  if (!Object.hasOwn(SYSTEMS[system], object)) return report(place, near(object, Object.keys(SYSTEMS[system])));
  if (!Array.isArray(records)) return report(place, 'is not a list of records');
  records.forEach((record, index) => checkRecord(system, object, record, `${place}[${index}]`, report));
}

// "line 4, column 7: unexpected }" of a text that is not JSON.
function whereInText(text) {
  const at = jsonErrorAt(text) ?? text.length;
  const before = text.slice(0, at).split('\n');
  return `line ${before.length}, column ${before.at(-1).length + 1}: ${at < text.length ? `unexpected ${text[at]}` : 'unexpected end'}`;
}

export function parseAccountFile(text, file) {
  let content;
  try {
    content = JSON.parse(text);
  } catch {
    throw new DataError(`${file}: ${whereInText(text)}`);
  }
  const problems = [];
  checkFile(content, (place, problem) => problems.push(`${file}: ${place}: ${problem}`));
  if (problems.length) throw new DataError(problems.slice(0, 20).join('\n'));
  return content;
}

function filesOf(folder) {
  let names;
  try {
    names = statSync(folder).isDirectory() ? readdirSync(folder) : null;
  } catch (error) {
    throw new DataError(`${folder}: ${error.code === 'ENOENT' ? 'no such folder' : error.message}`);
  }
  if (names === null) return [folder];
  return names.filter((name) => name.endsWith('.json')).sort().map((name) => join(folder, name));
}

// All records of all files; what the outside systems answer from.
export class Data {
  constructor() {
    this.tables = new Map(); // "salesforce.Account" -> [{record, file, place}]
    this.byId = new Map(); // "salesforce.Account:001…" -> entry
    this.missing = new Map(); // "Opportunity" -> Set of fields that this organisation lacks
    this.absent = new Set(); // objects that it lacks altogether
    this.files = []; // {file, account}
    for (const [system, objects] of Object.entries(SYSTEMS)) {
      for (const object of Object.keys(objects)) this.tables.set(`${system}.${object}`, []);
    }
  }

  static load(folders) {
    const data = new Data();
    for (const file of folders.flatMap(filesOf)) {
      let text;
      try {
        text = readFileSync(file, 'utf8');
      } catch (error) {
        throw new DataError(`${file}: ${error.message}`);
      }
      data.add(parseAccountFile(text, file), file);
    }
    if (folders.length && data.files.length === 0) throw new DataError(`${folders.join(', ')}: no account files (*.json)`);
    return data;
  }

  add(content, file) {
    this.files.push({ file: basename(file), account: content.account });
    for (const system of Object.keys(SYSTEMS)) {
      for (const [object, records] of Object.entries(content[system] ?? {})) {
        if (object === 'describe') this.addMissing(records);
        else records.forEach((record, index) => this.addRecord(system, object, record, file, `${system}.${object}[${index}]`));
      }
    }
  }

  // An account file's content that comes while the sandbox runs.
  addChecked(content) {
    this.add(parseAccountFile(JSON.stringify(content), '(added)'), '(added)');
  }

  addMissing(describe) {
    for (const [object, { missing = [], absent = false }] of Object.entries(describe)) {
      if (absent) this.absent.add(object);
      this.missing.set(object, new Set([...(this.missing.get(object) ?? []), ...missing]));
    }
  }

  // A record that stands in several files alike (a currency, a term, an owner) is one record; two that differ are an error.
  addRecord(system, object, record, file, place) {
    const entry = { record, file, place };
    const table = this.tables.get(`${system}.${object}`);
    const id = record[ID_FIELD[system]];
    if (id === undefined) {
      if (!table.some((other) => isDeepStrictEqual(other.record, record))) table.push(entry);
      return;
    }
    const key = `${system}.${object}:${id}`;
    const other = this.byId.get(key);
    if (other && isDeepStrictEqual(other.record, record)) return;
    if (other) throw new DataError(`${file}: ${place}.${ID_FIELD[system]}: "${id}" is already the id of ${other.place} in ${other.file}, which differs`);
    this.byId.set(key, entry);
    table.push(entry);
  }

  records(system, object) {
    return this.tables.get(`${system}.${object}`).map((entry) => entry.record);
  }

  // By id, or by the number or name that people use ("INV-102", "ACME Corp").
  find(system, object, name) {
    const direct = this.byId.get(`${system}.${object}:${name}`);
    if (direct) return direct.record;
    const matches = this.records(system, object).filter((record) => [record.tranId, record.Name, record.ironcladId, record.name].includes(name));
    return matches.length === 1 ? matches[0] : undefined;
  }

  has(system, object) {
    return this.tables.has(`${system}.${object}`);
  }

  // Changes a record while the sandbox runs, as someone working in the real system would; `now` stamps it.
  change(system, object, name, patch, now) {
    const record = this.has(system, object) ? this.find(system, object, name) : undefined;
    if (!record) throw new DataError(`${system}.${object}: there is no "${name}"`);
    const changed = { ...record, ...patch };
    for (const stamp of system === 'salesforce' ? ['LastModifiedDate', 'SystemModstamp'] : []) {
      if (!(stamp in patch) && fieldType(system, object, stamp)) changed[stamp] = new Date(now).toISOString();
    }
    const problems = [];
    checkRecord(system, object, changed, `${system}.${object}["${name}"]`, (place, problem) => problems.push(`${place}: ${problem}`));
    if (problems.length) throw new DataError(problems.join('\n'));
    Object.assign(record, changed);
    return record;
  }

  remove(system, object, name) {
    const record = this.has(system, object) ? this.find(system, object, name) : undefined;
    if (!record) throw new DataError(`${system}.${object}: there is no "${name}"`);
    this.byId.delete(`${system}.${object}:${record[ID_FIELD[system]]}`);
    const table = this.tables.get(`${system}.${object}`);
    table.splice(table.findIndex((entry) => entry.record === record), 1);
  }
}
