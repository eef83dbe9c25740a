import type { Capabilities, Channel, ChannelDefinition, ClientPorts } from '../../plugins/contract/index';
import type { Log } from '../log';
import { isId } from '../model/id';
import type { Account } from '../store/accounts';
import * as accounts from '../store/accounts';
import type { Store } from '../store/store';
import type { Tx } from '../store/tx';
import { createHost } from './host';
import type { Powers } from './powers';
import type { Vault } from './secrets';
import { mergeSettings, type Settings } from './settings';

/** One account of this gateway, with the adapter that speaks for it. */
export interface Runtime {
  readonly account: Account;
  /** As the provider calls it, the most specific first. */
  readonly names: readonly string[];
  /** Absent while the account's plugin is missing. */
  readonly definition?: ChannelDefinition;
  readonly channel?: Channel;
}

/** A runtime whose plugin is there. */
export interface LiveRuntime extends Runtime {
  readonly definition: ChannelDefinition;
  readonly channel: Channel;
}

export interface RegistryOptions {
  readonly store: Store;
  readonly vault: Vault;
  readonly log: Log;
  readonly now: () => number;
  readonly publicUrl: () => string;
  readonly apiUrls: Readonly<Record<string, string>>;
  readonly powers: Powers;
  readonly definitions: ReadonlyMap<string, ChannelDefinition>;
}

/** The channel accounts that this node serves. */
export class Registry {
  private readonly options: RegistryOptions;
  private readonly runtimes = new Map<string, Runtime>();
  private readonly byIdentity = new Map<string, string>();
  private readonly anywhere = new Map<string, Set<string>>();
  private readonly installed: Map<string, ChannelDefinition>;
  /** Called after an account appeared or changed, and with undefined when it went. */
  onChange: (id: string, runtime: Runtime | undefined) => void = () => {};
  /** Called after this node has written an account, or (undefined) several. */
  onWritten: (id: string | undefined) => void = () => {};
  /** What the adapter of an account gets to serve end users with; set before the first account is made. */
  portsOf: (account: Account) => ClientPorts | undefined = () => undefined;

  constructor(options: RegistryOptions) {
    this.options = options;
    this.installed = new Map(options.definitions);
  }

  /** Brings this node's view in line with the database: accounts that other nodes made, changed or deleted. */
  async refresh(): Promise<void> {
    const before = [...this.runtimes.keys()];
    const stored = await this.options.store.read(accounts.allAccounts);
    const ids = new Set(stored.map((account) => account.id));
    for (const account of stored) this.put(account);
    // Not those that were made while the database was being asked.
    for (const id of before) if (!ids.has(id)) this.remove(id);
  }

  /** Brings this node's view of one account in line with the database. */
  async reload(id: string): Promise<void> {
    const account = await this.options.store.read((tx) => accounts.accountById(tx, id));
    if (account) this.put(account);
    else this.remove(id);
  }

  /** Takes over what this node has just written, and lets the others know. */
  written(account: Account): void {
    if (account.deletedOn === undefined) this.put(account);
    else this.remove(account.id);
    this.onWritten(account.id);
  }

  /** The account under this id, asking the database (through `within`, if there is a transaction) when another node may have made it. */
  async find(id: string, within?: Tx): Promise<Runtime | undefined> {
    const known = this.runtimes.get(id);
    if (known) return known;
    if (!isId(id)) return undefined;
    const look = (tx: Tx) => accounts.accountById(tx, id);
    const account = await (within ? look(within) : this.options.store.read(look));
    return account && this.put(account);
  }

  /** The accounts of a space that can be spoken through now, other nodes' newest included. */
  async liveOf(spaceId: string, within: Tx): Promise<LiveRuntime[]> {
    const stored = await accounts.listAccounts(within, spaceId);
    return stored.map((account) => this.put(account)).filter(isLive);
  }

  get(id: string): Runtime | undefined {
    return this.runtimes.get(id);
  }

  all(): IterableIterator<Runtime> {
    return this.runtimes.values();
  }

  /** The account of a space that the provider knows by one of these names. */
  byName(spaceId: string, adapter: string, names: readonly (string | undefined)[]): Runtime | undefined {
    for (const name of names) {
      const id = name === undefined ? undefined : this.byIdentity.get(identityKey(spaceId, adapter, name));
      const runtime = id === undefined ? undefined : this.runtimes.get(id);
      if (runtime) return runtime;
    }
    return undefined;
  }

  /** The accounts of any spaces that the provider knows by this name. */
  named(adapter: string, name: string): LiveRuntime[] {
    const ids = this.anywhere.get(nameKey(adapter, name)) ?? [];
    return [...ids].map((id) => this.runtimes.get(id)).filter(isLive);
  }

