// Form inputs of Block Kit. input(block, context) gives a labelled field with readValue() and showError(text).
import { h } from './dom.js';
import { plainText } from './mrkdwn.js';

let number = 0;

export function input(block, context, { bare = false } = {}) {
  const id = `field-${++number}`;
  const { element } = block;
  const control = (CONTROLS[element.type] ?? CONTROLS.plain_text_input)(element, id, context);
  const error = h('p', { class: 'field-error', id: `${id}-error`, role: 'alert' });
  const group = control.group === true;
  const label = group ? h('legend', {}, plainText(block.label.text)) : h('label', { for: id, class: bare ? 'visually-hidden' : '' }, plainText(block.label.text), block.optional && !bare && h('span', { class: 'optional' }, ' (optional)'));
  const node = h(group ? 'fieldset' : 'div', { class: bare ? 'field bare' : 'field', 'data-block': block.block_id },
    label, control.node, block.hint && h('p', { class: 'hint', id: `${id}-hint` }, plainText(block.hint.text)), !bare && error);
  const target = group ? node : control.node;
  if (!bare) target.setAttribute('aria-describedby', `${id}-error${block.hint ? ` ${id}-hint` : ''}`);
  node.readValue = control.read;
  node.showError = (text) => {
    error.textContent = text ?? '';
    if (text) target.setAttribute('aria-invalid', 'true');
    else target.removeAttribute('aria-invalid');
  };
  return node;
}

const typed = (type, read = (node) => node.value || null) => (element, id) => {
  const node = h('input', { id, type, value: element.initial_value ?? element.initial_date ?? element.initial_time ?? '', placeholder: element.placeholder?.text ?? '', maxLength: element.max_length ?? 524288 });
  return { node, read: () => read(node) };
};

function text(element, id, context) {
  if (!element.multiline) return typed('text')(element, id, context);
  const node = h('textarea', { id, rows: 4, value: element.initial_value ?? '', placeholder: element.placeholder?.text ?? '', maxLength: element.max_length ?? 3000 });
  return { node, read: () => node.value || null };
}

const optionNode = (option, chosen) => h('option', { value: option.value, selected: chosen.includes(option.value) }, option.text.text);

function select(element, id, options, chosen, multiple) {
  const blank = multiple ? [] : [h('option', { value: '' }, element.placeholder?.text ?? 'Choose…')];
  const groups = element.option_groups ? element.option_groups.map((group) => h('optgroup', { label: group.label.text }, group.options.map((option) => optionNode(option, chosen)))) : options.map((option) => optionNode(option, chosen));
  const node = h('select', { id, multiple }, blank, groups);
  return { node, read: () => (multiple ? [...node.selectedOptions].map((option) => option.value) : node.value || null) };
}

const valuesOf = (options) => [options ?? []].flat().map((option) => option.value);
const asOptions = (things) => things.map(({ value, name }) => ({ value, text: { text: name } }));
const people = (context) => asOptions([...context.users.values()].filter((user) => !user.is_bot).map((user) => ({ value: user.id, name: user.real_name })));
const places = (context) => asOptions([...context.channels.values()].filter((channel) => channel.name).map((channel) => ({ value: channel.id, name: `#${channel.name}` })));
const chosen = (ids) => [ids ?? []].flat();

// Ticks and dots: one field for all of an element's options.
function choices(type) {
  return (element, id) => {
    const initial = valuesOf(element.initial_options ?? element.initial_option);
    const boxes = element.options.map((option, index) => {
      const box = h('input', { type, name: id, id: `${id}-${index}`, value: option.value, checked: initial.includes(option.value) });
      return { box, row: h('div', { class: 'choice' }, box, h('label', { for: `${id}-${index}` }, plainText(option.text.text), option.description && h('span', { class: 'hint' }, ` ${option.description.text}`))) };
    });
    const ticked = () => boxes.filter(({ box }) => box.checked).map(({ box }) => box.value);
    return { group: true, node: h('div', { id }, boxes.map(({ row }) => row)), read: () => (type === 'radio' ? ticked()[0] ?? null : ticked()) };
  };
}

const CONTROLS = {
  plain_text_input: text,
  email_text_input: typed('email'),
  url_text_input: typed('url'),
  number_input: typed('number'),
  datepicker: typed('date'),
  timepicker: typed('time'),
  datetimepicker: typed('datetime-local', (node) => (node.value ? Math.floor(new Date(node.value).getTime() / 1000) : null)),
  checkboxes: choices('checkbox'),
  radio_buttons: choices('radio'),
  static_select: (element, id) => select(element, id, element.options, valuesOf(element.initial_option), false),
  multi_static_select: (element, id) => select(element, id, element.options, valuesOf(element.initial_options), true),
  users_select: (element, id, context) => select(element, id, people(context), chosen(element.initial_user), false),
  multi_users_select: (element, id, context) => select(element, id, people(context), chosen(element.initial_users), true),
  channels_select: (element, id, context) => select(element, id, places(context), chosen(element.initial_channel), false),
  conversations_select: (element, id, context) => select(element, id, places(context), chosen(element.initial_conversation), false),
};
