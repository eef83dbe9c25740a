import BetterSqlite3 from 'better-sqlite3';
import { Pool } from 'pg';

/** One message as the simplest of services would keep it. */
export interface Row {
  readonly id: string;
  readonly sender: string;
  readonly recipient: string;
  readonly body: string;
  readonly raw: string;
  readonly receivedOn: number;
}

export type Insert = (row: Row) => Promise<void>;

const COLUMNS = `id text primary key, sender text not null, recipient text not null, body text not null,
  raw text not null, received_on bigint not null`;

/** Durable, one commit per row, by a prepared statement. */
export async function insertIntoSqlite(file: string): Promise<Insert> {
  const database = new BetterSqlite3(file);
  database.pragma('journal_mode = WAL');
  // Said after WAL, which would else mean NORMAL: a commit that a power cut can undo.
  database.pragma('synchronous = FULL');
  database.exec(`create table message (${COLUMNS})`);
  const statement = database.prepare('insert into message values (?, ?, ?, ?, ?, ?)');
  return async (row) => {
    statement.run(row.id, row.sender, row.recipient, row.body, row.raw, row.receivedOn);
  };
}

/** Durable, one commit per row, through a pool as large as the gateway's. */
export async function insertIntoPostgres(url: string): Promise<Insert> {
  const pool = new Pool({ connectionString: url, max: 10 });
  await pool.query(`create table message (${COLUMNS})`);
  const text = 'insert into message values ($1, $2, $3, $4, $5, $6)';
  return async (row) => {
    await pool.query({
      name: 'insert',
      text,
      values: [row.id, row.sender, row.recipient, row.body, row.raw, row.receivedOn],
    });
  };
}
