// What a PromQL expression names, by its tokens: metrics, and labels with the values they are compared with. Functions,
// keywords and durations are not names; what a metric is multiplied with does not matter here.
const TOKEN = /\s+|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\[[^\]]*\]|[a-zA-Z_:][a-zA-Z0-9_:]*|\d[\w.]*|!=|=~|!~|==|>=|<=|./gy;
const OPERATORS = new Set(['and', 'or', 'unless', 'bool', 'offset', 'inf', 'nan']);
const GROUPING = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right']);

const tokens = (text) => [...text.matchAll(TOKEN)].map(([token]) => token).filter((token) => token.trim() && token[0] !== '[');
const isName = (token) => /^[a-zA-Z_:]/.test(token ?? '');

// The values a matcher names: of a pattern its alternatives, where they are plain words.
function valuesOf(operator, quoted) {
  const text = JSON.parse(quoted.replaceAll("'", '"'));
  if (text.includes('$')) return [];
  return operator.endsWith('~') ? text.split('|').filter((one) => /^[\w.]+$/.test(one)) : [text];
}

// {metrics: [{name, matchers: [{label, values}]}], labels: [grouped by]}
export function names(expression) {
  const all = tokens(expression);
  const found = { metrics: [], labels: [] };
  for (let i = 0; i < all.length; i++) {
    if (GROUPING.has(all[i])) {
      while (all[++i] !== ')') if (isName(all[i])) found.labels.push(all[i]);
    } else if (all[i] === '{') {
      for (i++; all[i] !== '}'; i++) {
        if (isName(all[i])) found.metrics.at(-1).matchers.push({ label: all[i], values: valuesOf(all[i + 1], all[i + 2]) });
      }
    } else if (isName(all[i]) && all[i + 1] !== '(' && !OPERATORS.has(all[i]) && !GROUPING.has(all[i + 1])) {
      found.metrics.push({ name: all[i], matchers: [] });
    }
  }
  return found;
}
