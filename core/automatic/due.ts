import { dueAfter } from '../model/automatic-due';
import type { Chat } from '../model/chat';
import type { Instant } from '../model/instant';
import { CHOICES_TYPE, type Part } from '../model/message';
import type { DueInChat } from '../store/automatic';
import type { RulesOf } from './team-rules';

/** A message that a person, and no machine, wrote just now. */
export interface Heard {
  readonly chat: Pick<Chat, 'spaceId' | 'id' | 'teamId' | 'channelId'>;
  /** The chat starts with it. */
  readonly isStart: boolean;
  readonly at: Instant;
  readonly parts: readonly Part[];
}

/** What is due in a chat after a customer's message. */
export function dueInChat(rulesOf: RulesOf, { chat, isStart, at, parts }: Heard): DueInChat[] {
  const { spaceId, id: chatId } = chat;
  const rules = rulesOf(spaceId, chat.teamId, chat.channelId);
  if (!rules) return [];
  const texts = parts.flatMap(({ type, data }) => (type === CHOICES_TYPE ? [] : (data ?? [])));
  return dueAfter(rules, { isStart, at, texts }).map((due) => ({ ...due, spaceId, chatId, madeOn: at }));
}
