// What tests say and look for in Slack, in the field's words.
import { elementsOf } from '../../sandbox/slack/block_kit.js';
import { CHANNEL } from './scene.js';

export const [MAYA, BO, LEE, KIM, FAY, DEE, ANA, RAJ, GUS] = ['U0MAYA', 'U0BO', 'U0LEE', 'U0KIM', 'U0FAY', 'U0DEE', 'U0ANA', 'U0RAJ', 'U0GUS'];

export const block = (message, id) => message.blocks?.find((one) => one.block_id === id);

// Everything a reader of the message or view sees, its blocks' text joined.
export function textOf(message) {
  const strings = [];
  const walk = (node) => {
    if (Array.isArray(node)) node.forEach(walk);
    else if (node && typeof node === 'object') {
      for (const [key, value] of Object.entries(node)) {
        if (key === 'text' && typeof value === 'string') strings.push(value);
        else walk(value);
      }
    }
  };
  walk(message.blocks ?? message);
  return strings.join('\n');
}

// What Slack's client makes of &amp; &lt; &gt;.
const shown = (text) => text.replace(/&(amp|lt|gt);/g, (_, name) => ({ amp: '&', lt: '<', gt: '>' })[name]);

export const headOf = (message) => (message.blocks?.[0]?.type === 'header' ? shown(message.blocks[0].text.text) : '');

// The buttons of a message or view by their action: {approve: element, …}; of several the first.
export function buttons(message) {
  const found = {};
  for (const one of message.blocks ?? []) {
    for (const [element] of elementsOf(one)) if (element.action_id && !(element.action_id in found)) found[element.action_id] = element;
  }
  return found;
}

export const numberOf = (message) => /ONB-\d+/.exec(message.text)[0];

// The instants (s) of the stamps in a text, in order.
export const stamps = (text) => [...text.matchAll(/<!date\^(\d+)\^/g)].map(([, s]) => Number(s));

// The newest card about an account, once it is there and `fits` (a text, a pattern, or a function of the message).
export async function card(sandbox, name, fits = () => true, timeout = 20_000) {
  const good = typeof fits === 'function' ? fits : (message) => (fits instanceof RegExp ? fits.test(textOf(message)) : textOf(message).includes(fits));
  try {
    const found = await sandbox.wait(() => sandbox.workspace.channels.get(CHANNEL).messages.filter((one) => !one.thread_ts && headOf(one).includes(name)).reverse().find(good), { timeout });
    return structuredClone(found); // as it stands now: the sandbox edits in place
  } catch (error) {
    const shown = sandbox.workspace.channels.get(CHANNEL).messages.filter((one) => headOf(one).includes(name)).map(textOf);
    throw new Error(`no card of ${name} that is ${fits}; there ${shown.length ? `is:\n${shown.join('\n--\n')}` : 'is none'} (${error.message})`);
  }
}

export const note = (sandbox, message, text) => sandbox.wait({ channel: CHANNEL, thread_ts: message.ts, text }).then(([found]) => found);

// What only this person was told, beside a message or in a modal.
export const told = (sandbox, user, text) => sandbox.wait(() => sandbox.matching({ kind: 'ephemeral', user, text })[0]
  ?? openViews(sandbox, user).map((view) => ({ ...view, text: textOf(view) })).find((view) => view.text.includes(text)));

const openViews = (sandbox, user) => [...sandbox.workspace.views.values()].filter((view) => view.user === user);
const whispers = (sandbox, user) => sandbox.matching({ kind: 'ephemeral', user }).length;

// What someone does whom an approval's form asks: ticks everything that stands there, and says why.
export const accepted = (form) => ({
  reason: 'seen and accepted',
  ...Object.fromEntries(form.blocks.filter((one) => one.block_id.startsWith('ticks_')).map((one) => [one.block_id, one.element.options.map((option) => option.value)])),
});

// Presses Approve to the end: the form that may open is filled in. Gives what was answered last.
export async function approving(sandbox, user, press) {
  const before = new Set(openViews(sandbox, user).map((view) => view.id));
  const heard = whispers(sandbox, user);
  const pressed = await press();
  if (!pressed.acked) return pressed;
  const opened = () => openViews(sandbox, user).find((view) => !before.has(view.id));
  const form = await sandbox.wait(() => opened() ?? (whispers(sandbox, user) > heard && 'told'), { timeout: 3000 }).catch(() => null);
  if (form?.callback_id === 'approve') return sandbox.submit(user, form.id, accepted(form));
  return { ...pressed, untold: !form };
}

// Presses a button; an approval is given to the end.
export function click(sandbox, user, message, action, channel = CHANNEL) {
  const press = () => sandbox.click(user, { channel, ts: message.ts, action_id: action });
  return action === 'approve' ? approving(sandbox, user, press) : press();
}

export const approveOn = (sandbox, user, message, value) => approving(sandbox, user, () => clickOn(sandbox, user, message, 'approve', value));

// A click as Slack would send it from a copy of the message that somebody still sees: any value, on any message.
export function clickOn(sandbox, user, message, action, value, channel = CHANNEL) {
  const { interactions } = sandbox;
  return interactions.send('interactive', clickPayload(sandbox, user, message, action, value, channel), false);
}

export function clickPayload(sandbox, user, message, action, value, channel = CHANNEL) {
  const { interactions } = sandbox;
  return {
    ...interactions.common('block_actions', user), trigger_id: interactions.makeTrigger(user), channel: { id: channel, name: 'cs-onboarding' },
    container: { type: 'message', message_ts: message.ts, channel_id: channel, is_ephemeral: false }, message, state: { values: {} },
    response_url: interactions.responseUrl({ channel, user, ts: message.ts, ephemeral: false }),
    actions: [{ type: 'button', action_id: action, block_id: 'actions', text: { type: 'plain_text', text: action }, value, action_ts: String(Date.now() / 1000) }],
  };
}

export const messagesIn = (sandbox, channel = CHANNEL) => sandbox.workspace.channels.get(channel)?.messages ?? [];
export const dmsOf = (sandbox, user) => messagesIn(sandbox, `D0${user.slice(2)}`);
