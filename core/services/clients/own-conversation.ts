import type { Conversation } from '../../../plugins/contract/index';
import { lockProfile } from '../../store/profiles';
import { beginConversation, newestConversation } from './begin-conversation';
import { actOf, type ClientActor } from './context';
import { shown } from './conversations';

/** The conversation of somebody who has only one on this account; undefined before it was begun. */
export async function own({ context, account, session }: ClientActor): Promise<Conversation | undefined> {
  const found = await context.store.read((tx) => newestConversation(tx, account, session.profileId));
  return found && shown(found, 1);
}

/** The same, begun where it was not. */
export async function begin(actor: ClientActor): Promise<Conversation> {
  const known = await own(actor);
  if (known) return known;
  const { context, account, session } = actor;
  const { profileId } = session;
  return context.store.transaction(async (tx) => {
    // Held, so that of two first messages one begins it.
    await lockProfile(tx, account.spaceId, profileId);
    const made =
      (await newestConversation(tx, account, profileId)) ??
      (await beginConversation(tx, account, profileId, actOf(actor)));
    return shown(made, 1);
  });
}
