import { invalid } from '../../model/problem';
import { keepLeftAddress } from '../left-address';
import type { ClientActor } from './context';

/** Notes where else somebody says that they can be reached. It is not taken for theirs: whoever writes from there is who they are. */
export async function leaveAddress(
  { context, account: { spaceId }, session: { profileId } }: ClientActor,
  { channel: channelId, address }: { readonly channel: string; readonly address: string },
): Promise<void> {
  const left = { spaceId, profileId, channelId, address, leftOn: context.now() };
  if ((await context.store.transaction((tx) => keepLeftAddress(context, tx, left))) === 'no address')
    throw invalid('address', `it is not an address of the channel ${channelId}`);
}
