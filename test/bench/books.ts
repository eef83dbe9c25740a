import path from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { Pool } from 'pg';
import type { TestDatabase } from '../support/databases';

/** How many of each there are. */
export interface Counts {
  readonly inbound: number;
  readonly outbound: number;
  readonly externalIds: number;
  readonly chats: number;
  readonly profiles: number;
  /** Events that have a number inside a chat. */
  readonly entries: number;
  /** Messages that wait to be sent. */
  readonly outbox: number;
}

/** The database itself, opened to read and past the gateway: what it acknowledged must be there, once. */
export interface Books {
  counts(): Promise<Counts>;
  /** The messages of customers alone, for who asks often. */
  inbound(): Promise<number>;
  /** Chats whose events do not run 1, 2, 3 up to the last one that the chat knows of. */
  chatsWithGaps(): Promise<number>;
  chatIds(most: number): Promise<string[]>;
  /** The highest number in the log of events. */
  lastSeq(): Promise<number>;
  /** How far the logs of all API spaces go together, for who asks very often. */
  logged(): Promise<number>;
  /** Events that have no number yet. */
  unnumbered(): Promise<number>;
  /** The ids of the messages' events after a number of the log. */
  messageEvents(afterSeq: number): Promise<string[]>;
  close(): Promise<void>;
}

type Query = (sql: string) => Promise<Record<string, unknown>[]>;

export async function openBooks({ dataDir, databaseUrl }: TestDatabase): Promise<Books> {
  if (databaseUrl !== undefined) {
    const pool = new Pool({ connectionString: databaseUrl, max: 1 });
    return booksOf(
      async (sql) => (await pool.query(sql)).rows,
      () => pool.end(),
    );
  }
  const database = new BetterSqlite3(path.join(dataDir, 'parley.db'), { readonly: true });
  return booksOf(
    async (sql) => database.prepare<[], Record<string, unknown>>(sql).all(),
    async () => {
      database.close();
    },
  );
}

const COUNTS = `select
  (select count(*) from message where direction = 'inbound') as inbound,
  (select count(*) from message where direction = 'outbound') as outbound,
  (select count(*) from external_id) as external_ids,
  (select count(*) from chat) as chats,
  (select count(*) from profile) as profiles,
  (select count(*) from event where chat_event_id is not null) as entries,
  (select count(*) from outbox) as outbox`;

const GAPS = `select count(*) as n from chat left join
  (select chat_id, count(*) as entries, min(chat_event_id) as low, max(chat_event_id) as high
   from event where chat_event_id is not null group by chat_id) told on told.chat_id = chat.id
  where coalesce(entries, 0) <> last_event_id or coalesce(high, 0) <> last_event_id or coalesce(low, 1) <> 1`;

function booksOf(query: Query, close: () => Promise<void>): Books {
  return {
    close,
    async counts() {
      const [row = {}] = await query(COUNTS);
      const { inbound, outbound, external_ids, chats, profiles, entries, outbox } = row;
      return {
        ...{ inbound: Number(inbound), outbound: Number(outbound), externalIds: Number(external_ids) },
        ...{ chats: Number(chats), profiles: Number(profiles), entries: Number(entries) },
        outbox: Number(outbox),
      };
    },
    async inbound() {
      const [row] = await query(`select count(*) as n from message where direction = 'inbound'`);
      return Number(row?.['n']);
    },
    async chatsWithGaps() {
      const [row] = await query(GAPS);
      return Number(row?.['n']);
    },
    async chatIds(most) {
      const rows = await query(`select id from chat order by id limit ${most}`);
      return rows.map((row) => String(row['id']));
    },
    async lastSeq() {
      const [row] = await query('select max(seq) as n from event');
      return Number(row?.['n'] ?? 0);
    },
    async logged() {
      const [row] = await query('select coalesce(sum(last_seq), 0) as n from event_counter');
      return Number(row?.['n']);
    },
    async unnumbered() {
      const [row] = await query('select count(*) as n from event where seq is null');
      return Number(row?.['n']);
    },
    async messageEvents(afterSeq) {
      const rows = await query(
        `select event_id as id from event where name = 'chatMessage.sent' and seq > ${afterSeq}`,
      );
      return rows.map((row) => String(row['id']));
    },
  };
}

/** By how much each count must have grown. */
export type Growth = Partial<Counts>;

/** Throws unless the books grew by exactly this much. */
export async function checkBooks(books: Books, before: Counts, growth: Growth): Promise<void> {
  const after = await books.counts();
  const wrong = (Object.entries(growth) as [keyof Counts, number][])
    .filter(([name, expected]) => after[name] - before[name] !== expected)
    .map(([name, expected]) => `${name}: expected ${expected} more, found ${after[name] - before[name]}`);
  if (wrong.length > 0)
    throw new Error(`the books do not agree with what was acknowledged: ${wrong.join('; ')}`);
  const gaps = await books.chatsWithGaps();
  if (gaps > 0) throw new Error(`the events of ${gaps} chats have gaps`);
}
