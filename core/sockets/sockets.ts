import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Feed } from '../events/feed';
import { Problem } from '../model/problem';
import type { Business } from '../services/clients/business';
import { type Admission, type AdmissionOptions, admit } from './admission';
import { AgentPages } from './agent-pages';
import { audienceOf } from './audience';
import { Follower } from './follow';
import { Hub, type OpenSocket } from './hub';
import { namesFor, newsOf } from './news';
import { OneSocket } from './one-socket';
import { beginStream, type StreamOpening, streamOver } from './open-stream';
import { tellOwnChats } from './own-chats';
import { StreamUpkeep } from './stream-upkeep';
import { createTell, type Tell } from './tell';
import { Upkeep } from './upkeep';

export interface SocketsOptions extends AdmissionOptions {
  readonly feed: Pick<Feed, 'follow'>;
  readonly business: Business;
}

/** The longest frame that an app may send. */
const MOST_FRAME_BYTES = 64 * 1024;
/** Of one session; the oldest gives way, since devices come back before we know that they were gone. */
const MOST_OF_SESSION = 20;
const CLOSING_MS = 500;

/** The open sockets of this node: lets them in, and tells each what it is to hear. */
export class Sockets {
  private readonly options: SocketsOptions;
  private readonly hub = new Hub();
  private readonly server: WebSocketServer;
  private readonly followers = new Map<string, Follower>();
  private readonly tell: Tell;
  private readonly upkeep: Upkeep;
  private readonly streamUpkeep: StreamUpkeep;
  private readonly agentPages: AgentPages;
  private isStopped = false;

  constructor(options: SocketsOptions) {
    this.options = options;
    this.server = new WebSocketServer({
      ...{ noServer: true, clientTracking: false, maxPayload: MOST_FRAME_BYTES },
      // Its buffers would cost each idle socket more than everything else together.
      perMessageDeflate: false,
    });
    const { clients } = options;
    this.tell = createTell(clients);
    const { hub, tell } = this;
    this.agentPages = new AgentPages({ context: clients, hub });
    this.upkeep = new Upkeep({ clients, hub, tell });
    this.streamUpkeep = new StreamUpkeep({ clients, hub, tell, business: options.business });
  }

  /** How many are open. */
  get count(): number {
    return [...this.hub.all()].length;
  }

  start(): void {
    this.upkeep.start();
    this.streamUpkeep.start();
    this.agentPages.start();
  }

  /** Takes over a connection that asks to become a socket. Never throws. */
  async upgrade(request: IncomingMessage, connection: Duplex, head: Buffer): Promise<void> {
    connection.on('error', () => connection.destroy());
    try {
      const admission = this.isStopped ? { status: 503 as const } : await admit(this.options, request);
      if ('status' in admission) return refuse(connection, admission.status);
      const { spaceId } = admission.owner;
      await this.following(spaceId);
      if (!connection.destroyed)
        this.server.handleUpgrade(request, connection, head, (ws) => this.open(ws, admission));
      this.unfollowIfIdle(spaceId);
    } catch (error) {
      this.options.clients.log.warn({ error }, 'socket not opened');
      refuse(connection, 503);
    }
  }

  /** Takes over a response as a stream of live events. */
  async stream(response: ServerResponse, opening: StreamOpening): Promise<void> {
    const { spaceId } = opening.owner;
    await this.following(spaceId);
    try {
      if (this.isStopped) throw new Problem('unavailable', 'this node stops; come back to another one');
      if (!response.destroyed) await this.begin(response, opening);
    } finally {
      this.unfollowIfIdle(spaceId);
    }
  }

  private async begin(response: ServerResponse, opening: StreamOpening): Promise<void> {
    const stream = streamOver(this.options, response, { opening, onEnd: (one) => this.ended(one) });
    // It is told from here on: whatever changes while it is read how things are, comes behind that.
    this.welcome(stream);
    try {
      await beginStream(this.options, stream, opening);
    } catch (error) {
      this.ended(stream);
      throw error;
    }
  }

  /** Says goodbye; clients come back to another node and read what they missed. */
  async stop(): Promise<void> {
    this.isStopped = true;
    for (const socket of this.hub.all()) socket.end('stopping');
    await new Promise((resolve) => setTimeout(resolve, this.count > 0 ? CLOSING_MS : 0));
    for (const socket of [...this.hub.all()]) socket.terminate();
    await Promise.all([this.upkeep.stop(), this.streamUpkeep.stop(), this.agentPages.stop()]);
    await Promise.all([...this.followers.values()].map((follower) => follower.stop()));
    this.server.close();
  }

  private open(ws: WebSocket, { runtime, owner, session }: Exclude<Admission, { status: number }>): void {
    const { client } = runtime.channel;
    const { now } = this.options.clients;
    const socket = new OneSocket(ws, {
      ...{ owner, now, understands: (frame) => client.socket.understands(frame) },
      onEnd: (ended) => this.ended(ended),
    });
    const hello = client.socket.hello({ socketId: socket.id, session, at: new Date(now()) });
    ws.send(JSON.stringify(hello));
    this.welcome(socket);
  }

  private welcome(socket: OpenSocket): void {
    const open = this.hub.ofSession(socket.owner.sessionId);
    this.hub.add(socket);
    this.upkeep.opened(socket.owner);
    this.agentPages.opened(socket);
    const [oldest] = open;
    if (!oldest || open.length < MOST_OF_SESSION) return;
    this.hub.remove(oldest);
    this.agentPages.ended(oldest);
    oldest.end('tooMany');
  }

  private ended(socket: OpenSocket): void {
    if (!this.hub.remove(socket)) return;
    this.upkeep.ended(socket.owner);
    this.agentPages.ended(socket);
    this.unfollowIfIdle(socket.owner.spaceId);
  }

  /** Resolves when the log of the space is read here, and goes on being read for whoever asked last. */
  private async following(spaceId: string): Promise<void> {
    for (;;) {
      const follower = this.followerOf(spaceId);
      await follower.ready;
      // The last socket of the space may have gone meanwhile, and its reader with it.
      if (this.followers.get(spaceId) === follower) return;
    }
  }

  private unfollowIfIdle(spaceId: string): void {
    const follower = this.followers.get(spaceId);
    if (!follower || this.hub.has(spaceId)) return;
    this.followers.delete(spaceId);
    void follower.stop();
  }

  private followerOf(spaceId: string): Follower {
    const known = this.followers.get(spaceId);
    if (known) return known;
    const { clients, feed } = this.options;
    const { store, log, links } = clients;
    const follower = new Follower({
      ...{ store, log, feed, spaceId },
      names: () =>
        namesFor({ hasAgents: this.hub.hasAgents(spaceId), hasStreams: this.hub.hasStreams(spaceId) }),
      tell: async (events) => {
        const audience = await audienceOf({ store, hub: this.hub }, spaceId, events);
        for (const event of events) {
          const to = audience(event);
          const news = to.length > 0 ? newsOf(event, links) : undefined;
          if (news) this.tell(news, to);
        }
        if (this.hub.hasStreams(spaceId))
          await tellOwnChats({ store, hub: this.hub, tell: this.tell }, spaceId, events);
      },
    });
    this.followers.set(spaceId, follower);
    follower.ready.catch(() => this.followers.delete(spaceId));
    return follower;
  }
}

function refuse(connection: Duplex, status: 401 | 403 | 404 | 503): void {
  connection.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
}
