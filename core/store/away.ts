import type { Chat } from '../model/chat';
import type { Instant } from '../model/instant';
import { type ChatRow, toChat } from './chats';
import { hourOf } from './hours';
import { held, sql, type Tx } from './tx';

/** Which chats of an account count as left. */
export interface AwaySpan {
  readonly spaceId: string;
  readonly accountId: string;
  /** The channel on which the customer must have an address. */
  readonly channelId: string;
  /** Nobody has written since. */
  readonly quietSince: Instant;
  /** The customer was not seen since. */
  readonly awaySince: Instant;
  /** What was last touched before is left alone. */
  readonly notBefore: Instant;
}

export interface AwayKey extends AwaySpan {
  readonly id: string;
}

/** Answered chats whose customer left, has an address elsewhere, and has something that they did not see. */
export async function awayChats(tx: Tx, span: AwaySpan & { readonly limit: number }): Promise<string[]> {
  const rows: { id: string }[] = await left(tx, span)
    .select('c.id')
    .orderBy('c.id', 'desc')
    .limit(span.limit);
  return rows.map((row) => row.id);
}

/** One of them, held until the transaction ends; undefined when it is none any more. */
export async function holdAway(tx: Tx, key: AwayKey): Promise<Chat | undefined> {
  const chat: ChatRow | undefined = await held(
    tx,
    sql(tx).db('chat').where({ space_id: key.spaceId, id: key.id }).first(),
  );
  const still: { id: string } | undefined = await left(tx, key).select('c.id').where('c.id', key.id).first();
  return chat && still ? toChat(chat) : undefined;
}

function left(tx: Tx, span: AwaySpan) {
  return sql(tx)
    .db('chat as c')
    .where({ 'c.space_id': span.spaceId, 'c.route_account_id': span.accountId, 'c.status': 'replied' })
    .whereNull('c.closed_on')
    .whereNull('c.deleted_on')
    .whereBetween('c.updated_hour', [hourOf(span.notBefore), hourOf(span.quietSince)])
    .where('c.updated_on', '<=', span.quietSince)
    .whereRaw('coalesce(c.last_inbound_on, 0) <= ?', [span.awaySince])
    .whereRaw(
      `not exists (select 1 from client_session s where s.space_id = c.space_id and s.profile_id = c.customer_id
         and (s.online_until > ? or s.created_on > ?))`,
      [span.awaySince, span.awaySince],
    )
    .whereRaw(
      `exists (select 1 from message m where m.chat_id = c.id and m.account_id = c.route_account_id
         and m.direction = 'outbound' and m.status in ('sent', 'delivered'))`,
    )
    .whereRaw(
      `(exists (select 1 from left_address l where l.space_id = c.space_id and l.profile_id = c.customer_id
         and l.channel_id = ?) or exists (select 1 from address a where a.space_id = c.space_id
         and a.profile_id = c.customer_id and a.channel_id = ?))`,
      [span.channelId, span.channelId],
    );
}

/** A chat that moved because its customer was away. */
export interface AwayMove {
  readonly chatId: string;
  readonly accountId: string;
  readonly address: string;
  readonly movedOn: Instant;
}

export async function insertAwayMove(tx: Tx, move: AwayMove): Promise<void> {
  await sql(tx)
    .db('away_move')
    .insert({
      ...{ chat_id: move.chatId, account_id: move.accountId },
      ...{ address: move.address, moved_on: move.movedOn },
    });
}

/** How many moved since then, to an address or of an account. */
export async function movedSince(
  tx: Tx,
  of: { readonly address: string } | { readonly accountId: string },
  since: Instant,
): Promise<number> {
  const which = 'address' in of ? { address: of.address } : { account_id: of.accountId };
  const rows: { count: number | string }[] = await sql(tx)
    .db('away_move')
    .where(which)
    .where('moved_on', '>', since)
    .count('* as count');
  return Number(rows[0]?.count ?? 0);
}

/** Forgets where these chats moved to; that they moved counts on. */
export async function forgetMovesTo(tx: Tx, chatIds: readonly string[]): Promise<void> {
  await sql(tx)
    .db('away_move')
    .whereIn('chat_id', [...chatIds])
    .update({ address: '' });
}

/** Forgets moves from before then. */
export async function forgetMovesBefore(tx: Tx, before: Instant): Promise<void> {
  await sql(tx).db('away_move').where('moved_on', '<', before).delete();
}
