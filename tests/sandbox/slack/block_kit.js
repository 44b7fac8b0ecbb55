// Block Kit's rules as Slack enforces them: types, required members, lengths, counts, where which element may stand.
// Problems read as Slack's do: "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]".

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

class Report {
  constructor() {
    this.messages = [];
  }

  add(pointer, problem) {
    this.messages.push(`[ERROR] ${problem} [json-pointer:${pointer}]`);
  }
}

// ---- rules: each is (value, pointer, report)

const string = (max, min = 0) => (value, pointer, report) => {
  if (typeof value !== 'string') report.add(pointer, 'must provide a string');
  else if (value.length > max) report.add(pointer, `must be less than ${max + 1} characters`);
  else if (value.length < min) report.add(pointer, `must be more than ${min - 1} characters`);
};

const boolean = (value, pointer, report) => {
  if (typeof value !== 'boolean') report.add(pointer, 'must be a valid boolean');
};

const integer = (min, max) => (value, pointer, report) => {
  if (!Number.isInteger(value)) report.add(pointer, 'must be a valid integer');
  else if (value < min) report.add(pointer, `must be greater than ${min - 1}`);
  else if (value > max) report.add(pointer, `must be less than ${max + 1}`);
};

const oneOf = (...words) => (value, pointer, report) => {
  if (!words.includes(value)) report.add(pointer, `unsupported value: ${value}; must be one of ${words.join(', ')}`);
};

const matching = (pattern, what) => (value, pointer, report) => {
  if (typeof value !== 'string' || !pattern.test(value)) report.add(pointer, `must be a valid ${what}`);
};

const list = (rule, max, min = 1) => (value, pointer, report) => {
  if (!Array.isArray(value)) return report.add(pointer, 'must provide an array');
  if (value.length > max) report.add(pointer, `no more than ${max} items allowed`);
  if (value.length < min) report.add(pointer, `must provide at least ${min} items`);
  value.forEach((item, index) => rule(item, `${pointer}/${index}`, report));
};

const any = () => {};

// An object with these members; those named in `required` must be there, others than these must not.
const object = (members, required = []) => (value, pointer, report) => {
  if (!isObject(value)) return report.add(pointer, 'must provide an object');
  for (const name of required) {
    if (value[name] === undefined || value[name] === null) report.add(pointer, `missing required field: ${name}`);
  }
  for (const [name, member] of Object.entries(value)) {
    if (!Object.hasOwn(members, name)) report.add(pointer, `invalid additional property: ${name}`);
    else if (member !== null && member !== undefined) members[name](member, `${pointer}/${name}`, report);
  }
};

// Chooses among `kinds` by the member "type".
const byType = (kinds) => (value, pointer, report) => {
  if (!isObject(value)) return report.add(pointer, 'must provide an object');
  if (!Object.hasOwn(kinds, value.type)) return report.add(`${pointer}/type`, `unsupported type: ${value.type}`);
  kinds[value.type](value, pointer, report);
};

const typed = (members, required = []) => object({ type: any, ...members }, required);

// ---- composition objects

const text = (max, types = ['plain_text', 'mrkdwn'], min = 1) => (value, pointer, report) => {
  if (!isObject(value)) return report.add(pointer, 'must provide an object');
  if (!types.includes(value.type)) return report.add(`${pointer}/type`, `unsupported type: ${value.type}; must be one of ${types.join(', ')}`);
  const members = value.type === 'plain_text' ? { emoji: boolean } : { verbatim: boolean };
  typed({ text: string(max, min), ...members }, ['text'])(value, pointer, report);
};
const plain = (max, min = 1) => text(max, ['plain_text'], min);

const confirm = object({ title: plain(100), text: text(300), confirm: plain(30), deny: plain(30), style: oneOf('primary', 'danger') }, ['title', 'text', 'confirm', 'deny']);

const option = (textRule = plain(75)) => object({ text: textRule, value: string(150, 1), description: plain(75), url: string(3000) }, ['text', 'value']);
const anyText = text(75);
const group = object({ label: plain(75), options: list(option(), 100) }, ['label', 'options']);

// ---- elements

