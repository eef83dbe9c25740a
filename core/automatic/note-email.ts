import { profileChanged } from '../events/facts';
import { isMarked } from '../model/automatic';
import type { Act, Chat } from '../model/chat';
import { keepLeftAddress } from '../services/left-address';
import { appendEvents } from '../store/events';
import { findLeftAddress } from '../store/left-addresses';
import { changedNow } from '../store/made';
import { messagesBefore } from '../store/messages';
import { addressesOf, findProfile, lockProfile, updateProfile } from '../store/profiles';
import type { Tx } from '../store/tx';
import type { AutomaticContext } from './context';

// What people type between words; whether it exists only a mail can show.
const ADDRESS = /[^\s<>()[\]",;:@]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/u;
const LONGEST = 320;
const MAIL = 'email';

/** Whether it is known where a customer gets mail. */
export async function hasEmail(tx: Tx, { spaceId, customerId }: Chat): Promise<boolean> {
  const profile = await findProfile(tx, spaceId, customerId);
  if (typeof profile?.data['email'] === 'string') return true;
  const addresses = await addressesOf(tx, spaceId, customerId);
  if (addresses.some(({ channelId }) => channelId === MAIL)) return true;
  return (await findLeftAddress(tx, { spaceId, profileId: customerId, channelId: MAIL })) !== undefined;
}

/**
 * Keeps the address that a customer wrote with their profile, where none is known, and where answers may go when they
 * have left. It is what they say and no proof: it joins nobody's history, and no mail is taken for theirs because of it.
 */
export async function noteEmail(
  context: Pick<AutomaticContext, 'registry'>,
  tx: Tx,
  chat: Chat,
  act: Act,
): Promise<void> {
  const email = await writtenIn(tx, chat);
  if (email === undefined || (await hasEmail(tx, chat))) return;
  const profile = await lockProfile(tx, chat.spaceId, chat.customerId);
  if (!profile) return;
  const after = { ...profile, data: { ...profile.data, email }, ...changedNow(profile, act) };
  await updateProfile(tx, after);
  const { spaceId, customerId: profileId } = chat;
  const left = { spaceId, profileId, channelId: MAIL, address: email, leftOn: act.at };
  await keepLeftAddress(context, tx, left);
  await appendEvents(tx, [profileChanged(after)]);
}

const LOOKED_AT = 20;

/** The newest address that the customer wrote after they were asked for one. */
async function writtenIn(tx: Tx, { id: chatId, lastEventId: from }: Chat): Promise<string | undefined> {
  const messages = await messagesBefore(tx, { chatId, from, limit: LOOKED_AT });
  const asked = messages.findIndex(({ metadata }) => isMarked(metadata, 'emailRequest'));
  if (asked < 0) return undefined;
  const said = messages.slice(asked).filter(({ direction }) => direction === 'inbound');
  const texts = said.flatMap(({ parts }) => parts.flatMap(({ data }) => data ?? []));
  return texts
    .reverse()
    .map((text) => ADDRESS.exec(text.slice(0, LONGEST_TEXT))?.[0])
    .find(isLikely);
}

const LONGEST_TEXT = 5_000;

function isLikely(email: string | undefined): email is string {
  return email !== undefined && email.length <= LONGEST;
}
