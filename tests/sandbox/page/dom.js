// Makes elements, and keeps those that have not changed: what a person has open, focused or half filled in stays.

// h('button', {type: 'button', onclick}, 'Send'): properties by name, attributes where the name has a dash or is "role".
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.includes('-') || ['role', 'for', 'list'].includes(name)) node.setAttribute(name, value === true ? '' : value);
    else if (name === 'class') node.className = value;
    else node[name] = value;
  }
  node.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const kept = new WeakMap(); // parent -> Map of key -> {signature, node}

// A menu that a person has open stays open when what it belongs to is drawn again.
function withOpenMenus(node, before) {
  for (const summary of before?.querySelectorAll('details.overflow[open] > summary[data-focus]') ?? []) {
    const same = node.querySelector(`details.overflow > summary[data-focus="${CSS.escape(summary.dataset.focus)}"]`);
    if (same) same.parentElement.open = true;
  }
  return node;
}

// Makes `parent` hold one node for every item {key, signature, build(), update(node)}; when its signature differs a node is
// updated, or built again where it has no update: what changes often stays under the pointer.
export function reconcile(parent, items) {
  const before = kept.get(parent) ?? new Map();
  const now = new Map();
  const focused = parent.contains(document.activeElement) ? document.activeElement.dataset?.focus : undefined;
  for (const { key, signature, build, update } of items) {
    const known = before.get(key);
    if (known && known.signature !== signature && update) update(known.node);
    now.set(key, known?.signature === signature ? known : { signature, node: known && update ? known.node : withOpenMenus(build(), known?.node) });
  }
  let at = parent.firstChild;
  for (const { node } of now.values()) {
    if (node === at) at = at.nextSibling;
    else parent.insertBefore(node, at);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
  kept.set(parent, now);
  if (focused && !parent.contains(document.activeElement)) parent.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
}
