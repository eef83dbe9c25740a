import { randomUUID } from 'node:crypto';
import email from '../../adapters/email/index';
import type { ChannelDefinition } from '../../plugins/contract/index';
import type { Answer, Api } from './api';
import { openSqlite, type TestDatabase } from './databases';
import type { Dovecot } from './dovecot';
import { type ImapProxy, startImapProxy } from './mail-imap-proxy';
import { type SmtpFake, startSmtp, type TakenMail } from './mail-smtp';
import { aSpace, startGateway, type TestGateway } from './start-gateway';
import { until } from './until';

type Body = Answer['body'];

/** A mail as a customer's program writes it. */
export interface Letter {
  readonly from: string;
  readonly text: string;
  readonly to?: string;
  readonly cc?: string;
  readonly subject?: string;
  readonly messageId?: string;
  readonly inReplyTo?: string;
  readonly references?: string;
  /** Any further headers, a line each. */
  readonly headers?: readonly string[];
  readonly at?: Date;
}

/** A business with one mailbox: team "sales" with the agent ann. Whatever stands between it and its servers can be cut. */
export interface MailShop {
  readonly api: Api;
  readonly gateway: Pick<TestGateway, 'origin' | 'partner'>;
  readonly accountId: string;
  readonly address: string;
  readonly imap: ImapProxy;
  readonly smtp: SmtpFake;
  /** Puts a mail into the mailbox; gives its Message-ID without brackets. */
  receive(letter: Letter): string;
  receiveRaw(raw: string | Buffer, at?: Date): void;
  chatsOf(address: string): Promise<Body[]>;
  /** Resolves with the one chat of an address, once it has so many messages. */
  chatWith(address: string, messages?: number, patienceMs?: number): Promise<Body>;
  messages(chatId: string): Promise<Body[]>;
  answer(chatId: string, text: string, more?: object): Promise<Answer>;
  /** Resolves with the mail that was sent last to somebody, once there are so many. */
  sentTo(address: string, count?: number): Promise<TakenMail>;
  channel(): Promise<Body>;
}

export interface MailShopOptions {
  readonly settings?: object;
  readonly imapSettings?: object;
  readonly smtpSettings?: object;
  readonly address?: string;
  /** In place of the password. */
  readonly login?: object;
  /** What is in the mailbox before it is connected. */
  readonly before?: (address: string) => void;
}

// A mail goes through a server, a mailbox and a thread of its own: on a busy machine that takes a while.
const PATIENCE_MS = 30_000;

/** A letter as the bytes that cross the net. */
export function mailOf(letter: Letter, own: string): { readonly raw: string; readonly messageId: string } {
  const {
    from,
    to = own,
    cc,
    subject = 'A question',
    text,
    inReplyTo,
    references,
    headers = [],
    at = new Date(),
  } = letter;
  const messageId = letter.messageId ?? `${randomUUID()}@customer.example`;
  const lines = [
    `From: ${from}`,
    `To: ${to}`,
    ...(cc === undefined ? [] : [`Cc: ${cc}`]),
    `Subject: ${subject}`,
    `Message-ID: <${messageId}>`,
    ...(inReplyTo === undefined ? [] : [`In-Reply-To: ${inReplyTo}`]),
    ...(references === undefined ? [] : [`References: ${references}`]),
    `Date: ${at.toUTCString()}`,
    ...headers,
    'MIME-Version: 1.0',
    ...(headers.some((line) => /^content-type:/i.test(line))
      ? []
      : ['Content-Type: text/plain; charset=utf-8']),
  ];
  return { raw: `${lines.join('\n')}\n\n${text}\n`, messageId };
}

export interface MailGatewayOptions {
  readonly open?: () => Promise<TestDatabase>;
  /** Further channels. */
  readonly definitions?: readonly ChannelDefinition[];
}

/** Starts a gateway for mail on a database of its own. */
export async function startMailGateway({
  open = openSqlite,
  definitions = [],
}: MailGatewayOptions = {}): Promise<TestGateway> {
  const database = await open();
  const gateway = await startGateway({
    database,
    definitions: [email, ...definitions],
    settings: { PARLEY_ALLOW_PRIVATE_EGRESS: 'true' },
  });
  return {
    ...gateway,
    async stop() {
      await gateway.stop();
      await database.drop();
    },
  };
}

