import type { AutoComplete } from '../model/assignment-rules';
import type { Chat } from '../model/chat';
import type { Instant } from '../model/instant';
import { type ChatRow, toChat } from './chats';
import { held, sql, type Tx } from './tx';

/** A customer was told that their chat is going to close. */
export interface Warned {
  readonly spaceId: string;
  readonly chatId: string;
  /** Of the chat, with the warning in it: another one means that something happened since. */
  readonly revision: number;
  /** Since when nothing had happened. */
  readonly quietSince: Instant;
}

/** Every team whose chats close by themselves. */
export async function completingTeams(
  tx: Tx,
): Promise<{ readonly spaceId: string; readonly teamId: string; readonly rule: AutoComplete }[]> {
  const rows: { space_id: string; id: string; auto_complete: string }[] = await sql(tx)
    .db('team')
    .select('space_id', 'id', 'auto_complete')
    .whereNotNull('auto_complete');
  return rows.map((row) => ({
    ...{ spaceId: row.space_id, teamId: row.id, rule: JSON.parse(row.auto_complete) },
  }));
}

/** Open chats of a team that nothing happened in since then and nobody was warned of, and those whose warned time is over. */
export async function quietChats(
  tx: Tx,
  of: {
    readonly spaceId: string;
    readonly teamId: string;
    /** Nothing happened since. */
    readonly untouchedSince: Instant;
    /** For those that were warned: nothing happened before the warning since. */
    readonly quietSince: Instant;
    readonly limit: number;
  },
): Promise<Pick<Chat, 'spaceId' | 'id'>[]> {
  const rows: { id: string }[] = await sql(tx)
    .db('chat as c')
    .leftJoin('chat_quiet as q', (on) => on.on('q.chat_id', 'c.id').andOn('q.revision', 'c.revision'))
    .select('c.id')
    .where({ 'c.space_id': of.spaceId, 'c.team_id': of.teamId })
    .whereNull('c.closed_on')
    .whereNull('c.deleted_on')
    .where((either) =>
      either
        .where((unwarned) => unwarned.whereNull('q.chat_id').where('c.updated_on', '<=', of.untouchedSince))
        .orWhere('q.quiet_since', '<=', of.quietSince),
    )
    .orderBy('c.id')
    .limit(of.limit);
  return rows.map((row) => ({ spaceId: of.spaceId, id: row.id }));
}

/** An open chat, held until the transaction ends, with the warning that still counts. */
export async function holdQuiet(
  tx: Tx,
  { spaceId, id }: Pick<Chat, 'spaceId' | 'id'>,
): Promise<{ readonly chat: Chat; readonly warned?: Warned | undefined } | undefined> {
  const { db } = sql(tx);
  const open = db('chat')
    .where({ space_id: spaceId, id })
    .whereNull('closed_on')
    .whereNull('deleted_on')
    .first();
  const row: ChatRow | undefined = await held(tx, open);
  if (!row) return undefined;
  const chat = toChat(row);
  const warned: { revision: number; quiet_since: number } | undefined = await db('chat_quiet')
    .where({ space_id: spaceId, chat_id: id })
    .first();
  if (warned?.revision !== chat.revision) return { chat };
  return { chat, warned: { spaceId, chatId: id, revision: warned.revision, quietSince: warned.quiet_since } };
}

export async function putWarned(tx: Tx, warned: Warned): Promise<void> {
  await sql(tx)
    .db('chat_quiet')
    .insert({
      ...{ chat_id: warned.chatId, space_id: warned.spaceId },
      ...{ revision: warned.revision, quiet_since: warned.quietSince },
    })
    .onConflict('chat_id')
    .merge(['revision', 'quiet_since']);
}

export async function deleteWarned(tx: Tx, { spaceId, id }: Pick<Chat, 'spaceId' | 'id'>): Promise<void> {
  await sql(tx).db('chat_quiet').where({ space_id: spaceId, chat_id: id }).delete();
}
