import type { ClientSession } from '../../../plugins/contract/index';
import type { Bus } from '../../bus/bus';
import type { Act } from '../../model/chat';
import type { StoredSession } from '../../store/client-sessions';
import type { Context } from '../context';
import type { SessionTokens } from './session-tokens';

/** What the use cases of end users' apps need of the gateway. */
export interface ClientsContext extends Context {
  readonly sessionTokens: SessionTokens;
  readonly bus: Bus;
}

/** The channel account whose app it is. */
export interface ClientAccount {
  readonly spaceId: string;
  readonly id: string;
  readonly channelId: string;
}

/** One call of an app: whose app, and who uses it. */
export interface ClientActor {
  readonly context: ClientsContext;
  readonly account: ClientAccount;
  readonly session: ClientSession;
}

/** On the bus: these sessions ended, or (without an id) tokens of agents changed. */
export const SESSIONS_TOPIC = 'clients.sessions';
/** On the bus: somebody is typing. */
export const TYPING_TOPIC = 'clients.typing';

/** Who does it, and when. */
export function actOf({ context, session }: ClientActor): Act {
  return { by: `session:${session.profileId}`, at: context.now() };
}

/** A session as a channel sees it. */
export function clientSession(stored: StoredSession): ClientSession {
  return {
    id: stored.id,
    apiSpaceId: stored.spaceId,
    profileId: stored.profileId,
    isAgent: stored.isAgent,
    device: stored.device,
    sourceAddress: stored.sourceAddress,
    createdOn: new Date(stored.createdOn),
    expiresOn: new Date(stored.expiresOn),
  };
}
