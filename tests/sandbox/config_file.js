// Writes the usher.json with which `usher run -c FILE` works against a running sandbox.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { CHANNEL, DEAL_DESK } from './slack/people.js';

const ROLES = {
  csm: ['U0MAYA', 'U0BO'], approver: ['S0APPROVE'], finance: ['U0FAY'], finance_director: ['U0DEE'],
  manager: ['U0LEE'], director: ['U0KIM'], admin: ['U0RAJ'],
};

// The section of each kind of contract system: the same contracts told in another way.
const CLM = {
  ironclad: ({ url, secret }) => ({
    base_url: `${url}/clm/public/api/v1`, token: secret('clm-token'),
    map: { status: 'status', contract_id: 'salesforceContractId', value: 'contractValue', effective: 'effectiveDate', expires: 'expirationDate', covers: 'coveredAccounts', pending: 'pendingSignatories', billing_schedule: 'billingSchedule' },
  }),
  docusign: ({ url, secret, credentials: { clm: { docusign } } }) => ({
    base_url: `${url}/clm/docusign`, login_url: `${url}/clm/docusign`, account_id: docusign.accountId, client_id: docusign.clientId, user_id: docusign.userId, private_key: secret('salesforce-key.pem'),
    map: { id: 'custom_provisions.c_ContractNumber', contract_id: 'custom_provisions.c_SalesforceContract', billing_schedule: 'custom_provisions.c_BillingSchedule' },
  }),
  generic: ({ url, secret }) => ({
    base_url: `${url}/clm/generic`, token: secret('clm-token'), path: '/contracts?contract_id={contract_id}&size=1',
    map: { items: 'items', next: 'next', id: 'id', status: 'status', contract_id: 'contract_id', value: 'value', effective: 'effective', expires: 'expires', signed_at: 'signed_at', covers: 'covers', pending: 'pending', billing_schedule: 'billing_schedule' },
  }),
  salesforce: () => ({}),
};
export const CLM_KINDS = Object.keys(CLM);

const EVERY_DAY = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

// Everything `usher run` needs; `secret(name)` gives the reference to a secret's file.
export function usherConfig({ url, credentials, folder, secret, clock, caFile, clm = 'ironclad', published = [], slackMode, smtp }) {
  const { salesforce, netsuite } = credentials;
  return {
    slack: { api_url: `${url}/api/`, ...(slackMode === 'http' ? { mode: 'http', signing_secret: secret('slack-signing-secret') } : { app_token: secret('slack-app-token') }), bot_token: secret('slack-bot-token'), connections: 2, command: '/onboard', channel: CHANNEL, ...(caFile && { ca_file: caFile }) },
    salesforce: { login_url: `${url}/salesforce`, auth: 'jwt', client_id: salesforce.clientId, username: salesforce.username, private_key: secret('salesforce-key.pem'), api_version: 'v62.0', poll_from: '2000-01-01' },
    netsuite: { base_url: `${url}/netsuite`, account_id: netsuite.accountId, auth: 'm2m', algorithm: 'ES256', client_id: netsuite.clientId, certificate_id: netsuite.certificateId, private_key: secret('netsuite-key.pem'), customer_field: 'externalid', contract_field: 'custbody_clm_contract' },
    clm: { kind: clm, ...CLM[clm]({ url, secret, credentials }) },
    platform: { base_url: `${url}/platform`, token: secret('platform-token') },
    ...(published.length && { rates: { base_url: `${url}/rates`, currencies: [...new Set(['EUR', 'GBP', 'USD', ...published.map(({ currency }) => currency)])].sort() } }),
    ...(smtp && { mail: { smtp_url: smtp, starttls: 'if_offered', from: 'usher@corp.example' } }),
    roles: ROLES,
    roster: { cs_manager: 'U0LEE', cs_director: 'U0KIM' },
    routes: { legal: [DEAL_DESK], revops: [DEAL_DESK] },
    calendar: { zone: 'UTC', days: EVERY_DAY, start: '00:00', end: '24:00' },
    store: { path: join(folder, 'usher.db') },
    http: { listen: '127.0.0.1', port: 0 },
    digest: { unasked: 'off' }, // `/onboard digest on` shows it
    // Nobody waits a minute in a sandbox to see an approval applied; on a scaled clock Usher shortens it by itself.
    ...(clock.speed === 1 && { approval: { undo_s: 2 } }),
    ...(clock.speed !== 1 && scaled()),
  };
}

// On a scaled clock a quarter of an hour is over in a blink: what is meant for people's minutes gets as long as it may.
function scaled() {
  return { rules: { max_age_min: 1440, recheck_min: 720 }, escalation: { token_days: 365, data_grace_min: 720 } };
}

// Where the secrets of a configuration file are kept.
export const secretsFolder = (path) => resolve(path).replace(/\.json$/, '') + '-secrets';

export function writeConfig(path, { url, credentials, clock, caFile = null, clm, published, slackMode, smtp }) {
  const file = resolve(path);
  const folder = dirname(file);
  const secrets = basename(secretsFolder(path));
  mkdirSync(folder, { recursive: true });
  credentials.keepIn(secretsFolder(path));
  const config = usherConfig({ url, credentials, folder, clock, clm, published, slackMode, smtp, caFile: caFile && resolve(caFile), secret: (name) => ({ file: join(secrets, name) }) });
  if (clock.speed !== 1) config.salesforce.poll_s = 5;
  writeFileSync(`${file}.new`, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return config;
}
