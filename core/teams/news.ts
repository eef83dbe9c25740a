import { MESSAGE_SENT } from '../store/events';
import type { Happened } from '../store/tx';
import { GATEWAY } from './context';

/** What an event may bring: work for a team, or room with an agent; of a chat, its agent is still to be looked up. */
export interface Wakes {
  readonly teamId?: string | undefined;
  readonly agentId?: string | undefined;
  readonly agentOfChat?: string | undefined;
  /** The customer, perhaps, of an agent who is not there. */
  readonly isMessage?: boolean;
}

type Wake = (event: Happened) => Wakes;

const ofTeam: Wake = ({ teamId }) => ({ teamId });
const ofAgent: Wake = ({ entityId }) => ({ agentId: entityId });
const ofChat: Wake = ({ chatId, teamId }) => ({ agentOfChat: chatId, teamId });

const WAKES: ReadonlyMap<string, Wake> = new Map([
  ['chat.create', ofTeam],
  ['chat.assigned', ofTeam],
  ['chat.offerEnded', ofTeam],
  ['chat.transferred', ({ teamId, payload }) => ({ teamId, agentId: textOf(payload?.['previousAgentId']) })],
  ['chat.closed', ofChat],
  ['chat.delete', ofChat],
  ['chat.channelUpdated', ofChat],
  ['team.create', ofTeam],
  ['team.update', ofTeam],
  ['team.calendarChanged', ofTeam],
  ['agent.update', ofAgent],
  ['presence.available', ofAgent],
  ['presence.away', ofAgent],
  ['presence.offline', ofAgent],
  [MESSAGE_SENT, ({ teamId }) => ({ teamId, isMessage: true })],
]);

/** Says what an event may bring to teams; undefined where it brings nothing, or where their own work wrote it. */
export function wakesOf(event: Happened): Wakes | undefined {
  const isOwn = event.payload?.['by'] === GATEWAY && event.name === 'chat.assigned';
  return isOwn ? undefined : WAKES.get(event.name)?.(event);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
