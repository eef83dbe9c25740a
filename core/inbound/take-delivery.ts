import type { InboundEvent, RawRequest } from '../../plugins/contract/index';
import type { LiveRuntime } from '../channels/registry';
import type { Log } from '../log';
import { newId } from '../model/id';
import type { Instant } from '../model/instant';
import * as quarantine from '../store/quarantine';
import { type Store, StoreUnavailable } from '../store/store';
import type { Ingest } from './ingest';

export interface DeliveryOptions {
  readonly ingest: Ingest;
  readonly store: Store;
  readonly log: Log;
  readonly now: () => Instant;
  readonly count: (what: string, adapter: string) => void;
}

/** Whose a kept delivery is; one for an account that nobody has belongs to no API space. */
export interface KeptFor {
  readonly spaceId: string;
  readonly accountId: string;
  readonly adapter: string;
}

/**
 * Stores what an account's provider delivered. What cannot be read or stored is kept whole, so that a fix can replay
 * it; one event that cannot be read costs only itself.
 */
export async function takeDelivery(
  options: DeliveryOptions,
  runtime: LiveRuntime,
  request: RawRequest,
): Promise<void> {
  const { account, channel } = runtime;
  if (!channel.webhook) throw new Error('this account has no webhook');
  const owner = { spaceId: account.spaceId, accountId: account.id, adapter: account.adapter };
  try {
    const events = channel.webhook.parse(request);
    await options.ingest.accept(runtime, events);
    for (const { reason, keep } of notUnderstood(events))
      await keepAside(options, owner, { request: { ...request, body: Buffer.from(keep) }, problem: reason });
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    const problem = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';
    await keepAside(options, owner, { request, problem, error });
  }
}

/** The events that are to be kept until somebody understands them. */
export function notUnderstood(
  events: readonly InboundEvent[],
): { readonly reason: string; readonly keep: string }[] {
  return events.flatMap((event) =>
    event.type === 'ignored' && event.keep !== undefined ? [{ reason: event.reason, keep: event.keep }] : [],
  );
}

const LONGEST_PROBLEM = 500;

/** Keeps a delivery, or a part of one, that was the provider's. */
export async function keepAside(
  { store, log, now, count }: DeliveryOptions,
  owner: KeptFor,
  kept: { readonly request: RawRequest; readonly problem: string; readonly error?: unknown },
): Promise<void> {
  const { spaceId, accountId, adapter } = owner;
  const { error, problem } = kept;
  const id = newId();
  await store.transaction((tx) =>
    quarantine.insertQuarantined(tx, {
      ...{ spaceId, id, accountId, receivedOn: now(), problem: problem.slice(0, LONGEST_PROBLEM) },
      request: stored(kept.request),
      state: 'waiting',
    }),
  );
  count('quarantined', adapter);
  const fields = { accountId, quarantineId: id, problem: problem.slice(0, LONGEST_PROBLEM) };
  if (error === undefined) log.warn(fields, 'delivery quarantined');
  else log.error({ ...fields, error }, 'delivery quarantined');
}

// Signatures were checked; what proves them is a credential of sorts and is not needed again.
function stored(request: RawRequest): quarantine.StoredRequest {
  const kept = Object.entries(request.headers).filter(
    ([name]) => !/authorization|cookie|signature/.test(name),
  );
  return {
    method: request.method,
    url: request.url,
    headers: Object.fromEntries(kept),
    bodyBase64: Buffer.from(request.body).toString('base64'),
  };
}

/** Reads a kept delivery again; throws when it still cannot be. */
export async function replay(
  { ingest }: Pick<DeliveryOptions, 'ingest'>,
  runtime: LiveRuntime,
  request: quarantine.StoredRequest,
): Promise<void> {
  const { webhook } = runtime.channel;
  if (!webhook) throw new Error('this account has no webhook');
  const body = Buffer.from(request.bodyBase64, 'base64');
  const events = webhook.parse({ ...request, body });
  await ingest.accept(runtime, events);
  const [unknown] = notUnderstood(events);
  if (unknown) throw new Error(unknown.reason);
}
