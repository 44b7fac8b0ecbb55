// What the sandbox's systems accept as proof of who calls: made up at random, and kept in files (mode 0600) where a
// folder is given, so that a configuration written once goes on working.
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const hex = (bytes) => randomBytes(bytes).toString('hex');
const digits = (count) => Array.from(randomBytes(count), (byte) => byte % 10).join('');
const pem = (type, options) => generateKeyPairSync(type, { ...options, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } }).privateKey;

// file name -> how its content is made
const SECRETS = {
  'slack-app-token': () => `xapp-1-A0USHER-${digits(13)}-${hex(32)}`,
  'slack-bot-token': () => `xoxb-${digits(12)}-${digits(13)}-${hex(12)}`,
  'slack-signing-secret': () => hex(16),
  'slack-client-secret': () => hex(16),
  'salesforce-key.pem': () => pem('rsa', { modulusLength: 2048 }),
  'salesforce-client-secret': () => hex(32),
  'netsuite-key.pem': () => pem('ec', { namedCurve: 'P-256' }),
  'netsuite-consumer-key': () => hex(32),
  'netsuite-consumer-secret': () => hex(32),
  'netsuite-token-id': () => hex(32),
  'netsuite-token-secret': () => hex(32),
  'clm-token': () => hex(24),
  'platform-token': () => hex(24),
};

export class Credentials {
  constructor(folder = null) {
    this.folder = folder;
    this.secrets = new Map();
    this.keys = new Map();
    if (folder !== null) mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  // The secret's value; made (and written) at its first use.
  secret(name) {
    if (!this.secrets.has(name)) this.secrets.set(name, this.read(name));
    return this.secrets.get(name);
  }

  read(name) {
    const file = this.folder === null ? null : join(this.folder, name);
    if (file !== null && existsSync(file)) return readFileSync(file, 'utf8').trim();
    const value = SECRETS[name]();
    if (file !== null) writeFileSync(file, value.endsWith('\n') ? value : `${value}\n`, { mode: 0o600 });
    return value;
  }

  publicKey(name) {
    if (!this.keys.has(name)) this.keys.set(name, createPublicKey(createPrivateKey(this.secret(name))));
    return this.keys.get(name);
  }

  // Moves everything into `folder`, so that a configuration there can point at it.
  keepIn(folder) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of Object.keys(SECRETS)) writeFileSync(join(folder, name), `${this.secret(name).trimEnd()}\n`, { mode: 0o600 });
  }

  get slack() {
    const all = this;
    return {
      app: this.secret('slack-app-token'), bot: this.secret('slack-bot-token'), client: { id: '1111111111.2222222222', get secret() { return all.secret('slack-client-secret'); } },
      get signing() { return all.secret('slack-signing-secret'); },
    };
  }

  get salesforce() {
    const all = this;
    return {
      clientId: '3MVG9SANDBOXUSHERCONSUMERKEY', username: 'usher@corp.example',
      get clientSecret() { return all.secret('salesforce-client-secret'); },
      get publicKey() { return all.publicKey('salesforce-key.pem'); },
    };
  }

  get netsuite() {
    const all = this;
    return {
      accountId: '1234567_SB1', clientId: 'sandbox-usher-integration', certificateId: 'sandbox-certificate-1',
      get publicKey() { return all.publicKey('netsuite-key.pem'); },
      get consumerKey() { return all.secret('netsuite-consumer-key'); },
      get consumerSecret() { return all.secret('netsuite-consumer-secret'); },
      get tokenId() { return all.secret('netsuite-token-id'); },
      get tokenSecret() { return all.secret('netsuite-token-secret'); },
    };
  }

  get clm() {
    const all = this;
    return {
      get token() { return all.secret('clm-token'); },
      // DocuSign knows the integration by the key that Salesforce knows it by: making one takes long
      docusign: { accountId: '0a1b2c3d-0000-4000-8000-000000000001', clientId: '0a1b2c3d-0000-4000-8000-000000000002', userId: '0a1b2c3d-0000-4000-8000-000000000003', get publicKey() { return all.publicKey('salesforce-key.pem'); } },
    };
  }

  get platform() {
    return { token: this.secret('platform-token') };
  }
}
