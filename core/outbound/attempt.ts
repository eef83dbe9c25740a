import { setTimeout as pause } from 'node:timers/promises';
import type { ChannelError } from '../../plugins/contract/index';
import type { OutboxRow } from '../store/outbox';
import { StoreUnavailable } from '../store/store';
import { BEGIN_WITHIN_MS, LEASE_MS, type OutboundContext } from './context';
import { giveBack } from './give-back';
import { recordFailure, recordSent } from './record';
import { asChannelError, type Loaded, load, send } from './send';

/** The right to submit one piece once. */
export interface Claim {
  readonly row: OutboxRow;
  /** How long ago it was asked for, at most. */
  readonly ageMs: () => number;
}

export interface AttemptOptions {
  /** Whether this node begins nothing more. */
  readonly isStopping: () => boolean;
  readonly onRateLimited: (accountId: string, forMs: number) => void;
}

/** Makes one attempt and stores what came of it. */
export async function attempt(
  context: OutboundContext,
  claim: Claim,
  options: AttemptOptions,
): Promise<void> {
  const { row } = claim;
  let loaded: Loaded;
  try {
    loaded = await load(context, row);
  } catch (error) {
    if (error instanceof StoreUnavailable) return stored(claim, options, () => giveBack(context, row));
    return fail(context, claim, { error: asChannelError(error), loaded: undefined, options });
  }
  // A process that was asleep may have lost its claim meanwhile; whoever has it now may have sent it.
  if (options.isStopping() || claim.ageMs() > BEGIN_WITHIN_MS)
    return stored(claim, options, () => giveBack(context, row));
  const result = await send(context, loaded);
  if (!result.sent) return fail(context, claim, { error: result.error, loaded, options });
  await stored(claim, options, () => recordSent(context, row, result.receipt));
  context.count('sent', loaded.runtime.account.adapter);
  await context.health.note(row.accountId, { state: 'connected' });
}

interface Failed {
  readonly error: ChannelError;
  readonly loaded: Loaded | undefined;
  readonly options: AttemptOptions;
}

async function fail(
  context: OutboundContext,
  claim: Claim,
  { error, loaded, options }: Failed,
): Promise<void> {
  const { accountId, messageId } = claim.row;
  const decision = await stored(claim, options, () => recordFailure(context, claim.row, error, loaded));
  const { kind, detail } = error;
  const adapter = loaded?.runtime.account.adapter ?? 'none';
  context.count(decision.step, adapter);
  context.log.info(
    { messageId, accountId, kind, reason: detail.reason, code: detail.providerCode, step: decision.step },
    'attempt failed',
  );
  if (kind === 'rate_limited' && decision.step === 'retry' && !detail.customerOnly)
    options.onRateLimited(accountId, decision.afterMs);
  const news = { error: { message: error.message, setting: detail.setting } };
  if (decision.step === 'pause') await context.health.note(accountId, { state: 'unauthorized', ...news });
  else if (kind === 'unavailable') await context.health.note(accountId, { state: 'waiting', ...news });
}

const AGAIN_MS = 500;

// What is known of a message must not be forgotten because the database is away for a moment: as long as the claim
// holds nobody else touches the message, and to store the same again changes nothing.
async function stored<T>(
  { ageMs }: Claim,
  { isStopping }: AttemptOptions,
  run: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || isStopping() || ageMs() > LEASE_MS) throw error;
      await pause(AGAIN_MS, undefined, { ref: false });
    }
  }
}
