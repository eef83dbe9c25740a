import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '../config/load';
import type { ChannelDefinition } from '../plugins/contract/index';
import { handOver, stopEngine } from './drain';
import { createEngine, type Engine } from './engine';
import { firstPartnerKey } from './first-partner';
import { Auth } from './http/auth';
import { createLimit } from './http/limits';
import { createHttpServer } from './http/server';
import { createReceive } from './inbound/receive';
import { keepHouse } from './keep-house';
import type { Log } from './log';
import type { Instant } from './model/instant';
import { shareTokens } from './nodes/news';
import { createClientsFront } from './serve-clients';
import { type ClientsContext, SESSIONS_TOPIC } from './services/clients/context';
import { noteSeenByAgent } from './services/clients/marks';
import { WhoseChats } from './services/whose-chats';
import { ownFolder } from './store/own-folder';

export interface GatewayOptions {
  readonly config: Config;
  readonly definitions: ReadonlyMap<string, ChannelDefinition>;
  readonly log: Log;
  readonly now?: () => Instant;
}

/** One node of Parley. */
export interface Gateway {
  /** Resolves when it serves. */
  start(): Promise<Started>;
  /** Uses an adapter that was loaded anew from now on. */
  install(definition: ChannelDefinition): void;
  /** Hands over what it can, takes no new work, ends what is under way, and lets everything go. */
  stop(): Promise<void>;
}

export interface Started {
  readonly port: number;
  /** Where it is reached. */
  readonly publicUrl: string;
  /** The first partner's key, only on the start that made it. */
  readonly partnerKey?: string | undefined;
}

const PATIENCE_MS = 3_000;
const REFRESH_EVERY_MS = 3_000;
const SWEEP_EVERY_MS = 5_000;

/** Builds one node; it does nothing before `start`. */
export function createGateway(options: GatewayOptions): Gateway {
  const { config, log, definitions, now = Date.now } = options;
  let publicUrl = config.publicUrl ?? '';
  let isServing = false;
  let isDraining = false;
  let letFolderGo = () => {};
  const engine = createEngine({ config, log, definitions, now, publicUrl: () => publicUrl });
  const { store, registry } = engine;
  const server = createFront(engine, { config, publicUrl: () => publicUrl, isDraining: () => isDraining });
  const house = keepHouse({ store, log, now });
  const refresh = every(REFRESH_EVERY_MS, () => registry.refresh(), log);
  const sweep = every(SWEEP_EVERY_MS, () => engine.ingest.sweep(), log);
  return {
    async start() {
      // SQLite knows one gateway: two would both think that they are alone.
      if (store.kind === 'sqlite') letFolderGo = ownFolder(config.dataDir);
      await store.migrate();
      const partnerKey = await firstPartnerKey(store, config, now());
      const port = await server.listen(config.host, config.port);
      publicUrl ||= `http://localhost:${port}`;
      engine.bus.start();
      engine.queue.start();
      await engine.leases.start();
      await registry.refresh();
      await engine.teamRules.start();
      await engine.teams.start();
      await engine.relay.start();
      for (const part of [
        engine.events,
        engine.health,
        engine.media,
        engine.backFill,
        engine.watchers,
        engine.away,
        house,
        refresh,
        sweep,
      ])
        part.start();
      isServing = true;
      return { port, publicUrl, partnerKey };
    },
    install: (definition) => registry.install(definition),
    async stop() {
      isDraining = true;
      // While the others learn that they should send nobody here any more, whoever comes is served.
      const handedOver = handOver(engine);
      if (isServing) await pause(config.drainMs);
      await handedOver;
      for (const part of [refresh, sweep, house]) part.stop();
      await engine.events.feed.stop(); // or those who follow it would be waited for
      await server.close(PATIENCE_MS);
      await stopEngine(engine);
      letFolderGo();
    },
  };
}

interface FrontOptions {
  readonly config: Config;
  readonly publicUrl: () => string;
  readonly isDraining: () => boolean;
}

function createFront(engine: Engine, { config, publicUrl, isDraining }: FrontOptions) {
  const { store, registry, health, vault, ingest, blobs, links, log, now, metrics, countInbound } = engine;
  const { bus, sessionTokens, ratingLinks, teamRules, onSent } = engine;
  const auth = new Auth({ store, now });
  const tellOfTokens = shareTokens(bus, (whose) => auth.forget(whose));
  const context: ClientsContext = {
    ...{ store, registry, health, vault, ingest, blobs, links, log, now, ratingLinks, teamRules, onSent },
    wake: (lane) => engine.lanes.wake(lane),
    egress: engine.events.egress,
    whoseChats: new WhoseChats(store),
    feed: engine.events.feed,
    onWebhook: () => engine.events.webhooksChanged(),
    onSeen: (tx, seen) => noteSeenByAgent(context, tx, seen),
    onMembers: () => tellOfTokens('agents'),
    onToken: () => {
      tellOfTokens('all');
      bus.publish(SESSIONS_TOPIC, {}); // an agent's sockets end with their token
    },
    ...{ sessionTokens, bus },
  };
  const clientsFront = createClientsFront(context, { feed: context.feed, publicUrl });
  const receive = createReceive({ registry, ingest, store, log, now, count: countInbound });
  const limit = createLimit(config.requestsPerMinute);
  return createHttpServer({
    ...{ context, auth, limit, publicUrl, isDraining, receive, trustedProxies: config.trustedProxies },
    ...{ store, metrics, blobs, links, log, ...clientsFront, redis: () => engine.redis() },
  });
}

function every(ms: number, run: () => Promise<void>, log: Log) {
  let timer: NodeJS.Timeout | undefined;
  return {
    start: () => {
      timer = setInterval(() => {
        run().catch((error: unknown) => log.warn({ error }, 'a round failed'));
      }, ms).unref();
    },
    stop: () => clearInterval(timer),
  };
}
