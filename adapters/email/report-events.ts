import type { InboundEvent, StatusUpdate } from '../../plugins/contract/index';
import type { Account } from './account';
import { identities } from './config';
import { keyOfMessageId } from './message-ids';
import type { Report } from './reading/report';

/** What a report says of our mail; nothing when it is about no mail that can be ours. */
export function reportEvents(account: Account, report: Report): InboundEvent[] {
  const target = targetOf(account, report);
  if (!target) return [];
  const status = statusOf(report);
  if (!status) return [{ type: 'ignored', reason: `a report: ${report.kind}` }];
  return [{ type: 'status', status: { target, ...status } }];
}

// Whoever writes a report of their own must know our full Message-ID, or what only we can have signed.
function targetOf({ own, config }: Account, { originals, replyTo, ownMark }: Report) {
  const [first] = originals;
  const addresses = identities(config);
  const proven =
    (ownMark === undefined ? undefined : own.keyOfMark(ownMark)) ??
    replyTo.flatMap((one) => own.keyIn(one) ?? [])[0];
  const ours = originals.find((id) => keyOfMessageId(id, addresses) !== undefined);
  const key = proven ?? (ours === undefined ? undefined : keyOfMessageId(ours, addresses));
  const externalId = ours ?? first;
  if (externalId === undefined) return undefined;
  return key === undefined ? { externalId } : { externalId, idempotencyKey: key };
}

function statusOf({ kind, recipients }: Report): Omit<StatusUpdate, 'target'> | undefined {
  const [first] = recipients;
  const code = first?.code === undefined ? {} : { providerCode: first.code };
  if (kind === 'bounce')
    return {
      state: 'failed',
      reason: first?.reason ?? 'unknown',
      ...code,
      ...(recipients.some(({ isPermanent }) => isPermanent) ? { permanent: true } : {}),
    };
  // It arrived, and its reader wants no more of it.
  if (kind === 'complaint') return { state: 'delivered', reason: 'opted_out', ...code };
  if (kind === 'delivered') return { state: 'delivered', ...code };
  return kind === 'read' ? { state: 'read' } : undefined;
}
