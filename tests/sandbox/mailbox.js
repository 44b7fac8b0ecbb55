// Where the mail of the sandbox's company ends up: a mail server on the loopback that takes everything and keeps the newest.
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

const KEPT = 50;
const HOST = '127.0.0.1';

export class Mailbox {
  constructor({ clock, onChange }) {
    Object.assign(this, { clock, onChange, mails: [] }); // oldest first: {id, at, to, subject, text}
    this.server = new SMTPServer({ authOptional: true, hideSTARTTLS: true, disabledCommands: ['AUTH', 'STARTTLS'], disableReverseLookup: true, logger: false, onData: (stream, session, done) => this.take(stream, session).then(() => done(), done) });
    this.server.on('error', () => {}); // a client that went away
  }

  async take(stream, { envelope }) {
    const pieces = [];
    for await (const piece of stream) pieces.push(piece);
    const { messageId, subject, text } = await PostalMime.parse(Buffer.concat(pieces));
    this.mails.push({ id: messageId, at: this.clock.now(), to: envelope.rcptTo.map(({ address }) => address), subject, text });
    this.mails.splice(0, this.mails.length - KEPT);
    this.onChange();
  }

  listen() {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(0, HOST, () => {
        this.url = `smtp://${HOST}:${this.server.server.address().port}`;
        resolve();
      });
    });
  }

  close() {
    return new Promise((resolve) => { this.server.close(resolve); });
  }
}
