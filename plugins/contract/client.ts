import type { ClientSession } from './client-data';
import type { ClientNews } from './client-news';
import type { HttpReply, RawRequest } from './http';

/** What a channel serves to the apps and pages of end users: calls below its API space, and a socket. */
export interface ClientSurface {
  readonly routes: readonly ClientRoute[];
  readonly socket: ClientSocket;
  /** May a page of this origin call? Apps send no origin, and are not asked about. */
  allowsOrigin(origin: string): boolean;
}

/** One call. The host matches the path, checks the session, reads the body and writes the reply. */
export type ClientRoute = OpenRoute | SessionRoute;

interface Mounted {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the API space, or below the account; with names in braces: `/conversations/{id}`. */
  readonly path: string;
  /** What a body may have at most (default 64 KiB). */
  readonly maxBytes?: number;
  /** How often it may be called: of an open route by one address, else by one session (default: as often as any other). */
  readonly perMinute?: number;
}

/** Anybody may call it. Of several accounts at one place, the first that does not give undefined has answered. */
export interface OpenRoute extends Mounted {
  readonly access: 'anyone';
  handle(call: ClientCall): Promise<HttpReply | undefined>;
}

/** Only the bearer of a session of this account may call it. */
export interface SessionRoute extends Mounted {
  readonly access: 'session';
  /** An agent's session may call it as well; whatever else agents do goes by the API. */
  readonly forAgents?: boolean;
  handle(call: SessionCall): Promise<HttpReply>;
}

export interface ClientCall {
  readonly request: RawRequest;
  /** What stands in the braces of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** Where the request came from. */
  readonly remoteAddress: string;
}

export interface SessionCall extends ClientCall {
  readonly session: ClientSession;
}

/** How the live events of this channel look on the wire. Pure: the host holds the sockets. */
export interface ClientSocket {
  /** Below the API space: `/socket`. */
  readonly path: string;
  /** The first frame that a socket gets, as JSON. */
  hello(opened: { readonly socketId: string; readonly session: ClientSession; readonly at: Date }): object;
  /** One event as a frame, as JSON; undefined for what this channel does not tell. */
  frame(news: ClientNews): object | undefined;
  /** Whether an app may say this. False ends the socket. */
  understands(frame: unknown): boolean;
}
