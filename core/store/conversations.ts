import type { ConversationDetails, ConversationRole } from '../../plugins/contract/index';
import type { Instant } from '../model/instant';
import type { Write } from './dialect';
import { type Columns, kept, keptList, keptSelect } from './kept';
import { MADE_COLUMNS, type Made, type MadeRow, madeRow, toMade } from './made';
import { sql, type Tx } from './tx';

/** Where end users write, beside the chats that the business sees. */
export interface StoredConversation extends Made, ConversationDetails {
  readonly spaceId: string;
  readonly id: string;
  readonly accountId: string;
  /** Events inside it run 1, 2, 3 without gaps; this is the last one. */
  readonly lastEventId: number;
  readonly latestSentEventId: number;
  readonly deletedOn?: Instant | undefined;
}

interface ConversationRow extends MadeRow {
  space_id: string;
  id: string;
  account_id: string;
  name: string;
  description: string | null;
  roles: string;
  is_public: boolean | number;
  last_event_id: number;
  latest_sent_event_id: number;
  deleted_on: number | null;
}

const COLUMNS: Columns<ConversationRow> = {
  ...{ space_id: true, id: true, account_id: true, name: true, description: true, roles: true },
  ...{ is_public: true, last_event_id: true, latest_sent_event_id: true, deleted_on: true },
  ...MADE_COLUMNS,
};
const conversationById = kept<ConversationRow>('conversation', COLUMNS, 'space_id = ? and id = ?');

/** Says whether it is new; an existing one is left as it is. */
export async function insertConversation(tx: Tx, conversation: StoredConversation): Promise<boolean> {
  const rows: unknown[] = await sql(tx)
    .db('conversation')
    .insert(toRow(conversation))
    .onConflict(['space_id', 'id'])
    .ignore()
    .returning('id');
  return rows.length === 1;
}

export async function findConversation(
  tx: Tx,
  spaceId: string,
  id: string,
): Promise<StoredConversation | undefined> {
  const row = await conversationById.first(tx, [spaceId, id]);
  return row && toConversation(row);
}

/** The conversation, held until the transaction ends. Whoever also needs a chat or a message of one holds that first. */
export async function lockConversation(
  tx: Tx,
  spaceId: string,
  id: string,
): Promise<StoredConversation | undefined> {
  const [row] = await conversationById.held(tx, [spaceId, id]);
  return row && toConversation(row);
}

export async function updateConversation(tx: Tx, conversation: StoredConversation): Promise<void> {
  const { space_id, id, ...row } = toRow(conversation);
  await sql(tx).db('conversation').where({ space_id, id }).update(row);
}

/** How far a conversation goes after something was appended to it, as a part of a larger write. */
export function conversationAppended(
  conversation: Pick<StoredConversation, 'spaceId' | 'id' | 'lastEventId' | 'latestSentEventId'>,
): Write {
  const { spaceId, id, lastEventId, latestSentEventId } = conversation;
  const row = { space_id: spaceId, id, last_event_id: lastEventId, latest_sent_event_id: latestSentEventId };
  return { update: 'conversation', keys: ['space_id', 'id'], rows: [row] };
}

const MOST_LISTED = 1_000;

const conversationsWith = keptSelect<ConversationRow>(
  'conversation',
  ({ lookUp }) =>
    `${lookUp({
      each: `select p.conversation_id as value from conversation_participant p
        where p.space_id = ? and p.profile_id = ?`,
      ...{ table: 'conversation', columns: Object.keys(COLUMNS) },
      where: `conversation.space_id = ? and conversation.id = each.value
        and conversation.account_id = ? and conversation.deleted_on is null`,
    })} order by conversation.updated_on desc limit ?`,
);

/** The conversations of an account that somebody is in; those with the newest change first. */
export async function listConversationsWith(
  tx: Tx,
  { spaceId, accountId }: { readonly spaceId: string; readonly accountId: string },
  profileId: string,
  limit = MOST_LISTED,
): Promise<StoredConversation[]> {
  const rows = await conversationsWith.all(tx, [spaceId, profileId, spaceId, accountId, limit]);
  return rows.map(toConversation);
}

/** The conversations of an account that everybody may see; those with the newest change first. */
export async function listPublicConversations(
  tx: Tx,
  { spaceId, accountId }: { readonly spaceId: string; readonly accountId: string },
): Promise<StoredConversation[]> {
  const rows: ConversationRow[] = await sql(tx)
    .db('conversation')
    .where({ space_id: spaceId, account_id: accountId, is_public: true })
    .whereNull('deleted_on')
    .orderBy('updated_on', 'desc')
    .limit(MOST_LISTED);
  return rows.map(toConversation);
}

export interface StoredParticipant {
  readonly spaceId: string;
  readonly conversationId: string;
  readonly id: string;
  readonly role: ConversationRole;
  readonly joinedOn: Instant;
}

interface ParticipantRow {
  space_id: string;
  conversation_id: string;
  profile_id: string;
  role: ConversationRole;
  joined_on: number;
}

const SEAT_COLUMNS: Columns<ParticipantRow> = {
  ...{ space_id: true, conversation_id: true, profile_id: true, role: true, joined_on: true },
};
const seatOf = kept<ParticipantRow>(
  'conversation_participant',
  SEAT_COLUMNS,
  'space_id = ? and conversation_id = ? and profile_id = ?',
);
const seatsOf = keptList<ParticipantRow>('conversation_participant', SEAT_COLUMNS, {
  ...{ of: 'space_id', column: 'conversation_id', type: 'text' },
  order: 'conversation_participant.joined_on, conversation_participant.profile_id',
});

