// Requests and replies as values, so that the systems behind them are plain functions: a request is
// {method, path, query, headers, body, base}, a reply {status, headers, body}.

export const MAX_BODY_BYTES = 4 * 1024 * 1024;

export class TooLarge extends Error {}

// Reads a request whole. `path` is below the prefix it was routed by once route() has cut that.
export async function readRequest(req, scheme) {
  const chunks = [];
  let size = 0;
  for await (const chunk of req) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new TooLarge(`body above ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  const base = `${scheme}://${req.headers.host ?? 'localhost'}`;
  const url = new URL(req.url, base);
  return { method: req.method, path: url.pathname, query: url.searchParams, url, headers: req.headers, body: Buffer.concat(chunks), base };
}

export function json(status, body, headers = {}) {
  return { status, headers: { 'content-type': 'application/json;charset=UTF-8', ...headers }, body: JSON.stringify(body) };
}

export function text(status, body, headers = {}) {
  return { status, headers: { 'content-type': 'text/plain;charset=UTF-8', ...headers }, body };
}

export const empty = (status, headers = {}) => ({ status, headers, body: '' });

export function sendReply(res, reply) {
  const body = Buffer.from(reply.body ?? '');
  res.writeHead(reply.status, { ...reply.headers, 'content-length': body.length });
  res.end(body);
}

export function parseJson(request) {
  try {
    return JSON.parse(request.body.toString('utf8'));
  } catch {
    return undefined;
  }
}

export const parseForm = (request) => new URLSearchParams(request.body.toString('utf8'));

export const bearer = (request) => /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
