import type { AutomaticKind } from '../model/automatic';
import type { Due, DueKind } from '../model/automatic-due';
import type { Route } from '../model/chat';
import type { Instant } from '../model/instant';
import { held, sql, type Tx } from './tx';
import type { WayTo } from './ways-to';

/** Something to be said or done by itself in a chat. */
export interface DueInChat extends Due {
  readonly spaceId: string;
  readonly chatId: string;
  readonly madeOn: Instant;
}

/** Notes what is due; what is noted already stays as it is. */
export async function putDue(tx: Tx, due: readonly DueInChat[]): Promise<void> {
  if (due.length === 0) return;
  const { db, dialect } = sql(tx);
  const rows = due.map((one) => ({
    ...{ chat_id: one.chatId, kind: one.kind, space_id: one.spaceId },
    ...{ due_on: one.dueOn, made_on: one.madeOn },
  }));
  await dialect.insert(db, { table: 'automatic_due', rows, skipConflicts: true });
}

/** What is due by now, the oldest first, of any space. */
export async function dueBy(tx: Tx, now: Instant, limit: number): Promise<DueInChat[]> {
  const rows: DueRow[] = await sql(tx)
    .db('automatic_due')
    .where('due_on', '<=', now)
    .orderBy('due_on')
    .limit(limit);
  return rows.map((row) => ({
    ...{ spaceId: row.space_id, chatId: row.chat_id, kind: row.kind },
    ...{ dueOn: row.due_on, madeOn: row.made_on },
  }));
}

interface DueRow {
  space_id: string;
  chat_id: string;
  kind: DueKind;
  due_on: number;
  made_on: number;
}

/** Takes it away; says false where somebody else did. */
export async function takeDue(
  tx: Tx,
  { chatId, kind }: Pick<DueInChat, 'chatId' | 'kind'>,
): Promise<boolean> {
  return (await sql(tx).db('automatic_due').where({ chat_id: chatId, kind }).delete()) === 1;
}

/** When this was last said to a customer's address by an account; held until the transaction ends, also where it never was. */
export async function holdSaid(
  tx: Tx,
  of: { readonly spaceId: string; readonly route: Route; readonly kind: AutomaticKind },
): Promise<Instant | undefined> {
  const { db, dialect } = sql(tx);
  const key = { account_id: of.route.accountId, address: of.route.address, kind: of.kind };
  const row = { ...key, space_id: of.spaceId, said_on: 0 };
  await dialect.insert(db, { table: 'automatic_said', rows: [row], skipConflicts: true });
  const found: { said_on: number } | undefined = await held(tx, db('automatic_said').where(key).first());
  return found && found.said_on > 0 ? found.said_on : undefined;
}

/** It was said now; the row must be held. */
export async function putSaid(
  tx: Tx,
  of: { readonly route: Route; readonly kind: AutomaticKind; readonly saidOn: Instant },
): Promise<void> {
  await sql(tx)
    .db('automatic_said')
    .where({ account_id: of.route.accountId, address: of.route.address, kind: of.kind })
    .update({ said_on: of.saidOn });
}

/** Forgets what was said before then. */
export async function forgetSaidBefore(tx: Tx, before: Instant): Promise<void> {
  await sql(tx).db('automatic_said').where('said_on', '<', before).delete();
}

/** Whether somebody of ours, and no rule, spoke to a customer after then. */
export async function wasAnsweredSince(
  tx: Tx,
  of: { readonly spaceId: string; readonly customerId: string; readonly since: Instant },
): Promise<boolean> {
  const found = await sql(tx)
    .db('message')
    .join('chat', 'chat.id', 'message.chat_id')
    .where({ 'chat.space_id': of.spaceId, 'chat.customer_id': of.customerId })
    .where({ 'message.direction': 'outbound', 'message.is_automated_send': false })
    .where('message.sent_on', '>', of.since)
    .first('message.id');
  return found !== undefined;
}

/** Whether somebody of ours, and no rule, spoke in a chat. */
export async function wasAnswered(tx: Tx, chatId: string): Promise<boolean> {
  const found = await sql(tx)
    .db('message')
    .where({ chat_id: chatId, direction: 'outbound', is_automated_send: false })
    .first('id');
  return found !== undefined;
}

/** Forgets what was said to somebody, by these ways. */
export async function forgetSaidTo(tx: Tx, ways: readonly WayTo[]): Promise<void> {
  for (const { accountId, address } of ways)
    await sql(tx).db('automatic_said').where({ account_id: accountId, address }).delete();
}

/** Forgets what is due in these chats. */
export async function forgetDueIn(tx: Tx, chatIds: readonly string[]): Promise<void> {
  await sql(tx)
    .db('automatic_due')
    .whereIn('chat_id', [...chatIds])
    .delete();
}
