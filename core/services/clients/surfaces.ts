import type { Channel, ClientSurface } from '../../../plugins/contract/index';
import { isLive, type LiveRuntime, type Registry, type Runtime } from '../../channels/registry';
import type { Instant } from '../../model/instant';
import type { Store } from '../../store/store';

/** An account that serves end users. */
export interface ClientRuntime extends LiveRuntime {
  readonly channel: Channel & { readonly client: ClientSurface };
}

const LOOKED_EVERY_MS = 1_000;
const MOST_REMEMBERED = 10_000;

/** The accounts of each API space that serve end users. */
export class Surfaces {
  private readonly options: {
    readonly registry: Registry;
    readonly store: Store;
    readonly now: () => Instant;
  };
  private readonly looks = new Map<string, { readonly at: Instant; readonly done: Promise<unknown> }>();

  constructor(options: Surfaces['options']) {
    this.options = options;
  }

  /** Those that this node knows; where it knows none, the database is asked: another node may have made one. */
  async of(spaceId: string): Promise<ClientRuntime[]> {
    const known = this.known(spaceId);
    return known.length > 0 ? known : this.look(spaceId);
  }

  /** All there are now, other nodes' newest included. Asks the database once a second at most. */
  async look(spaceId: string): Promise<ClientRuntime[]> {
    const { registry, store, now } = this.options;
    const at = now();
    let look = this.looks.get(spaceId);
    if (!look || at - look.at >= LOOKED_EVERY_MS) {
      if (this.looks.size >= MOST_REMEMBERED) this.looks.clear();
      look = { at, done: store.read((tx) => registry.liveOf(spaceId, tx)) };
      this.looks.set(spaceId, look);
    }
    await look.done;
    return this.known(spaceId);
  }

  /** The account with this id, if it serves end users. */
  async find(id: string): Promise<ClientRuntime | undefined> {
    const runtime = await this.options.registry.find(id);
    return servesClients(runtime) ? runtime : undefined;
  }

  private known(spaceId: string): ClientRuntime[] {
    const all = [...this.options.registry.all()].filter((runtime) => runtime.account.spaceId === spaceId);
    const serving = all.filter(servesClients).filter((one) => one.account.deletedOn === undefined);
    // Always in the order in which they were made.
    return serving.sort((a, b) => (a.account.id < b.account.id ? -1 : 1));
  }
}

function servesClients(runtime: Runtime | undefined): runtime is ClientRuntime {
  return isLive(runtime) && runtime.channel.client !== undefined;
}
