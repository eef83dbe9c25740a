import { type Bus, CONNECTED } from '../bus/bus';
import type { Registry } from '../channels/registry';
import type { Log } from '../log';

const ACCOUNTS = 'accounts';
const TOKENS = 'tokens';

export interface NewsOptions {
  readonly bus: Bus;
  readonly registry: Registry;
  readonly log: Log;
}

/** Lets every node know at once of the accounts that one has written; without the bus they find out within seconds. */
export function shareAccounts({ bus, registry, log }: NewsOptions): void {
  registry.onWritten = (id) => bus.publish(ACCOUNTS, id ?? null);
  const follow = (done: Promise<void>) =>
    void done.catch((error: unknown) => log.warn({ error }, 'news of an account not followed'));
  bus.subscribe(ACCOUNTS, (id, from) => {
    if (from !== bus.nodeId) follow(typeof id === 'string' ? registry.reload(id) : registry.refresh());
  });
  bus.subscribe(CONNECTED, () => follow(registry.refresh()));
}

type Whose = 'all' | 'agents';

/** Lets every node know at once that tokens, or what agents may see, have changed; gives what says so. */
export function shareTokens(bus: Bus, forget: (whose: Whose) => void): (whose: Whose) => void {
  bus.subscribe(TOKENS, (whose) => forget(whose === 'agents' ? whose : 'all'));
  bus.subscribe(CONNECTED, () => forget('all'));
  return (whose) => bus.publish(TOKENS, whose);
}
