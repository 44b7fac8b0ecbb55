// kill -9 at random moments, again and again, while people click, decide in forms, start accounts, deals are won and timers run
// out: what was acknowledged is in the store, what was to be said is said, and nothing is decided, told or said twice.
// `make crash CRASHES=200` is the long form; a seed that failed is played again by USHER_SEED.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { random, seedOf } from './lib/random.js';
import { accounts, scene, until } from './lib/scene.js';
import { sql } from './lib/sqlite.js';
import { BO, FAY, KIM, LEE, MAYA, approveOn, buttons, card, clickOn, dmsOf, messagesIn, textOf } from './lib/words.js';

const ROUNDS = Number(process.env.CRASHES ?? 10);
const SPEED = 43_200; // a day in two seconds: manager after four, director after eight
const CLICKS_A_ROUND = 30;
const ROUND_MS = 1500; // the longest that a round may take
const ROUNDS_A_DEAL = 8;
const CLOSING_MS = 60_000 + ROUNDS * 1500; // a channel takes one message a second

// Standing jobs, those of the far future, the timers and DMs of every working day (two seconds here) to a manager who does nothing, and
// whispers that were cut off, which are never repeated: all that may be left.
const LEFT = /^\S+ +(ready +(escalate|purge|sync_groups|sync_people|check_roles|plan_digests|task_monitor|learn_workspace|poll_deals|audit_head|publish_home|learn_person|run_checks)|\S+ +post_dm .*|dead +tell) /;

// A customer like ACME with ids of its own, whose deal is won now.
function win(sandbox, n) {
  const digits = String(n).padStart(3, '0');
  const account = JSON.parse(readFileSync(accounts('demo/acme.json'), 'utf8').replaceAll('ACME Corp', `Customer ${n}`)
    .replaceAll(/00([168])A0000001/g, `00$1C0000${digits}`).replaceAll('800A0000001', `800C0000${digits}`)
    .replaceAll(/(INV|IC|rec)-10/g, `$1-${digits}`).replaceAll(/"(101|501\d)"/g, `"9${digits}$1"`).replaceAll('00000001', `9${digits}`));
  delete account.salesforce.User;
  delete account.netsuite.term;
  delete account.netsuite.currency;
  sandbox.change({ add: account });
  sandbox.change({ path: `salesforce.Opportunity.006C0000${digits}`, patch: { StageName: 'Closed Won' } }); // now
}

// What people do, and what of it was acknowledged: user and verb per onboarding.
class Team {
  constructor(sandbox, rng) {
    Object.assign(this, { sandbox, rng, tried: [], left: 0, acknowledged: () => {} });
  }

  // Resolves right after the n-th acknowledgement from now.
  acknowledgements(n) {
    return new Promise((resolve) => { this.acknowledged = () => --n <= 0 && resolve(); });
  }

  async act(user, verb, number, doing) {
    const one = { user, verb, number, acked: false };
    this.tried.push(one);
    try {
      one.acked = (await doing()).acked;
      if (one.acked) this.acknowledged();
    } catch (error) {
      if (error.name !== 'InteractionError' && !/there is no|has no view/.test(error.message)) throw error;
    }
  }

  // Rejects in the form; nothing is tried where it did not open in time.
  async reject(user, number, message) {
    const { sandbox } = this;
    this.tried.push({ user, verb: 'reject', number, acked: false }); // opening the form leaves no trace, being refused it does
    await clickOn(sandbox, user, message, 'reject', message.first.reject.value);
    const form = sandbox.matching({ kind: 'view', user, text: number }).at(-1);
    if (form) await this.act(user, 'reject', number, () => sandbox.submit(user, form.id, { reason: 'customer_not_ready' }));
  }

  // The same: pressing is refused, or turns a key, or opens a form; only the last act of it is counted as acknowledged.
  async approve(user, number, message, value) {
    this.tried.push({ user, verb: 'approve', number, acked: false });
    await this.act(user, 'approve', number, () => approveOn(this.sandbox, user, message, value).then((last) => ({ acked: last.acked && !last.untold })));
  }

