import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Knex } from 'knex';
import { loadConfig } from './config/load';
import { migrationSource } from './core/store/migrations/index';
import { SqliteClient } from './core/store/sqlite-client';

/** For those who prefer the command line: `npm run knex -- migrate:status`. The gateway migrates by itself when it starts. */
const { databaseUrl, dataDir } = loadConfig();
mkdirSync(dataDir, { recursive: true });
const migrations = { migrationSource };

const sqlite: Knex.Config = {
  client: SqliteClient as unknown as typeof Knex.Client,
  connection: { filename: path.join(dataDir, 'parley.db') },
  useNullAsDefault: true,
  migrations,
};

const config: Knex.Config =
  databaseUrl === undefined ? sqlite : { client: 'pg', connection: databaseUrl, migrations };

export default config;
