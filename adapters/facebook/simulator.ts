import type { RawRequest } from '../../plugins/contract/index';
import type { Side } from '../../plugins/helpers/simulator/gate';
import { type LoopbackServer, listenOnLoopback } from '../../plugins/helpers/simulator/loopback-server';
import type { FacebookConfig } from './config';
import { type Between, fromCustomer, fromPage, messageEvent, type PageEvent } from './simulator/events';
import type { FacebookFault, FaultOptions } from './simulator/faults';
import {
  createState,
  type DeliverOptions,
  deliver,
  type Echoes,
  onRequest,
  requestOf,
  type State,
} from './simulator/handle';
import type { WebhookReply } from './simulator/post';
import { type SignedRequest, signedRequest } from './simulator/sign';
import {
  addMessage,
  controlKey,
  type Person,
  pageOf,
  type SimulatedMessage,
  type SimulatedPage,
  usualPages,
  type World,
} from './simulator/world';

export interface FacebookSimulatorOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly pages?: readonly SimulatedPage[];
  readonly echoes?: Echoes;
  /** The clock of Meta: its reply windows and times go by it. */
  readonly now?: () => Date;
  /** Sends webhooks for one origin to another. */
  readonly resolve?: Readonly<Record<string, string>>;
}

/** A message that a customer sends to a page. */
export interface CustomerMessage {
  readonly from: string;
  /** The first page, where it is not said. */
  readonly pageId?: string;
  readonly text?: string;
  readonly files?: readonly {
    readonly kind?: string;
    readonly mimeType: string;
    readonly bytes: Uint8Array;
  }[];
  /** Names the message, or repeats the delivery of an earlier one. */
  readonly mid?: string;
  /** More of what a webhook has: `attachments`, `reply_to`, `quick_reply` ... */
  readonly more?: object;
  /** When it arrived at Meta (now). */
  readonly at?: Date;
  /** Another app has the conversation. */
  readonly isStandby?: boolean;
}

export interface Delivered extends WebhookReply {
  readonly mid: string;
}

/** Meta on loopback: the Graph API and the sender of webhooks, for the contract kit, the journeys and the demo. */
export interface FacebookSimulator {
  readonly apiUrl: string;
  readonly port: number;
  readonly world: World;
  readonly pages: readonly SimulatedPage[];
  /** The settings of the first page, as a channel account takes them. */
  readonly config: FacebookConfig;
  configOf(pageId: string): FacebookConfig;
  /** Sets the webhook of a page's app. */
  route(pageId: string, webhookUrl: string): void;
  /** A customer writes; resolves with what the webhook answered. */
  receive(message: CustomerMessage, options?: DeliverOptions): Promise<Delivered>;
  /** A customer writes and no webhook is called, as in an outage; gives the message's id. */
  miss(message: CustomerMessage): string;
  /** Somebody answers in the page's own inbox; `isTold: false` and no webhook is called. */
  typed(answer: PageAnswer, options?: DeliverOptions): Promise<Delivered>;
  /** The event of a message, without delivering it. */
  event(message: CustomerMessage): PageEvent;
  /** Anything that a customer (or, with `by: 'page'`, the page) does. */
  happening(what: object, more?: Partial<Between> & { readonly by?: 'page' }): PageEvent;
  /** One delivery of many events. */
  deliver(events: readonly PageEvent[], options?: DeliverOptions): Promise<WebhookReply>;
  /** The delivery that `deliver` would make, without sending it. */
  request(events: readonly PageEvent[], options?: DeliverOptions): SignedRequest;
  /** Any body at all, signed by the app of the first page. */
  signed(body: Uint8Array, url: string): RawRequest;
  /** The handshake that sets a webhook. */
  handshake(url: string, verifyToken: string, challenge: string): Promise<WebhookReply>;
  /** What was accepted for sending, oldest first. */
  sent(): readonly SimulatedMessage[];
  person(psid: string, person: Person): void;
  /** Gives a conversation to another app. */
  giveAway(psid: string, appId: string, pageId?: string): void;
  /** All requests to the API, also those that were refused. */
  requests(): number;
  /** Requests that are not answered yet. */
  pending(): number;
  echoes(when: Echoes): void;
  fail(fault: FacebookFault, options?: FaultOptions): Promise<void>;
  /** Ends all faults; after `refused` it listens again. */
  clear(): Promise<void>;
  /** Keeps requests before they take effect, or (the default) after it and before their answer. */
  hold(side?: Side): void;
  release(): void;
  held(): number;
  stop(): Promise<void>;
}

export interface PageAnswer {
  readonly to: string;
  readonly text: string;
  readonly pageId?: string;
  readonly at?: Date;
  readonly mid?: string;
  readonly isTold?: boolean;
}

const UNTOLD: WebhookReply = { status: 0, headers: {}, body: '', attempts: 0 };

