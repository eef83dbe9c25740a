import type { Chat } from './chat';

/** An agent, as far as it says what they may do. */
export interface Standing {
  readonly id: string;
  /** The teams that they are a member of. */
  readonly teamIds: readonly string[];
  /** Those of them that they lead. */
  readonly leads: readonly string[];
}

/** Whether an agent may see and answer a chat: their own, one in the queue of a team of theirs, or any of a team that they lead. Ownership decides, never the channel. */
export function mayUse(agent: Standing, chat: Chat): boolean {
  if (chat.agentId === agent.id || leadsTeamOf(agent, chat)) return true;
  return chat.agentId === undefined && agent.teamIds.includes(chat.teamId);
}

/** Whether it is a chat of a team that they lead, whoever has it. */
export function leadsTeamOf(agent: Pick<Standing, 'leads'>, chat: Pick<Chat, 'teamId'>): boolean {
  return agent.leads.includes(chat.teamId);
}

/** Whether an agent may read a chat: also those that colleagues of the same team have. */
export function mayRead(agent: Standing, chat: Chat): boolean {
  return chat.agentId === agent.id || agent.teamIds.includes(chat.teamId);
}
