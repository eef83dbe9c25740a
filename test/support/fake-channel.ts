import {
  type Address,
  type Capabilities,
  type Channel,
  type ChannelDefinition,
  ChannelError,
  type InboundEvent,
  type InboundMessage,
  type OutboundMessage,
  type SendContext,
  type SendReceipt,
  type StatusUpdate,
} from '../../plugins/contract/index';

/** What one call of `send` is about. `take` lets the provider have the message, and gives its id there. */
export interface FakeCall {
  readonly own: string;
  readonly message: OutboundMessage;
  readonly context: SendContext;
  take(): string;
}

export type Behaviour = (call: FakeCall) => SendReceipt | Promise<SendReceipt>;

/** A message that the provider has. */
export interface FakeSent {
  readonly id: string;
  readonly own: string;
  readonly party: string;
  readonly message: OutboundMessage;
  readonly idempotencyKey: string;
}

export interface FakeChannelOptions {
  /** The adapter, and the channel it speaks unless that is named too. */
  readonly id: string;
  readonly channel?: string;
  readonly capabilities?: Partial<Capabilities>;
}

interface FakeConfig {
  readonly name: string;
  readonly secret: string;
  readonly login?: { readonly user: string; readonly password: string };
}

/** A channel whose provider exists only in this process: for whatever SMS cannot do, and for adapters with faults. */
export interface FakeChannel {
  readonly definition: ChannelDefinition<FakeConfig>;
  /** What the provider has, oldest first. */
  sent(): readonly FakeSent[];
  /** Every call of `send`, whatever came of it. */
  calls(): readonly Omit<FakeCall, 'take'>[];
  /** What the next calls of `send` do, one each, instead of taking the message. */
  next(...behaviours: readonly Behaviour[]): void;
  /** What every call of `send` does from now on; undefined: takes the message. */
  always(behaviour: Behaviour | undefined): void;
  lookUps(): number;
  /** As if nothing had happened: no messages, no faults. */
  reset(): void;
  typings(): readonly { readonly to: Address; readonly on: boolean }[];
  /** While set, the adapter's `parse` throws it. */
  parseFault: Error | undefined;
  /** While set, the adapter's `check` throws it. */
  checkFault: Error | undefined;
  /** A customer writes: calls the account's webhook, and gives its answer. */
  write(webhookUrl: string, message: Partial<InboundMessage> & { readonly from: string }): Promise<Response>;
  /** The provider reports on a message. */
  report(webhookUrl: string, status: StatusUpdate): Promise<Response>;
  /** Any events at all, in one delivery. */
  deliver(webhookUrl: string, events: readonly InboundEvent[]): Promise<Response>;
}

export const FAKE_SECRET = 'fake-secret-of-the-webhook';

const CAPABILITIES: Capabilities = {
  text: { maxLength: 100 },
  states: ['accepted', 'sent', 'delivered', 'read', 'failed'],
  canStart: true,
  idempotentSend: false,
};

const configSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  required: ['name', 'secret'],
  properties: {
    name: { type: 'string', minLength: 1 },
    secret: { type: 'string', minLength: 1, writeOnly: true },
    login: {
      type: 'object',
      additionalProperties: false,
      required: ['user', 'password'],
      properties: { user: { type: 'string' }, password: { type: 'string', writeOnly: true } },
    },
  },
} as const;

let made = 0;

