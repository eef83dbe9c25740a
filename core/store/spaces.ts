import type { Instant } from '../model/instant';
import { sql, type Tx } from './tx';

/** The tenant. Nothing crosses between spaces. */
export interface Space {
  readonly id: string;
  readonly partnerId: string;
  readonly name: string;
  readonly createdOn: Instant;
}

interface SpaceRow {
  id: string;
  partner_id: string;
  name: string;
  created_on: number;
}

/** Who owns API spaces. */
export interface Partner {
  readonly id: string;
  readonly name: string;
  readonly createdOn: Instant;
}

interface PartnerRow {
  id: string;
  name: string;
  created_on: number;
}

export async function insertPartner(tx: Tx, partner: Partner): Promise<void> {
  await sql(tx).db('partner').insert({ id: partner.id, name: partner.name, created_on: partner.createdOn });
}

/** All of them, the oldest first. */
export async function partners(tx: Tx): Promise<Partner[]> {
  const rows: PartnerRow[] = await sql(tx).db('partner').orderBy('created_on');
  return rows.map(({ id, name, created_on }) => ({ id, name, createdOn: created_on }));
}

export async function anyPartner(tx: Tx): Promise<string | undefined> {
  const row = await sql(tx).db('partner').select('id').orderBy('created_on').first();
  return row?.id;
}

export async function insertSpace(tx: Tx, space: Space): Promise<void> {
  await sql(tx)
    .db('api_space')
    .insert({ id: space.id, partner_id: space.partnerId, name: space.name, created_on: space.createdOn });
}

export async function findSpace(tx: Tx, id: string): Promise<Space | undefined> {
  const row: SpaceRow | undefined = await sql(tx)
    .db('api_space')
    .where({ id })
    .whereNull('deleted_on')
    .first();
  return row && toSpace(row);
}

export async function spacesOf(tx: Tx, partnerId: string): Promise<Space[]> {
  const rows: SpaceRow[] = await sql(tx)
    .db('api_space')
    .where({ partner_id: partnerId })
    .whereNull('deleted_on')
    .orderBy('id');
  return rows.map(toSpace);
}

export async function renameSpace(tx: Tx, id: string, name: string): Promise<void> {
  await sql(tx).db('api_space').where({ id }).update({ name });
}

export async function markSpaceDeleted(tx: Tx, id: string, at: Instant): Promise<void> {
  await sql(tx).db('api_space').where({ id }).update({ deleted_on: at });
}

function toSpace(row: SpaceRow): Space {
  return { id: row.id, partnerId: row.partner_id, name: row.name, createdOn: row.created_on };
}
