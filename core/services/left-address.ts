import type { Registry } from '../channels/registry';
import type { Instant } from '../model/instant';
import { putLeftAddress } from '../store/left-addresses';
import type { Tx } from '../store/tx';

/** Where somebody says that they can be reached. */
export interface Left {
  readonly spaceId: string;
  readonly profileId: string;
  readonly channelId: string;
  readonly address: string;
  readonly leftOn: Instant;
}

/** Keeps it as the channel writes its addresses; says what it is where it cannot be used. */
export async function keepLeftAddress(
  { registry }: { readonly registry: Pick<Registry, 'definitions'> },
  tx: Tx,
  left: Left,
): Promise<'kept' | 'no such channel' | 'no address'> {
  const spoken = [...registry.definitions()].filter(({ channel }) => channel === left.channelId);
  // Of a channel that nobody here speaks, nothing can be used.
  if (spoken.length === 0) return 'no such channel';
  const address = spoken.map((one) => one.normalizeAddress(left.address)).find((one) => one !== undefined);
  if (address === undefined) return 'no address';
  await putLeftAddress(tx, { ...left, address });
  return 'kept';
}
