import type { InboundEvent } from './inbound';

/** The provider calls us. The host reads the body, asks `verify`, then `parse`, stores, and only then replies. */
export interface Webhook {
  /** Throws ChannelError('forbidden') when the request is not the provider's. */
  verify(request: RawRequest): void | Promise<void>;
  /** Pure. What it does not know it says as `ignored` or as an `unsupported` message; it never drops in silence. */
  parse(request: RawRequest): readonly InboundEvent[];
  /** Answers a GET handshake. */
  challenge?(request: RawRequest): HttpReply;
  /** Once the events are stored; default 200, empty. */
  reply?(request: RawRequest): HttpReply;
}

/** Deliveries that are for several accounts at once; each account verifies the whole with its own secret. */
export interface SharedWebhook {
  /** The parts of a delivery, each as a request that the webhook of its account can parse. Pure; never throws. */
  split(request: RawRequest): readonly SharedPart[];
}

export interface SharedPart {
  /** The name of the account, as in `identities`. */
  readonly identity: string;
  readonly request: RawRequest;
}

export interface RawRequest {
  readonly method: string;
  /** Absolute: the configured public origin, and the path and query as received. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface HttpReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}
