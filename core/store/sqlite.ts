import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type Database from 'better-sqlite3';
import knex, { type Knex } from 'knex';
import { type Binding, type Dialect, hasCode, type InsertOptions, lent, QUIET, type Row } from './dialect';
import { prepared, SqliteClient } from './sqlite-client';

/** The embedded database: one writing connection, so that writers queue up in process, and one that only reads. */
export function openSqlite(file: string): { write: Knex; read: Knex } {
  mkdirSync(path.dirname(file), { recursive: true });
  return { write: connect(file, writerPragmas), read: connect(file, readerPragmas) };
}

/** As much of the file as SQLite maps at most: pages are read without a system call, or a copy. */
const MAP_FILE = `mmap_size = ${2 ** 31}`;

// Compiled in, WAL would mean synchronous = NORMAL, and what was acknowledged could vanish at a power cut.
const writerPragmas = [
  'journal_mode = WAL',
  'synchronous = FULL',
  'busy_timeout = 5000',
  'foreign_keys = ON',
  'wal_autocheckpoint = 4000',
  'cache_size = -16000',
  'temp_store = MEMORY',
  MAP_FILE,
];
const readerPragmas = [
  'busy_timeout = 5000',
  'cache_size = -8000',
  'query_only = ON',
  'temp_store = MEMORY',
  MAP_FILE,
];

function connect(file: string, pragmas: readonly string[]): Knex {
  return knex({
    client: SqliteClient as unknown as typeof Knex.Client,
    connection: { filename: file },
    useNullAsDefault: true,
    log: QUIET,
    compileSqlOnError: false, // else message texts and secrets would stand in error messages
    pool: {
      min: 1,
      max: 1,
      idleTimeoutMillis: 2 ** 31 - 1,
      afterCreate(connection: Database.Database, done: (error: unknown, connection: unknown) => void) {
        for (const pragma of pragmas) connection.pragma(pragma);
        done(null, connection);
      },
    },
  });
}

export const sqlite: Dialect = {
  name: 'sqlite',
  async insert(db, { table, rows, skipConflicts }: InsertOptions) {
    const [first] = rows;
    if (!first) return [];
    const columns = Object.keys(first);
    const marks = columns.map(() => '?').join(', ');
    const text = `insert into ${table} (${columns.join(', ')}) values (${marks})${skipConflicts ? ' on conflict do nothing' : ''}`;
    return lent(db, (connection: Database.Database) => {
      const statement = prepared(connection, text);
      return rows.map((row) => statement.run(valuesOf(row, columns)).changes === 1);
    });
  },
  async query<R>(db: Knex, text: string, bindings: readonly Binding[]) {
    return lent(db, (connection: Database.Database) => {
      const statement = prepared(connection, text);
      if (statement.reader) return statement.all(bindings) as R[];
      statement.run(bindings);
      return [];
    });
  },
  async update(db, { table, keys, rows }) {
    const [first] = rows;
    if (!first) return;
    const columns = Object.keys(first).filter((column) => !keys.includes(column));
    const text = `update ${table} set ${columns.map((column) => `${column} = ?`).join(', ')}
       where ${keys.map((key) => `${key} = ?`).join(' and ')}`;
    const bound = [...columns, ...keys];
    await lent(db, (connection: Database.Database) => {
      const statement = prepared(connection, text);
      for (const row of rows) statement.run(valuesOf(row, bound));
    });
  },
  async write(db, writes) {
    for (const write of writes) {
      const { rows } = write;
      if ('log' in write) await this.insert(db, { table: write.log, rows });
      else if ('insert' in write) await this.insert(db, { table: write.insert, rows });
      else await this.update(db, { table: write.update, keys: write.keys, rows });
    }
  },
  source(columns) {
    const picked = Object.keys(columns).map((column) => `value ->> '${column}' as ${column}`);
    return `(select ${picked.join(', ')} from json_each(?))`;
  },
  values: () => 'select value from json_each(?)',
  among: (column, select) => `${column} in (${select})`,
  // Its cross joins are done in the order in which they are written.
  lookUp({ each, along = [], table, columns, where }) {
    const names = [...along.map((name) => `each.${name}`), ...columns.map((name) => `${table}.${name}`)];
    return `select ${names.join(', ')} from (${each}) as each cross join ${table} where ${where}`;
  },
  bytes: (bytes) => bytes,
  lock: () => '', // a writing transaction has the database to itself
  now: "(cast(unixepoch('subsec') * 1000 as integer))",
  isTransient: () => false,
  isConflict: (error) => hasCode(error, ['SQLITE_CONSTRAINT_PRIMARYKEY', 'SQLITE_CONSTRAINT_UNIQUE']),
  isUnavailable: (error) =>
    hasCode(error, ['SQLITE_BUSY', 'SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_CANTOPEN', 'SQLITE_READONLY']),
};

function valuesOf(row: Row, columns: readonly string[]): (string | number | Uint8Array | null)[] {
  return columns.map((column) => {
    const value = row[column];
    if (typeof value === 'boolean') return value ? 1 : 0;
    return value ?? null;
  });
}
