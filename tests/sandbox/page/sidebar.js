// The left of the page: who one is, where one can go, and what is unread there.
import { h, reconcile } from './dom.js';
import { avatar } from './messages.js';

const read = new Map(); // "U0MAYA C0ONBOARD" -> ts of the newest message seen

export function markRead(userId, channel) {
  read.set(`${userId} ${channel.id}`, Number(channel.messages.at(-1)?.ts ?? 0));
}

export const unread = (userId, channel) => channel.messages.filter((one) => Number(one.ts) > (read.get(`${userId} ${channel.id}`) ?? 0) && one.user !== userId).length;

const badge = (count, what) => count > 0 && h('span', { class: 'badge' }, count > 99 ? '99+' : String(count), h('span', { class: 'visually-hidden' }, ` ${what}`));

// A button whose badge and state change where it stands.
function item(key, { waiting, what, attributes, name, parts, onclick }) {
  const update = (node) => {
    const button = node.firstChild;
    for (const [attribute, value] of Object.entries(attributes)) {
      if (value === undefined) button.removeAttribute(attribute);
      else button.setAttribute(attribute, value);
    }
    button.className = name;
    button.querySelector('.badge')?.remove();
    button.append(...[badge(waiting, what)].filter(Boolean));
    return node;
  };
  return { key, signature: JSON.stringify([waiting, attributes, name]), update, build: () => update(h('li', {}, h('button', { type: 'button', 'data-focus': key, onclick }, parts()))) };
}

// `chosen`: {userId, place}; `go`: {user(id), place(id)}.
export function showSidebar(state, chosen, go) {
  const dmOf = (userId) => state.channels.find((channel) => channel.user === userId);
  const people = state.users.filter((user) => !user.is_bot);
  reconcile(document.getElementById('people'), people.map((user) => {
    const waiting = dmOf(user.id) ? unread(user.id, dmOf(user.id)) : 0;
    const active = user.id === chosen.userId;
    return item(user.id, {
      waiting, what: 'unread direct messages', attributes: { 'aria-pressed': String(active) }, name: '', onclick: () => go.user(user.id),
      parts: () => [avatar(user), h('span', { class: 'who' }, h('span', { class: 'name' }, user.real_name), h('span', { class: 'title' }, user.title))],
    });
  }));
  const visible = state.channels.filter((channel) => !channel.user && channel.members.includes(chosen.userId));
  reconcile(document.getElementById('channels'), visible.map((channel) => place(channel.id, `# ${channel.name}`, unread(chosen.userId, channel), chosen, go)));
  const dm = dmOf(chosen.userId);
  reconcile(document.getElementById('apps'), [place('home', 'Home', 0, chosen, go), place('dm', 'Messages', dm ? unread(chosen.userId, dm) : 0, chosen, go)]);
}

function place(id, name, waiting, chosen, go) {
  const active = chosen.place === id;
  return item(id, {
    waiting, what: 'unread', attributes: { 'aria-current': active ? 'page' : undefined }, name: waiting ? 'has-unread' : '', onclick: () => go.place(id),
    parts: () => [h('span', { class: 'name' }, name)],
  });
}
