import { sql, type Tx } from './tx';

type Rows = readonly { id: string }[];

/** Announces a node for so long, by the database's clock. */
export async function insertNode(tx: Tx, id: string, livesMs: number): Promise<void> {
  const { db, dialect } = sql(tx);
  await db.raw(`insert into node (id, until, started_on) values (?, ${dialect.now} + ?, ${dialect.now})`, [
    id,
    livesMs,
  ]);
}

/** Lets a node live on; false when the others have buried it, which is for ever. */
export async function renewNode(tx: Tx, id: string, livesMs: number): Promise<boolean> {
  const { db, dialect } = sql(tx);
  const renewed = await db('node')
    .where({ id })
    .update({ until: db.raw(`${dialect.now} + ?`, [livesMs]) });
  return renewed === 1;
}

/**
 * Takes the nodes out whose time is over. What they held is free from then on: a row that is gone cannot be renewed, so
 * that no node can be dead for the one and alive for the other.
 */
export async function buryNodes(tx: Tx): Promise<string[]> {
  const { db, dialect } = sql(tx);
  const result: Rows | { rows: Rows } = await db.raw(
    `delete from node where until < ${dialect.now} returning id`,
  );
  return ('rows' in result ? result.rows : result).map(({ id }) => id);
}

/** Takes a node out that leaves by itself; what it held is free at once. */
export async function deleteNode(tx: Tx, id: string): Promise<void> {
  await sql(tx).db('node').where({ id }).delete();
}

/** The living nodes in the same order everywhere. */
export async function livingNodes(tx: Tx): Promise<string[]> {
  const rows: { id: string }[] = await sql(tx).db('node').select('id').orderBy('id');
  return rows.map(({ id }) => id);
}
