import type { ChannelDefinition } from '../../plugins/contract/index';
import { checkSettings, mergeSettings, type Settings, splitSecrets } from '../channels/settings';
import { accountHappened } from '../events/facts';
import { checkMatch, etagOf } from '../model/etag';
import { isId, newId } from '../model/id';
import { invalid, notFound, Problem } from '../model/problem';
import type { Account } from '../store/accounts';
import * as accounts from '../store/accounts';
import { appendEvents } from '../store/events';
import { changedNow, madeNow } from '../store/made';
import { findTeam } from '../store/teams';
import type { Tx } from '../store/tx';
import { actBy, businessOnly, type Caller } from './caller';
import { checkSoon } from './check-channel';
import type { Context } from './context';

export interface ChannelWish {
  /** The channel, such as `sms`. */
  readonly kind: string;
  /** Which adapter, where several speak this channel. */
  readonly adapter?: string | undefined;
  readonly name: string;
  readonly teamId: string;
  readonly settings: Settings;
}

/** Sets up a channel account. Its settings are checked by the adapter's schema; its credentials are tried right after. */
export async function create(context: Context, caller: Caller, wish: ChannelWish): Promise<Account> {
  businessOnly(caller);
  const definition = definitionOf(context, wish);
  checkSettings(definition, wish.settings);
  const account = await caller.transaction(async (tx) => {
    await teamMustExist(tx, caller, wish.teamId);
    const act = actBy(caller, context.now());
    const id = newId();
    const { open, secret } = splitSecrets(definition.configSchema, wish.settings);
    const made: Account = {
      ...{ spaceId: caller.spaceId, id, channelId: definition.channel, adapter: definition.id },
      ...{ name: wish.name, teamId: wish.teamId, settings: open, secrets: context.vault.seal(secret, id) },
      ...{
        health: { state: 'unchecked' as const, since: act.at, changes: 0 },
        isPaused: false,
        backFilledTo: act.at,
      },
      ...madeNow(act),
    };
    await accounts.insertAccount(tx, made);
    await takeIdentities(tx, made, definition, wish.settings);
    await tell(tx, 'channel.create', made, act);
    tx.afterCommit(() => {
      context.registry.written(made);
      checkSoon(context, id);
    });
    return made;
  });
  return account;
}

function definitionOf(context: Context, wish: Pick<ChannelWish, 'kind' | 'adapter'>): ChannelDefinition {
  const ofKind = [...context.registry.definitions()].filter((definition) => definition.channel === wish.kind);
  if (ofKind.length === 0) {
    const kinds = [...new Set([...context.registry.definitions()].map((one) => one.channel))];
    throw invalid('kind', `no such channel is installed; there are ${kinds.join(', ')}`);
  }
  const chosen = wish.adapter === undefined ? ofKind[0] : ofKind.find((one) => one.id === wish.adapter);
  if (!chosen)
    throw invalid('adapter', `for ${wish.kind} there are ${ofKind.map((one) => one.id).join(', ')}`);
  return chosen;
}

export async function list(context: Context, caller: Caller): Promise<Account[]> {
  const found = await caller.read((tx) => accounts.listAccounts(tx, caller.spaceId));
  return found.map((account) => withHealth(context, account));
}

export async function get(context: Context, caller: Caller, id: string): Promise<Account> {
  return withHealth(context, await caller.read((tx) => known(tx, caller, id)));
}

export interface ChannelChange {
  readonly name?: string | undefined;
  readonly teamId?: string | undefined;
  /** Secrets that are absent stay as they are. */
  readonly settings?: Settings | undefined;
}

/** Changes an account. New settings take it out of a pause, and are tried right after. */
export async function update(
  context: Context,
  caller: Caller,
  id: string,
  { ifMatch, change }: { readonly ifMatch: string | undefined; readonly change: ChannelChange },
): Promise<Account> {
  businessOnly(caller);
  const account = await caller.transaction(async (tx) => {
    const before = await held(tx, caller, id);
    checkMatch(ifMatch, etagOf(before));
    if (change.teamId !== undefined) await teamMustExist(tx, caller, change.teamId);
    const act = actBy(caller, context.now());
    const { name = before.name, teamId = before.teamId } = change;
    const after: Account = {
      ...{ ...before, name, teamId },
      ...(change.settings ? await resettle(context, tx, before, change.settings) : {}),
      ...changedNow(before, act),
    };
    await accounts.updateAccount(tx, after);
    await tell(tx, 'channel.update', after, act);
    tx.afterCommit(() => {
      context.registry.written(after);
      if (change.settings) checkSoon(context, id);
    });
    return after;
  });
  return withHealth(context, account);
}

async function resettle(
  context: Context,
  tx: Tx,
  before: Account,
  settings: Settings,
): Promise<Pick<Account, 'settings' | 'secrets'>> {
  const definition = context.registry.definition(before.adapter);
  if (!definition)
    throw new Problem('conflict', `the plugin "${before.adapter}" of this account is not installed`);
  const whole = mergeSettings(context.registry.secretsOf(before), settings);
  checkSettings(definition, whole);
  await takeIdentities(tx, before, definition, whole);
  const { open, secret } = splitSecrets(definition.configSchema, whole);
  return { settings: open, secrets: context.vault.seal(secret, before.id) };
}

async function takeIdentities(
  tx: Tx,
  account: Account,
  definition: ChannelDefinition,
  settings: Settings,
): Promise<void> {
  const taken = await accounts.setIdentities(tx, account, definition.identities(settings));
  if (taken !== undefined)
    throw new Problem('already-exists', `another channel account of this API space already has ${taken}`);
}

/** Its chats stay; what still waits to be sent by it fails. */
export async function remove(context: Context, caller: Caller, id: string, ifMatch?: string): Promise<void> {
  businessOnly(caller);
  await caller.transaction(async (tx) => {
    const account = await held(tx, caller, id);
    checkMatch(ifMatch, etagOf(account));
    const act = actBy(caller, context.now());
    await accounts.setIdentities(tx, account, []);
    const gone = { ...account, isPaused: false, deletedOn: act.at, ...changedNow(account, act) };
    await accounts.updateAccount(tx, gone);
    await tell(tx, 'channel.delete', { ...account, ...changedNow(account, act) }, act);
    tx.afterCommit(() => context.registry.written(gone));
  });
}

function withHealth(context: Context, account: Account): Account {
  const health = context.health.current(account);
  const isInstalled = context.registry.definition(account.adapter) !== undefined;
  return { ...account, health: isInstalled ? health : { ...health, state: 'unavailable' } };
}

async function known(tx: Tx, caller: Caller, id: string): Promise<Account> {
  const account = isId(id) ? await accounts.findAccount(tx, caller.spaceId, id) : undefined;
  if (!account) throw notFound('channel account', id);
  return account;
}

async function held(tx: Tx, caller: Caller, id: string): Promise<Account> {
  const account = isId(id) ? await accounts.lockAccount(tx, caller.spaceId, id) : undefined;
  if (!account) throw notFound('channel account', id);
  return account;
}

async function teamMustExist(tx: Tx, caller: Caller, teamId: string): Promise<void> {
  if (!(await findTeam(tx, caller.spaceId, teamId))) throw invalid('teamId', `there is no team "${teamId}"`);
}

async function tell(
  tx: Tx,
  name: string,
  account: Account,
  act: { readonly by: string; readonly at: number },
): Promise<void> {
  const { channelId: kind, adapter, teamId } = account;
  await appendEvents(tx, [
    accountHappened(name, account, act, { kind, adapter, name: account.name, teamId }),
  ]);
}
