import { capabilitiesOf, isLive } from '../channels/registry';
import type { SatisfactionRule } from '../model/automatic-rules';
import type { Act, Chat } from '../model/chat';
import { newId } from '../model/id';
import { CHOICES_TYPE, type Part } from '../model/message';
import { ANSWERABLE_MS, choiceId, RATINGS, STARS, type Survey } from '../model/satisfaction';
import { names } from '../model/template';
import { activeCustomers } from '../store/past';
import { insertSurvey } from '../store/surveys';
import type { Tx } from '../store/tx';
import type { AutomaticContext } from './context';
import { type Speaking, say } from './say';

/** Asks the customer of a closed chat how it was, by the buttons of the channel or by a link. */
export async function ask(
  context: AutomaticContext,
  tx: Tx,
  chat: Chat,
  { speaking, act }: { readonly speaking: Speaking; readonly act: Act },
): Promise<void> {
  const rule = speaking.rules.satisfaction;
  // Whoever goes on already in another chat is not asked about this one.
  if (!rule || chat.closedOn === undefined || (await activeCustomers(tx, [chat])).size > 0) return;
  const by = wayOf(context, chat, rule);
  const survey: Survey = {
    ...{ id: newId(), spaceId: chat.spaceId, chatId: chat.id, teamId: chat.teamId, agentId: chat.agentId },
    ...{ customerId: chat.customerId, by, askedOn: act.at, expiresOn: act.at + ANSWERABLE_MS },
  };
  const link = context.ratingLinks.link(survey.id);
  const text = by === 'link' ? withLink(rule.question) : rule.question;
  const parts = by === 'link' ? [] : [choicesOf(survey, rule)];
  const saying = { kind: 'satisfaction', text, link, parts } as const;
  const after = await say(context, tx, chat, { saying, speaking, act });
  if (after !== chat) await insertSurvey(tx, survey);
}

function wayOf({ registry }: Pick<AutomaticContext, 'registry'>, chat: Chat, rule: SatisfactionRule) {
  const runtime = chat.route && registry.get(chat.route.accountId);
  const can = isLive(runtime) ? capabilitiesOf(runtime).choices : undefined;
  const hasButtons = can !== undefined && can.max >= RATINGS.length;
  if (rule.by === 'link' || (rule.by === undefined && !hasButtons)) return 'link';
  return hasButtons ? 'buttons' : 'list';
}

// Whoever forgets the link means it nevertheless.
function withLink(question: string): string {
  return names(question, 'link') ? question : `${question}\n{{link}}`;
}

function choicesOf({ id }: Survey, { choices = STARS }: SatisfactionRule): Part {
  const offered = RATINGS.map((rating, index) => ({
    id: choiceId(id, rating),
    label: choices[index] ?? String(rating),
  }));
  return { type: CHOICES_TYPE, data: JSON.stringify(offered) };
}
