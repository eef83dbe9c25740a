import type { Instant } from '../model/instant';
import { sql, type Tx } from './tx';

/** What a bearer token stands for. Its secret is stored as a hash only. */
export interface Token {
  readonly id: string;
  readonly partnerId: string;
  /** Absent for a partner's key. */
  readonly spaceId?: string | undefined;
  readonly kind: 'partner' | 'access' | 'agent';
  /** The agent whose session it is. */
  readonly agentId?: string | undefined;
  readonly name: string;
  readonly hash: string;
  readonly scopes: readonly string[];
  readonly createdOn: Instant;
  readonly createdBy: string;
  readonly expiresOn?: Instant | undefined;
  readonly revokedOn?: Instant | undefined;
  readonly lastUsedOn?: Instant | undefined;
}

interface TokenRow {
  id: string;
  partner_id: string;
  space_id: string | null;
  kind: Token['kind'];
  agent_id: string | null;
  name: string;
  hash: string;
  scopes: string;
  created_on: number;
  created_by: string;
  expires_on: number | null;
  revoked_on: number | null;
  last_used_on: number | null;
}

export async function insertToken(tx: Tx, token: Token): Promise<void> {
  await sql(tx)
    .db('token')
    .insert({
      id: token.id,
      partner_id: token.partnerId,
      space_id: token.spaceId ?? null,
      kind: token.kind,
      agent_id: token.agentId ?? null,
      name: token.name,
      hash: token.hash,
      scopes: JSON.stringify(token.scopes),
      created_on: token.createdOn,
      created_by: token.createdBy,
      expires_on: token.expiresOn ?? null,
    });
}

export async function tokenByHash(tx: Tx, hash: string): Promise<Token | undefined> {
  const row: TokenRow | undefined = await sql(tx).db('token').where({ hash }).first();
  return row && toToken(row);
}

/** Those that can still be used, the oldest first. */
export async function liveTokens(tx: Tx, spaceId: string, now: Instant): Promise<Token[]> {
  const rows: TokenRow[] = await live(tx, now).where({ space_id: spaceId, kind: 'access' });
  return rows.map(toToken);
}

/** The keys of all partners that can still be used, the oldest first. */
export async function livePartnerKeys(tx: Tx, now: Instant): Promise<Token[]> {
  const rows: TokenRow[] = await live(tx, now).where({ kind: 'partner' });
  return rows.map(toToken);
}

function live(tx: Tx, now: Instant) {
  return sql(tx)
    .db('token')
    .whereNull('revoked_on')
    .where((either) => either.whereNull('expires_on').orWhere('expires_on', '>', now))
    .orderBy('id');
}

export async function expirePartnerKey(tx: Tx, id: string, at: Instant): Promise<void> {
  await sql(tx).db('token').where({ id, kind: 'partner' }).update({ expires_on: at });
}

export async function expireToken(tx: Tx, spaceId: string, id: string, at: Instant): Promise<void> {
  await sql(tx).db('token').where({ space_id: spaceId, id }).update({ expires_on: at });
}

export async function revokeToken(tx: Tx, spaceId: string, id: string, at: Instant): Promise<void> {
  await sql(tx)
    .db('token')
    .where({ space_id: spaceId, id })
    .whereNull('revoked_on')
    .update({ revoked_on: at });
}

/** Ends every session of an agent. */
export async function revokeTokensOfAgent(
  tx: Tx,
  spaceId: string,
  agentId: string,
  at: Instant,
): Promise<void> {
  await sql(tx)
    .db('token')
    .where({ space_id: spaceId, agent_id: agentId })
    .whereNull('revoked_on')
    .update({ revoked_on: at });
}

export async function noteTokenUse(tx: Tx, id: string, at: Instant): Promise<void> {
  await sql(tx).db('token').where({ id }).update({ last_used_on: at });
}

function toToken(row: TokenRow): Token {
  return {
    id: row.id,
    partnerId: row.partner_id,
    spaceId: row.space_id ?? undefined,
    kind: row.kind,
    agentId: row.agent_id ?? undefined,
    name: row.name,
    hash: row.hash,
    scopes: JSON.parse(row.scopes),
    createdOn: row.created_on,
    createdBy: row.created_by,
    expiresOn: row.expires_on ?? undefined,
    revokedOn: row.revoked_on ?? undefined,
    lastUsedOn: row.last_used_on ?? undefined,
  };
}
