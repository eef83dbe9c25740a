import type { Message } from '../model/message';
import { fromColumn, toColumn } from './json-column';
import { sql, type Tx } from './tx';

interface Said {
  pos: number;
  payload: string | null;
}

/** Takes out of the log what the edits of a message said. */
export async function forgetTexts(tx: Tx, { id, chatId }: Pick<Message, 'id' | 'chatId'>): Promise<void> {
  const edits: Said[] = await sql(tx)
    .db('event')
    .select('pos', 'payload')
    .where({ chat_id: chatId, message_id: id, name: 'chatMessage.edited' });
  for (const edit of edits) await forget(tx, edit, 'text');
}

/** Takes out of the log what customers wrote when they rated these chats. */
export async function forgetComments(tx: Tx, chatIds: readonly string[]): Promise<void> {
  const ratings: Said[] = await sql(tx)
    .db('event')
    .select('pos', 'payload')
    .whereIn('chat_id', [...chatIds])
    // As the index says it: these are few among very many.
    .whereRaw("name = 'chat.rated'");
  for (const rating of ratings) await forget(tx, rating, 'comment');
}

async function forget(tx: Tx, { pos, payload }: Said, field: 'text' | 'comment'): Promise<void> {
  const { [field]: _, ...rest } = fromColumn<Record<string, unknown>>(payload) ?? {};
  await sql(tx)
    .db('event')
    .where({ pos })
    .update({ payload: toColumn(rest) });
}
