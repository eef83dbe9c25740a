import type { Readable } from 'node:stream';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { ChannelError, type Host } from '../../plugins/contract/index';
import type { EmailConfig } from './config';
import { type Credentials, type Login, loggedIn } from './credentials';
import { domainOf } from './message-ids';
import { type Stage, smtpError } from './smtp-errors';

/** What is submitted. */
export interface Submission {
  readonly from: string;
  /** The first one is whom the mail is for. */
  readonly to: readonly string[];
  readonly body: Readable;
}

export interface Submitted {
  /** Of `to`, those that the server refused. */
  readonly refused: readonly string[];
}

/** Connections to one SMTP server, kept open for a while. */
export interface SmtpPool {
  /** Throws a ChannelError that says whether the server may have the mail. */
  submit(submission: Submission, signal: AbortSignal): Promise<Submitted>;
  /** Connects and logs in. */
  check(signal: AbortSignal): Promise<void>;
  close(): void;
}

export interface SmtpPoolOptions {
  readonly config: EmailConfig;
  readonly host: Host;
  readonly credentials: Credentials;
}

const KEPT_MS = 20_000;
const CONNECT_MS = 10_000;
const QUIET_MS = 60_000;

export function smtpPool(options: SmtpPoolOptions): SmtpPool {
  const idle = new Set<Connection>();
  const busy = new Set<Connection>();
  let isClosed = false;
  const open = async (signal: AbortSignal): Promise<Connection> => {
    for (const free of idle) {
      idle.delete(free);
      if (free.isUsable()) return free.take();
    }
    return Connection.open(options, signal);
  };
  const giveBack = (connection: Connection) => {
    busy.delete(connection);
    if (!connection.isUsable() || isClosed) connection.end();
    else idle.add(connection.rest(KEPT_MS, () => idle.delete(connection)));
  };
  const mustBeOpen = (signal: AbortSignal) => {
    if (isClosed) throw new ChannelError('unavailable', 'the account is closed');
    if (signal.aborted) throw new ChannelError('unavailable', 'it was given up');
  };
  const run = async <T>(signal: AbortSignal, work: (connection: Connection) => Promise<T>): Promise<T> => {
    mustBeOpen(signal);
    const connection = await open(signal);
    busy.add(connection);
    const hangUp = () => connection.end();
    signal.addEventListener('abort', hangUp, { once: true });
    try {
      mustBeOpen(signal);
      return await work(connection);
    } finally {
      signal.removeEventListener('abort', hangUp);
      giveBack(connection);
    }
  };
  return {
    submit: (submission, signal) => run(signal, (connection) => connection.submit(submission)),
    check: (signal) => run(signal, async () => undefined),
    close() {
      isClosed = true;
      for (const connection of [...idle, ...busy]) connection.end();
      idle.clear();
    },
  };
}

/** One connection that is logged in, for one mail at a time. */
class Connection {
  private readonly smtp: SMTPConnection;
  private stage: Stage = 'connect';
  private isOver = false;
  private fail: (error: unknown) => void = () => {};
  private timer: NodeJS.Timeout | undefined;

  private constructor(smtp: SMTPConnection) {
    this.smtp = smtp;
    smtp.on('error', (error: unknown) => this.over(error));
    smtp.once('end', () => this.over(new Error('the connection ended')));
  }

  static open(options: SmtpPoolOptions, signal: AbortSignal): Promise<Connection> {
    const { credentials } = options;
    return loggedIn({ credentials, server: 'smtp', signal }, (login) =>
      Connection.openWith(login, options, signal),
    );
  }

