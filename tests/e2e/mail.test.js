// Mail for whom Slack does not reach: over TLS or not at all, to a server that we did not write.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe } from 'node:test';
import { MailServer, PASSWORD } from './lib/mail.js';
import { scene } from './lib/scene.js';
import { Authority } from './lib/tls.js';
import { BO, FAY, card, click, note, textOf } from './lib/words.js';

const authority = new Authority();
const certificates = authority.all();
after(() => authority.clear());

// The section `mail` for this server, and the authority that its certificate comes from.
function configure(stage, url, more = {}) {
  writeFileSync(join(stage.folder, 'mail-password'), `${more.password ?? PASSWORD}\n`, { mode: 0o600 });
  stage.configure((config) => {
    config.slack.ca_file = authority.file;
    config.mail = { smtp_url: url, from: 'usher@corp.example', username: 'usher', password: { file: 'mail-password' }, ...more };
    if (more.password !== undefined) config.mail.password = { file: 'mail-password' };
  });
}

async function withServer(options, play) {
  const server = await new MailServer(options).listen();
  try {
    return await play(server);
  } finally {
    await server.close();
  }
}

const check = async (stage) => {
  const { code, out } = await stage.usher('check');
  return { code, line: out.split('\n').find((one) => one.slice(6).startsWith('Mail')) ?? assert.fail(`no line of Mail:\n${out}`), out };
};

const here = { data: 'demo/acme.json', bot: false };

describe('usher check and the mail server', { concurrency: 2 }, () => {
  scene('STARTTLS with a name and a password lets us in, and writes to nobody', here, (stage) => withServer({ certificate: certificates.good }, async (server) => {
    configure(stage, `smtp://localhost:${server.port}`);
    const { code, line, out } = await check(stage);
    assert.match(line, /^ok +Mail +lets us in/);
    assert.equal(code, 0, out);
    assert.ok(!out.includes(PASSWORD));
    assert.equal(server.texts, 0);
  }));

  scene('so does TLS from the first byte', here, (stage) => withServer({ certificate: certificates.good, implicit: true }, async (server) => {
    configure(stage, `smtps://localhost:${server.port}`);
    assert.match((await check(stage)).line, /^ok +Mail +lets us in/);
  }));

  scene('a wrong password is named', here, (stage) => withServer({ certificate: certificates.good }, async (server) => {
    configure(stage, `smtp://localhost:${server.port}`, { password: 'wrong' });
    const { code, line } = await check(stage);
    assert.match(line, /^FAIL +Mail +Authentication credentials invalid \(auth, smtp_535\): check the credentials/);
    assert.equal(code, 78);
  }));

  scene('a server that does not encrypt is refused, and gets no password', here, (stage) => withServer({ certificate: certificates.good, starttls: false }, async (server) => {
    let passwords = 0;
    server.server.onAuth = (auth, session, done) => { passwords += 1; done(null, { user: 'usher' }); };
    configure(stage, `smtp://localhost:${server.port}`);
    assert.match((await check(stage)).line, /^FAIL +Mail .*tls_refused/);
    assert.equal(passwords, 0);
    configure(stage, `smtp://localhost:${server.port}`, { starttls: 'if_offered' });
    assert.match((await check(stage)).line, /^ok +Mail/);
    assert.equal(passwords, 1);
  }));

  for (const [name, certificate] of Object.entries(certificates).filter(([, { error }]) => error)) {
    for (const implicit of [false, true]) {
      scene(`${implicit ? 'TLS' : 'STARTTLS'} with a certificate that is ${name}: it is named, nobody signs in`, here, (stage) => withServer({ certificate, implicit }, async (server) => {
        server.server.onAuth = () => assert.fail('signed in');
        configure(stage, `smtp${implicit ? 's' : ''}://localhost:${server.port}`);
        const { line } = await check(stage);
        assert.match(line, /^FAIL +Mail .*tls_refused/);
        assert.match(line, certificate.error);
      }));
    }
  }

  scene('a configuration that could show what is written is refused', here, async (stage) => {
    const table = [
      [{ smtp_url: 'http://localhost:25' }, /mail\.smtp_url.*smtps:\/\/HOST:PORT/],
      [{ smtp_url: 'smtp://usher:secret@localhost' }, /mail\.smtp_url/],
      [{ smtp_url: 'smtp://mail.corp.example:587', starttls: 'if_offered' }, /mail\.starttls: if_offered is only for a server on/],
      [{ from: 'usher@corp.example\r\nBcc: x@y' }, /mail\.from: holds a control character/],
      [{ from: 'Usher <usher@corp.example>' }, /mail\.from.*must be a mail address/],
      [{ username: undefined }, /mail\.username: is missing; mail\.password needs it/],
    ];
    for (const [more, words] of table) {
      configure(stage, 'smtp://localhost:25', more);
      const { code, err } = await stage.usher('check');
      assert.equal(code, 78, err);
      assert.match(err, words);
    }
  });
});