  // One thing that one of them does: mostly claims and releases, by button and by command; now and then a decision.
  step(cards) {
    const { rng, sandbox } = this;
    const [number, message] = rng.pick(cards);
    const user = rng.pick([BO, MAYA]);
    const { claim, approve } = message.first;
    const verb = message.decidable && rng.chance(0.08) ? rng.pick(['approve', 'reject']) : rng.pick(['claim', 'release', 'claim', 'status', 'button', 'release', 'claim', 'note']);
    const doings = {
      status: () => sandbox.command(user, `status ${number}`),
      note: () => rng.chance(0.1) && this.act(user, 'note', number, () => sandbox.command(user, `note ${number} "called them, ${this.tried.length}"`)),
      button: () => this.act(user, 'claim', number, () => clickOn(sandbox, user, message, 'claim', claim.value)),
      approve: () => this.approve(user, number, message, approve.value),
      reject: () => this.reject(user, number, message),
    };
    return (doings[verb] ?? (() => this.act(user, verb, number, () => sandbox.command(user, `${verb} ${number}`))))();
  }

  // Several at work at the same time until the clicks of a round are used up or the bot is gone.
  async work(cards, running) {
    this.left = CLICKS_A_ROUND;
    const person = async () => {
      while (running() && this.left-- > 0) {
        await this.step(cards);
        await pause(this.rng.below(25));
      }
    };
    await Promise.all([person(), person(), person()]);
  }
}

const rows = (stage, statement) => sql(`${stage.folder}/usher.db`, statement);

// Until nothing but standing jobs is left.
async function quiet(stage) {
  let busy;
  await until(async () => {
    const { code, err } = await stage.usher('jobs');
    assert.equal(code, 0, err);
    // that shows a thousand at most, and reminders may be more
    busy = rows(stage, "SELECT id || ' ' || CASE state WHEN 0 THEN 'ready' WHEN 1 THEN 'running' ELSE 'dead' END || ' ' || kind || '  ' FROM jobs").flat().filter((line) => !LEFT.test(line));
    return busy.length === 0;
  }, { timeout: CLOSING_MS, what: () => `the end of\n${busy.join('\n')}` });
}

async function whole(stage, when) {
  const { code, out, err } = await stage.usher('audit', 'verify');
  assert.equal(code, 0, `audit verify ${when}: ${out}${err}`);
}

// How many messages there are, none of them twice.
function nothingTwice(sandbox) {
  const seen = new Map();
  for (const { id, messages } of sandbox.state().channels) {
    for (const message of messages) {
      const job = message.metadata?.event_payload?.job;
      for (const mark of [job ?? message.ts, `${id} ${message.thread_ts ?? ''} ${message.text}`]) {
        const told = id.startsWith('D0'); // a sentence may be true again: a release lets the manager's time begin anew
        if (told && mark !== job) continue;
        assert.ok(!seen.has(mark), `said twice: ${mark}\n${JSON.stringify(seen.get(mark) ?? null).slice(0, 600)}\n${JSON.stringify(message).slice(0, 600)}`);
        seen.set(mark, message);
      }
    }
  }
  return sandbox.state().channels.reduce((sum, { messages }) => sum + messages.length, 0);
}

// Each act that was acknowledged stands in the audit log, granted or refused, and none that nobody tried.
function nothingLost(stage, tried) {
  const kept = new Map(rows(stage, "SELECT actor || ' ' || CASE WHEN instr(action, '.') > 0 THEN substr(action, 1, instr(action, '.') - 1) ELSE action END || ' ' || object AS act, count(*) FROM audit GROUP BY act").map(([act, n]) => [act, Number(n)]));
  const of = (act) => tried.filter(({ user, verb, number }) => `${user} ${verb} ${number}` === act);
  for (const act of new Set(tried.map(({ user, verb, number }) => `${user} ${verb} ${number}`))) {
    const n = kept.get(act) ?? 0;
    // A note claims, too; an approval that waits for fresh facts stands there when it was given and when it was carried out.
    const most = of(act).length * (act.includes(' approve ') ? 2 : 1) + of(act.replace(' claim ', ' note ')).length * act.includes(' claim ');
    const acked = of(act).filter((one) => one.acked).length;
    assert.ok(n >= acked && n <= most, `${act}: tried ${most}, acknowledged ${acked}, in the store ${n}`);
  }
}