/** Connects a mailbox on a gateway that runs, in an API space of its own. */
export async function openMailShop(
  gateway: Pick<TestGateway, 'origin' | 'partner'>,
  dovecot: Dovecot,
  options: MailShopOptions = {},
): Promise<MailShop & { stop(): Promise<void> }> {
  const imap = await startImapProxy(dovecot.port);
  const smtp = await startSmtp(dovecot.password);
  const address = options.address ?? `support-${randomUUID().slice(0, 8)}@shop.example`;
  // Its port may have been that of an earlier one, for which somebody still has mail.
  smtp.user = address;
  smtp.onTaken = (mail) => dovecot.deliver(address, mail.raw, { folder: 'Sent' });
  options.before?.(address);
  const api = await aSpace(gateway);
  await must(api.post('/chat/config/agents', { id: 'ann', name: 'Ann', email: 'ann@shop.example' }));
  await must(api.post('/chat/config/teams', { id: 'sales', name: 'Sales', members: [{ username: 'ann' }] }));
  const login = options.login ?? { password: dovecot.password };
  const { body } = await must(
    api.post('/channels', {
      ...{ kind: 'email', name: 'Support', teamId: 'sales' },
      settings: {
        ...{ address, plusAddressing: true, ...options.settings },
        imap: {
          ...{ host: '127.0.0.1', port: imap.port, allowPlain: true, ...login },
          ...{ sentFolder: 'Sent', ...options.imapSettings },
        },
        smtp: { host: '127.0.0.1', port: smtp.port, allowPlain: true, ...options.smtpSettings },
      },
    }),
  );
  const chatsOf = async (customer: string) => {
    const found = await api.get('/chats?includeClosed=true');
    return found.body.filter((chat: Body) => chat.route?.address === customer);
  };
  const messages = async (chatId: string) =>
    (await api.get(`/chats/${chatId}/messages?limit=100`)).body.messages;
  return {
    ...{ api, gateway, accountId: body.id, address, imap, smtp, chatsOf, messages },
    receive(letter) {
      const { raw, messageId } = mailOf(letter, address);
      dovecot.deliver(address, raw, letter.at ? { at: letter.at } : {});
      return messageId;
    },
    receiveRaw: (raw, at) => dovecot.deliver(address, raw, at ? { at } : {}),
    chatWith: (customer, count = 1, patienceMs = PATIENCE_MS) =>
      until(
        async () => {
          const chats = await chatsOf(customer);
          expect(chats).toHaveLength(1);
          expect((await messages(chats[0].id)).length).toBeGreaterThanOrEqual(count);
          return chats[0];
        },
        { patienceMs },
      ),
    answer: (chatId, text, more = {}) =>
      must(
        api.post(`/chats/${chatId}/messages`, {
          from: { profileId: 'ann' },
          parts: [{ type: 'text/plain', data: text }],
          ...more,
        }),
      ),
    sentTo: (customer, count = 1) =>
      until(
        () => {
          const sent = smtp.taken.filter(({ to }) => to.includes(customer));
          return sent.length >= count ? sent.at(-1) : undefined;
        },
        { patienceMs: PATIENCE_MS },
      ),
    channel: async () => (await api.get(`/channels/${body.id}`)).body,
    async stop() {
      await Promise.all([imap.stop(), smtp.stop()]);
    },
  };
}

async function must(call: Promise<Answer>): Promise<Answer> {
  const answer = await call;
  if (answer.status >= 300) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer;
}

/** Declares tests on a gateway that is shared by them, each of which opens shops of its own. */
export function onMailGateway(
  dovecot: () => Dovecot,
  tests: (shop: (options?: MailShopOptions) => Promise<MailShop>, gateway: () => TestGateway) => void,
  options: MailGatewayOptions = {},
): void {
  let gateway: TestGateway | undefined;
  const running = () => {
    if (!gateway) throw new Error('the gateway is not started yet; use it inside of a test');
    return gateway;
  };
  const opened: { stop(): Promise<void> }[] = [];
  beforeAll(async () => {
    gateway = await startMailGateway(options);
  });
  afterAll(async () => {
    await gateway?.stop();
    await Promise.all(opened.map((one) => one.stop()));
  });
  tests(async (options) => {
    const shop = await openMailShop(running(), dovecot(), options);
    opened.push(shop);
    return shop;
  }, running);
}
