import type { ChannelError, SendReceipt } from '../../plugins/contract/index';
import { afterFailure, type Decision, failureOf } from '../model/after-failure';
import type { Evidence } from '../model/delivery';
import { type Attempt, putAttempt } from '../store/attempts';
import { lockChat } from '../store/chats';
import { insertExternalIds } from '../store/external-ids';
import { deleteOutbox, heldBy, type OutboxRow, updateOutbox } from '../store/outbox';
import { together } from '../store/together';
import type { Tx } from '../store/tx';
import type { OutboundContext } from './context';
import { noteEvidence } from './evidence';
import { noteOptOut } from './opt-out';
import type { Loaded } from './send';
import { goOn, settleLane } from './settle';

/** Stores that the provider took a piece, and by which names it knows it. */
export async function recordSent(
  context: OutboundContext,
  row: OutboxRow,
  receipt: SendReceipt,
): Promise<void> {
  const { spaceId, accountId, chatId, messageId, piece } = row;
  const endedOn = context.now();
  const [externalId] = receipt.externalIds;
  await context.store.transaction(async (tx) => {
    const evidence: Evidence = { piece, state: receipt.state, at: endedOn, externalId };
    const noted = await noteEvidence(tx, { spaceId, accountId, chatId, messageId }, evidence);
    const { externalIds } = receipt;
    const named = externalIds.map((id) => ({ spaceId, accountId, externalId: id, messageId, piece }));
    const [held] = await together([
      heldBy(tx, row),
      insertExternalIds(tx, named),
      putAttempt(tx, attemptOf(row, { endedOn, outcome: 'sent', externalIds })),
    ]);
    if (!noted) return held && deleteOutbox(tx, messageId);
    // Without the claim, another node has taken the row for lost: the evidence settles it there too.
    if (held) await goOn(tx, noted.message, held);
    else await settleLane(tx, noted.message, piece);
    tx.afterCommit(() => context.onExternalIds(accountId, receipt.externalIds));
  });
  context.health.sawOutbound(accountId);
}

/** Stores what an attempt that failed means for the message; gives what was decided. */
export async function recordFailure(
  context: OutboundContext,
  row: OutboxRow,
  error: ChannelError,
  loaded: Loaded | undefined,
): Promise<Decision> {
  const decision = decide(context, row, error, loaded);
  const endedOn = context.now();
  await context.store.transaction(async (tx) => {
    await lockChat(tx, row.spaceId, row.chatId); // first, as everywhere
    const held = await heldBy(tx, row);
    if (!held) return;
    await putAttempt(tx, {
      ...attemptOf(row, { endedOn, outcome: OUTCOME[decision.step], externalIds: [] }),
      kind: error.kind,
      reason: error.detail.reason,
      providerCode: error.detail.providerCode,
      detail: error.message,
    });
    await APPLY[decision.step](tx, { row: held, decision, now: endedOn });
    if (error.detail.reason === 'opted_out' && loaded) await noteOptOut(tx, loaded.message, endedOn);
  });
  return decision;
}

function decide(
  context: OutboundContext,
  row: OutboxRow,
  error: ChannelError,
  loaded: Loaded | undefined,
): Decision {
  if (!loaded && error.kind !== 'unavailable') return { step: 'fail', failure: failureOf(error) };
  if (!loaded) return { step: 'retry', afterMs: 30_000 };
  return afterFailure(error, {
    attempt: row.attempt,
    ageMs: context.now() - row.createdOn,
    capabilities: loaded.runtime.definition.capabilities,
  });
}

const OUTCOME: Readonly<Record<Decision['step'], Attempt['outcome']>> = {
  retry: 'retry',
  pause: 'held',
  'look-up': 'unknown',
  fail: 'failed',
  expire: 'expired',
};

interface Application {
  readonly row: OutboxRow;
  readonly decision: Decision;
  readonly now: number;
}

const APPLY: Readonly<Record<Decision['step'], (tx: Tx, application: Application) => Promise<void>>> = {
  retry: async (tx, { row, decision, now }) => {
    const afterMs = decision.step === 'retry' ? decision.afterMs : 0;
    await updateOutbox(tx, { ...row, state: 'ready', notBefore: now + withJitter(afterMs) });
  },
  // The attempt does not count: once repaired, the message goes out as if it had just been accepted.
  pause: (tx, { row }) => updateOutbox(tx, { ...row, state: 'ready', notBefore: 0 }),
  'look-up': async (tx, { row, decision, now }) => {
    const afterMs = decision.step === 'look-up' ? decision.afterMs : 0;
    await markUnknown(tx, row, now, afterMs);
  },
  fail: (tx, application) => giveUp(tx, application, 'failed'),
  expire: (tx, application) => giveUp(tx, application, 'expired'),
};

/** The outcome of the last attempt is not known: it will be looked up. */
export async function markUnknown(tx: Tx, row: OutboxRow, now: number, afterMs: number): Promise<void> {
  const { spaceId, accountId, messageId, piece } = row;
  const noted = await noteEvidence(
    tx,
    { spaceId, accountId, messageId },
    { piece, state: 'unknown', at: now },
  );
  await updateOutbox(tx, { ...row, state: 'unknown', looks: 0, notBefore: now + afterMs });
  // A receipt may have been faster than we were: then nothing is unknown at all.
  if (noted) await settleLane(tx, noted.message, piece);
}

async function giveUp(
  tx: Tx,
  { row, decision, now }: Application,
  state: 'failed' | 'expired',
): Promise<void> {
  const { spaceId, accountId, messageId, piece } = row;
  const failure = 'failure' in decision ? decision.failure : undefined;
  await noteEvidence(tx, { spaceId, accountId, messageId }, { piece, state, at: now, failure });
  await deleteOutbox(tx, messageId);
}

/** The attempt that a row was claimed for. */
export function attemptOf(
  row: OutboxRow,
  end: Pick<Attempt, 'endedOn' | 'outcome' | 'externalIds'>,
): Attempt {
  return {
    spaceId: row.spaceId,
    messageId: row.messageId,
    piece: row.piece,
    attempt: row.attempt,
    startedOn: row.lastAttemptOn ?? end.endedOn,
    ...end,
  };
}

function withJitter(ms: number): number {
  return Math.round(ms * (1 + Math.random() * 0.2));
}
