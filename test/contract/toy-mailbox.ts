import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';
import { type Channel, type ChannelDefinition, ChannelError, type Inbox } from '../../plugins/contract/index';

export interface ToyMailboxConfig {
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** What the self-test of the kit breaks, one at a time. */
export type Flaw =
  | 'forgets the cursor'
  | 'hands over large files'
  | 'goes on after a failure'
  | 'hangs on'
  | 'retries a password'
  | 'swallows cuts';

/**
 * A toy protocol, shaped like IMAP: `LOGIN user password SINCE cursor`, then lines of `uid from text` as they come;
 * `SEND user password to key text` takes a message. It exists so that the listener part of the kit is itself tested.
 */
export function toyMailbox(flaw?: Flaw): ChannelDefinition<ToyMailboxConfig> {
  return {
    contract: '^0.1',
    id: 'toy-mailbox',
    channel: 'toy',
    title: 'Toy mailbox',
    capabilities: { text: { maxLength: 500 }, states: [], canStart: true, idempotentSend: true },
    configSchema: {
      type: 'object',
      additionalProperties: false,
      required: ['port', 'user', 'password'],
      properties: {
        port: { type: 'integer' },
        user: { type: 'string' },
        password: { type: 'string', writeOnly: true },
      },
    },
    identities: ({ user }) => [user],
    normalizeAddress: (raw) => (/^[a-z]{2,20}$/.test(raw.trim()) ? raw.trim() : undefined),
    create: (config) => createToyMailbox(config, flaw),
  };
}

function createToyMailbox(config: ToyMailboxConfig, flaw: Flaw | undefined): Channel {
  const closing = new AbortController();
  const login = `${config.user} ${config.password}`;
  return {
    async check(signal) {
      await ask(config.port, `CHECK ${login}`, [signal, closing.signal]);
      return { warnings: [] };
    },
    async send(message, { idempotencyKey, signal }) {
      const words = JSON.stringify(message.text);
      const request = `SEND ${login} ${message.to.party} ${encodeURIComponent(idempotencyKey)} ${words}`;
      const id = await ask(config.port, request, [signal, closing.signal]);
      if (!id) throw new ChannelError('unavailable', 'it gave no id', { maybeSent: true });
      return { externalIds: [id], state: 'sent' };
    },
    close() {
      closing.abort();
      return Promise.resolve();
    },
    listen: (inbox, signal) => listen({ config, flaw }, inbox, signal),
  };
}

/** The answer to one line; the connection ends with it. */
async function ask(port: number, request: string, signals: readonly AbortSignal[]): Promise<string> {
  if (signals.some(({ aborted }) => aborted)) throw new ChannelError('unavailable', 'given up');
  const line = new Line(port, request);
  const hangUp = (): void => line.hangUp();
  for (const signal of signals) signal.addEventListener('abort', hangUp);
  try {
    for await (const answer of line.answers()) return answered(answer, line.wasConnected);
    throw new ChannelError('unavailable', 'it hung up', { maybeSent: line.wasConnected });
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', hangUp);
    line.hangUp();
  }
}

const ANSWERS: Readonly<Record<string, () => ChannelError>> = {
  LOGIN: () => new ChannelError('unauthorized', 'the password was refused', { setting: 'password' }),
  BUSY: () => new ChannelError('unavailable', 'it is busy'),
  SLOW: () => new ChannelError('rate_limited', 'it asks to wait', { retryAfterMs: 2_000 }),
  BAD: () => new ChannelError('rejected', 'the text was refused'),
  NOBODY: () => new ChannelError('unreachable', 'there is no such person', { reason: 'bad_address' }),
  STOPPED: () => new ChannelError('unreachable', 'they opted out', { reason: 'opted_out' }),
};

function answered(answer: string, maybeSent: boolean): string {
  const [word = '', rest = ''] = answer.split(' ');
  if (word === 'OK') return rest;
  throw ANSWERS[rest]?.() ?? new ChannelError('unavailable', 'it answered nonsense', { maybeSent });
}

interface Listening {
  readonly config: ToyMailboxConfig;
  readonly flaw: Flaw | undefined;
}

async function listen({ config, flaw }: Listening, inbox: Inbox, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const since = flaw === 'forgets the cursor' ? '0' : (inbox.cursor ?? '0');
  const line = new Line(config.port, `LOGIN ${config.user} ${config.password} SINCE ${since}`);
  const hangUp = (): void => line.hangUp();
  if (flaw !== 'hangs on') signal.addEventListener('abort', hangUp, { once: true });
  try {
    for await (const answer of line.answers()) await handIn(answer, inbox, flaw);
  } finally {
    signal.removeEventListener('abort', hangUp);
    line.hangUp();
  }
  if (!signal.aborted && flaw !== 'swallows cuts')
    throw new ChannelError('unavailable', 'the mailbox hung up');
}

async function handIn(answer: string, inbox: Inbox, flaw: Flaw | undefined): Promise<void> {
  if (answer === 'NO LOGIN')
    throw flaw === 'retries a password' ? new ChannelError('unavailable', 'no') : answeredLogin();
  if (answer === 'OK') return inbox.ready();
  const [uid = '', from = '', ...words] = answer.split(' ');
  const message = {
    externalId: uid,
    address: { own: 'me', party: from },
    sender: {},
    text: words.join(' '),
    media: [],
    ...(flaw === 'hands over large files' && {
      raw: { data: Buffer.from(answer), mimeType: 'text/plain' },
    }),
  };
  const accepted = inbox.accept([{ type: 'message', message }], uid);
  await (flaw === 'goes on after a failure' ? accepted.catch(() => undefined) : accepted);
}

function answeredLogin(): ChannelError {
  return new ChannelError('unauthorized', 'the password was refused', { setting: 'password' });
}

/** One connection that says one line and hears many. */
class Line {
  wasConnected = false;
  private readonly socket;

  constructor(port: number, request: string) {
    this.socket = createConnection({ port, host: '127.0.0.1' }, () => {
      this.wasConnected = true;
      this.socket.write(`${request}\n`);
    });
  }

  /** Ends when the other side does, and throws when nobody is there. */
  async *answers(): AsyncGenerator<string> {
    const { socket } = this;
    const lines = createInterface({ input: socket });
    socket.on('error', () => lines.close());
    socket.on('close', () => lines.close());
    try {
      yield* lines;
    } catch (error) {
      if (ChannelError.is(error)) throw error;
    }
    if (!this.wasConnected) throw new ChannelError('unavailable', 'nobody is there');
  }

  hangUp(): void {
    this.socket.destroy();
  }
}
