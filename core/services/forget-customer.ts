import type { Instant } from '../model/instant';
import { forgetDueIn, forgetSaidTo } from '../store/automatic';
import { forgetMovesTo } from '../store/away';
import { forgetSessionsOf } from '../store/client-sessions';
import { forgetConsents } from '../store/consent';
import { forgetComments } from '../store/forgotten-words';
import { forgetLeftAddresses } from '../store/left-addresses';
import { forgetPicture } from '../store/media';
import type { Profile } from '../store/profiles';
import { forgetCustomerOfSurveys } from '../store/surveys';
import type { Tx } from '../store/tx';
import { forgetWatermarks } from '../store/watermarks';
import { waysTo } from '../store/ways-to';
import type { Context } from './context';

/**
 * Takes away what is kept of a person beside their profile, before that goes; which of it stays, and why, says decision
 * 26. Their chats are held: what is said by itself comes before this, or not at all.
 */
export async function forgetCustomer(
  { blobs, log }: Pick<Context, 'blobs' | 'log'>,
  tx: Tx,
  person: { readonly profile: Profile; readonly chatIds: readonly string[]; readonly at: Instant },
): Promise<void> {
  const { profile, chatIds, at } = person;
  const { spaceId, id: profileId, pictureId } = profile;
  const ways = await waysTo(tx, { spaceId, profileId });
  await forgetSaidTo(tx, ways);
  await forgetConsents(tx, ways);
  await forgetWatermarks(tx, ways);
  await forgetDueIn(tx, chatIds);
  await forgetMovesTo(tx, chatIds);
  await forgetLeftAddresses(tx, { spaceId, profileId });
  await forgetComments(tx, await forgetCustomerOfSurveys(tx, { spaceId, customerId: profileId }));
  await forgetSessionsOf(tx, { spaceId, profileId }, at);
  if (pictureId === undefined) return;
  await forgetPicture(tx, pictureId);
  tx.afterCommit(() => {
    blobs.remove(pictureId).catch((error: unknown) => log.warn({ error }, 'picture not removed'));
  });
}
