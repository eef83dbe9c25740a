import { iso } from '../../model/instant';
import type { AgentPresence } from '../../services/presence';

/** An agent's presence as the API shows it. */
export function presentPresence({ presence, isConnected }: AgentPresence) {
  const { agentId: profileId, status, since } = presence;
  const isAway = status === 'away' || status === 'draining';
  return { profileId, status, isAway, isConnected, lastUpdatedOn: iso(since) };
}
