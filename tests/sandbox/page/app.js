// The page: fetches the sandbox's state at every change and shows it as the chosen person sees it.
import { getState, post, watch } from './api.js';
import { showHome, showMessages } from './messages.js';
import { showClock, showPanel } from './panel.js';
import { markRead, showSidebar, unread } from './sidebar.js';
import { showView } from './dialogs.js';
import { h } from './dom.js';
import { dayKey } from './time.js';

const CLOCK_PACE_MS = 200;
const byId = (id) => document.getElementById(id);

const chosen = { userId: 'U0MAYA', place: 'C0ONBOARD', thread: null }; // thread: the message that is replied to
const sent = []; // what was sent before, oldest first
let recalled = 0;
let state = null;
let fetchedAt = 0;

const now = () => state.clock.now + (performance.now() - fetchedAt) * state.clock.speed;

function context() {
  const index = (list) => new Map(list.map((one) => [one.id, one]));
  return { users: index(state.users), channels: index(state.channels), groups: index(state.groups), zone: person().tz, now, address: state.address };
}

const person = () => state.users.find((user) => user.id === chosen.userId);
const dm = () => state.channels.find((channel) => channel.user === chosen.userId) ?? { id: `D0${chosen.userId.slice(2)}`, user: chosen.userId, members: [], messages: [] };
const channel = () => (chosen.place === 'dm' ? dm() : state.channels.find((one) => one.id === chosen.place));

// ---- showing

function show() {
  waits = false;
  const view = { state, user: person(), context: context(), reply };
  if (chosen.place !== 'home') {
    if (!channel() || (!channel().members.includes(chosen.userId) && chosen.place !== 'dm')) chosen.place = 'C0GENERAL';
    view.channel = channel();
    if (document.visibilityState === 'visible') markRead(chosen.userId, view.channel);
  }
  showSidebar(state, chosen, go);
  showPlace();
  showThread();
  byId('composer').hidden = chosen.place === 'home';
  if (chosen.place === 'home') showHome(byId('messages'), view);
  else showMessages(byId('messages'), view);
  showView(chosen.userId, (state.views[chosen.userId] ?? []).at(-1), view.context);
  showPanel(state, start);
  showClock(state.clock, now(), view.user.tz);
  const waiting = state.channels.filter((one) => one.members.includes(chosen.userId)).reduce((sum, one) => sum + unread(chosen.userId, one), 0);
  document.title = `${waiting ? `(${waiting}) ` : ''}Usher sandbox`;
}

function showPlace() {
  const [title, note] = chosen.place === 'home' ? ['Usher: Home', `as ${person().real_name} sees it`] : chosen.place === 'dm' ? ['Usher', `direct messages with ${person().real_name}`] : [`# ${channel().name}`, `as ${person().real_name}, ${person().title}`];
  byId('place').textContent = title;
  byId('place-note').textContent = note;
}

// Where the composer's words go: into the channel, or under one of its messages.
function showThread() {
  if (chosen.thread && !channel()?.messages.some((one) => one.ts === chosen.thread.ts)) chosen.thread = null;
  byId('composer-thread').hidden = chosen.thread === null;
  byId('composer-thread-of').textContent = chosen.thread ? `Replying in a thread: ${chosen.thread.text}` : '';
}

function reply(message) {
  chosen.thread = message;
  showThread();
  byId('composer-text').focus();
}

function say(text) {
  byId('banner').textContent = text;
  byId('banner').hidden = text === '';
}

// While a button of mouse or pen is down nothing is drawn: what was under it when it went down is there when it comes up.
let pressed = false;
let waits = false;
function release() {
  pressed = false;
  if (waits) show();
}

function showWhenReleased() {
  waits = pressed;
  if (!pressed) show();
}

// One fetch at a time; changes that come meanwhile make one more.
let fetching = false;
let again = false;
async function refresh() {
  if (fetching) {
    again = true;
    return;
  }
  fetching = true;
  try {
    state = await getState();
    fetchedAt = performance.now();
    showWhenReleased();
  } catch (error) {
    say(error.message);
  } finally {
    fetching = false;
    if (again) {
      again = false;
      refresh();
    }
  }
}

// ---- doing

const go = {
  user(id) {
    chosen.userId = id;
    chosen.thread = null;
    show();
    if (chosen.place === 'home') attempt(post('/open_home', { user: id }));
  },
  place(id) {
    chosen.place = id;
    chosen.thread = null;
    show();
    if (id === 'home') attempt(post('/open_home', { user: chosen.userId }));
    byId('panel').classList.remove('open');
  },
};

// #C0ONBOARD/1776693720.000100: a link to a message was followed.
function follow() {
  const [, place, ts] = /^#(\w+)\/([\d.]+)$/.exec(location.hash) ?? [];
  if (!place || !state) return;
  history.replaceState(null, '', location.pathname);
  if (!state.channels.find((one) => one.id === place)?.members.includes(chosen.userId)) {
    say(`${person().real_name} is not in that channel.`);
    return;
  }
  go.place(place);
  const message = byId('messages').querySelector(`[data-ts="${ts}"]`);
  message?.closest('details')?.setAttribute('open', '');
  message?.scrollIntoView({ block: 'center' });
  message?.focus({ preventScroll: true });
}

const attempt = (promise) => promise.then(() => say(''), (error) => say(error.message));

function start(account) {
  if (chosen.place === 'home') go.place('C0ONBOARD');
  const box = byId('composer-text');
  box.value = `/onboard start "${account.name.replaceAll('"', '')}"`;
  box.focus();
}

function send(event) {
  event.preventDefault();
  const box = byId('composer-text');
  const text = box.value.trim();
  if (!text) return;
  sent.push(text);
  recalled = sent.length;
  box.value = '';
  attempt(post(text.startsWith('/') ? '/command' : '/say', { user: chosen.userId, channel: channel().id, text, thread_ts: chosen.thread?.ts }));
}

function recall(event) {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!step || sent.length === 0) return;
  event.preventDefault();
  recalled = Math.min(sent.length, Math.max(0, recalled + step));
  event.target.value = sent[recalled] ?? '';
}

// The clock's hands; and at midnight everything, since "today" has become "yesterday".
let shownDay = null;
function tick() {
  const day = dayKey(now(), person().tz);
  if (shownDay !== null && shownDay !== day) show();
  else showClock(state.clock, now(), person().tz);
  shownDay = day;
}

function wire() {
  byId('composer').addEventListener('submit', send);
  byId('composer-thread-end').addEventListener('click', () => reply(null));
  byId('composer-text').addEventListener('keydown', recall);
  byId('commands').append(...['help', 'list', 'status ONB-1001', 'why ONB-1001', 'start ', 'check ', 'claim ONB-1001', 'approve ONB-1001'].map((verb) => h('option', { value: `/onboard ${verb}` })));
  byId('panel-toggle').addEventListener('click', () => byId('panel-toggle').setAttribute('aria-expanded', String(byId('panel').classList.toggle('open'))));
  document.addEventListener('visibilitychange', () => state && show());
  setInterval(() => state && tick(), CLOCK_PACE_MS);
  document.addEventListener('pointerdown', () => { pressed = true; }, true);
  for (const end of ['pointerup', 'pointercancel', 'blur']) window.addEventListener(end, () => pressed && setTimeout(release), true);
  window.addEventListener('hashchange', follow);
  watch(refresh, (broken) => say(broken ? 'The sandbox does not answer. Trying again…' : ''));
}

wire();
refresh();
