// kill -9 at random moments, again and again, while people click and jobs run: what was acknowledged is in the store,
// what was to be said is said, and nothing is said twice.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { random, seedOf } from './lib/random.js';
import { scene, until } from './lib/scene.js';
import { BO, FAY, KIM, LEE, MAYA, buttons, card, clickOn, dmsOf, messagesIn, textOf } from './lib/words.js';

const ROUNDS = 10;
const SPEED = 43_200; // a day in two seconds: manager after four, director after eight
const CLICKS_A_ROUND = 14; // below what a timeline shows at once, so that every line is seen
const ROUND_MS = 1500; // the longest that a round may take
const CLOSING_MS = 45_000;

// Standing jobs, and those of the far future: all that may be left when everything is done.
const STANDING = /^\S+ +ready +(purge|sync_groups|poll_deals|publish_home|learn_person|run_checks) /;

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
      if (error.name !== 'InteractionError' && !/there is no/.test(error.message)) throw error;
    }
  }

  // One thing that one of them does: mostly claims and releases, by button and by command; now and then something read.
  step(cards) {
    const { rng, sandbox } = this;
    const [number, message] = rng.pick(cards);
    const user = rng.pick([BO, MAYA]);
    const { claim } = message.first;
    const verb = rng.pick(['claim', 'release', 'claim', 'status', 'button']);
    if (verb === 'status') return sandbox.command(user, `status ${number}`);
    if (verb === 'button') return this.act(user, 'claim', number, () => clickOn(sandbox, user, message, 'claim', claim.value));
    return this.act(user, verb, number, () => sandbox.command(user, `${verb} ${number}`));
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

// Timelines put together over the whole test: number -> the lines, oldest first.
class Timelines {
  constructor(sandbox) {
    Object.assign(this, { sandbox, known: new Map() });
  }

  async read(number) {
    const { acked, ack } = await this.sandbox.command(LEE, `timeline ${number}`);
    assert.ok(acked && ack?.blocks, `timeline ${number}: ${JSON.stringify(ack)}`);
    const text = textOf(ack);
    const earlier = Number(/_(\d+) earlier entries/.exec(text)?.[1] ?? 0);
    const lines = text.split('\n').filter((line) => line.startsWith('<!date^'));
    const known = this.known.get(number) ?? [];
    assert.ok(earlier <= known.length, `lines of ${number} between ${known.length} and ${earlier} were not seen`);
    assert.deepEqual(known.slice(earlier), lines.slice(0, known.length - earlier), `the past of ${number} has changed`);
    this.known.set(number, [...known.slice(0, earlier), ...lines]);
  }

  // Lines of this person about this verb, whether it was granted or refused.
  of(number, user, verb) {
    return (this.known.get(number) ?? []).filter((line) => line.includes(`<@${user}>`) && new RegExp(`\\*${verb}(\\.\\w+)?\\*`).test(line));
  }
}

// Until nothing but standing jobs is left.
async function quiet(stage) {
  let busy;
  await until(async () => {
    const { code, out, err } = await stage.usher('jobs');
    assert.equal(code, 0, err);
    busy = out.split('\n').filter((line) => line && !STANDING.test(line));
    return busy.length === 0;
  }, { timeout: CLOSING_MS, what: () => `the end of\n${busy.join('\n')}` });
}

function nothingTwice(sandbox) {
  const seen = new Map();
  for (const { id, messages } of sandbox.state().channels) {
    for (const message of messages) {
      for (const mark of [`job ${message.metadata?.event_payload?.job}`, `${id} ${message.thread_ts ?? ''} ${message.text}`]) {
        assert.ok(!seen.has(mark), `said twice: ${mark}\n${seen.get(mark)?.ts} and ${message.ts}`);
        seen.set(mark, message);
      }
    }
  }
}

const seed = seedOf();
const options = { data: 'demo', sandbox: { clockSpeed: SPEED }, bot: false, timeout: 110_000 };

scene(`killed ${ROUNDS} times at random moments, nothing acknowledged is lost and nothing is said twice (USHER_SEED=${seed})`, options, async (stage) => {
  const { sandbox } = stage;
  const rng = random(seed);
  const team = new Team(sandbox, rng);
  const timelines = new Timelines(sandbox);
  const work = []; // what people still wait for an answer to
  const cards = new Map(); // number -> card as it was first seen, with its buttons

  // Claims take T1 away: only these two are worked on, the other two are left to escalate.
  const look = () => {
    for (const message of messagesIn(sandbox)) {
      const number = /\((ONB-\d+)\)$/.exec(message.text)?.[1];
      if (number && !message.thread_ts && !cards.has(number) && buttons(message).claim) cards.set(number, { ...structuredClone(message), first: structuredClone(buttons(message)) });
    }
    return [...cards].filter(([, message]) => /ACME|Northwind/.test(message.text));
  };

  for (let round = 0; round < ROUNDS; round++) {
    const bot = await stage.start({ connections: 1 });
    if (rng.chance(0.4)) sandbox.fault({ target: 'slack.chat.postMessage', kind: 'lost_reply', count: 1 });
    for (const number of cards.keys()) await timelines.read(number);
    if (round === 0) await card(sandbox, 'ACME Corp', undefined, CLOSING_MS); // something to click on
    const afterPromise = rng.chance(0.5); // the instant after an acknowledgement, or any other
    const moments = afterPromise ? [team.acknowledgements(rng.between(1, CLICKS_A_ROUND / 2)), pause(ROUND_MS)] : [pause(rng.between(50, 900))];
    if (look().length > 0) work.push(team.work(look(), () => !bot.ended));
    await Promise.race(moments);
    await bot.crash();
    const { code, out, err } = await stage.usher('audit', 'verify');
    assert.equal(code, 0, `audit verify after crash ${round + 1}: ${out}${err}`);
  }

  sandbox.clearFaults();
  await stage.start();
  await Promise.all(work);
  await Promise.all(['ACME Corp', 'Northwind Traders', 'Globex Logistics', 'Initech Health'].map((name) => card(sandbox, name, undefined, CLOSING_MS)));
  look();
  const numbers = [...cards.keys()];
  assert.equal(numbers.length, 4);
  const numberOf = (name) => [...cards].find(([, message]) => message.text.includes(name))[0];
  for (const number of numbers) await timelines.read(number);

  // One approves what takes one key, two what takes two.
  for (const [user, name] of [[BO, 'ACME'], [MAYA, 'Northwind'], [FAY, 'Northwind']]) {
    const number = numberOf(name);
    await team.act(user, 'approve', number, () => clickOn(sandbox, user, cards.get(number), 'approve', cards.get(number).first.approve.value));
  }
  for (const name of ['ACME Corp', 'Northwind Traders']) await card(sandbox, name, /Provisioned · /, CLOSING_MS);

  // Those left alone have reached manager and director.
  for (const number of ['Globex', 'Initech'].map(numberOf)) {
    for (const user of [LEE, KIM]) await sandbox.wait({ user, text: `(${number})`, timeout: CLOSING_MS });
  }
  await quiet(stage);

  for (const number of numbers) await timelines.read(number);
  assert.ok(team.tried.filter(({ acked }) => acked).length >= ROUNDS, 'hardly anything was acknowledged: the test shows nothing');
  for (const number of numbers) {
    for (const user of [BO, MAYA, FAY]) {
      for (const verb of ['claim', 'release', 'approve']) {
        const mine = team.tried.filter((one) => one.number === number && one.user === user && one.verb === verb);
        const acked = mine.filter((one) => one.acked).length;
        const kept = timelines.of(number, user, verb).length;
        assert.ok(kept >= acked && kept <= mine.length, `${user} ${verb} ${number}: tried ${mine.length}, acknowledged ${acked}, in the store ${kept}\n${timelines.known.get(number).join('\n')}`);
      }
    }
  }
  for (const user of [LEE, KIM]) {
    for (const number of numbers) {
      const count = dmsOf(sandbox, user).filter((message) => message.text.includes(`(${number})`)).length;
      assert.ok(count <= 1, `${user} was told ${count} times of ${number}`);
    }
  }
  nothingTwice(sandbox);
  assert.deepEqual(sandbox.state().organizations.map((one) => one.name).sort(), ['ACME Corp', 'Maple & Birch Labs', 'Northwind Traders']);
  const { code, out } = await stage.usher('audit', 'verify');
  assert.equal(code, 0, out);
});
