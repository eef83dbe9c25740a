import type { ClientNews, SiteNews } from '../../plugins/contract/index';

/** Who an open socket belongs to. */
export interface SocketOwner {
  readonly spaceId: string;
  readonly accountId: string;
  readonly channelId: string;
  /** The session, or an agent's own token. */
  readonly sessionId: string;
  readonly profileId: string;
  readonly isAgent: boolean;
  readonly expiresOn: number;
}

/** Why we end a socket: its session is over, somebody else came in on its device, it has too many siblings, or we stop. */
export type SocketEnd = 'expired' | 'session' | 'identity' | 'tooMany' | 'stopping';

/** An open socket or stream; sending never waits. */
export interface OpenSocket {
  readonly id: string;
  readonly owner: SocketOwner;
  /** It is a stream of server-sent events. */
  readonly isStream: boolean;
  /** The frame of a piece of news. */
  send(frame: Buffer, news: SocketNews): void;
  end(why: SocketEnd): void;
  /** Cuts it off without a word. */
  terminate(): void;
}

/** What sockets and streams are told. */
export type SocketNews = ClientNews | SiteNews;

/** The open sockets of this node, by whoever they belong to. */
export class Hub {
  private readonly spaces = new Map<string, Map<string, Set<OpenSocket>>>();
  private readonly sessions = new Map<string, Set<OpenSocket>>();
  private readonly agents = new Map<string, Set<OpenSocket>>();
  private readonly streams = new Map<string, Set<OpenSocket>>();

  add(socket: OpenSocket): void {
    const { spaceId, sessionId } = socket.owner;
    const people = this.spaces.get(spaceId) ?? new Map<string, Set<OpenSocket>>();
    this.spaces.set(spaceId, people);
    put(people, personOf(socket.owner), socket);
    put(this.sessions, sessionId, socket);
    if (socket.owner.isAgent) put(this.agents, spaceId, socket);
    if (socket.isStream) put(this.streams, spaceId, socket);
  }

  /** Says whether it was here. */
  remove(socket: OpenSocket): boolean {
    const { spaceId, sessionId } = socket.owner;
    const people = this.spaces.get(spaceId);
    if (!people || !take(people, personOf(socket.owner), socket)) return false;
    if (people.size === 0) this.spaces.delete(spaceId);
    take(this.sessions, sessionId, socket);
    take(this.agents, spaceId, socket);
    take(this.streams, spaceId, socket);
    return true;
  }

  /** Has the space any open socket here? */
  has(spaceId: string): boolean {
    return this.spaces.has(spaceId);
  }

  hasStreams(spaceId: string): boolean {
    return this.streams.has(spaceId);
  }

  hasAgents(spaceId: string): boolean {
    return this.agents.has(spaceId);
  }

  /** The sockets of these people of a space: customers, or agents. */
  socketsOf(spaceId: string, profileIds: Iterable<string>, isAgent: boolean): OpenSocket[] {
    const people = this.spaces.get(spaceId);
    const found: OpenSocket[] = [];
    if (people)
      for (const profileId of profileIds) found.push(...(people.get(personOf({ profileId, isAgent })) ?? []));
    return found;
  }

  ofSession(sessionId: string): OpenSocket[] {
    return [...(this.sessions.get(sessionId) ?? [])];
  }

  *all(): Generator<OpenSocket> {
    for (const sockets of this.sessions.values()) yield* sockets;
  }

  sessionIds(): string[] {
    return [...this.sessions.keys()];
  }
}

// A customer and an agent with the same id are two.
function personOf({ profileId, isAgent }: Pick<SocketOwner, 'profileId' | 'isAgent'>): string {
  return `${isAgent ? 'agent' : 'customer'} ${profileId}`;
}

function put(sets: Map<string, Set<OpenSocket>>, key: string, socket: OpenSocket): void {
  const known = sets.get(key);
  if (known) known.add(socket);
  else sets.set(key, new Set([socket]));
}

function take(sets: Map<string, Set<OpenSocket>>, key: string, socket: OpenSocket): boolean {
  const known = sets.get(key);
  const isGone = known?.delete(socket) === true;
  if (known?.size === 0) sets.delete(key);
  return isGone;
}
