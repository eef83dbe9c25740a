import type { Instant } from '../model/instant';
import { type Made, type MadeRow, madeRow, toMade } from './made';
import { held, sql, type Tx } from './tx';

/** One configured number, mailbox, page, widget or app. */
export interface Account extends Made {
  readonly spaceId: string;
  readonly id: string;
  readonly channelId: string;
  readonly adapter: string;
  readonly name: string;
  readonly teamId: string;
  /** Without the secrets. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The secret settings, encrypted. */
  readonly secrets: string;
  readonly health: AccountHealth;
  /** Nothing is sent; what waits is held in order. */
  readonly isPaused: boolean;
  readonly cursor?: string | undefined;
  readonly backFilledTo?: Instant | undefined;
  readonly deletedOn?: Instant | undefined;
}

export interface AccountHealth {
  readonly state: HealthState;
  /** How often the state has changed. */
  readonly changes: number;
  readonly since: Instant;
  readonly lastInboundOn?: Instant | undefined;
  readonly lastOutboundOn?: Instant | undefined;
  readonly lastError?:
    | { readonly message: string; readonly setting?: string | undefined; readonly on: Instant }
    | undefined;
  readonly credentialExpiresOn?: Instant | undefined;
}

/** `unavailable`: the plugin is missing. `waiting`: a transient fault that heals by itself. */
export type HealthState =
  | 'unchecked'
  | 'connecting'
  | 'connected'
  | 'waiting'
  | 'unauthorized'
  | 'unavailable';

interface AccountRow extends MadeRow {
  id: string;
  space_id: string;
  channel_id: string;
  adapter: string;
  name: string;
  team_id: string;
  settings: string;
  secrets: string;
  health: string;
  is_paused: boolean | number;
  cursor: string | null;
  back_filled_to: number | null;
  deleted_on: number | null;
}

export async function insertAccount(tx: Tx, account: Account): Promise<void> {
  await sql(tx).db('channel_account').insert(toRow(account));
}

export async function findAccount(tx: Tx, spaceId: string, id: string): Promise<Account | undefined> {
  const row: AccountRow | undefined = await sql(tx)
    .db('channel_account')
    .where({ space_id: spaceId, id })
    .whereNull('deleted_on')
    .first();
  return row && toAccount(row);
}

/** Whichever space it is in: webhooks name only the account. */
export async function accountById(tx: Tx, id: string): Promise<Account | undefined> {
  const row: AccountRow | undefined = await ofLivingSpaces(tx).where('channel_account.id', id).first();
  return row && toAccount(row);
}

export async function lockAccount(tx: Tx, spaceId: string, id: string): Promise<Account | undefined> {
  const { db } = sql(tx);
  const query = db('channel_account').where({ space_id: spaceId, id }).whereNull('deleted_on').first();
  const row: AccountRow | undefined = await held(tx, query);
  return row && toAccount(row);
}

export async function listAccounts(tx: Tx, spaceId: string): Promise<Account[]> {
  const rows: AccountRow[] = await sql(tx)
    .db('channel_account')
    .where({ space_id: spaceId })
    .whereNull('deleted_on')
    .orderBy('id');
  return rows.map(toAccount);
}

/** The accounts of any spaces that the provider knows by this name. */
export async function accountsNamed(tx: Tx, adapter: string, identity: string): Promise<Account[]> {
  const rows: AccountRow[] = await ofLivingSpaces(tx)
    .join('account_identity', 'account_identity.account_id', 'channel_account.id')
    .where({ 'account_identity.adapter': adapter, 'account_identity.identity': identity })
    .orderBy('channel_account.id');
  return rows.map(toAccount);
}

/** Every account of every space: what this gateway serves. */
export async function allAccounts(tx: Tx): Promise<Account[]> {
  const rows: AccountRow[] = await ofLivingSpaces(tx).orderBy('channel_account.id');
  return rows.map(toAccount);
}

