import type { Instant } from '../model/instant';
import { fromColumn, toColumn } from './json-column';
import { type Columns, checked, kept, keptSelect } from './kept';
import { sql, type Tx } from './tx';

/** An end user, or an agent, on one device. */
export interface StoredSession {
  readonly spaceId: string;
  readonly id: string;
  readonly accountId: string;
  readonly profileId: string;
  readonly isAgent: boolean;
  readonly device: SessionDevice;
  readonly sourceAddress: string;
  readonly push?: Readonly<Record<string, unknown>> | undefined;
  readonly createdOn: Instant;
  readonly expiresOn: Instant;
  readonly endedOn?: Instant | undefined;
}

export interface SessionDevice {
  readonly id: string;
  readonly platform: string;
  readonly platformVersion: string;
  readonly sdkType: string;
  readonly sdkVersion: string;
}

interface SessionRow {
  id: string;
  space_id: string;
  account_id: string;
  profile_id: string;
  is_agent: boolean | number;
  device: string;
  source_address: string;
  push: string | null;
  created_on: number;
  expires_on: number;
  ended_on: number | null;
}

const COLUMNS: Columns<SessionRow> = {
  ...{ id: true, space_id: true, account_id: true, profile_id: true, is_agent: true, device: true },
  ...{ source_address: true, push: true, created_on: true, expires_on: true, ended_on: true },
};
const sessionById = kept<SessionRow>('client_session', COLUMNS, `id = ? and ${checked('space_id')}`);

export async function insertSession(tx: Tx, session: StoredSession): Promise<void> {
  await sql(tx)
    .db('client_session')
    .insert({
      id: session.id,
      space_id: session.spaceId,
      account_id: session.accountId,
      profile_id: session.profileId,
      is_agent: session.isAgent,
      device: JSON.stringify(session.device),
      device_id: session.device.id,
      source_address: session.sourceAddress,
      push: toColumn(session.push),
      created_on: session.createdOn,
      expires_on: session.expiresOn,
      online_until: 0,
    });
}

export async function findSession(tx: Tx, spaceId: string, id: string): Promise<StoredSession | undefined> {
  const row = await sessionById.first(tx, [id, spaceId]);
  return row && toSession(row);
}

export async function endSession(tx: Tx, spaceId: string, id: string, at: Instant): Promise<void> {
  await sql(tx)
    .db('client_session')
    .where({ id, space_id: spaceId })
    .whereNull('ended_on')
    .update({ ended_on: at, push: null });
}

/** Ends the sessions that other profiles have on the same device of the same account; gives their ids. */
export async function endOtherSessions(
  tx: Tx,
  { accountId, profileId, device }: StoredSession,
  at: Instant,
): Promise<string[]> {
  const rows: { id: string }[] = await sql(tx)
    .db('client_session')
    .where({ account_id: accountId, device_id: device.id })
    .whereNot({ profile_id: profileId })
    .whereNull('ended_on')
    .update({ ended_on: at, push: null })
    .returning('id');
  return rows.map((row) => row.id);
}

const NO_DEVICE: SessionDevice = { id: '', platform: '', platformVersion: '', sdkType: '', sdkVersion: '' };

/** Ends the sessions of a customer, and forgets where and on what they were. */
export async function forgetSessionsOf(
  tx: Tx,
  { spaceId, profileId }: Pick<StoredSession, 'spaceId' | 'profileId'>,
  at: Instant,
): Promise<void> {
  const { db } = sql(tx);
  await db('client_session')
    .where({ space_id: spaceId, profile_id: profileId, is_agent: false })
    .update({
      ...{ ended_on: db.raw('coalesce(ended_on, ?)', [at]), push: null, source_address: '' },
      ...{ device: JSON.stringify(NO_DEVICE), device_id: null },
    });
}

/** Those that ended since then, of all spaces. */
export async function endedSince(tx: Tx, since: Instant): Promise<string[]> {
  const rows: { id: string }[] = await sql(tx)
    .db('client_session')
    .select('id')
    .where('ended_on', '>=', since);
  return rows.map((row) => row.id);
}

export async function setSessionPush(
  tx: Tx,
  session: Pick<StoredSession, 'spaceId' | 'id' | 'push'>,
): Promise<void> {
  await sql(tx)
    .db('client_session')
    .where({ id: session.id, space_id: session.spaceId })
    .update({ push: toColumn(session.push) });
}

/** These sessions have an open socket until then (0: none any more). */
export async function setOnline(tx: Tx, ids: readonly string[], until: Instant): Promise<void> {
  await sql(tx)
    .db('client_session')
    .whereIn('id', [...ids])
    .update({ online_until: until });
}

const pushable = keptSelect<SessionRow>(
  'client_session',
  ({ lookUp }) =>
    `${lookUp({
      each: `select p.profile_id as value from conversation_participant p
      where p.space_id = ? and p.conversation_id = ? and p.profile_id <> ?`,
      table: 'client_session',
      columns: Object.keys(COLUMNS),
      // Written so that no index of times seems to help: nearly all sessions have not ended and expire some day.
      where: `client_session.space_id = ? and client_session.profile_id = each.value
      and client_session.push is not null and coalesce(client_session.ended_on, 0) = 0
      and client_session.expires_on > ?
      and ? >= (select max(o.online_until) from client_session o
        where o.space_id = client_session.space_id and o.profile_id = client_session.profile_id)`,
    })} order by client_session.id`,
);

/** Sessions of the others in a conversation that can only be reached by push: no profile of theirs has an open socket. */
export async function pushTargets(
  tx: Tx,
  of: { readonly spaceId: string; readonly conversationId: string; readonly except: string },
  now: Instant,
): Promise<StoredSession[]> {
  const { spaceId, conversationId, except } = of;
  const rows = await pushable.all(tx, [spaceId, conversationId, except, spaceId, now, now]);
  return rows.map(toSession);
}

/** Uses a challenge up; false when it was before. */
export async function useChallenge(tx: Tx, id: string, expiresOn: Instant, now: Instant): Promise<boolean> {
  const { db } = sql(tx);
  await db('client_challenge').where('expires_on', '<', now).delete();
  const rows: unknown[] = await db('client_challenge')
    .insert({ id, expires_on: expiresOn })
    .onConflict('id')
    .ignore()
    .returning('id');
  return rows.length === 1;
}

/** Forgets sessions that were over before then. */
export async function forgetSessionsBefore(tx: Tx, before: Instant): Promise<void> {
  await sql(tx).db('client_session').where('expires_on', '<', before).delete();
}

/** Those of these tokens of agents that still work. */
export async function liveTokenIds(tx: Tx, ids: readonly string[], now: Instant): Promise<Set<string>> {
  const rows: { id: string }[] = await sql(tx)
    .db('token')
    .select('id')
    .whereIn('id', [...ids])
    .whereNull('revoked_on')
    .where((either) => either.whereNull('expires_on').orWhere('expires_on', '>', now));
  return new Set(rows.map((row) => row.id));
}

function toSession(row: SessionRow): StoredSession {
  return {
    id: row.id,
    spaceId: row.space_id,
    accountId: row.account_id,
    profileId: row.profile_id,
    isAgent: Boolean(row.is_agent),
    device: JSON.parse(row.device),
    sourceAddress: row.source_address,
    push: fromColumn(row.push),
    createdOn: row.created_on,
    expiresOn: row.expires_on,
    endedOn: row.ended_on ?? undefined,
  };
}
