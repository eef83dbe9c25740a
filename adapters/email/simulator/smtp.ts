import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';
import type { MailFaults } from './faults';

export interface SmtpServerOptions {
  readonly faults: MailFaults;
  readonly isPassword: (password: string) => boolean;
  /** A mail was taken; that is said after this. */
  readonly onTaken: (raw: Buffer) => Promise<void>;
}

export interface SubmissionServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts an SMTP server that takes mail from whoever has the password, on loopback and without encryption. */
export async function startSmtp({
  faults,
  isPassword,
  onTaken,
}: SmtpServerOptions): Promise<SubmissionServer> {
  const server = new SMTPServer({
    authMethods: ['PLAIN', 'LOGIN'],
    ...{ disabledCommands: ['STARTTLS'], allowInsecureAuth: true, logger: false, closeTimeout: 50 },
    onAuth({ username, password }, _session, done) {
      if (isPassword(password ?? '')) done(null, { user: username });
      else done(refusal(535, '5.7.8 authentication failed'));
    },
    onMailFrom(_address, _session, done) {
      if (faults.has('bad_credentials')) done(refusal(535, '5.7.8 authentication failed'));
      else done(faults.take('rate_limited') ? refusal(450, '4.7.1 too many mails, slow down') : null);
    },
    onRcptTo(_address, _session, done) {
      done(faults.take('no_such_customer') ? refusal(550, '5.1.1 no such user here') : null);
    },
    onData(stream, _session, done) {
      const isSilent = faults.take('silent_after_accept');
      wholeOf(stream)
        .then(onTaken)
        .then(
          () => isSilent || done(null, 'taken'),
          (error: unknown) => done(error instanceof Error ? error : new Error('it broke off')),
        );
    },
  });
  server.on('error', () => undefined); // a client that hangs up is no trouble of ours
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function wholeOf(stream: SMTPServerDataStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function refusal(responseCode: number, words: string): Error {
  return Object.assign(new Error(words), { responseCode });
}
