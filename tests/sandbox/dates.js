// Dates as account files write them: absolute ("2026-04-20", "2026-04-20T10:00:00Z") or relative to the sandbox's
// clock ("@today-12d", "@today+3m", "@now-2h").
//
// Units: y years, m months, w weeks, d days; with @now also h hours, min minutes, s seconds.

const RELATIVE = /^@(today|now)(?:([+-])(\d{1,5})(y|m|w|d|h|min|s))?$/;
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/;
const UNIT_MS = { w: 604_800_000, d: 86_400_000, h: 3_600_000, min: 60_000, s: 1_000 };

export const isRelative = (text) => typeof text === 'string' && text.startsWith('@');

// True for a day that is in the calendar: 2026-02-30 is not.
export function isDay(text) {
  if (!DAY.test(text)) return false;
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

export const isInstant = (text) => INSTANT.test(text) && isDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(normalise(text)));

// "+0000" is how Salesforce writes a zone; Date.parse wants a colon in it.
const normalise = (text) => text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2');

// Null when `text` is a date or time that an account file may hold, else what is wrong with it.
export function dateProblem(text) {
  if (typeof text !== 'string') return 'is not a date';
  if (!isRelative(text)) return isDay(text) || isInstant(text) ? null : `"${text}" is not a date (YYYY-MM-DD, an ISO time, @today-12d, @now-2h)`;
  const match = RELATIVE.exec(text);
  if (!match) return `"${text}" is not a relative date (@today, @today-12d, @today+3m, @now-2h)`;
  if (match[1] === 'today' && ['h', 'min', 's'].includes(match[4])) return `"${text}": hours need @now`;
  return null;
}

function addMonths(ms, months) {
  const date = new Date(ms);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return date.getTime();
}

// The instant in ms that `text` stands for under `anchor` ({day, now} of the clock).
export function instantOf(text, anchor) {
  if (!isRelative(text)) return Date.parse(normalise(text));
  const [, base, sign, count, unit] = RELATIVE.exec(text);
  const start = base === 'today' ? Date.parse(anchor.day) : anchor.now;
  if (!unit) return start;
  const steps = Number(count) * (sign === '-' ? -1 : 1);
  if (unit === 'm') return addMonths(start, steps);
  if (unit === 'y') return addMonths(start, 12 * steps);
  return start + steps * UNIT_MS[unit];
}

// The same as a day, "2026-04-20".
export function dayOf(text, anchor) {
  if (!isRelative(text)) return text.slice(0, 10);
  return new Date(instantOf(text, anchor)).toISOString().slice(0, 10);
}
