import type {
  Address,
  ClientPorts,
  ClientSession,
  DeliveryState,
  OutboundTemplate,
  RawRequest,
  Reason,
} from '../contract/index';

/** A simulated provider as the kit drives it. Write one per channel; the kit does the rest. */
export interface ProviderDriver<Config extends object = object> {
  /** Settings that work. */
  readonly config: Config;
  /** The settings of another account at the same provider. */
  readonly otherConfig: Config;
  /** What the host is given as `apiUrl`, where the channel can be sent elsewhere. */
  readonly apiUrl?: string;
  /** A customer who can be written to, and the address of ours that they know. */
  readonly customer: Address;
  /** Another one, of the same account. */
  readonly otherCustomer: Address;
  /** Other spellings of the first customer's address. */
  readonly spellings?: readonly string[];
  /** What the provider says with a fault, where it says it. */
  readonly says?: Partial<Readonly<Record<Fault, FaultWords>>>;
  /** What was taken for sending, by all accounts, oldest first. */
  accepted(): readonly Accepted[];
  /** Every request that reached the provider, refused ones too. */
  requests(): number;
  /** Requests that the provider holds and has not answered. */
  pending(): number;
  /** How the next request is answered; `refused` holds until `stop`. */
  fail(fault: Fault): Promise<void>;
  stop(): Promise<void>;

  readonly webhook?: WebhookDriver;
  readonly client?: ClientDriver;
  readonly listener?: ListenerDriver;
  readonly backlog?: BacklogDriver;
  readonly media?: MediaDriver;
}

export interface Accepted {
  readonly externalId: string;
  readonly to: string;
  /** The address of ours that it leaves from, where the provider is told it. */
  readonly from?: string | undefined;
  readonly text: string;
  readonly media: readonly AcceptedMedia[];
  /** The idempotency key, where the provider is told it and gives it back with a status. */
  readonly key?: string | undefined;
  readonly html?: string;
  readonly subject?: string;
  readonly choices?: readonly string[];
  readonly template?: Pick<OutboundTemplate, 'name' | 'language' | 'values'>;
}

/** Media goes out by reference or as bytes. */
export type AcceptedMedia = { readonly url: string } | { readonly bytes: number };

export const FAULTS = [
  'busy',
  'rate_limited',
  'bad_credentials',
  'bad_content',
  'no_such_customer',
  'opted_out',
  'silent',
  'error_after_accept',
  'reset_after_accept',
  'nonsense',
  'no_id',
  'refused',
] as const;

export type Fault =
  /** Says that it cannot now. */
  | 'busy'
  | 'rate_limited'
  | 'bad_credentials'
  /** The content will never be taken. */
  | 'bad_content'
  | 'no_such_customer'
  | 'opted_out'
  /** Takes the request and never answers. */
  | 'silent'
  /** Takes the message, and answers that it failed. */
  | 'error_after_accept'
  /** Takes the message, and cuts the connection. */
  | 'reset_after_accept'
  /** Takes the message, and answers what nobody can read. */
  | 'nonsense'
  /** Takes the message, and answers success without saying which message it is. */
  | 'no_id'
  /** Nobody listens. */
  | 'refused';

export interface FaultWords {
  readonly providerCode?: string;
  readonly reason?: Reason;
  readonly retryAfterMs?: number;
  readonly setting?: string;
}

export interface WebhookDriver {
  /** Signed requests to `webhookUrl`, exactly as the provider makes them. */
  deliver(sample: Sample): readonly RawRequest[];
  /** Any body at all, properly signed. */
  sign(body: Uint8Array): RawRequest;
  /** Is the URL part of what is signed? */
  readonly signsUrl: boolean;
  /** False where the provider signs nothing and only shows a secret that it was given: that alone is proven then. */
  readonly signsBody?: boolean;
}

/** What the provider is asked to deliver; the same `id` is the same message. */
export type Sample =
  | { readonly is: 'message'; readonly id: string; readonly text: string }
  /** Pictures without a word of text. */
  | { readonly is: 'media'; readonly id: string; readonly count: number }
  /** Several messages, in one delivery where the provider does that; the text of each is its id. */
  | { readonly is: 'batch'; readonly ids: readonly string[] }
  | { readonly is: 'status'; readonly externalId: string; readonly state: DeliveryState }
  /** A kind of event, of status and of content from the future. */
  | { readonly is: 'unknown_event' }
  | { readonly is: 'unknown_status'; readonly externalId: string }
  | { readonly is: 'unknown_content'; readonly id: string };

/** The gateway's side and the end users' side of a channel with a client surface or a site. */
export interface ClientDriver {
  /** What the host is given as `clients`. */
  readonly ports: ClientPorts;
  /** Somebody whom the channel has let in. */
  readonly session: ClientSession;
  /** A page's origin that the settings allow. */
  readonly origin: string;
  /** The call by which somebody comes in, below the API space or the account; all but the genuine one are refused. */
  login(proof: LoginProof): Promise<{ readonly path: string; readonly request: RawRequest }>;
  /** The profiles for which a session was opened, in their order. */
  opened(): readonly string[];
  /** The call by which a page posts a message under a reference of its own; for a channel with a `site`. */
  post?(key: string): { readonly path: string; readonly request: RawRequest };
}

export const LOGIN_PROOFS = ['genuine', 'forged', 'expired', 'another_challenge', 'nonsense'] as const;
export type LoginProof =
  /** Of `session.profileId`. */
  | 'genuine'
  /** Made by somebody who does not know the secret. */
  | 'forged'
  | 'expired'
  /** Made for a challenge, or an audience, that is not this one. */
  | 'another_challenge'
  | 'nonsense';

export interface ListenerDriver {
  /** Puts a message where the listener will find it. */
  push(message: { readonly id: string; readonly text: string }): Promise<void>;
  /** Cuts every open connection. */
  drop(): Promise<void>;
}

export interface BacklogDriver {
  /** The provider takes in a message, and its webhook is not called. */
  miss(message: { readonly id: string; readonly text: string; readonly at: Date }): Promise<void>;
}

export interface MediaDriver {
  /** Puts a file at the provider and says how an inbound message would refer to it. */
  put(file: { readonly mimeType: string; readonly bytes: Uint8Array }): Promise<string>;
  /** A reference to a file that is not there (any more, or yet). */
  readonly missing: string;
  /** What reached other hosts than the provider's own, such as those that it redirects to. */
  strangers(): readonly { readonly authorization: string | undefined }[];
}
