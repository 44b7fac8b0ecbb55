// What stands in front of everything: a modal of Slack, and the question before a button that asks for one.
import { post } from './api.js';
import { h } from './dom.js';
import { plainText } from './mrkdwn.js';
import { renderBlocks, textNodes } from './blocks.js';

const host = () => document.getElementById('dialogs');

// Resolves with whether the person agreed.
export function ask({ title, text, confirm, deny, style }, context) {
  return new Promise((resolve) => {
    const dialog = h('dialog', { class: 'ask', 'aria-labelledby': 'ask-title' },
      h('h2', { id: 'ask-title' }, plainText(title.text)), h('p', {}, textNodes(text, context)),
      h('div', { class: 'foot' }, h('button', { type: 'button', class: 'quiet', onclick: () => dialog.close('no') }, plainText(deny.text)), h('button', { type: 'button', class: style ?? 'primary', 'data-confirm': 'yes', onclick: () => dialog.close('yes') }, plainText(confirm.text))));
    dialog.onclose = () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    };
    host().append(dialog);
    dialog.showModal();
  });
}

let shown = null; // {id, hash, dialog, fields, show}

// Shows the topmost of the person's open modals, or none.
export function showView(user, view, context) {
  if (!view) return hide();
  if (shown?.id === view.id && shown.hash === view.hash && shown.user === user) return shown.tell(view);
  hide();
  shown = { id: view.id, hash: view.hash, user, ...build(user, view, context) };
  host().append(shown.dialog);
  shown.dialog.showModal();
  return shown.tell(view);
}

function hide() {
  if (!shown) return;
  const { dialog } = shown;
  shown = null;
  dialog.close();
  dialog.remove();
}

function build(user, view, context) {
  const values = () => Object.fromEntries(fields.map((field) => [field.dataset.block, field.readValue()]));
  const act = (block, element, selected) => post('/click_view', { user, view_id: view.id, block_id: block.block_id, action_id: element.action_id, selected, values: values() });
  const body = h('div', { class: 'body' }, renderBlocks(view.blocks, { ...context, heading: 'h3' }, act));
  const trouble = h('p', { class: 'trouble', role: 'alert' });
  const send = view.submit && h('button', { type: 'submit', class: 'primary' }, plainText(view.submit.text));
  const close = () => post('/close_view', { user, view_id: view.id }).catch(() => {});
  const form = h('form', { method: 'dialog', noValidate: true },
    h('header', {}, h('h2', { id: 'view-title' }, plainText(view.title.text)), h('button', { type: 'button', class: 'cross', 'aria-label': 'Close', onclick: close }, '×')),
    body, trouble, h('div', { class: 'foot' }, h('button', { type: 'button', class: 'quiet', onclick: close }, plainText(view.close?.text ?? (view.submit ? 'Cancel' : 'Close'))), send));
  const dialog = h('dialog', { class: 'view', 'aria-labelledby': 'view-title' }, form);
  const fields = [...body.querySelectorAll('.field:not(.bare)')];
  dialog.oncancel = (event) => {
    event.preventDefault();
    close();
  };
  form.onsubmit = (event) => {
    event.preventDefault();
    submit(send, trouble, () => post('/submit', { user, view_id: view.id, values: values() }));
  };
  const tell = (now) => {
    trouble.textContent = now.trouble ? `⚠ ${now.trouble}` : '';
    for (const field of fields) field.showError(now.errors?.[field.dataset.block]);
  };
  return { dialog, tell };
}

async function submit(send, trouble, act) {
  send.disabled = true;
  send.setAttribute('aria-busy', 'true');
  try {
    await act();
  } catch (error) {
    trouble.textContent = error.message;
  } finally {
    send.disabled = false;
    send.removeAttribute('aria-busy');
  }
}
