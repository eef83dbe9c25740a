import type Database from 'better-sqlite3';
import BetterSqlite3Client from 'knex/lib/dialects/better-sqlite3/index.js';
import SqliteTransaction from 'knex/lib/dialects/sqlite3/execution/sqlite-transaction.js';

const STATEMENTS_KEPT = 400;
const statements = new WeakMap<object, Map<string, Database.Statement>>();

/** The prepared statement of a connection; preparing costs more than most of our statements take to run. */
export function prepared(connection: Database.Database, text: string): Database.Statement {
  const kept = statementsOf(connection);
  const known = kept.get(text);
  if (known) return known;
  const statement = connection.prepare(text);
  kept.set(text, statement);
  if (kept.size > STATEMENTS_KEPT) kept.delete(kept.keys().next().value ?? '');
  return statement;
}

function statementsOf(connection: Database.Database): Map<string, Database.Statement> {
  const known = statements.get(connection);
  if (known) return known;
  const kept = new Map<string, Database.Statement>();
  statements.set(connection, kept);
  return kept;
}

interface Query {
  readonly sql: string;
  readonly bindings?: readonly unknown[];
  response?: unknown;
  context?: unknown;
}

/** Knex's client for better-sqlite3, with kept statements and writers that queue up at their first statement instead of failing later. */
export class SqliteClient extends BetterSqlite3Client {
  override async _query(connection: Database.Database, query: Query): Promise<Query> {
    const statement = prepared(connection, query.sql);
    const bindings = this._formatBindings(query.bindings);
    if (statement.reader) {
      query.response = statement.all(bindings);
      return query;
    }
    const result = statement.run(bindings);
    query.response = result;
    query.context = { lastID: result.lastInsertRowid, changes: result.changes };
    return query;
  }

  override transaction(container: unknown, config: unknown, outer: unknown): ImmediateTransaction {
    return new ImmediateTransaction(this, container, config, outer);
  }
}

// A deferred transaction that reads first fails at once with SQLITE_BUSY_SNAPSHOT when somebody else wrote meanwhile.
class ImmediateTransaction extends SqliteTransaction {
  override begin(connection: unknown): Promise<unknown> {
    return this.query(connection, 'BEGIN IMMEDIATE;');
  }
}
