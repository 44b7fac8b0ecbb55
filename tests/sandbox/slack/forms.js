// What a person has filled in: from the values of a form to the state that Slack sends, and what Slack's own client
// refuses before anything is sent.
import { elementsOf } from './block_kit.js';

const allOptions = (element) => element.options ?? (element.option_groups ?? []).flatMap((group) => group.options);

function optionFor(element, value) {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'object') return value;
  const found = allOptions(element).find((option) => option.value === value || option.text.text === value);
  if (!found) throw new Error(`${element.action_id}: there is no option "${value}"`);
  return found;
}

const initialValue = (element) => element.initial_value ?? null;
const scalar = (name) => [(element, value) => ({ [name]: value ?? null }), (element) => element[name.replace('selected_', 'initial_')] ?? null];

function plural(name) {
  return [(element, value) => ({ [name]: [value ?? []].flat() }), (element) => element[name.replace('selected_', 'initial_')] ?? []];
}

// type -> [value to state, element to initial value]
const STATES = {
  plain_text_input: [(element, value) => ({ value: value || null }), initialValue],
  email_text_input: [(element, value) => ({ value: value || null }), initialValue],
  url_text_input: [(element, value) => ({ value: value || null }), initialValue],
  number_input: [(element, value) => ({ value: value === null || value === '' ? null : String(value) }), initialValue],
  static_select: [(element, value) => ({ selected_option: optionFor(element, value) }), (element) => element.initial_option ?? null],
  external_select: [(element, value) => ({ selected_option: value ?? null }), (element) => element.initial_option ?? null],
  radio_buttons: [(element, value) => ({ selected_option: optionFor(element, value) }), (element) => element.initial_option ?? null],
  checkboxes: [(element, value) => ({ selected_options: [value ?? []].flat().map((one) => optionFor(element, one)) }), (element) => element.initial_options ?? []],
  multi_static_select: [(element, value) => ({ selected_options: [value ?? []].flat().map((one) => optionFor(element, one)) }), (element) => element.initial_options ?? []],
  multi_external_select: [(element, value) => ({ selected_options: [value ?? []].flat() }), (element) => element.initial_options ?? []],
  multi_users_select: plural('selected_users'),
  multi_conversations_select: plural('selected_conversations'),
  multi_channels_select: plural('selected_channels'),
  users_select: scalar('selected_user'),
  conversations_select: scalar('selected_conversation'),
  channels_select: scalar('selected_channel'),
  datepicker: scalar('selected_date'),
  timepicker: scalar('selected_time'),
  datetimepicker: [(element, value) => ({ selected_date_time: value === null || value === '' ? null : Number(value) }), (element) => element.initial_date_time ?? null],
};

export const isInput = (element) => Object.hasOwn(STATES, element.type);

// One element's state, {"type":"static_select","selected_option":…}.
export const elementState = (element, value) => ({ type: element.type, ...STATES[element.type][0](element, value) });

// The state of all of a view's elements. `values` holds, by block id and action id or by either alone, what was filled in.
export function viewState(blocks, values) {
  const state = {};
  for (const block of blocks) {
    for (const [element] of elementsOf(block)) {
      if (!isInput(element)) continue;
      const given = filledIn(values, block.block_id, element.action_id);
      const value = given === undefined ? STATES[element.type][1](element) : given;
      (state[block.block_id] ??= {})[element.action_id] = elementState(element, value);
    }
  }
  return state;
}

function filledIn(values, blockId, actionId) {
  const own = values?.[blockId];
  if (own !== null && typeof own === 'object' && !Array.isArray(own) && actionId in own) return own[actionId];
  return own !== undefined && (own === null || typeof own !== 'object' || Array.isArray(own)) ? own : values?.[actionId];
}

const isEmpty = (state) => Object.entries(state).every(([name, value]) => name === 'type' || value === null || value === '' || (Array.isArray(value) && value.length === 0));

const FORMATS = {
  email_text_input: [/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'Enter an email address'],
  url_text_input: [/^https?:\/\/\S+$/, 'Enter a URL'],
  number_input: [/^-?\d+(\.\d+)?$/, 'Enter a number'],
};

// block id -> what Slack's client says under the input; empty when the form may be sent.
export function clientErrors(blocks, state) {
  const errors = {};
  for (const block of blocks.filter((one) => one.type === 'input')) {
    const problem = inputProblem(block, state[block.block_id][block.element.action_id]);
    if (problem) errors[block.block_id] = problem;
  }
  return errors;
}

function inputProblem({ element, optional }, state) {
  if (isEmpty(state)) return optional ? null : 'Please complete this required field.';
  const [pattern, message] = FORMATS[element.type] ?? [];
  if (pattern && !pattern.test(state.value)) return message;
  if (element.min_length && state.value.length < element.min_length) return `Must be at least ${element.min_length} characters.`;
  if (element.max_length && state.value.length > element.max_length) return `Must be at most ${element.max_length} characters.`;
  return null;
}
