// Where in a text JSON goes wrong: the engine's own messages say so only sometimes.

const TOKEN = /\s*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))/y;

class Misplaced extends Error {
  constructor(at) {
    super('misplaced');
    this.at = at;
  }
}

// The index of the first character that cannot stand where it does, or null where the text is JSON.
export function jsonErrorAt(text) {
  let at = 0;
  const skip = () => { while (/\s/.test(text[at] ?? '')) at += 1; };
  const next = () => {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    skip();
    if (!match) throw new Misplaced(at);
    const start = at;
    at = TOKEN.lastIndex;
    return { start, mark: match[1], text: match[2] !== undefined };
  };
  const members = (close, one) => {
    skip();
    if (text[at] === close) return next();
    for (;;) {
      one();
      const { start, mark } = next();
      if (mark === close) return null;
      if (mark !== ',') throw new Misplaced(start);
    }
  };
  const value = () => {
    const token = next();
    if (token.mark === '{') members('}', member);
    else if (token.mark === '[') members(']', value);
    else if (token.mark) throw new Misplaced(token.start);
  };
  const member = () => {
    const name = next();
    if (!name.text) throw new Misplaced(name.start);
    const colon = next();
    if (colon.mark !== ':') throw new Misplaced(colon.start);
    value();
  };
  try {
    value();
    skip();
    return at < text.length ? at : null;
  } catch (error) {
    if (error instanceof Misplaced) return error.at;
    throw error;
  }
}