  /** Takes over an account as it is stored now. The adapter is made anew only when its settings changed. */
  put(account: Account): Runtime {
    const known = this.runtimes.get(account.id);
    if (known && isOlder(account, known.account)) return known; // read before that change
    if (known && isSameSetup(known.account, account)) {
      const runtime = { ...known, account };
      this.runtimes.set(account.id, runtime);
      return runtime;
    }
    if (known) this.forget(known);
    const runtime = this.makeRuntime(account);
    this.runtimes.set(account.id, runtime);
    for (const name of runtime.names) {
      this.byIdentity.set(identityKey(account.spaceId, account.adapter, name), account.id);
      const key = nameKey(account.adapter, name);
      this.anywhere.set(key, (this.anywhere.get(key) ?? new Set()).add(account.id));
    }
    this.onChange(account.id, runtime);
    return runtime;
  }

  remove(id: string): void {
    const known = this.runtimes.get(id);
    if (!known) return;
    this.runtimes.delete(id);
    this.forget(known);
    this.onChange(id, undefined);
  }

  /** Takes an adapter that was loaded anew, and makes the channels of its accounts again. */
  install(definition: ChannelDefinition): void {
    const own = [...this.runtimes.values()].filter(({ account }) => account.adapter === definition.id);
    for (const runtime of own) this.forget(runtime);
    this.installed.set(definition.id, definition);
    for (const { account } of own) {
      this.runtimes.delete(account.id);
      this.put(account);
    }
  }

  definition(adapter: string): ChannelDefinition | undefined {
    return this.installed.get(adapter);
  }

  definitions(): IterableIterator<ChannelDefinition> {
    return this.installed.values();
  }

  /** The settings with their secrets, as the adapter gets them. */
  settingsOf(account: Account): Settings {
    return mergeSettings(account.settings, this.secretsOf(account));
  }

  secretsOf(account: Pick<Account, 'id' | 'secrets'>): Settings {
    return this.options.vault.open(account.secrets, account.id) as Settings;
  }

  async close(): Promise<void> {
    const open = [...this.runtimes.keys()];
    await Promise.all([...this.runtimes.values()].map((runtime) => this.closeChannel(runtime)));
    for (const id of open) this.runtimes.delete(id);
  }

  private makeRuntime(account: Account): Runtime {
    const definition = this.installed.get(account.adapter);
    if (!definition) return { account, names: [] };
    const { store, log, now, publicUrl, apiUrls, powers } = this.options;
    try {
      const host = createHost({
        account,
        secrets: this.secretsOf(account),
        publicUrl: publicUrl(),
        apiUrl: apiUrls[account.adapter],
        ...{ store, log, powers },
        now: () => new Date(now()),
        clients: this.portsOf(account),
      });
      const settings = this.settingsOf(account);
      const names = definition.identities(settings);
      return { account, names, definition, channel: definition.create(settings, host) };
    } catch (error) {
      log.error({ error, accountId: account.id, adapter: account.adapter }, 'account cannot be set up');
      return { account, names: [], definition };
    }
  }

  private forget(runtime: Runtime): void {
    const { account, names } = runtime;
    for (const [key, id] of this.byIdentity) if (id === account.id) this.byIdentity.delete(key);
    for (const name of names) this.anywhere.get(nameKey(account.adapter, name))?.delete(account.id);
    void this.closeChannel(runtime);
  }

  private async closeChannel({ channel, account }: Runtime): Promise<void> {
    try {
      await channel?.close();
    } catch (error) {
      this.options.log.warn({ error, accountId: account.id }, 'account did not close cleanly');
    }
  }
}

/** Whether the account's plugin is there and could be set up. */
export function isLive(runtime: Runtime | undefined): runtime is LiveRuntime {
  return runtime?.channel !== undefined && runtime.definition !== undefined;
}

/** What an account can: as its adapter says of all, unless it says so of this one. */
export function capabilitiesOf({ channel, definition }: LiveRuntime): Capabilities {
  return channel.capabilities ?? definition.capabilities;
}

function isOlder(a: Account, b: Account): boolean {
  if (a.revision !== b.revision) return a.revision < b.revision;
  return a.health.changes < b.health.changes;
}

/** Whether the adapter would be made of the same settings again. */
function isSameSetup(a: Account, b: Account): boolean {
  return a.secrets === b.secrets && JSON.stringify(a.settings) === JSON.stringify(b.settings);
}

function identityKey(spaceId: string, adapter: string, name: string): string {
  return `${spaceId} ${adapter} ${name}`;
}

function nameKey(adapter: string, name: string): string {
  return `${adapter} ${name}`;
}
