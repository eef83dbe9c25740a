import { type Situation, weightOf } from '../model/assignment';
import type { Decider } from '../model/assignment-rules';
import { iso } from '../model/instant';
import type { Agent } from '../store/agents';
import { queuedDetails, type TeamKey } from '../store/queues';
import type { Tx } from '../store/tx';

/** What a team's decider is asked. */
export interface Question extends TeamKey {
  readonly decider: Decider;
  /** The chats that it is about. */
  readonly chatIds: readonly string[];
  /** As it is posted, but for the time. */
  readonly content: Readonly<Record<string, unknown>>;
}

interface Asking extends TeamKey {
  readonly decider: Decider;
  readonly situation: Situation;
  readonly agents: readonly Agent[];
}

/** Says which chats wait, and who could take them. */
export async function questionOf(tx: Tx, asking: Asking): Promise<Question> {
  const { spaceId, teamId, decider, situation, agents } = asking;
  const chatIds = situation.chats.map(({ chatId }) => chatId);
  const details = await queuedDetails(tx, spaceId, chatIds);
  const names = new Map(agents.map(({ id, name }) => [id, name]));
  return {
    ...{ spaceId, teamId, decider, chatIds },
    content: {
      ...{ type: 'assignment.asked', apiSpaceId: spaceId, teamId },
      chats: situation.chats.map(({ chatId: id, channelId, lastAgentId, tried }) => {
        const { createdOn, ...detail } = details.get(id) ?? {};
        return {
          ...{ id, channelId, ...detail, createdOn: createdOn === undefined ? undefined : iso(createdOn) },
          ...{ weight: weightOf(situation.weights, channelId), lastAgentId, passedBy: tried },
        };
      }),
      agents: situation.agents.map(({ agentId: id, capacity, load }) => ({
        ...{ id, name: names.get(id), capacity, load },
      })),
    },
  };
}