const action = { action_id: string(255), confirm };
const focus = { focus_on_load: boolean };
const placeholder = { placeholder: plain(150) };
const select = { ...action, ...focus, ...placeholder };
const many = { max_selected_items: integer(1, 1000) };
const dispatch = { dispatch_action_config: object({ trigger_actions_on: list(oneOf('on_enter_pressed', 'on_character_entered'), 2) }) };
const inputBase = { action_id: string(255), ...focus, ...placeholder, ...dispatch };
const ids = list(string(255, 1), 1000, 0);

const ELEMENTS = {
  button: typed({ ...action, text: plain(75), value: string(2000), url: string(3000), style: oneOf('primary', 'danger'), accessibility_label: string(75) }, ['text']),
  overflow: typed({ ...action, options: list(option(), 5) }, ['options']),
  static_select: typed({ ...select, options: list(option(), 100), option_groups: list(group, 100), initial_option: option() }),
  multi_static_select: typed({ ...select, ...many, options: list(option(), 100), option_groups: list(group, 100), initial_options: list(option(), 100) }),
  external_select: typed({ ...select, min_query_length: integer(0, 100), initial_option: option() }),
  multi_external_select: typed({ ...select, ...many, min_query_length: integer(0, 100), initial_options: list(option(), 100) }),
  users_select: typed({ ...select, initial_user: string(255) }),
  multi_users_select: typed({ ...select, ...many, initial_users: ids }),
  conversations_select: typed({ ...select, initial_conversation: string(255), default_to_current_conversation: boolean, response_url_enabled: boolean, filter: any }),
  multi_conversations_select: typed({ ...select, ...many, initial_conversations: ids, default_to_current_conversation: boolean, filter: any }),
  channels_select: typed({ ...select, initial_channel: string(255), response_url_enabled: boolean }),
  multi_channels_select: typed({ ...select, ...many, initial_channels: ids }),
  datepicker: typed({ ...select, initial_date: matching(/^\d{4}-\d{2}-\d{2}$/, 'date') }),
  timepicker: typed({ ...select, initial_time: matching(/^\d{2}:\d{2}$/, 'time'), timezone: string(100) }),
  datetimepicker: typed({ ...action, ...focus, initial_date_time: integer(1_000_000_000, 9_999_999_999) }),
  checkboxes: typed({ ...action, ...focus, options: list(option(anyText), 10), initial_options: list(option(anyText), 10) }, ['options']),
  radio_buttons: typed({ ...action, ...focus, options: list(option(anyText), 10), initial_option: option(anyText) }, ['options']),
  plain_text_input: typed({ ...inputBase, initial_value: string(3000), multiline: boolean, min_length: integer(0, 3000), max_length: integer(1, 3000) }),
  email_text_input: typed({ ...inputBase, initial_value: string(3000) }),
  url_text_input: typed({ ...inputBase, initial_value: string(3000) }),
  number_input: typed({ ...inputBase, is_decimal_allowed: boolean, initial_value: string(255), min_value: string(255), max_value: string(255) }, ['is_decimal_allowed']),
  image: typed({ image_url: string(3000, 1), alt_text: string(2000, 1), slack_file: any }, ['alt_text']),
};

const pick = (...names) => byType(Object.fromEntries(names.map((name) => [name, ELEMENTS[name]])));
const SELECTS = Object.keys(ELEMENTS).filter((name) => name.endsWith('_select'));
const PICKERS = ['datepicker', 'timepicker', 'datetimepicker', 'checkboxes', 'radio_buttons'];
const TEXT_INPUTS = ['plain_text_input', 'email_text_input', 'url_text_input', 'number_input'];

const contextElement = byType({ image: ELEMENTS.image, plain_text: text(3000), mrkdwn: text(3000) });

// ---- blocks

const id = { block_id: string(255) };

const BLOCKS = {
  header: typed({ ...id, text: plain(150) }, ['text']),
  section: typed({ ...id, text: text(3000), fields: list(text(2000), 10), accessory: pick('button', 'overflow', 'image', ...SELECTS, ...PICKERS), expand: boolean }),
  divider: typed(id),
  context: typed({ ...id, elements: list(contextElement, 10) }, ['elements']),
  actions: typed({ ...id, elements: list(pick('button', 'overflow', ...SELECTS, ...PICKERS), 25) }, ['elements']),
  input: typed({ ...id, label: plain(2000), element: pick(...TEXT_INPUTS, ...SELECTS, ...PICKERS), hint: plain(2000), optional: boolean, dispatch_action: boolean }, ['label', 'element']),
  image: typed({ ...id, image_url: string(3000, 1), alt_text: string(2000, 1), title: plain(2000), slack_file: any }, ['alt_text']),
  markdown: typed({ ...id, text: string(12_000, 1) }, ['text']),
  rich_text: typed({ ...id, elements: list(any, 1000, 0) }, ['elements']),
};

