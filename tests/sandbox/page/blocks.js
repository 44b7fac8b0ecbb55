// Block Kit as elements. `context` is that of mrkdwn; `act(block, element, selected)` is called for what a person does.
import { h } from './dom.js';
import { ask } from './dialogs.js';
import { input } from './inputs.js';
import { mrkdwn, plainText } from './mrkdwn.js';

export const textNodes = (text, context) => (text.type === 'plain_text' ? [plainText(text.text)] : mrkdwn(text.text, context));

export function renderBlocks(blocks, context, act) {
  return blocks.map((block) => (BLOCKS[block.type] ?? unknown)(block, context, act));
}

const unknown = (block) => h('p', { class: 'unknown' }, `(a ${block.type} block)`);

const BLOCKS = {
  header: (block, context) => h(context.heading ?? 'h2', { class: 'b-header' }, textNodes(block.text, context)),
  divider: () => h('hr'),
  section: (block, context, act) => h('div', { class: 'b-section' },
    h('div', { class: 'b-body' },
      block.text && h('div', { class: 'b-text' }, textNodes(block.text, context)),
      block.fields && h('div', { class: 'b-fields' }, block.fields.map((field) => h('div', {}, textNodes(field, context))))),
    block.accessory && h('div', { class: 'b-accessory' }, element(block, block.accessory, context, act))),
  context: (block, context) => h('div', { class: 'b-context' }, block.elements.map((one) => h('span', {}, one.type === 'image' ? image(one) : textNodes(one, context)))),
  actions: (block, context, act) => h('div', { class: 'b-actions' }, block.elements.map((one) => element(block, one, context, act))),
  image: (block) => h('figure', {}, block.title && h('figcaption', {}, block.title.text), image(block)),
  markdown: (block) => h('div', { class: 'b-text' }, plainText(block.text)),
  rich_text: (block) => h('div', { class: 'b-text' }, (block.elements ?? []).map((part) => h('p', {}, (part.elements ?? []).map((run) => run.text ?? '')))),
  input: (block, context) => input(block, context),
};

// Pictures from elsewhere are not fetched: the page talks to the sandbox only.
const image = (one) => h('span', { class: 'picture', role: 'img', 'aria-label': one.alt_text }, '🖼 ', one.alt_text);

function element(block, one, context, act) {
  return (ELEMENTS[one.type] ?? menu)(block, one, context, act);
}

// Asks first where the element wants that; shows that something is under way until it is answered.
async function perform(node, block, one, selected, context, act) {
  if (one.confirm && !(await ask(one.confirm, context))) return;
  node.setAttribute('aria-busy', 'true');
  try {
    await act(block, one, selected);
  } finally {
    node.removeAttribute('aria-busy');
  }
}

const focusKey = (block, one) => `${block.block_id}/${one.action_id}`;

const ELEMENTS = {
  image,
  button: (block, one, context, act) => {
    const node = h('button', { type: 'button', class: one.style ?? '', 'aria-label': one.accessibility_label, 'data-action': one.action_id, 'data-focus': focusKey(block, one) }, plainText(one.text.text));
    node.onclick = () => {
      if (one.url) window.open(one.url, '_blank', 'noreferrer');
      perform(node, block, one, undefined, context, act);
    };
    return node;
  },
  overflow: (block, one, context, act) => {
    const node = h('details', { class: 'overflow' }, h('summary', { 'aria-label': 'More actions', 'data-focus': focusKey(block, one) }, '⋯'));
    node.append(h('div', { class: 'menu' }, one.options.map((option) => h('button', { type: 'button', onclick: () => { node.open = false; perform(node, block, one, option.value, context, act); } }, plainText(option.text.text)))));
    return node;
  },
};

// Menus and pickers outside a form act as soon as something is chosen.
function menu(block, one, context, act) {
  const field = input({ type: 'input', block_id: `${block.block_id}-${one.action_id}`, label: { type: 'plain_text', text: one.placeholder?.text ?? one.action_id }, element: one, optional: true }, context, { bare: true });
  field.addEventListener('change', () => perform(field, block, one, field.readValue(), context, act));
  return field;
}
