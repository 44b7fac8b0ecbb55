// A certificate authority for one test run, made with the openssl command line: good, wrong host, expired, self-signed.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const HOSTS = 'DNS:localhost,IP:127.0.0.1';
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
const DAY_MS = 86_400_000;

// `openssl ca` is the one command of every version that takes both ends of a certificate's life.
const config = (folder) => `
[ca]
default_ca = here
[here]
database = ${folder}/index.txt
new_certs_dir = ${folder}/issued
rand_serial = yes
certificate = ${folder}/ca.pem
private_key = ${folder}/ca.key
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
`;

const openssl = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
const stamp = (ms) => new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, ''); // 20260420093000Z

export class Authority {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'usher-ca-'));
    this.file = join(this.folder, 'ca.pem');
    mkdirSync(join(this.folder, 'issued'));
    writeFileSync(join(this.folder, 'index.txt'), '');
    writeFileSync(join(this.folder, 'ca.cnf'), config(this.folder));
    openssl('req', '-x509', ...KEY, '-keyout', join(this.folder, 'ca.key'), '-out', this.file, '-days', '2', '-subj', '/CN=Authority of a test');
  }

  paths(name) {
    return { cert: join(this.folder, `${name}.pem`), key: join(this.folder, `${name}.key`) };
  }

  issue(name, { hosts = HOSTS, from = Date.now() - DAY_MS, to = Date.now() + DAY_MS } = {}) {
    const { cert, key } = this.paths(name);
    const request = join(this.folder, `${name}.csr`);
    openssl('req', '-new', ...KEY, '-keyout', key, '-out', request, '-subj', `/CN=${name}`, '-addext', `subjectAltName=${hosts}`);
    openssl('ca', '-batch', '-notext', '-config', join(this.folder, 'ca.cnf'), '-in', request, '-out', cert, '-startdate', stamp(from), '-enddate', stamp(to));
    return { cert, key };
  }

  // Name -> certificate, each with what is wrong about it as an error must say.
  all() {
    const { cert, key } = this.paths('self-signed');
    openssl('req', '-x509', ...KEY, '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=self-signed', '-addext', `subjectAltName=${HOSTS}`);
    return {
      good: this.issue('good'),
      'wrong host': { ...this.issue('wrong-host', { hosts: 'DNS:elsewhere.example' }), error: /no alternative certificate subject name matches|host ?name mismatch/i },
      expired: { ...this.issue('expired', { from: Date.now() - 3 * DAY_MS, to: Date.now() - DAY_MS }), error: /certificate has expired/i },
      'self-signed': { cert, key, error: /self[- ]signed certificate/i },
    };
  }

  clear() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
