// What a status command and a click cost the bot itself, without sockets: processor time by the clock, and instructions by
// stage where valgrind is installed; called by tests/bench/run with `turn` and the folder that holds bench/turn and
// bench/seed. Instructions are the same on a busy machine as on a quiet one.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { prepareStore } from './store.js';

process.env.SLACK_API_URL = 'http://127.0.0.1:9/api';

const build = resolve(process.argv[2]);
const folder = resolve('build/bench-turn');
const PER_TURN = 32; // what one reading of two connections with 64 envelopes in flight brings
const MODES = {
  status: { timed: 32_000, counted: 16_000, store: 500 },
  drawn: { timed: 32_000, counted: 960, store: 500 },
  click: { timed: 6400, counted: 960, store: 7200 },
};
// Where the instructions are: each is inside the one above it that is less far to the right.
const STAGES = ['measured_turn', ' bot_on_socket', '  envelope_decode', '  route_dispatch', '   token_verify', '   card_subject_read', '   item_approve', '    jobs_add', '    jobs_cancel', '   reply_template', ' bot_turn_end', '  engine_work', '   jobs_take', '   jobs_done', '  engine_start', '   card_render', '  db_commit'];

const run = (mode, events, ...before) => {
  const [program, ...words] = [...before, `${build}/bench/turn`, `${folder}/usher.json`, mode, String(events), String(PER_TURN), ...(mode === 'click' ? [`${folder}/usher-clicks`] : [])];
  return spawnSync(program, words, { encoding: 'utf8', maxBuffer: 1 << 26 });
};

function timed(mode) {
  prepareStore(build, folder, MODES[mode].store);
  const { status, stdout, stderr } = run(mode, MODES[mode].timed);
  if (status !== 0) throw new Error(stderr.slice(0, 2000));
  return JSON.parse(stdout);
}

// Instructions an event by function, called ones included.
function counted(mode) {
  prepareStore(build, folder, MODES[mode].store);
  const out = `${folder}/${mode}.callgrind`;
  const { status, stderr } = run(mode, MODES[mode].counted, 'valgrind', '--tool=callgrind', `--callgrind-out-file=${out}`, '--toggle-collect=measured_turn');
  if (status !== 0) throw new Error(stderr.slice(0, 2000));
  const list = execFileSync('callgrind_annotate', ['--inclusive=yes', '--threshold=100', out], { encoding: 'utf8', maxBuffer: 1 << 26 });
  const rows = [...list.matchAll(/^ *([\d,]+) \([ \d.]+%\) +\S*:(\w+)(?:'\d+)? /gm)];
  return (name) => {
    const row = rows.find((match) => match[2] === name);
    return row ? Math.round(Number(row[1].replaceAll(',', '')) / MODES[mode].counted) : 0;
  };
}

mkdirSync(folder, { recursive: true });
const valgrind = spawnSync('valgrind', ['--version']).status === 0;
for (const mode of Object.keys(MODES)) {
  const { events, cpu_us, handling_us, replies_us, end_us, requests } = timed(mode);
  console.log(`${mode}: ${cpu_us} µs of the processor an event (frames ${handling_us}, replies ${replies_us}, the turn's end ${end_us}); ${requests} requests for ${events} events`);
  const instructions = valgrind ? counted(mode) : () => 0;
  for (const stage of STAGES.filter((name) => instructions(name.trim()))) console.log(`  ${stage.padEnd(24)} ${instructions(stage.trim()).toLocaleString('en').padStart(10)} instructions`);
}
if (!valgrind) console.log('valgrind is not installed: no instructions counted');