/** Makes a channel of one's own; each has its own provider. */
export function fakeChannel(options: FakeChannelOptions): FakeChannel {
  const capabilities = { ...CAPABILITIES, ...options.capabilities };
  const provider = createProvider();
  const fake: FakeChannel = {
    definition: {
      ...{ contract: '^0.1', id: options.id, channel: options.channel ?? options.id },
      ...{ title: `Fake (${options.id})`, capabilities, configSchema },
      identities: (config) => [config.name],
      normalizeAddress: (raw) => (/^[\w.@-]{1,100}$/.test(raw.trim()) ? raw.trim().toLowerCase() : undefined),
      create: (config) => createChannel(fake, provider, { config, capabilities }),
    },
    sent: () => provider.sent,
    calls: () => provider.calls,
    next: (...behaviours) => void provider.next.push(...behaviours),
    always(behaviour) {
      provider.always = behaviour;
    },
    lookUps: () => provider.lookUps,
    reset() {
      Object.assign(provider, createProvider());
      fake.parseFault = undefined;
      fake.checkFault = undefined;
    },
    typings: () => provider.typings,
    parseFault: undefined,
    checkFault: undefined,
    write(webhookUrl, { from, ...message }) {
      made += 1;
      const { host } = new URL(webhookUrl);
      const address = { own: host, party: from };
      const whole = { externalId: `in-${made}`, address, sender: {}, media: [], ...message };
      return fake.deliver(webhookUrl, [{ type: 'message', message: whole }]);
    },
    report: (webhookUrl, status) => fake.deliver(webhookUrl, [{ type: 'status', status }]),
    deliver: (webhookUrl, events) =>
      fetch(webhookUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-fake-secret': FAKE_SECRET },
        body: JSON.stringify(events, withBytes),
      }),
  };
  return fake;
}

interface Provider {
  sent: FakeSent[];
  calls: Omit<FakeCall, 'take'>[];
  next: Behaviour[];
  always: Behaviour | undefined;
  lookUps: number;
  typings: { readonly to: Address; readonly on: boolean }[];
}

function createProvider(): Provider {
  return { sent: [], calls: [], next: [], always: undefined, lookUps: 0, typings: [] };
}

interface Setup {
  readonly config: Readonly<FakeConfig>;
  readonly capabilities: Capabilities;
}

function createChannel(fake: FakeChannel, provider: Provider, { config, capabilities }: Setup): Channel {
  const channel: Channel = {
    async check() {
      if (fake.checkFault) throw fake.checkFault;
      return { warnings: [] };
    },
    async send(message, context) {
      const call = { own: config.name, message, context };
      provider.calls.push(call);
      const behaviour = provider.next.shift() ?? provider.always ?? accepted;
      return behaviour({ ...call, take: () => take(provider, call) });
    },
    close: () => Promise.resolve(),
    typing(to, on) {
      provider.typings.push({ to, on });
      return Promise.resolve();
    },
    webhook: {
      verify({ headers }) {
        if (headers['x-fake-secret'] !== config.secret)
          throw new ChannelError('forbidden', 'the secret does not match');
      },
      parse({ body }) {
        if (fake.parseFault) throw fake.parseFault;
        return JSON.parse(Buffer.from(body).toString('utf8'), revive);
      },
    },
  };
  if (!capabilities.lookup) return channel;
  return {
    ...channel,
    async findSent({ idempotencyKey }) {
      provider.lookUps += 1;
      const found = provider.sent.filter((sent) => sent.idempotencyKey === idempotencyKey);
      return found.map(({ id }) => ({ externalId: id, at: new Date() }));
    },
  };
}

function accepted({ take: takeIt }: FakeCall): SendReceipt {
  return { externalIds: [takeIt()], state: 'accepted' };
}

function take(provider: Provider, call: Omit<FakeCall, 'take'>): string {
  made += 1;
  const id = `out-${made}`;
  const { own, message, context } = call;
  provider.sent.push({ id, own, party: message.to.party, message, idempotencyKey: context.idempotencyKey });
  return id;
}

/** Files that come along are base64 on their way. */
function withBytes(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value;
}

function revive(key: string, value: unknown): unknown {
  const { base64 } = Object(value);
  if (typeof base64 === 'string') return new Uint8Array(Buffer.from(base64, 'base64'));
  const isDate = ['at', 'upTo', 'sentAt'].includes(key) && typeof value === 'string';
  return isDate ? new Date(value) : value;
}
