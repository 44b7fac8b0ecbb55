// A mail server that others wrote (npm's smtp-server), on a free port, with what goes wrong as switches; its mails are
// read by a parser that others wrote too (postal-mime).
import { readFileSync } from 'node:fs';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

export const PASSWORD = 'a mail password';

// certificate: {cert, key} files. implicit: TLS from the first byte. starttls: false does not offer it. refuse: a list of
// {at: 'auth' | 'mail' | 'rcpt' | 'data', code, words, times}. cut: 'data' drops the connection once the text has come.
export class MailServer {
  constructor({ certificate, implicit = false, starttls = true, anonymous = false } = {}) {
    this.mails = [];
    this.waiting = [];
    this.refusals = [];
    this.texts = 0; // how often a text came, kept or not
    this.sessions = [];
    const tls = certificate ? { cert: readFileSync(certificate.cert), key: readFileSync(certificate.key) } : {};
    this.server = new SMTPServer({
      ...tls, secure: implicit, hideSTARTTLS: !starttls, disabledCommands: [...(starttls ? [] : ['STARTTLS']), ...(anonymous ? ['AUTH'] : [])],
      authOptional: anonymous, allowInsecureAuth: !starttls, disableReverseLookup: true, logger: false,
      onAuth: (auth, session, done) => this.answer('auth', done) || (auth.username === 'usher' && auth.password === PASSWORD ? done(null, { user: 'usher' }) : done(refusal(535, '5.7.8 Authentication credentials invalid'))),
      onMailFrom: (address, session, done) => this.answer('mail', done) || done(),
      onRcptTo: (address, session, done) => this.answer('rcpt', done) || done(),
      onData: (stream, session, done) => this.take(stream, session, done),
    });
    this.server.on('error', () => {}); // a client that went away
  }

  // Answers with what was asked for, that many times.
  refuse(at, code, words, times = 1) {
    this.refusals.push({ at, code, words, times });
  }

  answer(at, done) {
    const found = this.refusals.find((one) => one.at === at && one.times > 0);
    if (!found) return false;
    found.times -= 1;
    done(refusal(found.code, found.words));
    return true;
  }

  async take(stream, session, done) {
    const pieces = [];
    for await (const piece of stream) pieces.push(piece);
    this.texts += 1;
    const raw = Buffer.concat(pieces).toString('latin1');
    const mail = { ...(await PostalMime.parse(raw)), raw, from: session.envelope.mailFrom.address, to: session.envelope.rcptTo.map(({ address }) => address), hello: session.hostNameAppearsAs, secure: session.secure, user: session.user };
    if (this.cut) {
      this.cut -= 1;
      for (const connection of this.server.connections) connection._socket.destroy();
      return;
    }
    if (this.answer('data', done)) return;
    this.mails.push(mail);
    done(null, 'queued');
    this.waiting.splice(0).forEach((wake) => wake());
  }

  // The n-th mail, once it is there.
  async mail(n = 1, timeout = 15_000) {
    const end = Date.now() + timeout;
    while (this.mails.length < n) {
      const left = end - Date.now();
      if (left <= 0) throw new Error(`no mail came: ${JSON.stringify(this.mails.map(({ subject }) => subject))}`);
      let timer;
      await Promise.race([new Promise((resolve) => { this.waiting.push(resolve); }), new Promise((resolve) => { timer = setTimeout(resolve, left); })]);
      clearTimeout(timer);
    }
    return this.mails[n - 1];
  }

  async listen() {
    await new Promise((resolve) => { this.server.listen(0, '127.0.0.1', resolve); });
    this.port = this.server.server.address().port;
    return this;
  }

  close() {
    return new Promise((resolve) => { this.server.close(resolve); });
  }
}

function refusal(code, words) {
  return Object.assign(new Error(words), { responseCode: code });
}