function ofLivingSpaces(tx: Tx) {
  return sql(tx)
    .db('channel_account')
    .select('channel_account.*')
    .join('api_space', 'api_space.id', 'channel_account.space_id')
    .whereNull('api_space.deleted_on')
    .whereNull('channel_account.deleted_on');
}

export async function updateAccount(tx: Tx, account: Account): Promise<void> {
  const { id, space_id, ...row } = toRow(account);
  await sql(tx).db('channel_account').where({ space_id, id }).update(row);
}

/** Notes how the account is. */
export async function updateHealth(
  tx: Tx,
  account: Pick<Account, 'id' | 'spaceId' | 'health' | 'isPaused'>,
): Promise<void> {
  const { health, isPaused } = account;
  await sql(tx)
    .db('channel_account')
    .where({ id: account.id, space_id: account.spaceId })
    .update({ health: JSON.stringify(health), is_paused: isPaused });
}

export async function setCursor(
  tx: Tx,
  account: Pick<Account, 'id' | 'spaceId'>,
  cursor: string,
): Promise<void> {
  await sql(tx).db('channel_account').where({ id: account.id, space_id: account.spaceId }).update({ cursor });
}

export async function setBackFilledTo(
  tx: Tx,
  account: Pick<Account, 'id' | 'spaceId'>,
  at: Instant,
): Promise<void> {
  await sql(tx)
    .db('channel_account')
    .where({ id: account.id, space_id: account.spaceId })
    .update({ back_filled_to: at });
}

/** Replaces the identities of an account; gives the first one that another account of the space has. */
export async function setIdentities(
  tx: Tx,
  account: Pick<Account, 'id' | 'spaceId' | 'adapter'>,
  identities: readonly string[],
): Promise<string | undefined> {
  const { db, dialect } = sql(tx);
  await db('account_identity').where({ account_id: account.id }).delete();
  const rows = identities.map((identity) => ({
    space_id: account.spaceId,
    adapter: account.adapter,
    identity,
    account_id: account.id,
  }));
  const inserted = await dialect.insert(db, { table: 'account_identity', rows, skipConflicts: true });
  return identities.find((_, index) => !inserted[index]);
}

export async function readValue(tx: Tx, accountId: string, key: string): Promise<string | undefined> {
  const row = await sql(tx).db('account_value').where({ account_id: accountId, key }).first();
  return row?.value;
}

export async function writeValue(
  tx: Tx,
  value: { spaceId: string; accountId: string; key: string; value: string },
): Promise<void> {
  await sql(tx)
    .db('account_value')
    .insert({ space_id: value.spaceId, account_id: value.accountId, key: value.key, value: value.value })
    .onConflict(['account_id', 'key'])
    .merge(['value']);
}

function toRow(account: Account) {
  return {
    id: account.id,
    space_id: account.spaceId,
    channel_id: account.channelId,
    adapter: account.adapter,
    name: account.name,
    team_id: account.teamId,
    settings: JSON.stringify(account.settings),
    secrets: account.secrets,
    health: JSON.stringify(account.health),
    is_paused: account.isPaused,
    cursor: account.cursor ?? null,
    back_filled_to: account.backFilledTo ?? null,
    deleted_on: account.deletedOn ?? null,
    ...madeRow(account),
  };
}

function toAccount(row: AccountRow): Account {
  return {
    id: row.id,
    spaceId: row.space_id,
    channelId: row.channel_id,
    adapter: row.adapter,
    name: row.name,
    teamId: row.team_id,
    settings: JSON.parse(row.settings),
    secrets: row.secrets,
    health: JSON.parse(row.health),
    isPaused: Boolean(row.is_paused),
    cursor: row.cursor ?? undefined,
    backFilledTo: row.back_filled_to ?? undefined,
    deletedOn: row.deleted_on ?? undefined,
    ...toMade(row),
  };
}
