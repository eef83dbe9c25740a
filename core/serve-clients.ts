import type { Feed } from './events/feed';
import { createBusiness } from './services/clients/business';
import type { ClientsContext } from './services/clients/context';
import { clientPorts } from './services/clients/ports';
import { Surfaces } from './services/clients/surfaces';
import { Sockets } from './sockets/sockets';

/** What serves the apps and pages of end users: the accounts that have such a surface, and the open sockets. */
export interface ClientsFront {
  readonly clients: ClientsContext;
  readonly surfaces: Surfaces;
  readonly sockets: Sockets;
}

/** Gives the adapters what they work with, and builds what calls them. */
export function createClientsFront(
  clients: ClientsContext,
  more: { readonly feed: Pick<Feed, 'follow'>; readonly publicUrl: () => string },
): ClientsFront {
  const { registry, store, now } = clients;
  const business = createBusiness(clients);
  registry.portsOf = ({ spaceId, id, channelId }) =>
    clientPorts(clients, { spaceId, id, channelId }, business);
  const surfaces = new Surfaces({ registry, store, now });
  const sockets = new Sockets({ ...more, clients, surfaces, business });
  return { clients, surfaces, sockets };
}
