import type { ClientPorts, Host } from '../../plugins/contract/index';
import type { Log } from '../log';
import type { Account } from '../store/accounts';
import * as accounts from '../store/accounts';
import type { Store } from '../store/store';
import type { Powers } from './powers';
import { type Settings, secretTexts } from './settings';

export interface HostOptions {
  readonly account: Account;
  readonly secrets: Settings;
  readonly publicUrl: string;
  readonly apiUrl?: string | undefined;
  readonly store: Store;
  readonly log: Log;
  readonly now: () => Date;
  readonly powers: Powers;
  readonly clients?: ClientPorts | undefined;
}

/** What one account's adapter may touch of this gateway. */
export function createHost(options: HostOptions): Host {
  const { account, store, now, apiUrl } = options;
  const redact = redactorOf(secretTexts(options.secrets));
  const log = options.log.child({ accountId: account.id, adapter: account.adapter });
  const line = (level: 'debug' | 'info' | 'warn' | 'error') => (fields: object, message: string) =>
    log[level](redact(fields), String(redact(message)));
  return {
    accountId: account.id,
    connectedOn: new Date(account.createdOn),
    webhookUrl: webhookUrlOf(options.publicUrl, account.id),
    ...(apiUrl === undefined ? {} : { apiUrl }),
    now,
    ...options.powers(account.id),
    ...(options.clients ? { clients: options.clients } : {}),
    log: { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') },
    store: {
      get: (key) => store.read((tx) => accounts.readValue(tx, account.id, key)),
      set: (key, value) =>
        store.transaction((tx) =>
          accounts.writeValue(tx, { spaceId: account.spaceId, accountId: account.id, key, value }),
        ),
    },
  };
}

/** Where the provider delivers to an account, or to all accounts of an adapter. */
export function webhookUrlOf(publicUrl: string, accountOrAdapter: string): string {
  return `${publicUrl}/channels/${accountOrAdapter}/webhook`;
}

/** Replaces every secret in whatever is given, however deep. */
export function redactorOf(secrets: readonly string[]): <T>(value: T) => T {
  const hide = (text: string) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), text);
  const walk = (value: unknown, depth: number): unknown => {
    if (typeof value === 'string') return hide(value);
    if (typeof value !== 'object' || value === null || depth > 6) return value;
    if (value instanceof Error)
      return { name: value.name, message: hide(value.message), stack: hide(value.stack ?? '') };
    if (Array.isArray(value)) return value.map((item) => walk(item, depth + 1));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, depth + 1)]));
  };
  return (value) => walk(value, 0) as typeof value;
}