const percentile = (values, p) => Math.round([...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * p))]);

const seed = seedOf();
// A manager who does nothing hears of every item on each working day, which is every two seconds here, a second each: what the manager's desk
// is asked must not wait behind that.
const configure = (config) => { config.routes.cs_manager = ['C0DEALDESK']; };
const options = { data: 'demo', sandbox: { clockSpeed: SPEED }, configure, bot: false, timeout: 110_000 + Math.max(0, ROUNDS - 10) * 15_000 };

scene(`killed ${ROUNDS} times at random moments, nothing acknowledged is lost and nothing is said twice (USHER_SEED=${seed})`, options, async (stage, t) => {
  const { sandbox } = stage;
  const rng = random(seed);
  const team = new Team(sandbox, rng);
  const work = []; // what people still wait for an answer to
  const starts = []; // ms from start to connected
  const cards = new Map(); // number -> card as it was first seen, with its buttons
  let deals = 0;

  // Claims take T1 away: Globex, Initech and every other new customer are left alone to escalate. New customers may be decided.
  const look = () => {
    for (const message of messagesIn(sandbox)) {
      const [, name, number] = /(\S+ \S+): .*\((ONB-\d+)\)$/.exec(message.text) ?? [];
      if (!number || message.thread_ts || cards.has(number) || !buttons(message).claim) continue;
      const nth = Number(/^Customer (\d+)/.exec(name)?.[1] ?? 0);
      cards.set(number, { ...structuredClone(message), first: structuredClone(buttons(message)), name, decidable: nth % 2 === 1, alone: /Globex|Initech/.test(name) || (nth > 0 && nth % 2 === 0) });
    }
    return [...cards].filter(([, { alone }]) => !alone);
  };

  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    const bot = await stage.start({ connections: 1 });
    starts.push(performance.now() - began);
    if (rng.chance(0.4)) sandbox.fault({ target: 'slack.chat.postMessage', kind: 'lost_reply', count: 1 });
    if (round % ROUNDS_A_DEAL === 1) win(sandbox, ++deals);
    if (round === 0) await card(sandbox, 'ACME Corp', undefined, CLOSING_MS); // something to click on
    const afterPromise = rng.chance(0.5); // the instant after an acknowledgement, or any other
    const lasting = rng.chance(0.3); // what was cut off is taken up again three seconds after a start, not before
    const moments = [pause(lasting ? rng.between(3000, 4500) : afterPromise ? ROUND_MS : rng.between(50, 900))];
    if (afterPromise && !lasting) moments.push(team.acknowledgements(rng.between(1, CLICKS_A_ROUND / 2)));
    if (deals > 0 && rng.chance(0.1)) work.push(team.act(MAYA, 'start', `Customer ${deals}`, () => sandbox.command(MAYA, `start Customer ${deals}`)));
    if (look().length > 0) work.push(team.work(look(), () => !bot.ended));
    await Promise.race(moments);
    await bot.crash();
    if (ROUNDS <= 20 || round % 10 === 0) await whole(stage, `after crash ${round + 1}`);
  }

  sandbox.clearFaults();
  await stage.start();
  await Promise.all(work);
  const names = ['ACME Corp', 'Northwind Traders', 'Globex Logistics', 'Initech Health', ...Array.from({ length: deals }, (_, i) => `Customer ${i + 1}`)];
  const started = () => rows(stage, 'SELECT account_name FROM onboardings').map(([name]) => name);
  const missing = () => names.filter((name) => !started().includes(name));
  await until(() => missing().length === 0, { timeout: CLOSING_MS, what: () => `nothing was started for ${missing().join(', ')}` });
  await quiet(stage);
  for (const name of names) await card(sandbox, name);
  look();
  assert.equal(cards.size, names.length);

  // One approves what takes one key, two what takes two; the facts may have moved meanwhile, so by the card as it stands.
  for (const [user, name] of [[BO, 'ACME Corp'], [MAYA, 'Northwind Traders'], [FAY, 'Northwind Traders']]) {
    const [number] = [...cards].find(([, message]) => message.name === name);
    const done = new RegExp(`(Approved\\*? by|✅) <@${user}>|Provisioned · `);
    await until(async () => {
      const now = await card(sandbox, name);
      const { approve } = buttons(now);
      if (approve && !done.test(textOf(now))) await team.approve(user, number, now, approve.value);
      return sandbox.wait(() => messagesIn(sandbox).some((one) => one.ts === now.ts && done.test(textOf(one))), { timeout: 3000 }).catch(() => false);
    }, { timeout: 40_000, what: () => `${name} approved by ${user}` });
  }
  for (const name of ['ACME Corp', 'Northwind Traders']) await card(sandbox, name, /Provisioned · /);

  // Those left alone have reached manager and director, each once.
  const alone = [...cards].filter(([, message]) => message.alone).map(([number]) => number);
  for (const number of alone) {
    for (const user of [LEE, KIM]) await sandbox.wait({ user, match: `has waited .*\\(${number}\\)`, timeout: CLOSING_MS });
  }
  await quiet(stage);
  for (const number of alone) {
    for (const user of [LEE, KIM]) {
      const told = dmsOf(sandbox, user).filter((message) => message.text.includes(`(${number})`) && /has waited/.test(message.text));
      const [[again]] = rows(stage, `SELECT count(*) FROM audit WHERE object = '${number}' AND action = 'remind.manager'`);
      const most = user === LEE ? 1 + Number(again) : 1; // the manager hears again on each working day
      assert.ok(told.length >= 1 && told.length <= most, told.map((message) => message.text).join('\n'));
    }
    const levels = rows(stage, `SELECT action, count(*) FROM audit WHERE object = '${number}' AND action LIKE 'escalate.%' GROUP BY action ORDER BY action`);
    assert.deepEqual(levels, [['escalate.director', '1'], ['escalate.manager', '1']], number);
  }

  const acked = team.tried.filter((one) => one.acked).length;
  assert.ok(acked >= ROUNDS, 'hardly anything was acknowledged: the test shows nothing');
  nothingLost(stage, team.tried.filter(({ verb }) => verb !== 'start'));
  const said = nothingTwice(sandbox);
  const decided = rows(stage, "SELECT item, revision, count(*) FROM audit WHERE action IN ('approve', 'reject') GROUP BY item, revision");
  assert.ok(decided.length >= 2);
  assert.deepEqual(decided.filter(([, , n]) => n !== '1'), [], 'decided twice');
  const told = rows(stage, "SELECT count(*) FROM audit WHERE action LIKE 'escalate.%'")[0][0];
  const organizations = sandbox.state().organizations.map((one) => one.name);
  assert.equal(new Set(organizations).size, organizations.length, 'an organisation twice');
  for (const name of ['ACME Corp', 'Maple & Birch Labs', 'Northwind Traders']) assert.ok(organizations.includes(name), name);
  await whole(stage, 'at the end');
  t.diagnostic(`crashes ${ROUNDS}, acts ${team.tried.length}, acknowledged ${acked}, lost 0, messages ${said}, said twice 0, decisions ${decided.length}, decided twice 0, escalations ${told}, deals ${deals + 5}, `
    + `start to connected p50 ${percentile(starts, 0.5)} ms, p99 ${percentile(starts, 0.99)} ms, max ${percentile(starts, 1)} ms, seed ${seed}`);
});
