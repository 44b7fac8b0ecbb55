// A paced run of the load generator, whose lines are taken as they come; other things may go on meanwhile.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { wordsOf } from './sides.js';

// Resolves with {samples, end}. each: called with every line's object.
export async function pace(build, side, options, each = () => {}) {
  const child = spawn(`${build}/bench/load`, ['pace', ...wordsOf({ ...side.options, ...options }), '--', ...side.command], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(JSON.parse(line));
    each(lines.at(-1));
  }
  const end = lines.pop();
  if (!end?.mode) throw new Error(`the run did not come to its end; log: ${side.options.log}`);
  return { samples: lines, end };
}
