import type { Address } from './address';
import type { Capabilities } from './capabilities';
import type { ClientSurface } from './client';
import type { ConversationAnswer } from './client-data';
import type { ConnectGuide } from './guide';
import type { Host } from './host';
import type { SharedWebhook, Webhook } from './http';
import type { Inbox } from './inbound';
import type {
  Measure,
  MediaStream,
  OutboundMessage,
  SendContext,
  SendReceipt,
  SentMatch,
  SentQuery,
  TypingDetail,
} from './outbound';
import type { SiteSurface } from './site';

/** What a plugin exports as its default: one way to speak one kind of channel, not yet configured. */
export interface ChannelDefinition<Config = unknown> {
  /** Semver range of the contract version, such as `^0.1`. */
  readonly contract: string;
  /** The adapter, such as `twilio`: stored with every account, so never renamed. */
  readonly id: string;
  /** The channel it speaks, such as `sms`: several adapters may speak the same one. */
  readonly channel: string;
  readonly title: string;
  readonly capabilities: Capabilities;
  /** JSON Schema 2020-12 of the settings. Every secret is `writeOnly: true`: that one mark drives forms, encryption, redaction and a leak test. */
  readonly configSchema: Readonly<Record<string, unknown>>;
  /** What a person does at the provider to connect an account. */
  readonly guide?: ConnectGuide;
  /** The names under which the provider addresses this account (a number, a page id), the most specific first. */
  identities(config: Readonly<Config>): readonly string[];
  /** The canonical form of a customer's address, or undefined when it is none. */
  normalizeAddress(raw: string): string | undefined;
  /** How large a rendered message is in the provider's units (SMS: segments). Pure. */
  measure?(message: Pick<OutboundMessage, 'text' | 'media'>): Measure;
  /** One address takes the deliveries of many accounts: `/channels/{id of the adapter}/webhook`. */
  readonly sharedWebhook?: SharedWebhook;
  /** The host calls `check` this often, so that what stops working is seen before a customer notices. */
  readonly checkEveryMinutes?: number;
  /** Wires objects, does no I/O. */
  create(config: Readonly<Config>, host: Host): Channel;
}

/** One configured account: one phone number, one mailbox, one page. */
export interface Channel {
  /** Proves that the settings work, or throws a ChannelError whose detail names the setting at fault. */
  check(signal: AbortSignal): Promise<CheckReport>;
  /** Submits one message once. Never retries, sleeps, splits or truncates: throws a ChannelError, and the host decides. */
  send(message: OutboundMessage, context: SendContext): Promise<SendReceipt>;
  /**
   * What `send` puts into the customer's conversation, for a channel whose conversations the host keeps. Pure. Where
   * nothing else is on its way in the chat, the host stores it together with the message, and calls no `send`.
   */
  answerOf?(message: OutboundMessage): ConversationAnswer;
  /** Idempotent; afterwards nothing of this account keeps the process alive. */
  close(): Promise<void>;
  /** What this account can, where that differs from its definition. */
  readonly capabilities?: Capabilities;
  /** The provider calls us. */
  readonly webhook?: Webhook;
  /** End users' apps and pages call us. */
  readonly client?: ClientSurface;
  /** Pages of the business's sites call us. */
  readonly site?: SiteSurface;
  /** Runs until aborted; the host restarts it. */
  listen?(inbox: Inbox, signal: AbortSignal): Promise<void>;
  /** What the provider holds that could be this message; asked when the outcome of a send is not known. */
  findSent?(query: SentQuery, signal: AbortSignal): Promise<readonly SentMatch[]>;
  /** Hands in everything that arrived since then, so that an outage leaves no gap. The host drops what it has. */
  listSince?(since: Date, inbox: Inbox, signal: AbortSignal): Promise<void>;
  /** Who a customer is, as far as the provider says; asked after their message is stored. */
  profileOf?(party: string, signal: AbortSignal): Promise<CustomerProfile>;
  /** Takes a conversation back that another app of the provider's has. */
  takeControl?(of: Address, signal: AbortSignal): Promise<void>;
  typing?(to: Address, on: boolean, detail?: TypingDetail): Promise<void>;
  markRead?(from: Address, externalId: string): Promise<void>;
  /** Opens what an inbound message referred to; refuses foreign origins. */
  openMedia?(ref: string, signal: AbortSignal): Promise<MediaStream>;
}

/** What a provider tells of a customer. */
export interface CustomerProfile {
  readonly name?: string;
  /** What `openMedia` takes. */
  readonly avatarRef?: string;
}

export interface CheckReport {
  /** True but worth saying, such as a trial account that may only write to verified numbers. */
  readonly warnings: readonly string[];
  readonly credentialExpiresOn?: Date;
}