/** Starts a Meta of one's own. */
export async function startFacebookSimulator(
  options: FacebookSimulatorOptions = {},
): Promise<FacebookSimulator> {
  const pages = options.pages ?? usualPages();
  const state = createState(pages, options);
  const { world } = state;
  const server = await listenOnLoopback(onRequest(state), options.port);
  const first = pages[0]?.pageId ?? '';
  const configOf = (pageId: string): FacebookConfig => {
    const { token, appSecret, verifyToken } = pageOf(world, pageId);
    return { pageId, pageAccessToken: token, appSecret, verifyToken };
  };
  const eventOf = (customer: CustomerMessage): PageEvent & { readonly mid: string } => {
    const message = takeIn(world, { ...customer, pageId: customer.pageId ?? first }, server.url);
    return {
      ...messageEvent(message, customer.more),
      mid: message.mid,
      isStandby: customer.isStandby === true,
    };
  };
  return {
    ...{ apiUrl: server.url, port: server.port, world, pages, configOf },
    config: configOf(first),
    route(pageId, webhookUrl) {
      pageOf(world, pageId).webhookUrl = webhookUrl;
    },
    async receive(customer, how) {
      const event = eventOf(customer);
      return { ...(await deliver(state, [event], how)), mid: event.mid };
    },
    miss: (customer) => eventOf(customer).mid,
    async typed(answer, how) {
      const message = addMessage(world, inboxMessage(world, answer, first));
      const reply = answer.isTold === false ? UNTOLD : await deliver(state, [messageEvent(message)], how);
      return { ...reply, mid: message.mid };
    },
    event: eventOf,
    happening(what, { by, pageId = first, psid = '1000000001', at = world.now() } = {}) {
      const between = { pageId, psid, at };
      return by === 'page' ? fromPage(between, what) : fromCustomer(between, what);
    },
    deliver: (events, how) => deliver(state, events, how),
    request: (events, how) => requestOf(state, events, how),
    signed: (body, url) => signedRequest(pageOf(world, first).appSecret, url, Buffer.from(body)),
    handshake: (url, verifyToken, challenge) =>
      state.caller.call(handshakeRequest(url, verifyToken, challenge)),
    sent: () => world.messages.filter(({ isFromPage, appId }) => isFromPage && appId !== undefined),
    person: (psid, person) => void world.people.set(psid, person),
    giveAway: (psid, appId, pageId = first) => void world.control.set(controlKey(pageId, psid), appId),
    ...troubles(state, server),
    async stop() {
      state.stopping.abort();
      state.gate.release();
      state.caller.close();
      await server.refuse();
    },
  };
}

type Troubles = Pick<
  FacebookSimulator,
  'requests' | 'pending' | 'echoes' | 'fail' | 'clear' | 'hold' | 'release' | 'held'
>;

/** What can be made to go wrong, and what was seen of it. */
function troubles(state: State, server: LoopbackServer): Troubles {
  return {
    requests: () => state.requests,
    pending: () => state.pending,
    echoes(when) {
      state.echoes = when;
    },
    async fail(fault, how) {
      if (fault === 'refused') await server.refuse();
      else state.faults.add(fault, how);
    },
    clear() {
      state.faults.clear();
      return server.resume();
    },
    hold: (side = 'after') => state.gate.hold(side),
    release: () => state.gate.release(),
    held: () => state.gate.waiting(),
  };
}

function takeIn(world: World, customer: CustomerMessage & { readonly pageId: string }, apiUrl: string) {
  const known = customer.mid === undefined ? undefined : world.byMid.get(customer.mid);
  if (known) return known;
  const { from: psid, pageId, text = '', at = world.now(), mid = world.newId('m_') } = customer;
  const files = (customer.files ?? []).map(({ kind, mimeType, bytes }) => {
    const id = world.newId('f');
    const usual = mimeType.split('/')[0] ?? 'file';
    return { id, kind: kind ?? usual, mimeType, bytes, url: `${apiUrl}/files/${id}` };
  });
  for (const file of files) world.files.set(file.id, file);
  return addMessage(world, { mid, pageId, psid, isFromPage: false, text, files, at, choices: [] });
}

function inboxMessage(world: World, answer: PageAnswer, first: string): SimulatedMessage {
  const { to: psid, text, pageId = first, at = world.now(), mid = world.newId('m_') } = answer;
  return { mid, pageId, psid, isFromPage: true, text, files: [], at, choices: [] };
}

function handshakeRequest(url: string, verifyToken: string, challenge: string): SignedRequest {
  const query = new URLSearchParams({
    'hub.mode': 'subscribe',
    'hub.challenge': challenge,
    'hub.verify_token': verifyToken,
  });
  return { method: 'GET', url: `${url}?${query}`, headers: {}, body: Buffer.alloc(0) };
}
