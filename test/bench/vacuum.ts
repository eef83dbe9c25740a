import { Client } from 'pg';
import type { TestDatabase } from '../support/databases';

/** What PostgreSQL does by itself, a minute after a table has grown and over the months that a large one takes. */
export async function vacuum({ databaseUrl }: TestDatabase): Promise<void> {
  if (databaseUrl === undefined) return;
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('vacuum analyze');
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}
