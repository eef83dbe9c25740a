import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../config/load';
import type { ChannelDefinition } from '../plugins/contract/index';
import { createRatingLinks } from './automatic/rating-links';
import { TeamRules } from './automatic/team-rules';
import { watchAway } from './away/watch-away';
import { Health } from './channels/health';
import { Listeners } from './channels/listeners';
import { createPowers, keepFile } from './channels/powers';
import { Registry } from './channels/registry';
import { createVault } from './channels/secrets';
import { EventsOut } from './events/out';
import { createMetrics, type Metrics } from './http/metrics';
import { BackFill } from './inbound/back-fill';
import { MediaFetcher } from './inbound/fetch-media';
import { Ingest } from './inbound/ingest';
import type { Log } from './log';
import { masterKeyOf } from './master-key';
import { type Blobs, createBlobs } from './media/blobs';
import { createMediaLinks } from './media/links';
import { newId } from './model/id';
import type { Instant } from './model/instant';
import { createCluster } from './nodes/cluster';
import { shareAccounts } from './nodes/news';
import type { OutboundContext } from './outbound/context';
import { Lanes } from './outbound/lanes';
import { Relay } from './outbound/relay';
import { createSessionTokens } from './services/clients/session-tokens';
import type { Account } from './store/accounts';
import { createStore } from './store/create';
import { contentOf } from './store/media';
import { outboxDepth } from './store/outbox';
import type { Store } from './store/store';

import { TeamsAtWork } from './teams/teams-at-work';
import { createWatchers } from './watchers';
import { whereToStore } from './where-to-store';

export interface EngineOptions {
  readonly config: Config;
  readonly definitions: ReadonlyMap<string, ChannelDefinition>;
  readonly log: Log;
  readonly now: () => Instant;
  /** Known once the gateway listens. */
  readonly publicUrl: () => string;
}

export type Engine = ReturnType<typeof createEngine>;

/** The parts of a node behind its front, wired to each other; nothing runs yet. */
export function createEngine({ config, definitions, log, now, publicUrl }: EngineOptions) {
  mkdirSync(config.dataDir, { recursive: true });
  const masterKey = masterKeyOf(config);
  const store = createStore(whereToStore(config));
  const base = { store, log, now };
  const nodeId = newId();
  const cluster = createCluster({ config, masterKey, nodeId, store, log });
  const { bus, queue, leases } = cluster;
  const vault = createVault(masterKey);
  const blobs = createBlobs(path.join(config.dataDir, 'media'), smallFilesIn(store));
  const { links, ratingLinks, sessionTokens } = createSigners({ masterKey, publicUrl, now });
  const teamRules = new TeamRules(base);
  const metrics = createMetrics(() => store.read(outboxDepth));
  const powers = createPowers({ blobs, masterKey, allowPrivateEgress: config.allowPrivateEgress });
  const registry = new Registry({ ...base, vault, definitions, publicUrl, powers, apiUrls: config.apiUrls });
  const events = new EventsOut({
    ...{ ...base, bus, leases, vault, links, allowPrivateEgress: config.allowPrivateEgress },
    count: (what) => metrics.deliveries.inc({ what }),
  });
  const health = new Health({ ...base, registry, onResumed: (id) => goOn(id) });
  const goOn = (accountId: string) => {
    void lanes.resume(accountId);
    listeners.resume(accountId, registry.get(accountId));
  };
  const countInbound = (what: string, adapter: string) => metrics.inbound.inc({ what, adapter });
  const ingest: Ingest = new Ingest({
    ...{ ...base, registry, health, count: countInbound, rulesOf: teamRules.of },
    wake: (lane) => lanes.wake(lane),
    onMedia: () => media.wake(),
    keep: (accountId, name, data) => keepFile(blobs, { accountId, name, maxBytes: data.byteLength }, [data]),
    forget: (mediaIds) => forgetFiles({ blobs, log }, mediaIds),
  });
  const sentBy = { ...base, registry, health, blobs, links, nodeId, queue, leases };
  const outbound = createOutbound(sentBy, { ingest, metrics });
  const lanes: Lanes = new Lanes(outbound);
  const relay = new Relay(outbound, lanes, store.kind === 'sqlite');
  const media = new MediaFetcher({ ...base, registry, blobs });
  const backFill = new BackFill({ ...base, registry, ingest });
  const watchers = createWatchers({ ...base, registry, health });
  const onSent = hearSent(outbound);
  const sending = { registry, links, blobs, ratingLinks, onSent, wake: lanes.wake.bind(lanes) };
  const calling = { egress: events.egress, vault };
  const away = watchAway({ ...base, ...sending, ...calling });
  const teams = new TeamsAtWork({ ...base, ...sending, ...calling }, leases);
  const listeners = new Listeners({ store, log, ingest, health, leases: leases.group('listener') });
  shareAccounts({ bus, registry, log });
  registry.onChange = (id, runtime) => listeners.follow(id, runtime);
  return {
    ...{ ...base, ...sending, ...cluster, vault, metrics, events, health, ingest, countInbound },
    ...{ lanes, relay, media, backFill, watchers, away, listeners, teams, sessionTokens, teamRules },
  };
}

function smallFilesIn(store: Store) {
  return (id: string) => store.read((tx) => contentOf(tx, id));
}

function createSigners(options: Parameters<typeof createMediaLinks>[0]) {
  return {
    links: createMediaLinks(options),
    ratingLinks: createRatingLinks(options),
    sessionTokens: createSessionTokens(options),
  };
}

type Hearers = Pick<OutboundContext, 'onExternalIds' | 'count'>;

function createOutbound(
  parts: Omit<OutboundContext, keyof Hearers>,
  { ingest, metrics }: { ingest: Ingest; metrics: Metrics },
): OutboundContext {
  return {
    ...parts,
    onExternalIds: (accountId, ids) => {
      ingest
        .release(accountId, ids)
        .catch((error: unknown) => parts.log.warn({ error }, 'receipts still wait'));
    },
    count: (what, adapter) => metrics.outbound.inc({ what, adapter }),
  };
}

/** What is known of an account of which a message left. */
function hearSent({ health, count, log }: OutboundContext): (account: Account) => void {
  return ({ id, adapter }) => {
    health.sawOutbound(id);
    count('sent', adapter);
    health
      .note(id, { state: 'connected' })
      .catch((error: unknown) => log.warn({ error }, 'health not noted'));
  };
}

function forgetFiles({ blobs, log }: { blobs: Blobs; log: Log }, mediaIds: readonly string[]): void {
  for (const id of mediaIds)
    blobs.remove(id).catch((error: unknown) => log.warn({ error, mediaId: id }, 'file not removed'));
}
