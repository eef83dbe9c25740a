import { EgressRefused } from '../egress/errors';
import { CATALOGUE } from '../events/catalogue';
import { happened } from '../events/facts';
import { newSecret, rotated, sealSecret } from '../events/hooks/secrets';
import type { Act, Direction } from '../model/chat';
import { checkMatch, etagOf } from '../model/etag';
import { isId, newId } from '../model/id';
import { type FieldFailure, invalid, notFound, Problem } from '../model/problem';
import type { Subscription } from '../model/subscription';
import { appendEvents, lastSeq } from '../store/events';
import { changedNow, madeNow } from '../store/made';
import type { Tx } from '../store/tx';
import { beginAnew, countDeliveries } from '../store/webhook-deliveries';
import type { Webhook } from '../store/webhooks';
import * as webhooks from '../store/webhooks';
import { actBy, businessOnly, type Caller } from './caller';
import type { Context } from './context';

const MOST_OF_A_SPACE = 100;

export interface WebhookWish {
  readonly name: string;
  readonly url: string;
  readonly secret?: string | undefined;
  readonly subscriptions: readonly Subscription[];
  readonly batch: boolean;
  readonly maxBatchSize: number;
  readonly batchTimeout: number;
  readonly heartbeatSecs?: number | undefined;
  /** Absent: as it is. */
  readonly enabled?: boolean | undefined;
}

/** An endpoint, and how much waits for it. */
export interface WebhookState {
  readonly webhook: Webhook;
  readonly waiting: number;
  readonly dead: number;
}

/** Sets up an endpoint; it hears of what happens from now on. Gives the secret where the caller left that to us. */
export async function create(
  context: Context,
  caller: Caller,
  wish: WebhookWish,
): Promise<WebhookState & { readonly secret?: string }> {
  businessOnly(caller);
  await checkWish(context, wish);
  const { spaceId } = caller;
  const secret = wish.secret ?? newSecret();
  const webhook = await caller.transaction(async (tx) => {
    const all = await webhooks.listWebhooks(tx, spaceId);
    if (all.length >= MOST_OF_A_SPACE)
      throw new Problem('conflict', `an API space has at most ${MOST_OF_A_SPACE} web hooks`);
    const act = actBy(caller, context.now());
    const id = newId();
    const made: Webhook = {
      ...{ spaceId, id, ...settingsOf(wish), isEnabled: wish.enabled ?? true },
      secrets: sealSecret(context.vault, id, secret),
      ...{ cursor: await lastSeq(tx, spaceId), sequence: 0, nudges: 0 },
      ...madeNow(act),
    };
    await webhooks.insertWebhook(tx, made);
    await tell(context, tx, 'webhook.create', made, act);
    return made;
  });
  return { webhook, waiting: 0, dead: 0, ...(wish.secret === undefined ? { secret } : {}) };
}

export async function list(caller: Caller): Promise<WebhookState[]> {
  businessOnly(caller);
  return caller.read(async (tx) => {
    const states: WebhookState[] = [];
    for (const webhook of await webhooks.listWebhooks(tx, caller.spaceId))
      states.push(await stateOf(tx, webhook));
    return states;
  });
}

export async function get(caller: Caller, id: string): Promise<WebhookState> {
  businessOnly(caller);
  return caller.read(async (tx) => stateOf(tx, await known(tx, caller, id)));
}

/** Replaces what was set up; a secret that is absent stays. Enabled again, it gets all that happened meanwhile. */
export async function update(
  context: Context,
  caller: Caller,
  id: string,
  { ifMatch, wish }: { readonly ifMatch: string | undefined; readonly wish: WebhookWish },
): Promise<WebhookState> {
  businessOnly(caller);
  await checkWish(context, wish);
  return caller.transaction(async (tx) => {
    const before = await lock(tx, caller, id);
    checkMatch(ifMatch, etagOf(before));
    const act = actBy(caller, context.now());
    const isEnabled = wish.enabled ?? before.isEnabled;
    const isFresh = isEnabled && (!before.isEnabled || wish.url !== before.url);
    const after: Webhook = {
      ...{ ...before, ...settingsOf(wish), isEnabled },
      ...(wish.secret === undefined ? {} : { secrets: sealSecret(context.vault, id, wish.secret) }),
      ...(isEnabled ? { disabledReason: undefined } : {}),
      ...(isFresh ? { failingSince: undefined, nudges: before.nudges + 1 } : {}),
      ...changedNow(before, act),
    };
    await webhooks.updateWebhook(tx, after);
    // What waited while nothing was sent is not late.
    if (isEnabled && !before.isEnabled) await beginAnew(tx, { webhookId: id, now: act.at });
    await tell(context, tx, 'webhook.update', after, act);
    return stateOf(tx, after);
  });
}

