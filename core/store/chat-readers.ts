import type { Chat } from '../model/chat';
import { addressId, ownersOf } from './arrivals';
import { CHAT_COLUMNS, type ChatRow, toChat } from './chats';
import { checked, keptList, keptSelect } from './kept';
import { held, sql, type Tx } from './tx';

/** The active chat of an address and the agents who may read it. */
export async function findActiveChatOf(
  tx: Tx,
  key: { readonly spaceId: string; readonly channelId: string; readonly address: string },
): Promise<{ readonly chatId: string; readonly agentIds: readonly string[] } | undefined> {
  const customerId = (await ownersOf(tx, [key])).get(addressId(key));
  if (customerId === undefined) return undefined;
  const row: { id: string } | undefined = await sql(tx)
    .db('chat')
    .select('id')
    .where({ space_id: key.spaceId, customer_id: customerId })
    .whereNull('closed_on')
    .whereNull('deleted_on')
    .first();
  if (!row) return undefined;
  return { chatId: row.id, agentIds: (await agentsOfChats(tx, key.spaceId, [row.id])).get(row.id) ?? [] };
}

const peopleOfChats = keptList<Pick<ChatRow, 'id' | 'team_id' | 'agent_id' | 'customer_id'>>(
  'chat',
  { id: true, team_id: true, agent_id: true, customer_id: true },
  { of: 'space_id', column: 'id', type: 'uuid', order: 'chat.id', isKey: true },
);
const membersOfTeams = keptList<{ team_id: string; agent_id: string }>(
  'team_member',
  { team_id: true, agent_id: true },
  { of: 'space_id', column: 'team_id', type: 'text', order: 'team_member.agent_id' },
);

/** The agents who may read each of these chats: the one who has it, and the members of its team. */
export async function agentsOfChats(
  tx: Tx,
  spaceId: string,
  chatIds: readonly string[],
): Promise<Map<string, string[]>> {
  const chats = await peopleOfChats.all(tx, spaceId, chatIds);
  const teamIds = new Set(chats.map((chat) => chat.team_id));
  const members = await membersOfTeams.all(tx, spaceId, [...teamIds]);
  return new Map(
    chats.map((chat) => {
      const ofTeam = members.filter((one) => one.team_id === chat.team_id).map((one) => one.agent_id);
      return [chat.id, [...new Set([...(chat.agent_id === null ? [] : [chat.agent_id]), ...ofTeam])]];
    }),
  );
}

const newestOf = keptSelect<ChatRow>(
  'chat',
  () => `select ${CHAT_COLUMNS.join(', ')} from chat
    where ${checked('space_id')} and customer_id = ? and deleted_on is null order by id desc limit 1`,
);

/** The chat that a customer had last. */
export async function newestChatOf(tx: Tx, spaceId: string, customerId: string): Promise<Chat | undefined> {
  const row = await newestOf.first(tx, [spaceId, customerId]);
  return row && toChat(row);
}

/** The chats of a customer, of any state, held until the transaction ends; gives their ids. */
export async function holdChatsOf(tx: Tx, spaceId: string, customerId: string): Promise<string[]> {
  const query = sql(tx)
    .db('chat')
    .select('id')
    .where({ space_id: spaceId, customer_id: customerId })
    .orderBy('id');
  const rows: Pick<ChatRow, 'id'>[] = await held(tx, query);
  return rows.map((row) => row.id);
}

/** Whose chats these are, by the chat. */
export async function customersOfChats(
  tx: Tx,
  spaceId: string,
  chatIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await peopleOfChats.all(tx, spaceId, chatIds);
  return new Map(rows.map((row) => [row.id, row.customer_id]));
}
