import type { RawRequest } from '../../plugins/contract/index';
import type { Side } from '../../plugins/helpers/simulator/gate';
import { listenOnLoopback } from '../../plugins/helpers/simulator/loopback-server';
import { type AccountSettings, settingsOf, usualAccounts } from './simulator/accounts';
import { type CallbackPlan, callbackRequest, followPlan } from './simulator/callbacks';
import { type CdnRequest, cdn } from './simulator/cdn';
import { file, type PastMessage } from './simulator/create-message';
import type { FaultOptions, TwilioFault } from './simulator/faults';
import { createState, onRequest, planOf } from './simulator/handle';
import { type CustomerMessage, fieldsOf, takeIn } from './simulator/inbound';
import type { WebhookReply } from './simulator/post';
import { type SignedRequest, signedBody, signedRequest } from './simulator/sign';
import type { SimulatedAccount, SimulatedMessage, World } from './simulator/world';

export interface TwilioSimulatorOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly accounts?: readonly SimulatedAccount[];
  /** Callbacks that follow by themselves (queued, sent, delivered); false for none. */
  readonly autoCallbacks?: boolean | CallbackPlan;
  /** Sends webhooks for one origin to another: `{'https://gateway.test': 'http://127.0.0.1:3000'}`. */
  readonly resolve?: Readonly<Record<string, string>>;
}

/** A message that the simulated Twilio took. */
export interface SentMessage {
  readonly sid: string;
  readonly accountSid: string;
  readonly from: string | null;
  readonly to: string;
  readonly body: string;
  readonly media: readonly string[];
  readonly messagingServiceSid: string | null;
  readonly statusCallback: string | undefined;
  readonly at: Date;
}

export interface Delivered extends WebhookReply {
  readonly messageSid: string;
}

export interface CallbackOptions {
  readonly errorCode?: number;
  /** How often it is sent (1). */
  readonly times?: number;
}

/** Twilio on loopback: for the contract kit, the journeys, the load tests and the demo. */
export interface TwilioSimulator {
  readonly apiUrl: string;
  readonly port: number;
  readonly accounts: readonly SimulatedAccount[];
  /** The settings of the first account, as a channel account takes them. */
  readonly config: AccountSettings;
  /** The settings of any account; with a service instead of its first number where one is named. */
  configOf(accountSid: string, messagingServiceSid?: string): AccountSettings;
  /** Sets the URL for incoming messages of a number or a messaging service. */
  route(numberOrService: string, webhookUrl: string, method?: 'POST' | 'GET'): void;
  /** A customer writes; resolves with what the webhook answered. */
  receive(message: CustomerMessage): Promise<Delivered>;
  /** A customer writes and no webhook is called, as in an outage; gives the message's SID. */
  miss(message: CustomerMessage): string;
  /** Something else sent a message from one of the numbers, some time ago. */
  remember(message: PastMessage): string;
  /** The webhook that `receive` would make, without sending it. */
  request(message: CustomerMessage): RawRequest;
  /** Any body at all, signed like a form by the first account. */
  signed(body: Uint8Array, url: string): RawRequest;
  /** What was accepted for sending, oldest first. */
  sent(): readonly SentMessage[];
  /** All requests to the API, also those that were refused. */
  requests(): number;
  /** Requests that are not answered yet. */
  pending(): number;
  /** What was asked of the host that holds the media. */
  mediaRequests(): readonly CdnRequest[];
  /** Moves a message on and tells its StatusCallback. */
  callback(sid: string, status: string, options?: CallbackOptions): Promise<readonly WebhookReply[]>;
  /** The callback that `callback` would make, without sending it. */
  callbackRequest(sid: string, status: string, options?: CallbackOptions): RawRequest;
  autoCallbacks(plan: boolean | CallbackPlan): void;
  fail(fault: TwilioFault, options?: FaultOptions): Promise<void>;
  /** Ends all faults; after `refused` it listens again. */
  clear(): Promise<void>;
  /** After `refused`: listens again, at the same port. */
  resume(): Promise<void>;
  /** Keeps requests before they take effect, or (the default) after it and before their answer. */
  hold(side?: Side): void;
  release(): void;
  held(): number;
  stop(): Promise<void>;
}

