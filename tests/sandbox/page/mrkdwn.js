// Slack's text as nodes: mrkdwn (*bold* _italic_ ~strike~ `code`, lists, quotes, <…> mentions, links and dates) and plain
// text with emoji shortcodes. Never by innerHTML: names from outside stay text.
import { h } from './dom.js';
import { formatDate } from './time.js';

const EMOJI = {
  warning: '⚠️', rotating_light: '🚨', white_check_mark: '✅', x: '❌', no_entry: '⛔', no_entry_sign: '🚫', hourglass: '⌛', hourglass_flowing_sand: '⏳', alarm_clock: '⏰', bell: '🔔',
  eyes: '👀', memo: '📝', rocket: '🚀', tada: '🎉', lock: '🔒', key: '🔑', moneybag: '💰', mag: '🔍', question: '❓', bulb: '💡', wave: '👋', raised_hand: '✋', hand: '✋', point_right: '👉',
  information_source: 'ℹ️', large_green_circle: '🟢', large_yellow_circle: '🟡', large_orange_circle: '🟠', red_circle: '🔴', white_circle: '⚪', black_square_for_stop: '⏹️', arrows_counterclockwise: '🔄', calendar: '📅', link: '🔗',
  heavy_check_mark: '✔️', file_folder: '📁', office: '🏢', clipboard: '📋', ok_hand: '👌', thumbsup: '👍', '+1': '👍', thumbsdown: '👎', sparkles: '✨', zap: '⚡', fire: '🔥', construction: '🚧', speech_balloon: '💬', busts_in_silhouette: '👥', bust_in_silhouette: '👤',
};

const ENTITIES = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };
const unescape = (text) => text.replace(/&(amp|lt|gt);/g, (entity) => ENTITIES[entity]);
const withEmoji = (text) => text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] ?? whole);

// Those that Usher uses are drawn, as Slack draws them, so that they look alike on a machine without a font for them.
const DRAWN = ['✅', '⏰', '🚨', '⚠', '⛔', '🟢', '⏳', '🙋', '🛠', '🔑', '🔶', '💬', '❌'];
const DRAWN_PATTERN = new RegExp(`(${DRAWN.join('|')})\\uFE0F?`, 'gu');

function drawn(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(DRAWN_PATTERN)) {
    nodes.push(text.slice(end, match.index), h('span', { class: `emoji emoji-${DRAWN.indexOf(match[1])}` }, match[0]));
    end = match.index + match[0].length;
  }
  return nodes.length ? h('span', {}, nodes, text.slice(end)) : document.createTextNode(text);
}

const words = (text) => drawn(withEmoji(unescape(text)));

export const plainText = (text) => words(text ?? '');

// `context`: {users: Map of id to user, channels, groups, zone, now(), address of the workspace}.
export function mrkdwn(text, context) {
  const nodes = [];
  const parts = String(text ?? '').split(/```([\s\S]*?)```/);
  parts.forEach((part, index) => {
    if (index % 2) nodes.push(h('pre', {}, h('code', {}, unescape(part.replace(/^\n|\n$/g, '')))));
    else nodes.push(...lines(part, context));
  });
  return nodes;
}

const BULLET = /^\s*[•◦▪]\s+/;
const QUOTE = /^(?:&gt;|>)\s?/;

function lines(text, context) {
  const nodes = [];
  let list = null;
  let quote = null;
  for (const [index, line] of text.split('\n').entries()) {
    const bullet = BULLET.test(line);
    const quoted = QUOTE.test(line);
    if (bullet) {
      if (!list) nodes.push((list = h('ul', { class: 'bullets' })));
      list.append(h('li', {}, inline(line.replace(BULLET, ''), context)));
    } else if (quoted) {
      if (quote) quote.append(h('br'));
      else nodes.push((quote = h('blockquote')));
      quote.append(...inline(line.replace(QUOTE, ''), context));
    } else {
      if (index > 0 && !list && !quote) nodes.push(h('br'));
      nodes.push(...inline(line, context));
    }
    if (!bullet) list = null;
    if (!quoted) quote = null;
  }
  return nodes;
}

const MARKS = { '*': 'strong', _: 'em', '~': 's' };
const INLINE = /`([^`\n]+)`|<([^<>\n]+)>|(^|[^\p{L}\p{N}*_~`])([*_~])(?=\S)([^\n]*?\S)\4(?![\p{L}\p{N}*_~])/u;

function inline(text, context) {
  const nodes = [];
  let rest = text;
  for (let match = INLINE.exec(rest); match; match = INLINE.exec(rest)) {
    const [whole, code, angle, before, mark, inner] = match;
    if (match.index) nodes.push(words(rest.slice(0, match.index)));
    if (code !== undefined) nodes.push(h('code', {}, unescape(code)));
    else if (angle !== undefined) nodes.push(special(angle, context));
    else {
      if (before) nodes.push(words(before));
      nodes.push(h(MARKS[mark], {}, inline(inner, context)));
    }
    rest = rest.slice(match.index + whole.length);
  }
  if (rest) nodes.push(words(rest));
  return nodes;
}

// A message of this workspace opens in the page; of one that is not here only the words stand.
const ARCHIVE = /^https:\/\/[\w.-]+\.slack\.com\/archives\/(\w+)\/p(\d+)(\d{6})$/;

function archive(target, label, context) {
  const [, channel, seconds, micros] = ARCHIVE.exec(target);
  const ts = `${seconds}.${micros}`;
  const here = target.startsWith(context.address) && context.channels.get(channel)?.messages.some((one) => one.ts === ts);
  return here ? h('a', { href: `#${channel}/${ts}`, 'data-focus': `${channel}/${ts}` }, words(label ?? target)) : h('span', { class: 'dead-link', title: 'This message is not here' }, words(label ?? target));
}

function special(content, context) {
  const [target, label] = content.split(/\|(.*)/s);
  const mention = (name) => h('span', { class: 'mention' }, name);
  if (target.startsWith('@')) return mention(`@${context.users.get(target.slice(1))?.real_name ?? label ?? target.slice(1)}`);
  if (target.startsWith('#')) return mention(`#${context.channels.get(target.slice(1))?.name ?? label ?? target.slice(1)}`);
  if (target.startsWith('!subteam^')) return mention(`@${context.groups.get(target.split('^')[1])?.handle ?? label ?? 'group'}`);
  if (target.startsWith('!date^')) return date(target, label, context);
  if (target.startsWith('!')) return h('span', { class: 'mention loud' }, `@${target.slice(1).split('^')[0]}`);
  if (ARCHIVE.test(target)) return archive(target, label, context);
  if (/^(https?:|mailto:)/.test(target)) return h('a', { href: unescape(target), target: '_blank', rel: 'noreferrer noopener' }, words(label ?? target.replace(/^mailto:/, '')));
  return words(`<${content}>`);
}

// <!date^1392734382^Posted {date_num} {time_secs}^https://…|fallback>
function date(target, label, { zone, now }) {
  const [, seconds, format] = target.split('^');
  const at = Number(seconds) * 1000;
  if (!Number.isFinite(at) || !format) return words(label ?? '');
  return h('time', { dateTime: new Date(at).toISOString(), title: unescape(label ?? '') }, formatDate(unescape(format), at, zone, now()));
}
