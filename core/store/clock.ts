import type { Instant } from '../model/instant';
import { sql, type Tx } from './tx';

/** What time it is at the database. */
export async function databaseNow(tx: Tx): Promise<Instant> {
  const { db, dialect } = sql(tx);
  const [row] = await dialect.query<{ now: Instant }>(db, `select ${dialect.now} as now`, []);
  return Number(row?.now);
}