// Slack refuses the message to Finance for good: Fay is written to.
const missed = { data: 'demo/northwind.json', bot: false, timeout: 60_000 };

async function start(stage, server) {
  configure(stage, `smtp${server.server.options.secure ? 's' : ''}://localhost:${server.port}`);
  stage.sandbox.fault({ target: 'slack.conversations.open', kind: 'error', error: 'cannot_dm_bot', match: FAY });
  await stage.start();
  return card(stage.sandbox, 'Northwind Traders');
}

describe('a message that Slack does not deliver', { concurrency: 2 }, () => {
  for (const implicit of [false, true]) {
    scene(`is mailed over ${implicit ? 'TLS' : 'STARTTLS'}, once, as a message that others can read`, missed, (stage) => withServer({ certificate: certificates.good, implicit }, async (server) => {
      const posted = await start(stage, server);
      const mail = await server.mail();
      assert.equal(mail.secure, true);
      assert.equal(mail.user, 'usher');
      assert.deepEqual([mail.from, mail.to], ['usher@corp.example', ['fay@corp.example']]);
      assert.equal(mail.subject, `For Finance: Northwind Traders (${/ONB-\d+/.exec(posted.text)[0]})`);
      assert.match(mail.text, /something is for Finance to see to/);
      assert.match(mail.text, /cannot_dm_bot/);
      assert.match(mail.html, /<strong>Northwind Traders<\/strong>/);
      assert.match(mail.html, new RegExp(`<a href="https://[a-z.-]+/archives/C0ONBOARD/p${posted.ts.replace('.', '')}">`));
      assert.match(mail.messageId, /^<[0-9A-Z]{26}@corp\.example>$/);
      assert.ok(Math.abs(Date.parse(mail.date) - Date.now()) < 60_000);
      for (const line of mail.raw.split('\r\n')) assert.ok(line.length <= 76 && /^[ -~]*$/.test(line), line);
      assert.ok(!mail.raw.includes(PASSWORD) && !/<button|<form|<img|<script/.test(mail.html));
      await card(stage.sandbox, 'Northwind Traders', /not delivered .*, mailed /);
      await click(stage.sandbox, BO, posted, 'view');
      const { view } = await stage.sandbox.wait(() => [...stage.sandbox.workspace.views.values()].find((one) => one.user === BO)).then((one) => ({ view: one.view ?? one }));
      assert.match(textOf(view), /Mail to <@U0FAY>: sent/);
      assert.equal(server.mails.length, 1);
    }));
  }

  scene('is mailed after the server was busy twice', missed, (stage) => withServer({ certificate: certificates.good }, async (server) => {
    server.refuse('rcpt', 451, '4.7.1 try again later');
    server.refuse('data', 452, '4.3.1 no room');
    await start(stage, server);
    await server.mail(1, 30_000);
    assert.equal(server.texts, 2);
    assert.equal(server.refusals.every(({ times }) => times === 0), true);
  }));

  scene('that no mail reaches either is told in the thread, with the server\'s words', missed, (stage) => withServer({ certificate: certificates.good }, async (server) => {
    server.refuse('rcpt', 550, '5.1.1 No such user here', 9);
    const posted = await start(stage, server);
    const said = await note(stage.sandbox, posted, 'failed too');
    assert.match(said.text, /The mail to <@U0FAY> failed too: .*No such user here/);
    assert.equal(server.texts, 0);
    await card(stage.sandbox, 'Northwind Traders', /the mail failed too: .*No such user here/);
  }));

  scene('and whose mail may have arrived is not mailed again', missed, (stage) => withServer({ certificate: certificates.good }, async (server) => {
    server.cut = 1;
    const posted = await start(stage, server);
    const said = await note(stage.sandbox, posted, 'failed too');
    assert.match(said.text, /it may have arrived/);
    assert.equal(server.texts, 1);
    assert.equal(server.mails.length, 0);
    // An operator may repeat it: the same Message-ID says that it is the same mail.
    const { out } = await stage.usher('jobs', 'dead');
    const [id] = /\b[0-9A-Z]{26}\b(?=.*post_mail)/.exec(out) ?? assert.fail(out);
    await stage.bot.stop();
    assert.equal((await stage.usher('jobs', 'retry', id)).code, 0);
    await stage.start();
    const mail = await server.mail();
    assert.equal(mail.messageId, `<${id}@corp.example>`);
  }));
});
