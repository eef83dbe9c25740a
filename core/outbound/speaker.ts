import type { Speaker } from '../../plugins/contract/index';
import { findFace } from '../store/teams';
import type { Tx } from '../store/tx';

/** Who a customer sees as the author: the agent, where the team has its agents answer as themselves, else the team. */
export async function speakerOf(
  tx: Tx,
  said: {
    readonly spaceId: string;
    readonly teamId: string;
    /** Absent: nobody in particular, such as a rule. */
    readonly agent?: { readonly id: string; readonly name?: string | undefined } | undefined;
  },
): Promise<Speaker> {
  const { spaceId, teamId, agent } = said;
  const team = await findFace(tx, spaceId, teamId);
  const isAgents = agent !== undefined && team?.appMessaging?.['replyAs'] === 'individual';
  const { id, name } = isAgents ? agent : { id: teamId, name: team?.name };
  return name === undefined ? { id } : { id, name };
}
