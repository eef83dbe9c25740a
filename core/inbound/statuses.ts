import type { Address, StatusUpdate } from '../../plugins/contract/index';
import type { LiveRuntime } from '../channels/registry';
import type { Evidence } from '../model/delivery';
import type { Instant } from '../model/instant';
import { type SendTarget, targetOf } from '../model/send-key';
import { noteEvidence } from '../outbound/evidence';
import { noteDeadAddress, noteOptOut } from '../outbound/opt-out';
import { settleLane } from '../outbound/settle';
import { addressId, ownersOf } from '../store/arrivals';
import { findByExternalId, insertExternalIds } from '../store/external-ids';
import { messagesById, outboundUpTo } from '../store/messages';
import { insertReceipt, parkStatus } from '../store/receipts';
import type { Tx } from '../store/tx';
import { raiseWatermark, watermarksOf } from '../store/watermarks';

export type StatusOutcome = 'applied' | 'duplicate' | 'parked' | 'unknown';

/** A status and where it came in. */
export interface StatusArrival {
  readonly runtime: LiveRuntime;
  readonly status: StatusUpdate;
  readonly receivedOn: Instant;
  /** Called, after the commit, with a chat whose lane may go on. */
  readonly wake: (chatId: string) => void;
}

/** Stores what the provider says of a message of ours; in any order, any number of times, also before our own request has returned. */
export async function applyStatus(tx: Tx, arrival: StatusArrival): Promise<StatusOutcome> {
  const { runtime, status, receivedOn } = arrival;
  const { target } = status;
  if ('upTo' in target) return applyWatermark(tx, arrival, target);
  const found = await resolve(tx, runtime, target);
  if (found) return applyTo(tx, arrival, found, target.externalId);
  if (target.idempotencyKey !== undefined) return 'unknown'; // we know every key that we gave
  await parkStatus(tx, {
    spaceId: runtime.account.spaceId,
    accountId: runtime.account.id,
    externalId: target.externalId,
    state: status.state,
    at: status.at?.getTime() ?? receivedOn,
    reason: status.reason,
    providerCode: status.providerCode,
    receivedOn,
  });
  return 'parked';
}

async function resolve(
  tx: Tx,
  runtime: LiveRuntime,
  target: { readonly externalId: string; readonly idempotencyKey?: string },
): Promise<SendTarget | undefined> {
  const known = await findByExternalId(tx, runtime.account.id, target.externalId);
  return known ?? targetOf(target.idempotencyKey ?? '');
}

async function applyTo(
  tx: Tx,
  arrival: StatusArrival,
  target: SendTarget,
  externalId?: string,
): Promise<StatusOutcome> {
  const { status } = arrival;
  const { spaceId, id: accountId } = arrival.runtime.account;
  const evidence = evidenceOf(arrival, target, externalId);
  const noted = await noteEvidence(tx, { spaceId, accountId, messageId: target.messageId }, evidence);
  if (!noted) return 'unknown';
  const isNew = await insertReceipt(tx, {
    spaceId,
    ...target,
    state: status.state,
    at: evidence.at,
    reason: status.reason,
    providerCode: status.providerCode,
  });
  if (externalId !== undefined) await insertExternalIds(tx, [{ spaceId, accountId, externalId, ...target }]);
  if (await settleLane(tx, noted.message, target.piece))
    tx.afterCommit(() => arrival.wake(noted.message.chatId));
  if (status.reason === 'opted_out') await noteOptOut(tx, noted.message, evidence.at);
  else if (status.permanent) await noteDeadAddress(tx, noted.message, evidence.at);
  return isNew ? 'applied' : 'duplicate';
}

function evidenceOf(arrival: StatusArrival, target: SendTarget, externalId: string | undefined): Evidence {
  const { status, receivedOn } = arrival;
  const failure = { reason: status.reason ?? 'unknown', code: status.providerCode, retryable: false };
  return {
    piece: target.piece,
    state: status.state,
    at: status.at?.getTime() ?? receivedOn,
    externalId,
    ...(status.state === 'failed' ? { failure } : {}),
  };
}

async function applyWatermark(
  tx: Tx,
  arrival: StatusArrival,
  mark: { readonly address: Address; readonly upTo: Date },
): Promise<StatusOutcome> {
  const { runtime, status, receivedOn } = arrival;
  const { spaceId, id: accountId } = runtime.account;
  const { state } = status;
  if (state !== 'delivered' && state !== 'read') return 'unknown';
  const address = mark.address.party;
  const upTo = mark.upTo.getTime();
  const at = status.at?.getTime() ?? receivedOn;
  // What is sent before this and becomes known later is marked then; a mark that goes back says nothing.
  if (!(await raiseWatermark(tx, { spaceId, accountId, address, state, upTo, at }))) return 'duplicate';
  return (await markUpTo(tx, arrival, { address, upTo, state })) ? 'applied' : 'parked';
}

async function markUpTo(
  tx: Tx,
  arrival: StatusArrival,
  mark: { readonly address: string; readonly upTo: Instant; readonly state: 'delivered' | 'read' },
): Promise<boolean> {
  const { spaceId, channelId, id: accountId } = arrival.runtime.account;
  const key = { spaceId, channelId, address: mark.address };
  const customerId = (await ownersOf(tx, [key])).get(addressId(key));
  if (customerId === undefined) return false;
  const marked = await outboundUpTo(tx, { spaceId, accountId, customerId, ...mark });
  for (const { id: messageId, delivery } of marked)
    for (const piece of delivery.pieces.keys()) await applyTo(tx, arrival, { messageId, piece });
  return marked.length > 0;
}

/** Marks what has just become known as sent, where the provider's watermarks are above it already. */
export async function applyKnownWatermarks(
  tx: Tx,
  runtime: LiveRuntime,
  sent: { readonly externalIds: readonly string[]; readonly wake: (chatId: string) => void },
): Promise<void> {
  const { id: accountId, spaceId } = runtime.account;
  const found = await Promise.all(sent.externalIds.map((id) => findByExternalId(tx, accountId, id)));
  const ids = found.flatMap((one) => (one ? [one.messageId] : []));
  const messages = await messagesById(tx, spaceId, ids);
  for (const party of new Set(messages.flatMap(({ route }) => route?.address ?? [])))
    for (const { state, upTo, at } of await watermarksOf(tx, { accountId, address: party })) {
      const target = { address: { own: '', party }, upTo: new Date(upTo) };
      const status = { target, state, at: new Date(at) };
      await markUpTo(
        tx,
        { runtime, status, receivedOn: at, wake: sent.wake },
        { address: party, upTo, state },
      );
    }
}
