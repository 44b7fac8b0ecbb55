// Times in a person's own zone, in the tokens of Slack's date formatting.

const DAY_MS = 86_400_000;
const part = (at, zone, options) => new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...options }).format(at);
const dayKey = (at, zone) => new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);

export const clockTime = (at, zone) => part(at, zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
export const dayTitle = (at, zone) => part(at, zone, { weekday: 'long', day: 'numeric', month: 'long' });
export { dayKey };

const LONG = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' };
const MIDDLE = { day: 'numeric', month: 'long', year: 'numeric' };
const SHORT = { day: 'numeric', month: 'short', year: 'numeric' };

// "today", "yesterday", "tomorrow", or null.
function near(at, zone, now) {
  const day = dayKey(at, zone);
  if (day === dayKey(now, zone)) return 'today';
  if (day === dayKey(now - DAY_MS, zone)) return 'yesterday';
  return day === dayKey(now + DAY_MS, zone) ? 'tomorrow' : null;
}

function ago(at, now) {
  const units = [['day', DAY_MS], ['hour', 3_600_000], ['minute', 60_000], ['second', 1000]];
  const [unit, ms] = units.find(([, size]) => Math.abs(at - now) >= size) ?? units.at(-1);
  return new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(Math.round((at - now) / ms), unit);
}

const TOKENS = {
  date_num: (at, zone) => dayKey(at, zone),
  date_slash: (at, zone) => dayKey(at, zone).replaceAll('-', '/'),
  date: (at, zone) => part(at, zone, MIDDLE),
  date_short: (at, zone) => part(at, zone, SHORT),
  date_long: (at, zone) => part(at, zone, LONG),
  date_pretty: (at, zone, now) => near(at, zone, now) ?? part(at, zone, MIDDLE),
  date_short_pretty: (at, zone, now) => near(at, zone, now) ?? part(at, zone, SHORT),
  date_long_pretty: (at, zone, now) => near(at, zone, now) ?? part(at, zone, LONG),
  time: (at, zone) => clockTime(at, zone),
  time_secs: (at, zone) => part(at, zone, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }),
  ago: (at, zone, now) => ago(at, now),
};

export const formatDate = (format, at, zone, now) => format.replace(/\{(\w+)\}/g, (whole, token) => (Object.hasOwn(TOKENS, token) ? TOKENS[token](at, zone, now) : whole));
