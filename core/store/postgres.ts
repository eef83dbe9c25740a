import knex, { type Knex } from 'knex';
import { type Client, types } from 'pg';
import { type Binding, type Dialect, hasCode, type InsertOptions, lent, QUIET } from './dialect';
import { insertText, statementOf, writeStatement } from './postgres-statements';
import { sendInTurns } from './postgres-turns';
import { sharedReadingOf } from './shared-reading';

const CONNECTIONS = 10;
// What is asked at once is sent at once, and answered in that order. Knex's types do not know it yet.
const PIPELINED = { pipeline: true };

/** The database of a cluster: whatever is not inside of a transaction of ours can only read. */
export function openPostgres(url: string): Knex {
  return connect(url, (connection, done) => {
    sendInTurns(connection);
    connection.query(SETTINGS).then(
      () => done(null, connection),
      (error: unknown) => done(error, connection),
    );
  });
}

// All that we ask for is found by an index. Where the statistics of a table are older than most of its rows, the planner
// believes otherwise, and a prepared statement keeps what it believed. And a process that is frozen in the middle of a
// transaction must not hold its rows from the others for longer than they wait.
const SETTINGS = `set default_transaction_read_only = on; set jit = off;
  set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set random_page_cost = 0.1;
  set idle_in_transaction_session_timeout = 10000`;

/** The same for the time of a migration, which Knex runs in transactions of its own. */
export function openForMigrations(url: string): Knex {
  return connect(url, (connection, done) => done(null, connection));
}

type Prepare = (connection: Client, done: (error: unknown, connection: Client) => void) => void;

// Nothing waits for the database without an end.
function connect(url: string, afterCreate: Prepare): Knex {
  return knex({
    client: 'pg',
    connection: {
      connectionString: url,
      application_name: 'parley',
      connectionTimeoutMillis: 3_000,
      query_timeout: 15_000,
      keepAlive: true,
      types: { getTypeParser },
      ...PIPELINED,
    },
    log: QUIET,
    compileSqlOnError: false, // else message texts and secrets would stand in error messages
    acquireConnectionTimeout: 5_000,
    pool: { min: 0, max: CONNECTIONS, afterCreate },
  });
}

// Times and counters are 64 bits wide there and fit a number here.
function getTypeParser(oid: number, format?: string) {
  if (oid === types.builtins.INT8 && format !== 'binary') return Number;
  return types.getTypeParser(oid, format === 'binary' ? 'binary' : 'text');
}

export const postgres: Dialect = {
  name: 'postgres',
  async insert(db, { table, rows, skipConflicts }: InsertOptions) {
    const [first] = rows;
    if (!first) return [];
    const text = insertText(table, first);
    const payload = [JSON.stringify(rows)];
    if (!skipConflicts) {
      await this.query(db, text, payload);
      return rows.map(() => true);
    }
    const keys = primaryKeys[table];
    if (!keys) throw new Error(`no primary key is known of the table ${table}`);
    const returning = `${text} on conflict do nothing returning ${keys.join(', ')}`;
    const inserted = await this.query<Record<string, unknown>>(db, returning, payload);
    const went = new Set(inserted.map((row) => keyOf(row, keys)));
    // Of two equal rows in one statement, only the first went in.
    return rows.map((row) => went.delete(keyOf(row, keys)));
  },
  async query<R>(db: Knex, text: string, bindings: readonly Binding[]) {
    const statement = statementOf(text, bindings);
    const ask = async (connection: Client) => (await connection.query(statement)).rows as R[];
    return sharedReadingOf(db)?.lent(ask) ?? lent(db, ask);
  },
  async update(db, { table, keys, rows }) {
    await this.write(db, [{ update: table, keys, rows }]);
  },
  async write(db, writes) {
    const statement = writeStatement(writes);
    if (statement) await lent(db, (connection: Client) => connection.query(statement));
  },
  source(columns) {
    const typed = Object.entries(columns).map(([column, type]) => `${column} ${type}`);
    const names = Object.keys(columns).join(', ');
    return `(select ${names} from json_to_recordset(?) as x(${typed.join(', ')}))`;
  },
  values: (type) =>
    `select cast(listed.value as ${type}) as value from json_array_elements_text(?) as listed`,
  among: (column, select) => `${column} = any(array(${select}))`,
  // What has an offset is planned by itself, with one value: else, planned while the table is empty, it might read all rows
  // that another index finds, and look for the values among them.
  lookUp({ each, along = [], table, columns, where }) {
    const names = columns.map((name) => `${table}.${name}`).join(', ');
    return `select ${[...along.map((name) => `each.${name}`), names].join(', ')} from (${each}) as each
      cross join lateral (select ${names} from ${table} where ${where} offset 0) as ${table}`;
  },
  // Rows travel as JSON, where bytea is written in hexadecimal digits.
  bytes: (bytes) => `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`,
  lock: (table) => ` for update of ${table}`,
  now: '(extract(epoch from clock_timestamp()) * 1000)::bigint',
  isTransient: (error) => hasCode(error, ['40001', '40P01']),
  isConflict: (error) => hasCode(error, ['23505']),
  isUnavailable,
};

/** Tables whose inserts may skip conflicts, with the columns that tell their rows apart. */
const primaryKeys: Readonly<Record<string, readonly string[]>> = {
  external_id: ['account_id', 'external_id'],
  address: ['space_id', 'channel_id', 'address'],
  chat: ['id'],
  profile: ['space_id', 'id'],
  agent: ['space_id', 'id'],
  team: ['space_id', 'id'],
  receipt: ['message_id', 'piece', 'state'],
  idempotency: ['space_id', 'key'],
  lease: ['name'],
  consent: ['account_id', 'address'],
  account_identity: ['space_id', 'adapter', 'identity'],
  event_counter: ['space_id'],
  automatic_due: ['chat_id', 'kind'],
  automatic_said: ['account_id', 'address', 'kind'],
  satisfaction: ['id'],
};

function keyOf(row: Readonly<Record<string, unknown>>, keys: readonly string[]): string {
  return JSON.stringify(keys.map((key) => row[key]));
}

const GONE = [
  ...['08', '25P03', '57P01', '57P02', '57P03', '53100', '53200', '53300'],
  ...['ECONNREFUSED', 'ECONNRESET'],
];
const GONE_WORDS =
  /Connection terminated|Timeout acquiring a connection|timeout expired|Query read timeout|Client has encountered a connection error|not queryable/;

function isUnavailable(error: unknown): boolean {
  if (hasCode(error, [...GONE, 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN'])) return true;
  if (hasConnectionClass(error)) return true;
  return error instanceof Error && GONE_WORDS.test(error.message);
}

// PostgreSQL, Appendix A: class 08 is "connection exception".
function hasConnectionClass(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^08\d{3}$/.test(String(error.code));
}
