// The page's calls to the sandbox's control door.

async function send(method, path, body) {
  const reply = await fetch(`/sandbox${path}`, { method, headers: body === undefined ? {} : { 'content-type': 'application/json' }, body: body === undefined ? undefined : JSON.stringify(body) });
  const answer = await reply.json();
  if (!reply.ok) throw new Error(answer.error);
  return answer;
}

export const getState = () => send('GET', '/state');
export const post = (path, body) => send('POST', path, body);
export const remove = (path) => send('DELETE', path);

// Calls `changed` at every change and `broken(true|false)` as the stream comes and goes.
export function watch(changed, broken) {
  const stream = new EventSource('/sandbox/events');
  stream.addEventListener('change', changed);
  stream.onopen = () => broken(false);
  stream.onerror = () => broken(true);
}
