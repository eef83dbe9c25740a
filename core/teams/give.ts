import { chatReassigned } from '../events/facts';
import { chatOffered } from '../events/team-facts';
import type { Allotment, Decision } from '../model/assignment';
import type { AutoAssign } from '../model/assignment-rules';
import { type Act, assigned, type Chat } from '../model/chat';
import type { Agent } from '../store/agents';
import { changedChats } from '../store/chats';
import type { Write } from '../store/dialect';
import { appendEventsWith, type NewEvent } from '../store/events';
import { deleteOffers, putOffer } from '../store/offers';
import { holdQueued, type QueuedChat, type TeamKey } from '../store/queues';
import type { Tx } from '../store/tx';
import type { Word } from './deciders';

/** What was planned for the chats of a team's queue. */
export interface Giving {
  readonly key: TeamKey;
  readonly rules: AutoAssign;
  readonly agents: readonly Agent[];
  readonly chats: readonly QueuedChat[];
  readonly allotments: readonly Allotment[];
  /** What the team's decider said, where it has one. */
  readonly word: Word | undefined;
  /** What else is to be written then. */
  readonly beside: readonly Write[];
}

/** Gives or offers the chats that still wait, and says how many that were. */
export async function give(tx: Tx, giving: Giving, act: Act): Promise<number> {
  const { key, rules, agents, chats, allotments, word, beside } = giving;
  if (allotments.length === 0) {
    await appendEventsWith(tx, [], beside, { isLast: true });
    return 0;
  }
  const ids = allotments.map(({ chatId }) => chatId);
  const waiting = await holdQueued(tx, key, ids);
  const programs = new Set(agents.filter(({ isProgram }) => isProgram).map(({ id }) => id));
  const changed: Chat[] = [];
  const events: NewEvent[] = [];
  for (const allotment of allotments) {
    const chat = waiting.get(allotment.chatId);
    if (!chat) continue;
    const decision = decisionOf(allotment, word);
    // A program takes what it gets: nobody has to ask it.
    if (rules.acceptWithinSeconds !== undefined && !programs.has(allotment.agentId)) {
      const seconds = rules.acceptWithinSeconds;
      events.push(await offer(tx, { ...giving, chat, allotment, decision, seconds }, act));
      continue;
    }
    const after = assigned(chat, { teamId: chat.teamId, agentId: allotment.agentId }, act);
    changed.push(after);
    events.push(chatReassigned(chat, after, act, { decision }));
  }
  const offered = new Set(chats.filter(({ wasOffered }) => wasOffered).map(({ id }) => id));
  const settled = changed.map(({ id }) => id).filter((id) => offered.has(id));
  await deleteOffers(tx, key.spaceId, settled);
  await appendEventsWith(tx, events, [changedChats(changed), ...beside], { isLast: true });
  return waiting.size;
}

function decisionOf({ chatId, by }: Allotment, word: Word | undefined): Decision {
  if (!word || by === 'decider') return { by };
  const chosen = word.chosen.get(chatId);
  const instead =
    chosen === undefined
      ? 'the decider chose nobody'
      : `the decider chose ${JSON.stringify(chosen.slice(0, 100))}, who cannot take it`;
  return { by, instead: word.failure ?? instead };
}

interface Offering extends Giving {
  readonly chat: Chat;
  readonly allotment: Allotment;
  readonly decision: Decision;
  readonly seconds: number;
}

async function offer(tx: Tx, offering: Offering, act: Act): Promise<NewEvent> {
  const { key, chat, allotment, decision, seconds, chats } = offering;
  const { agentId } = allotment;
  const tried = chats.find(({ id }) => id === chat.id)?.tried ?? [];
  const expiresOn = act.at + seconds * 1000;
  // Who is asked again was asked in an earlier round.
  const inRound = tried.includes(agentId) ? [] : tried;
  await putOffer(tx, { ...key, chatId: chat.id, agentId, expiresOn, tried: inRound });
  return chatOffered(chat, { agentId, expiresOn, decision }, act);
}
