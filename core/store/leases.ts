import type { Knex } from 'knex';
import { sql, type Tx } from './tx';

/** A lease as it is written down. It is its owner's as long as that node lives. */
export interface LeaseRow {
  readonly name: string;
  readonly owner: string;
  readonly token: number;
  /** The node that has too few and would like this one. */
  readonly askedBy?: string | undefined;
}

interface Columns {
  name: string;
  owner: string;
  token: number;
  asked_by: string | null;
}

/** The leases with one of these names, and all that this owner has. */
export async function leasesFor(tx: Tx, owner: string, names: readonly string[]): Promise<LeaseRow[]> {
  const { db, dialect } = sql(tx);
  const wanted = dialect.source({ name: 'text' });
  const result = await db.raw(
    `select * from lease where owner = ? or name in (select name from ${wanted} as wanted)`,
    [owner, JSON.stringify(names.map((name) => ({ name })))],
  );
  return rowsOf(result);
}

/**
 * Takes those of the leases that no living node has; gives the ones that it got. What a transaction of the former owner
 * still holds is left for the next time, so that a process that is frozen in the middle of one stops nobody.
 */
export async function takeLeases(tx: Tx, owner: string, names: readonly string[]): Promise<LeaseRow[]> {
  if (names.length === 0) return [];
  const { db, dialect } = sql(tx);
  const wanted = dialect.source({ name: 'text', owner: 'uuid' });
  const payload = JSON.stringify(names.map((name) => ({ name, owner })));
  const free = db('lease')
    .select('name')
    .whereRaw(`name in (select name from ${wanted} as wanted)`, [payload])
    .whereNotIn('owner', db('node').select('id'));
  // The token grows also over a row that was swept away meanwhile, since the clock does.
  const token = `case when ${dialect.now} > token then ${dialect.now} else token + 1 end`;
  const taken: Columns[] = await db('lease')
    .whereIn('name', unlocked(tx, free))
    .update({ owner, asked_by: null, token: db.raw(token) })
    .returning('*');
  const made = await db.raw(
    `insert into lease (name, owner, token) select name, owner, ${dialect.now} from ${wanted} as wanted
       where true on conflict do nothing returning *`,
    [payload],
  );
  return [...taken.map(fromColumns), ...rowsOf(made)];
}

/** Asks the owners of these leases to hand them over. */
export async function askForLeases(tx: Tx, asker: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const { db } = sql(tx);
  const wanted = db('lease')
    .select('name')
    .whereIn('name', [...names]);
  await db('lease').whereIn('name', unlocked(tx, wanted)).update({ asked_by: asker });
}

function unlocked(tx: Tx, query: Knex.QueryBuilder): Knex.QueryBuilder {
  return sql(tx).dialect.name === 'postgres' ? query.forUpdate().skipLocked() : query;
}

/** Gives a lease to another node, or to whoever takes it first; does nothing when it is no longer ours. */
export async function passLease(tx: Tx, lease: LeaseRow, to: string | undefined): Promise<void> {
  const query = sql(tx).db('lease').where({ name: lease.name, owner: lease.owner, token: lease.token });
  if (to === undefined) await query.delete();
  else await query.update({ owner: to, token: lease.token + 1, asked_by: null });
}

/** Whether it is still this owner's by this token; then it stays so until the transaction ends. */
export async function holdLease(tx: Tx, { name, owner, token }: LeaseRow): Promise<boolean> {
  const { db, dialect } = sql(tx);
  const query = db('lease').where({ name, owner, token }).first();
  return (await (dialect.name === 'postgres' ? query.forShare() : query)) !== undefined;
}

const DAY_MS = 86_400_000;

/** Sweeps away what no node has wanted for a day. A token is the time of its taking at least, so it grows all the same. */
export async function sweepLeases(tx: Tx): Promise<void> {
  const { db, dialect } = sql(tx);
  await db('lease')
    .whereNotIn('owner', db('node').select('id'))
    .whereRaw(`token < ${dialect.now} - ?`, [DAY_MS])
    .delete();
}

function rowsOf(result: Columns[] | { rows: Columns[] }): LeaseRow[] {
  return (Array.isArray(result) ? result : result.rows).map(fromColumns);
}

function fromColumns({ name, owner, token, asked_by }: Columns): LeaseRow {
  return { name, owner, token, askedBy: asked_by ?? undefined };
}
