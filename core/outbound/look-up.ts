import type { SentMatch } from '../../plugins/contract/index';
import { isLive } from '../channels/registry';
import { isSettled } from '../model/delivery';
import { keyOf } from '../model/send-key';
import { putAttempt } from '../store/attempts';
import { lockChat } from '../store/chats';
import { insertExternalIds, takenExternalIds } from '../store/external-ids';
import { messagesById } from '../store/messages';
import { claimUnknown, heldBy, type OutboxRow, updateOutbox } from '../store/outbox';
import type { Tx } from '../store/tx';
import { LEASE_MS, type OutboundContext, SEND_TIMEOUT_MS } from './context';
import { noteEvidence } from './evidence';
import { attemptOf } from './record';
import { rendered } from './render';
import { asChannelError, type Loaded, load } from './send';
import { goOn } from './settle';

/** What the provider says of a message whose outcome is not known. */
type Finding =
  | { readonly is: 'found'; readonly match: SentMatch }
  /** Proven: it never took it. */
  | { readonly is: 'absent' }
  | { readonly is: 'not-yet' }
  /** Nobody can tell; a person is shown the message, and the lane goes on. */
  | { readonly is: 'never-known' };

const AT_ONCE = 16;
const GIVE_UP_AFTER_MS = 3_600_000;
/** How long receipts are waited for where the provider cannot be asked. */
const WAIT_FOR_RECEIPT_MS = 60_000;
const LOOKS_MS = [3_000, 5_000, 10_000, 20_000, 30_000];

/** Asks the providers about messages whose outcome is not known; gives the lanes that may go on. */
export async function lookUpUnknown(context: OutboundContext): Promise<OutboxRow[]> {
  const { store, nodeId, now } = context;
  const rows = await store.transaction((tx) =>
    claimUnknown(tx, { owner: nodeId, leaseMs: LEASE_MS, now: now() }, AT_ONCE),
  );
  const released = await Promise.all(rows.map((row) => lookUp(context, row)));
  return rows.filter((_, index) => released[index]);
}

async function lookUp(context: OutboundContext, row: OutboxRow): Promise<boolean> {
  const finding = await find(context, row);
  context.count(`look-up ${finding.is}`, context.registry.get(row.accountId)?.account.adapter ?? 'none');
  return context.store.transaction(async (tx) => {
    await lockChat(tx, row.spaceId, row.chatId); // first, as everywhere
    const [message] = await messagesById(tx, row.spaceId, [row.messageId]);
    const held = await heldBy(tx, row);
    if (!held || !message) return false;
    // A receipt that came meanwhile is better evidence than our question.
    if (isSettled(message.delivery.pieces[row.piece]?.status ?? 'accepted')) {
      await goOn(tx, message, held);
      return true;
    }
    return apply(tx, context, { row: held, finding });
  });
}

async function find(context: OutboundContext, row: OutboxRow): Promise<Finding> {
  const waitedMs = context.now() - (row.lastAttemptOn ?? row.createdOn);
  const runtime = context.registry.get(row.accountId);
  // Sent again it is the same message there, so nobody needs to know.
  if (runtime?.definition?.capabilities.idempotentSend) return { is: 'absent' };
  const settlesAfterMs = runtime?.definition?.capabilities.lookup?.settlesAfterMs;
  if (!isLive(runtime) || !runtime.channel.findSent || settlesAfterMs === undefined)
    return waitedMs > WAIT_FOR_RECEIPT_MS ? { is: 'never-known' } : { is: 'not-yet' };
  try {
    const loaded = await load(context, row, 'look-up');
    const match = await ask(context, loaded);
    if (match) return { is: 'found', match };
    return waitedMs > settlesAfterMs ? { is: 'absent' } : { is: 'not-yet' };
  } catch (error) {
    const { message, kind } = asChannelError(error);
    context.log.warn({ messageId: row.messageId, kind, detail: message }, 'look-up failed');
    return waitedMs > GIVE_UP_AFTER_MS ? { is: 'never-known' } : { is: 'not-yet' };
  }
}

/** The oldest of what the provider has that could be it and is no other message of ours. */
async function ask(context: OutboundContext, loaded: Loaded): Promise<SentMatch | undefined> {
  const { row, message, runtime, piece, about } = loaded;
  const matches = await runtime.channel.findSent?.(
    {
      message: { ...rendered(message, piece, context), ...about },
      idempotencyKey: keyOf(row),
      since: new Date(row.firstAttemptOn ?? row.createdOn),
    },
    AbortSignal.timeout(SEND_TIMEOUT_MS),
  );
  if (!matches || matches.length === 0) return undefined;
  const ids = matches.map((match) => match.externalId);
  const taken = await context.store.read((tx) => takenExternalIds(tx, row.accountId, ids));
  return matches.find((match) => !taken.has(match.externalId));
}

async function apply(
  tx: Tx,
  context: OutboundContext,
  { row, finding }: { row: OutboxRow; finding: Finding },
): Promise<boolean> {
  const { spaceId, accountId, messageId, piece } = row;
  const now = context.now();
  if (finding.is === 'not-yet') {
    const wait = LOOKS_MS[Math.min(row.looks, LOOKS_MS.length - 1)] ?? 0;
    await updateOutbox(tx, { ...row, looks: row.looks + 1, notBefore: now + wait });
    return false;
  }
  if (finding.is === 'absent') {
    await putAttempt(tx, attemptOf(row, { endedOn: now, outcome: 'absent', externalIds: [] }));
    await updateOutbox(tx, { ...row, state: 'ready', notBefore: 0 });
    return true;
  }
  const target = { spaceId, accountId, messageId };
  const externalId = finding.is === 'found' ? finding.match.externalId : undefined;
  const state = externalId === undefined ? 'unknown' : 'accepted';
  const noted = await noteEvidence(tx, target, { piece, state, at: now, externalId });
  if (!noted) return false;
  if (externalId !== undefined) {
    await insertExternalIds(tx, [{ spaceId, accountId, externalId, messageId, piece }]);
    await putAttempt(tx, attemptOf(row, { endedOn: now, outcome: 'found', externalIds: [externalId] }));
    tx.afterCommit(() => context.onExternalIds(accountId, [externalId]));
  }
  await goOn(tx, noted.message, row);
  return true;
}
