import type { Instant } from '../model/instant';
import type { Message } from '../model/message';
import { hasStopped, putConsent } from '../store/consent';
import type { Tx } from '../store/tx';

/** Keeps that an address takes nothing any more, so that no further message is wasted on it. */
export async function noteDeadAddress(tx: Tx, message: Message, at: Instant): Promise<void> {
  if (!message.route) return;
  const { accountId, address } = message.route;
  // Whoever opted out did so for good, also when the address dies later.
  if (await hasStopped(tx, accountId, address)) return;
  const evidence = `message ${message.id} came back`;
  await putConsent(tx, {
    spaceId: message.spaceId,
    accountId,
    address,
    state: 'dead',
    changedOn: at,
    evidence,
  });
}

/** Keeps that the provider refused a message because its recipient wants none. */
export async function noteOptOut(tx: Tx, message: Message, at: Instant): Promise<void> {
  if (!message.route) return;
  await putConsent(tx, {
    spaceId: message.spaceId,
    accountId: message.route.accountId,
    address: message.route.address,
    state: 'stopped',
    changedOn: at,
    evidence: `the provider refused message ${message.id}`,
  });
}