export async function remove(context: Context, caller: Caller, id: string, ifMatch?: string): Promise<void> {
  businessOnly(caller);
  await caller.transaction(async (tx) => {
    const before = await lock(tx, caller, id);
    checkMatch(ifMatch, etagOf(before));
    const act = actBy(caller, context.now());
    const after = { ...before, deletedOn: act.at, ...changedNow(before, act) };
    await webhooks.updateWebhook(tx, after);
    await tell(context, tx, 'webhook.delete', after, act);
  });
}

/** A new signing secret; the old one signs as well for a day, so that the receiver can change over at leisure. */
export async function rotateSecret(
  context: Context,
  caller: Caller,
  id: string,
  given: string | undefined,
): Promise<WebhookState & { readonly secret: string }> {
  businessOnly(caller);
  const secret = given ?? newSecret();
  return caller.transaction(async (tx) => {
    const before = await lock(tx, caller, id);
    const act = actBy(caller, context.now());
    const secrets = rotated(context.vault, before, { value: secret, now: act.at });
    const after = { ...before, secrets, ...changedNow(before, act) };
    await webhooks.updateWebhook(tx, after);
    await tell(context, tx, 'webhook.update', after, act);
    return { ...(await stateOf(tx, after)), secret };
  });
}

/** The endpoint, or a 404. */
export async function known(tx: Tx, caller: Caller, id: string): Promise<Webhook> {
  const found = isId(id) ? await webhooks.findWebhook(tx, caller.spaceId, id) : undefined;
  if (!found) throw notFound('web hook', id);
  return found;
}

async function lock(tx: Tx, caller: Caller, id: string): Promise<Webhook> {
  const found = isId(id) ? await webhooks.lockWebhook(tx, caller.spaceId, id) : undefined;
  if (!found) throw notFound('web hook', id);
  return found;
}

async function stateOf(tx: Tx, webhook: Webhook): Promise<WebhookState> {
  return { webhook, ...(await countDeliveries(tx, webhook.id)) };
}

function settingsOf(wish: WebhookWish) {
  const { name, url, subscriptions, batch, maxBatchSize, batchTimeout, heartbeatSecs } = wish;
  return { name, url, subscriptions, batch, maxBatchSize, batchTimeoutSecs: batchTimeout, heartbeatSecs };
}

async function checkWish(context: Context, wish: WebhookWish): Promise<void> {
  const failures = wish.subscriptions.flatMap(failuresOf);
  if (failures.length > 0) throw invalid(failures);
  try {
    await context.egress.resolveCheck(wish.url);
  } catch (error) {
    if (error instanceof EgressRefused) throw invalid('url', error.message);
    throw error;
  }
}

function failuresOf({ type, filters }: Subscription, index: number): FieldFailure[] {
  const known = CATALOGUE.get(type);
  const path = `subscriptions.${index}`;
  if (!known)
    return [{ paramName: `${path}.type`, message: 'unknown; GET /webhooks/availableevents lists them' }];
  const names: readonly string[] = known.filters;
  return filters.flatMap(({ name, value }, at) => {
    const filter = `${path}.filters.${at}`;
    if (!names.includes(name))
      return [
        {
          paramName: `${filter}.name`,
          message: `${type} can be filtered by ${names.join(', ') || 'nothing'}`,
        },
      ];
    if (name === 'direction' && !DIRECTIONS.includes(value))
      return [{ paramName: `${filter}.value`, message: 'expected inbound or outbound' }];
    return [];
  });
}

const DIRECTIONS: readonly string[] = ['inbound', 'outbound'] satisfies Direction[];

async function tell(context: Context, tx: Tx, name: string, webhook: Webhook, act: Act): Promise<void> {
  await appendEvents(tx, [happened(name, webhook, act, { name: webhook.name, url: webhook.url })]);
  tx.afterCommit(context.onWebhook);
}
