import path from 'node:path';
import Database from 'better-sqlite3';
import { Client } from 'pg';
import type { TestDatabase } from './databases';

/** The tables that hold a text, in any column of any row, by their names. */
export async function tablesThatHold(database: TestDatabase, text: string): Promise<string[]> {
  const tables = await (database.databaseUrl === undefined
    ? sqliteTables(path.join(database.dataDir, 'parley.db'))
    : postgresTables(database.databaseUrl));
  const holding = tables.filter(({ rows }) => JSON.stringify(rows).includes(text));
  return holding.map(({ name }) => name);
}

interface Table {
  readonly name: string;
  readonly rows: readonly unknown[];
}

async function sqliteTables(file: string): Promise<Table[]> {
  const database = new Database(file, { readonly: true });
  try {
    const names = database
      .prepare("select name from sqlite_master where type = 'table' order by name")
      .pluck()
      .all();
    return names.map(String).map((name) => ({ name, rows: database.prepare(`select * from ${name}`).all() }));
  } finally {
    database.close();
  }
}

async function postgresTables(url: string): Promise<Table[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'public' order by table_name",
    );
    const tables: Table[] = [];
    for (const { name } of found.rows) {
      const { rows } = await client.query(`select * from "${name}"`);
      tables.push({ name, rows });
    }
    return tables;
  } finally {
    await client.end();
  }
}
