import type { AddressInfo, Socket } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';

/** A mail that the server took. */
export interface TakenMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: Buffer;
  readonly mail: ParsedMail;
}

/** How the next mail is answered: refused at a stage with these words, or taken and then mistreated. */
export type SmtpFault =
  | {
      readonly at: 'mail' | 'rcpt' | 'data';
      readonly code: number;
      readonly words: string;
      readonly only?: string;
    }
  /** Takes it, and says this; raw, so that it may be nonsense. */
  | { readonly at: 'taken'; readonly raw: string; readonly closes?: boolean }
  | { readonly at: 'taken'; readonly reset: true }
  /** Takes it, and never says so. */
  | { readonly at: 'silent' };

/** A real SMTP server with exact faults. */
export interface SmtpFake {
  readonly port: number;
  readonly taken: readonly TakenMail[];
  /** MAIL commands, refused ones too. */
  readonly transactions: () => number;
  /** Connections that were let in. */
  readonly logins: () => number;
  readonly held: () => number;
  readonly connections: () => number;
  fault: SmtpFault | undefined;
  /** Called for each mail that was taken, before that is said. */
  onTaken: (mail: TakenMail) => void;
  password: string;
  /** Whose server it is: nobody else is let in. Absent: anybody's with the password. */
  user: string | undefined;
  /** Whether an access token is good (XOAUTH2). */
  isGood: (accessToken: string) => boolean;
  stop(): Promise<void>;
}

type Done = (error?: Error | null, message?: string) => void;

export async function startSmtp(password: string): Promise<SmtpFake> {
  const taken: TakenMail[] = [];
  let transactions = 0;
  let logins = 0;
  let held = 0;
  const server = new SMTPServer({
    authMethods: ['PLAIN', 'LOGIN', 'XOAUTH2'],
    ...{ disabledCommands: ['STARTTLS'], allowInsecureAuth: true, logger: false, size: 100 * 1024 * 1024 },
    closeTimeout: 50,
    onAuth(auth, _session, done) {
      const { accessToken } = auth;
      const isTheirs = fake.user === undefined || auth.username === fake.user;
      const isKnown = accessToken === undefined ? auth.password === fake.password : fake.isGood(accessToken);
      const isGood = isTheirs && isKnown;
      if (isGood) logins += 1;
      if (isGood) done(null, { user: auth.username });
      else done(refusal(535, '5.7.8 authentication failed'));
    },
    onMailFrom(_address, _session, done) {
      transactions += 1;
      done(refusalAt(fake, 'mail'));
    },
    onRcptTo({ address }, _session, done) {
      done(refusalAt(fake, 'rcpt', address));
    },
    onData(stream, session, done) {
      take(stream, session)
        .then((mail) => settle(mail, session, done))
        .catch((error: unknown) => done(error instanceof Error ? error : new Error('unknown')));
    },
  });
  const settle = (mail: TakenMail, session: SMTPServerSession, done: Done) => {
    const refused = refusalAt(fake, 'data');
    if (refused) return done(refused);
    taken.push(mail);
    fake.onTaken(mail);
    const { fault } = fake;
    fake.fault = undefined;
    if (fault === undefined || !('at' in fault) || (fault.at !== 'taken' && fault.at !== 'silent'))
      return done(null, 'taken');
    const socket = socketOf(server, session);
    if (fault.at === 'silent') {
      held += 1;
      socket.once('close', () => {
        held -= 1;
      });
    } else if ('reset' in fault) socket.resetAndDestroy();
    else socket.write(fault.raw, () => fault.closes && socket.destroy());
  };
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fake: SmtpFake = {
    port: (server.server.address() as AddressInfo).port,
    taken,
    transactions: () => transactions,
    logins: () => logins,
    held: () => held,
    connections: () => connectionsOf(server).size,
    fault: undefined,
    onTaken: () => {},
    password,
    user: undefined,
    isGood: () => false,
    stop: () =>
      new Promise((resolve) => {
        for (const { _socket } of connectionsOf(server)) _socket.destroy();
        if (server.server.listening) server.close(() => resolve());
        else resolve();
      }),
  };
  return fake;
}

async function take(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<TakenMail> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  const raw = Buffer.concat(chunks);
  const { mailFrom, rcptTo } = session.envelope;
  return {
    from: mailFrom ? mailFrom.address : '',
    to: rcptTo.map(({ address }) => address),
    raw,
    mail: await simpleParser(raw, { skipImageLinks: true }),
  };
}

function refusalAt(fake: SmtpFake, at: 'mail' | 'rcpt' | 'data', address?: string): Error | null {
  const { fault } = fake;
  if (fault?.at !== at || (fault.only !== undefined && fault.only !== address)) return null;
  if (fault.only === undefined) fake.fault = undefined;
  return refusal(fault.code, fault.words);
}

function refusal(responseCode: number, words: string): Error {
  return Object.assign(new Error(words), { responseCode });
}

interface ServerConnection {
  readonly session: SMTPServerSession;
  readonly _socket: Socket;
}

// What smtp-server keeps of its connections is not in its types.
function connectionsOf(server: SMTPServer): Set<ServerConnection> {
  return (server as unknown as { readonly connections: Set<ServerConnection> }).connections;
}

function socketOf(server: SMTPServer, session: SMTPServerSession): Socket {
  const found = [...connectionsOf(server)].find((one) => one.session.id === session.id);
  if (!found) throw new Error('the connection is gone');
  return found._socket;
}
