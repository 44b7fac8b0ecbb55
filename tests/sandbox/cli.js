// The command line of usher-sandbox.
import { parseArgs } from 'node:util';
import { CLM_KINDS } from './config_file.js';
import { DataError } from './data.js';
import { isDay } from './dates.js';
import { startSandbox } from './server.js';

const USAGE = `usher-sandbox: a Slack workspace, Salesforce, NetSuite, a contract system and a platform on the loopback

usage: usher-sandbox --data DIR [--data DIR …] [options]

  --data DIR           folder of account files (*.json), or one file; may be given several times
  --port N             port to listen on; 0 (the default) picks a free one
  --today YYYY-MM-DD   the day that relative dates in account files count from
  --clock-speed N      how much faster than the machine's the sandbox's clock runs (8640: a day in ten seconds)
  --clock-from MS      the instant (ms since 1970, UTC) at which that begins; the bot must be given the same
  --write-config FILE  writes the usher.json with which "usher run -c FILE" works here, its secrets beside it
  --clm KIND           the contract system of that usher.json: ${CLM_KINDS.join(', ')} (the first, unless said)
  --mail               with a mail server, for whom Slack does not reach; the page shows what it took
  --tls-cert FILE      certificate and key (PEM): serves https and wss
  --tls-key FILE
  --help
`;

const EX_USAGE = 64;
const EX_DATAERR = 65;
const EX_UNAVAILABLE = 69;

class UsageError extends Error {}

function number(values, name, least, most) {
  if (values[name] === undefined) return undefined;
  const value = Number(values[name]);
  if (values[name].trim() === '' || !(value >= least && value <= most)) throw new UsageError(`--${name} ${values[name]}: not a number from ${least} to ${most}`);
  return value;
}

function readOptions(argv) {
  let values;
  try {
    ({ values } = parseArgs({
      args: argv,
      options: {
        data: { type: 'string', multiple: true }, port: { type: 'string' }, today: { type: 'string' }, 'clock-speed': { type: 'string' }, 'clock-from': { type: 'string' },
        'write-config': { type: 'string' }, clm: { type: 'string' }, mail: { type: 'boolean' }, 'tls-cert': { type: 'string' }, 'tls-key': { type: 'string' }, help: { type: 'boolean', short: 'h' },
      },
    }));
  } catch (error) {
    throw new UsageError(error.message);
  }
  if (values.help) return null;
  if (!values.data) throw new UsageError('--data is missing');
  if (values.today !== undefined && !isDay(values.today)) throw new UsageError(`--today ${values.today}: not a day (YYYY-MM-DD)`);
  if (values.clm !== undefined && !CLM_KINDS.includes(values.clm)) throw new UsageError(`--clm ${values.clm}: not one of ${CLM_KINDS.join(', ')}`);
  if ((values['tls-cert'] === undefined) !== (values['tls-key'] === undefined)) throw new UsageError('--tls-cert and --tls-key go together');
  return {
    data: values.data, today: values.today, port: number(values, 'port', 0, 65535), clockSpeed: number(values, 'clock-speed', 0.001, 1e6), clockFrom: number(values, 'clock-from', 0, 8.64e15),
    writeConfig: values['write-config'], clm: values.clm, mail: values.mail, tlsCert: values['tls-cert'], tlsKey: values['tls-key'], log: (line) => console.error(line),
  };
}

async function main(argv) {
  const options = readOptions(argv);
  if (options === null) {
    process.stdout.write(USAGE);
    return;
  }
  const sandbox = await startSandbox(options);
  const stop = () => sandbox.close().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  process.stdout.write(`usher-sandbox listening on ${sandbox.url}\n`);
}

// Exit codes follow sysexits.
function fail(error) {
  if (error instanceof UsageError) {
    process.stderr.write(`usher-sandbox: ${error.message}\n\n${USAGE}`);
    process.exit(EX_USAGE);
  }
  process.stderr.write(`${error.message.split('\n').map((line) => `usher-sandbox: ${line}`).join('\n')}\n`);
  process.exit(error instanceof DataError ? EX_DATAERR : EX_UNAVAILABLE);
}

main(process.argv.slice(2)).catch(fail);