  private static async openWith(
    login: Login,
    { config, host }: SmtpPoolOptions,
    signal: AbortSignal,
  ): Promise<Connection> {
    const connection = new Connection(createSmtp(config, await addressOf(config, host)));
    const { smtp } = connection;
    const hangUp = () => connection.end();
    signal.addEventListener('abort', hangUp, { once: true });
    try {
      await connection.step((done) => smtp.connect(done));
      connection.stage = 'login';
      const { user } = login;
      await connection.step((done) =>
        smtp.login(
          'password' in login
            ? { user, pass: login.password }
            : { user, method: 'XOAUTH2', oauth2: tokenOf(login.accessToken, user) },
          done,
        ),
      );
      connection.stage = 'envelope';
      return connection;
    } catch (error) {
      connection.end();
      throw smtpError(error, connection.stage);
    } finally {
      signal.removeEventListener('abort', hangUp);
    }
  }

  async submit({ from, to, body }: Submission): Promise<Submitted> {
    this.stage = 'envelope';
    // The server reads to the end of the body before it can have the mail (RFC 5321 4.1.1.4).
    body.once('end', () => {
      this.stage = 'body';
    });
    const failed = new Promise<never>((_, reject) => {
      body.once('error', () => {
        this.end();
        reject(new ChannelError('unavailable', 'a file of the message could not be read'));
      });
    });
    failed.catch(() => undefined); // raced below
    try {
      const info = await Promise.race([
        this.step<SMTPInfo>((done) => this.smtp.send({ from, to: [...to] }, body, done)),
        failed,
      ]);
      return { refused: info?.rejected ?? [] };
    } catch (error) {
      // Only after a clear answer to the envelope is it known where the conversation stands.
      if (this.stage !== 'envelope' || !hasAnswer(error)) this.end();
      else await this.step((done) => this.smtp.reset(done)).catch(() => this.end());
      throw smtpError(error, this.stage);
    }
  }

  isUsable(): boolean {
    return !this.isOver;
  }

  take(): this {
    clearTimeout(this.timer);
    return this;
  }

  rest(ms: number, onEnd: () => void): this {
    this.timer = setTimeout(() => {
      onEnd();
      this.smtp.quit();
    }, ms).unref();
    return this;
  }

  end(): void {
    clearTimeout(this.timer);
    this.smtp.close();
    this.over(new Error('the connection was closed'));
  }

  private step<T = unknown>(
    run: (done: (error?: unknown, info?: T) => void) => void,
  ): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      if (this.isOver) {
        reject(new Error('the connection is closed'));
        return;
      }
      this.fail = reject;
      run((error, info) => (error ? reject(error) : resolve(info)));
    });
  }

  private over(error: unknown): void {
    this.isOver = true;
    this.fail(error);
  }
}

interface SMTPInfo {
  readonly rejected?: readonly string[];
}

function hasAnswer(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'responseCode' in error &&
    Number(error.responseCode) !== 421
  );
}

function createSmtp(config: EmailConfig, address: string): SMTPConnection {
  const {
    default: Connecting,
  }: typeof import('nodemailer/lib/smtp-connection') = require('nodemailer/lib/smtp-connection');
  const { smtp } = config;
  const port = smtp.port ?? 587;
  const secure = smtp.secure ?? port === 465;
  return new Connecting({
    ...{ host: address, port, secure, servername: smtp.host, name: domainOf(config.address) },
    ...(secure || smtp.allowPlain ? {} : { requireTLS: true }),
    tls: { servername: smtp.host, ...(smtp.ca === undefined ? {} : { ca: smtp.ca }) },
    ...{
      connectionTimeout: CONNECT_MS,
      greetingTimeout: CONNECT_MS,
      socketTimeout: QUIET_MS,
      socketCloseTimeout: 0,
    },
  });
}

async function addressOf(config: EmailConfig, host: Host): Promise<string> {
  try {
    return await host.addressOf(config.smtp.host);
  } catch (error) {
    throw ChannelError.is(error)
      ? new ChannelError(error.kind, error.message, { ...error.detail, setting: 'smtp.host' })
      : error;
  }
}

// The token is fetched elsewhere, ahead of its end; nodemailer only writes it down.
function tokenOf(accessToken: string, user: string) {
  const { default: XOAuth2 }: typeof import('nodemailer/lib/xoauth2') = require('nodemailer/lib/xoauth2');
  return new XOAuth2({ user, accessToken });
}
