import type { Message } from '../model/message';
import { findAgent } from '../store/agents';
import { findTeam } from '../store/teams';
import type { Tx } from '../store/tx';

/** What stands below a message of such a channel: its agent's own signature, else that of the team. */
export async function signatureOf(tx: Tx, message: Message): Promise<string | undefined> {
  const { spaceId, teamId, from, isAutomatedSend } = message;
  const agent = isAutomatedSend || !from ? undefined : await findAgent(tx, spaceId, from.id);
  if (agent?.signature !== undefined) return agent.signature;
  const ofTeam = (await findTeam(tx, spaceId, teamId))?.settings?.['signature'];
  return typeof ofTeam === 'string' && ofTeam.trim() !== '' ? ofTeam : undefined;
}