/** Starts a Twilio of one's own. */
export async function startTwilioSimulator(options: TwilioSimulatorOptions = {}): Promise<TwilioSimulator> {
  const accounts = options.accounts ?? usualAccounts();
  const state = createState(accounts, options);
  const { world, faults, gate, seen } = state;
  const cdnServer = await listenOnLoopback(cdn(world, seen));
  const api = await listenOnLoopback(onRequest(state, cdnServer.url), options.port);
  const configOf = settingsOf(accounts);

  return {
    apiUrl: api.url,
    port: api.port,
    accounts,
    config: configOf(accounts[0]?.accountSid ?? ''),
    configOf,
    route: (own, url, method = 'POST') => void world.routes.set(own, { url, method }),
    async receive(customer) {
      const message = takeIn(world, customer);
      const reply = await state.caller.call(webhookOf(world, message, customer, api.url));
      return { ...reply, messageSid: message.sid };
    },
    miss: (customer) => takeIn(world, customer).sid,
    remember: (past) => file(world, past).sid,
    request: (customer) => webhookOf(world, takeIn(world, customer), customer, api.url),
    signed: (body, url) => signedBody(accounts[0]?.authToken ?? '', url, Buffer.from(body)),
    sent: () => world.messages.filter(({ direction }) => direction === 'outbound-api').map(sentMessage),
    requests: () => state.requests,
    pending: () => state.pending,
    mediaRequests: () => seen,
    callback(sid, status, { errorCode, times } = {}) {
      const code = errorCode === undefined ? {} : { errorCode };
      const plan = { states: [status], times: times ?? 1, signal: state.stopping.signal, ...code };
      return followPlan(world, state.caller, messageBySid(world, sid), plan);
    },
    callbackRequest: (sid, status, { errorCode } = {}) =>
      callbackRequest(world, messageBySid(world, sid), { status, errorCode }),
    autoCallbacks(plan) {
      state.plan = planOf(plan);
    },
    async fail(fault, how) {
      if (fault === 'refused') await api.refuse();
      else faults.add(fault, how);
    },
    clear() {
      faults.clear();
      return api.resume();
    },
    resume: () => api.resume(),
    hold: (side = 'after') => gate.hold(side),
    release: () => gate.release(),
    held: () => gate.waiting(),
    async stop() {
      state.stopping.abort();
      gate.release();
      state.caller.close();
      await Promise.all([api.refuse(), cdnServer.refuse()]);
    },
  };
}

function webhookOf(
  world: World,
  message: SimulatedMessage,
  customer: CustomerMessage,
  apiUrl: string,
): SignedRequest {
  const { routes } = world;
  const route = routes.get(message.messagingServiceSid ?? '') ?? routes.get(message.to);
  const url = customer.url ?? route?.url;
  if (url === undefined) throw new Error(`${message.to} has no webhook; call route() first`);
  const token = world.accounts.get(message.accountSid)?.authToken ?? '';
  const as = customer.as ?? (route?.method === 'GET' ? 'get' : 'form');
  return signedRequest(token, url, fieldsOf(message, customer, apiUrl), as);
}

function messageBySid(world: World, sid: string): SimulatedMessage {
  const message = world.bySid.get(sid);
  if (!message) throw new Error(`the simulated Twilio has no message ${sid}`);
  return message;
}

function sentMessage(message: SimulatedMessage): SentMessage {
  const { sid, accountSid, from, to, body, mediaUrls, messagingServiceSid, statusCallback, createdAt } =
    message;
  return {
    sid,
    accountSid,
    from,
    to,
    body,
    media: mediaUrls,
    messagingServiceSid,
    statusCallback,
    at: createdAt,
  };
}
