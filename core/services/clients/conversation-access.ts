import type { ConversationRole, Privileges } from '../../../plugins/contract/index';
import { notFound, Problem } from '../../model/problem';
import {
  findConversation,
  findParticipant,
  lockConversation,
  type StoredConversation,
} from '../../store/conversations';
import { together } from '../../store/together';
import type { Tx } from '../../store/tx';
import type { ClientActor } from './context';

/** A conversation as one participant has it. */
export interface Seat {
  readonly conversation: StoredConversation;
  /** Absent in a public conversation that one is not in. */
  readonly role?: ConversationRole;
}

/** The conversation, if it may be read; a 404 otherwise, so that nobody learns of others' conversations. */
export async function readable(tx: Tx, actor: ClientActor, id: string): Promise<Seat> {
  return seat(tx, actor, findConversation(tx, actor.account.spaceId, id), id);
}

/** The same, held until the transaction ends, for participants only. */
export async function heldSeat(
  tx: Tx,
  actor: ClientActor,
  id: string,
): Promise<Seat & { readonly role: ConversationRole }> {
  return participating(await seat(tx, actor, lockConversation(tx, actor.account.spaceId, id), id));
}

/** A 403 for whoever only looks on. */
export function participating(found: Seat): Seat & { readonly role: ConversationRole } {
  const { conversation, role } = found;
  if (role === undefined) throw new Problem('forbidden', 'only participants of the conversation may do this');
  return { conversation, role };
}

/** A 403 where the role lacks a privilege. */
export function mustBeAllowed(
  { conversation, role }: Seat & { readonly role: ConversationRole },
  privilege: keyof Privileges,
): void {
  if (!conversation.roles[role][privilege])
    throw new Problem(
      'forbidden',
      `in this conversation a participant with the role ${role} may not do this`,
    );
}

/** A 403 for everybody but owners. */
export function mustOwn({ role }: Seat): void {
  if (role !== 'owner') throw new Problem('forbidden', 'only an owner of the conversation may do this');
}

async function seat(
  tx: Tx,
  { account, session }: ClientActor,
  finding: Promise<StoredConversation | undefined>,
  id: string,
): Promise<Seat> {
  const key = { spaceId: account.spaceId, conversationId: id, profileId: session.profileId };
  const [conversation, participant] = await together([finding, findParticipant(tx, key)]);
  if (!conversation || conversation.deletedOn !== undefined || conversation.accountId !== account.id)
    throw notFound('conversation', id);
  if (participant) return { conversation, role: participant.role };
  if (!conversation.isPublic) throw notFound('conversation', id);
  return { conversation };
}