/** Those of them who were not in it before. */
export async function insertParticipants(
  tx: Tx,
  participants: readonly StoredParticipant[],
): Promise<StoredParticipant[]> {
  if (participants.length === 0) return [];
  const rows: { profile_id: string }[] = await sql(tx)
    .db('conversation_participant')
    .insert(
      participants.map((one) => ({
        space_id: one.spaceId,
        conversation_id: one.conversationId,
        profile_id: one.id,
        role: one.role,
        joined_on: one.joinedOn,
      })),
    )
    .onConflict(['space_id', 'conversation_id', 'profile_id'])
    .ignore()
    .returning('profile_id');
  const added = new Set(rows.map((row) => row.profile_id));
  return participants.filter((one) => added.has(one.id));
}

/** Says whether it is another role than before. */
export async function setRole(
  tx: Tx,
  given: Pick<StoredParticipant, 'spaceId' | 'conversationId' | 'id' | 'role'>,
): Promise<boolean> {
  const changed: number = await sql(tx)
    .db('conversation_participant')
    .where({ space_id: given.spaceId, conversation_id: given.conversationId, profile_id: given.id })
    .whereNot({ role: given.role })
    .update({ role: given.role });
  return changed > 0;
}

export async function deleteParticipants(
  tx: Tx,
  key: { readonly spaceId: string; readonly conversationId: string },
  profileIds: readonly string[],
): Promise<void> {
  await sql(tx)
    .db('conversation_participant')
    .where({ space_id: key.spaceId, conversation_id: key.conversationId })
    .whereIn('profile_id', [...profileIds])
    .delete();
}

export async function findParticipant(
  tx: Tx,
  key: { readonly spaceId: string; readonly conversationId: string; readonly profileId: string },
): Promise<StoredParticipant | undefined> {
  const row = await seatOf.first(tx, [key.spaceId, key.conversationId, key.profileId]);
  return row && toParticipant(row);
}

/** Everybody who is in these conversations, in the order in which they came. */
export async function participantsOf(
  tx: Tx,
  spaceId: string,
  conversationIds: readonly string[],
): Promise<StoredParticipant[]> {
  const rows = await seatsOf.all(tx, spaceId, conversationIds);
  return rows.map(toParticipant);
}

const accountsOf = keptList<Pick<ConversationRow, 'id' | 'account_id'>>(
  'conversation',
  { id: true, account_id: true },
  { of: 'space_id', column: 'id', type: 'text', order: 'conversation.id' },
);

/** The channel account that each of these conversations is on. */
export async function accountsOfConversations(
  tx: Tx,
  spaceId: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const rows = await accountsOf.all(tx, spaceId, ids);
  return new Map(rows.map((row) => [row.id, row.account_id]));
}

/** How many are in each of these conversations. */
export async function participantCounts(
  tx: Tx,
  spaceId: string,
  conversationIds: readonly string[],
): Promise<Map<string, number>> {
  const rows: { conversation_id: string; count: number | string }[] = await sql(tx)
    .db('conversation_participant')
    .select('conversation_id')
    .count('* as count')
    .where({ space_id: spaceId })
    .whereIn('conversation_id', [...conversationIds])
    .groupBy('conversation_id');
  return new Map(rows.map((row) => [row.conversation_id, Number(row.count)]));
}

const MOST_ACQUAINTED = 200;

/** Who is in a conversation with somebody, themself included; of `only` those, where given. */
export async function acquaintancesOf(
  tx: Tx,
  spaceId: string,
  profileId: string,
  only?: string,
): Promise<string[]> {
  const query = sql(tx)
    .db('conversation_participant as mine')
    .distinct('theirs.profile_id')
    .join('conversation_participant as theirs', (join) =>
      join.on('theirs.space_id', 'mine.space_id').andOn('theirs.conversation_id', 'mine.conversation_id'),
    )
    .where({ 'mine.space_id': spaceId, 'mine.profile_id': profileId })
    .limit(MOST_ACQUAINTED);
  if (only !== undefined) query.where('theirs.profile_id', only);
  const rows: { profile_id: string }[] = await query;
  return rows.map((row) => row.profile_id);
}

function toParticipant(row: ParticipantRow): StoredParticipant {
  return {
    spaceId: row.space_id,
    conversationId: row.conversation_id,
    id: row.profile_id,
    role: row.role,
    joinedOn: row.joined_on,
  };
}

function toRow(conversation: StoredConversation) {
  return {
    space_id: conversation.spaceId,
    id: conversation.id,
    account_id: conversation.accountId,
    name: conversation.name,
    description: conversation.description ?? null,
    roles: JSON.stringify(conversation.roles),
    is_public: conversation.isPublic,
    last_event_id: conversation.lastEventId,
    latest_sent_event_id: conversation.latestSentEventId,
    deleted_on: conversation.deletedOn ?? null,
    ...madeRow(conversation),
  };
}

function toConversation(row: ConversationRow): StoredConversation {
  return {
    spaceId: row.space_id,
    id: row.id,
    accountId: row.account_id,
    name: row.name,
    ...(row.description === null ? {} : { description: row.description }),
    roles: JSON.parse(row.roles),
    isPublic: Boolean(row.is_public),
    lastEventId: row.last_event_id,
    latestSentEventId: row.latest_sent_event_id,
    deletedOn: row.deleted_on ?? undefined,
    ...toMade(row),
  };
}
