// What is in deploy/: units that systemd finds tight, a Dockerfile that has all it needs, mounts of files that exist.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BINARY, usher } from './lib/bot.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (name) => readFileSync(`${ROOT}deploy/${name}`, 'utf8');
const UNITS = readdirSync(`${ROOT}deploy`).filter((name) => name.endsWith('.service'));
const EXPOSURE = 2.0;

const has = (command) => !spawnSync(command, ['--version']).error;

// [[INSTRUCTION, rest], …] of a Dockerfile, continued lines joined.
const steps = read('Dockerfile').replace(/^#.*\n/gm, '').replace(/\\\n/g, ' ').split('\n').filter(Boolean).map((line) => /^([A-Z]+) +(.*)$/.exec(line).slice(1));
const all = (name) => steps.filter(([instruction]) => instruction === name).map(([, rest]) => rest);

describe('deploy', () => {
  for (const unit of UNITS) {
    test(`${unit} is exposed to ${EXPOSURE} at most`, { skip: !has('systemd-analyze') && 'there is no systemd-analyze' }, () => {
      const { stdout, stderr } = spawnSync('systemd-analyze', ['security', '--offline=true', '--no-pager', `${ROOT}deploy/${unit}`], { encoding: 'utf8' });
      const [, exposure] = /Overall exposure level for \S+: ([\d.]+)/.exec(stdout) ?? assert.fail(stdout + stderr);
      assert.ok(Number(exposure) <= EXPOSURE, stdout);
    });
  }

  test('what is installed is what the tree holds', () => {
    const folder = mkdtempSync(join(tmpdir(), 'usher-install-'));
    execFileSync('make', ['-C', ROOT, '--silent', 'install', `DESTDIR=${folder}`, `B=${BINARY.replace(/\/usher$/, '')}`, `-o${BINARY}`], { stdio: 'pipe' });
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map(({ name }) => name).sort();
    rmSync(folder, { recursive: true, force: true });
    assert.deepEqual(files, ['usher', 'usher-backup.service', 'usher-backup.timer', 'usher.1', 'usher.conf', 'usher.example.json', 'usher.json', 'usher.rules.yml', 'usher.service']);
  });

  test('the Dockerfile copies every folder of sources, and nothing that is not there', () => {
    const copied = all('COPY').filter((rest) => !rest.startsWith('--from')).map((rest) => rest.split(/ +/));
    for (const [from] of copied) assert.ok(existsSync(ROOT + from), from);
    const folders = new Set(copied.map(([from]) => from));
    const sources = execFileSync('make', ['-C', ROOT, '--silent', '--eval', 'sources: ; @echo $(ALL_SRC)', 'sources'], { encoding: 'utf8' }).trim().split(/ +/);
    for (const source of sources) assert.ok(folders.has(source.split('/')[0]), `${source} is not copied`);
    for (const name of ['templates', 'Makefile', 'tests/deps']) assert.ok(folders.has(name), name);
  });

  test('the image has the packages of every library that the program is linked to', { skip: !has('dpkg') && 'this is no Debian' }, () => {
    const named = all('RUN').at(-1).split(/ +/).filter((word) => /^lib\w[\w.-]*$/.test(word));
    const withThem = execFileSync('dpkg-query', ['-W', '-f', '${Depends}\n', ...named], { encoding: 'utf8' }).match(/\blib[\w.+-]+/g);
    const installed = [...named, ...withThem];
    const needed = [...execFileSync('readelf', ['-d', BINARY], { encoding: 'utf8' }).matchAll(/NEEDED.*\[(.*)\]/g)].map(([, name]) => name).filter((name) => !/^lib(asan|ubsan|tsan|c|m|gcc_s)\.so/.test(name));
    assert.ok(needed.length >= 8, String(needed));
    for (const library of needed) {
      const owners = execFileSync('dpkg', ['-S', `*/${library}`], { encoding: 'utf8' }).split('\n').map((line) => line.split(':')[0]);
      assert.ok(owners.some((owner) => installed.includes(owner)), `${library} is of ${owners}`);
    }
  });

  test('the image runs commands that there are, as a user that is not root, without a shell', async () => {
    const { out: help } = await usher(['help']);
    const health = all('HEALTHCHECK')[0].replace(/^.* CMD /, '');
    const words = [[...JSON.parse(all('ENTRYPOINT')[0]), ...JSON.parse(all('CMD')[0])], JSON.parse(health)];
    for (const [program, command] of words) {
      assert.equal(program, 'usher');
      assert.match(help, new RegExp(`^  ${command} `, 'm'));
    }
    const [user] = all('USER').at(-1).split(':');
    assert.match(all('RUN').at(-1), new RegExp(`--uid ${user} `));
    assert.ok(Number(user) > 0);
  });

  test('compose mounts files that exist, where Prometheus and Grafana look for them', () => {
    const compose = read('compose.yml');
    const mounts = Object.fromEntries([...compose.matchAll(/- \.\/(\S+?):(\S+?):ro/g)].map(([, from, to]) => [from, to]));
    assert.equal(Object.keys(mounts).length, 5);
    for (const from of Object.keys(mounts)) assert.ok(existsSync(`${ROOT}deploy/${from}`), from);
    const [, rules] = /rule_files:\n +- (\S+)/.exec(read('prometheus/prometheus.yml'));
    assert.equal(mounts['prometheus/usher.rules.yml'], `/etc/prometheus/${rules}`);
    const [, folder] = /path: (\S+)/.exec(read('grafana/dashboards.yml'));
    assert.equal(mounts['grafana/usher.json'], `${folder}/usher.json`);
  });
});
