import type { ClientNews } from '../../plugins/contract/index';
import type { Json } from '../bus/bus';
import { newId } from '../model/id';
import { type ClientsContext, SESSIONS_TOPIC, TYPING_TOPIC } from '../services/clients/context';
import type { Typing } from '../services/clients/typing';
import { endedSince, liveTokenIds, setOnline } from '../store/client-sessions';
import type { Hub, OpenSocket, SocketEnd, SocketOwner } from './hub';
import { OneSocket } from './one-socket';

export interface UpkeepOptions {
  readonly clients: ClientsContext;
  readonly hub: Hub;
  readonly tell: (news: ClientNews, to: readonly OpenSocket[]) => void;
}

const ROUND_EVERY_MS = 1_000;
/** Each socket is pinged in one of so many rounds: thousands at once would keep everybody else waiting. */
const PINGED_EVERY_ROUNDS = 30;
/** In case that the bus lost the word of an ended session. */
const LOOK_EVERY_MS = 5_000;
const LOOK_BACK_MS = 30_000;
const ONLINE_MS = 90_000;
const ONLINE_AT_ONCE = 1_000;

/** Looks after the open sockets of this node: pings them, closes those whose session is over, and passes on who is typing. */
export class Upkeep {
  private readonly options: UpkeepOptions;
  private readonly came = new Set<string>();
  /** Sessions without a socket here any more, and since when. */
  private readonly went = new Map<string, number>();
  private rounds = 0;
  private timers: NodeJS.Timeout[] = [];
  private unsubscribe: (() => void)[] = [];
  private writing: Promise<void> | undefined;

  constructor(options: UpkeepOptions) {
    this.options = options;
  }

  start(): void {
    const { bus } = this.options.clients;
    this.unsubscribe = [
      bus.subscribe(SESSIONS_TOPIC, (message) => this.hearOfSession(message)),
      bus.subscribe(TYPING_TOPIC, (message) => this.hearOfTyping(message)),
    ];
    this.timers = [
      setInterval(() => this.round(), ROUND_EVERY_MS).unref(),
      setInterval(() => this.inBackground(this.look()), LOOK_EVERY_MS).unref(),
    ];
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    for (const end of this.unsubscribe) end();
    await this.writing;
    // Nobody of this node is online any more.
    await this.writeOnline().catch((error: unknown) => this.warn(error));
  }

  opened({ sessionId, isAgent }: SocketOwner): void {
    if (isAgent) return;
    this.went.delete(sessionId);
    this.came.add(sessionId);
  }

  ended({ sessionId, isAgent }: SocketOwner): void {
    if (isAgent || this.options.hub.ofSession(sessionId).length > 0) return;
    this.came.delete(sessionId);
    this.went.set(sessionId, this.options.clients.now());
  }

  private round(): void {
    const now = this.options.clients.now();
    this.rounds += 1;
    const turn = this.rounds % PINGED_EVERY_ROUNDS;
    for (const socket of [...this.options.hub.all()])
      if (socket.owner.expiresOn <= now) socket.end('expired');
      else if (turnOf(socket) === turn) this.ping(socket);
    if (this.came.size + this.went.size === 0) return;
    this.writing ??= this.writeOnline()
      .catch((error: unknown) => this.warn(error))
      .finally(() => {
        this.writing = undefined;
      });
  }

  private async writeOnline(): Promise<void> {
    const { now } = this.options.clients;
    while (this.came.size > 0) {
      const some = [...this.came].slice(0, ONLINE_AT_ONCE);
      for (const id of some) this.came.delete(id);
      await this.write(some, now() + ONLINE_MS);
    }
    while (this.went.size > 0) {
      const some = [...this.went].slice(0, ONLINE_AT_ONCE);
      for (const [id] of some) this.went.delete(id);
      // The last of them: a second more or less says nothing.
      await this.write(
        some.map(([id]) => id),
        Math.max(...some.map(([, since]) => since)),
      );
    }
  }

  private async write(sessionIds: readonly string[], until: number): Promise<void> {
    await this.options.clients.store.transaction((tx) => setOnline(tx, sessionIds, until));
  }

  private ping(socket: OpenSocket): void {
    if (socket instanceof OneSocket) socket.ping();
    this.opened(socket.owner);
  }

  private hearOfSession(message: Json): void {
    const ended = fieldOf(message, 'ended');
    if (typeof ended === 'string')
      this.end(ended, fieldOf(message, 'why') === 'identity' ? 'identity' : 'session');
    else this.inBackground(this.lookAtAgents());
  }

  private end(sessionId: string, why: SocketEnd): void {
    for (const socket of this.options.hub.ofSession(sessionId)) socket.end(why);
  }

  private async look(): Promise<void> {
    const { store, now } = this.options.clients;
    if (this.options.hub.sessionIds().length === 0) return;
    const ended = await store.read((tx) => endedSince(tx, now() - LOOK_BACK_MS));
    for (const id of ended) this.end(id, 'session');
    await this.lookAtAgents();
  }

  private async lookAtAgents(): Promise<void> {
    const { store, now } = this.options.clients;
    const agents = [...this.options.hub.all()].filter((socket) => socket.owner.isAgent);
    if (agents.length === 0) return;
    const ids = agents.map((socket) => socket.owner.sessionId);
    const live = await store.read((tx) => liveTokenIds(tx, ids, now()));
    for (const id of ids) if (!live.has(id)) this.end(id, 'session');
  }

  private hearOfTyping(message: Json): void {
    // Ours, so its shape is known.
    const typing = message as unknown as Typing & { readonly to: readonly string[] };
    const { spaceId, accountId, conversationId, chatId, profileId, isOn, to } = typing;
    const isForAgents = chatId !== undefined;
    const sockets = this.options.hub
      .socketsOf(spaceId, to, isForAgents)
      .filter(({ owner }) => isForAgents || owner.accountId === accountId);
    if (sockets.length === 0) return;
    const happened = {
      ...{ eventId: newId(), apiSpaceId: spaceId, at: new Date(typing.at) },
      ...{ by: `session:${profileId}`, revision: 0 },
    };
    if (conversationId !== undefined)
      this.options.tell({ ...happened, type: 'typing', conversationId, profileId, isOn }, sockets);
    if (chatId === undefined) return;
    const name = isOn ? 'chat.participantTyping' : 'chat.participantTypingOff';
    this.options.tell({ ...happened, type: 'chat', name, chatId, payload: { chatId, profileId } }, sockets);
  }

  private inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => this.warn(error));
  }

  private warn(error: unknown): void {
    this.options.clients.log.warn({ error }, 'sockets not looked after');
  }
}

/** Their ids are random, so each round has about as many. */
function turnOf({ id }: OpenSocket): number {
  return Number.parseInt(id.slice(0, 4), 16) % PINGED_EVERY_ROUNDS;
}

function fieldOf(message: Json, name: string): unknown {
  if (typeof message !== 'object' || message === null) return undefined;
  return Object.entries(message).find(([key]) => key === name)?.[1];
}