const BLOCK = byType(BLOCKS);

// Rules that no single member tells.
function checkBlock(block, pointer, report) {
  BLOCK(block, pointer, report);
  if (block?.type === 'section' && !block.text && !block.fields) report.add(pointer, 'missing required field: text or fields');
  for (const [element, at] of elementsOf(block)) {
    if (/static_select$/.test(element?.type) && !element.options === !element.option_groups) report.add(`${pointer}${at}`, 'must define either options or option_groups');
  }
}

// [element, its pointer below the block] for every interactive element of a block.
export function elementsOf(block) {
  if (!isObject(block)) return [];
  if (block.accessory) return [[block.accessory, '/accessory']];
  if (block.element) return [[block.element, '/element']];
  return block.type === 'actions' && Array.isArray(block.elements) ? block.elements.map((element, index) => [element, `/elements/${index}`]) : [];
}

function checkUnique(blocks, pointer, report) {
  const seen = new Set();
  blocks.forEach((block, index) => {
    if (block?.block_id && seen.has(block.block_id)) report.add(`${pointer}/${index}/block_id`, `\`block_id\` already exists: ${block.block_id}`);
    seen.add(block?.block_id);
    const actions = new Set();
    for (const [element, at] of elementsOf(block)) {
      if (element?.action_id && actions.has(element.action_id)) report.add(`${pointer}/${index}${at}/action_id`, `\`action_id\` already exists in this block: ${element.action_id}`);
      actions.add(element?.action_id);
    }
  });
}

function checkBlocks(blocks, max, pointer, report) {
  if (!Array.isArray(blocks)) return report.add(pointer, 'must provide an array');
  if (blocks.length > max) report.add(pointer, `no more than ${max} items allowed`);
  blocks.forEach((block, index) => checkBlock(block, `${pointer}/${index}`, report));
  checkUnique(blocks, pointer, report);
}

// What is wrong with a message's blocks, in Slack's words; empty where nothing is.
export function messageProblems(blocks) {
  const report = new Report();
  checkBlocks(blocks, 50, '/blocks', report);
  return report.messages;
}

const VIEW_MEMBERS = { blocks: any, callback_id: string(255), private_metadata: string(3000), external_id: string(255) };
const MODAL_MEMBERS = { ...VIEW_MEMBERS, title: plain(24), submit: plain(24), close: plain(24), clear_on_close: boolean, notify_on_close: boolean, submit_disabled: boolean };

export function viewProblems(view, type) {
  const report = new Report();
  if (!isObject(view)) report.add('/view', 'must provide an object');
  else if (view.type !== type) report.add('/view/type', `unsupported type: ${view.type}; must be ${type}`);
  else {
    typed(type === 'modal' ? MODAL_MEMBERS : VIEW_MEMBERS, type === 'modal' ? ['title', 'blocks'] : ['blocks'])(view, '/view', report);
    checkBlocks(view.blocks, 100, '/view/blocks', report);
    if (type === 'modal' && !view.submit && view.blocks?.some?.((block) => block?.type === 'input')) report.add('/view', 'missing required field: submit (a modal with input blocks needs it)');
  }
  return report.messages;
}

// Gives every block and element the ids that Slack makes up where the sender gave none. Leaves the input as it is.
export function withIds(blocks, makeId) {
  return blocks.map((block) => {
    const copy = structuredClone(block);
    copy.block_id ||= makeId();
    for (const [element] of elementsOf(copy)) {
      if (element.type !== 'image') element.action_id ||= makeId();
    }
    return copy;
  });
}

// Everything that can be read in a message: its text and the texts of its blocks, one a line.
export function visibleText({ text: plainText = '', blocks = [] }) {
  const lines = [plainText];
  const walk = (value) => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (isObject(value)) {
      if (typeof value.text === 'string') lines.push(value.text);
      for (const [name, member] of Object.entries(value)) if (name !== 'text' || isObject(member)) walk(member);
    }
  };
  walk(blocks ?? []);
  return lines.filter(Boolean).join('\n');
}
