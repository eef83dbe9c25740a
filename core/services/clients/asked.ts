import { readChoices } from '../../model/fit';
import { isId } from '../../model/id';
import type { Instant } from '../../model/instant';
import { CHOICES_TYPE, type Part } from '../../model/message';
import { ratingAnswer, type Survey } from '../../model/satisfaction';
import type { StoredConversationMessage } from '../../store/conversation-messages';
import { findSurveys } from '../../store/surveys';
import type { Tx } from '../../store/tx';

/**
 * Messages as they are now: a question how it was shows what was chosen, wherever that was said, and offers nothing any
 * more when its time is over.
 */
export async function askedNow(
  tx: Tx,
  messages: readonly StoredConversationMessage[],
  at: Instant,
): Promise<readonly StoredConversationMessage[]> {
  const [first] = messages;
  const ids = messages.flatMap((message) => (isOurs(message) ? message.parts.flatMap(surveyIn) : []));
  if (!first || ids.length === 0) return messages;
  const surveys = new Map((await findSurveys(tx, first.spaceId, ids)).map((survey) => [survey.id, survey]));
  return messages.map((message) =>
    isOurs(message)
      ? { ...message, parts: message.parts.flatMap((part) => partNow(part, surveys, at)) }
      : message,
  );
}

// What customers put into their own messages stays theirs.
function isOurs({ answers }: StoredConversationMessage): boolean {
  return answers !== undefined;
}

function partNow(part: Part, surveys: ReadonlyMap<string, Survey>, at: Instant): Part[] {
  const [id] = surveyIn(part);
  if (id === undefined) return [part];
  const survey = surveys.get(id);
  if (!survey || (survey.rating === undefined && at > survey.expiresOn)) return [];
  if (survey.rating === undefined) return [part];
  const choices = readChoices(part.data).map((choice) =>
    ratingAnswer({ choiceId: choice.id })?.rating === survey.rating ? { ...choice, isChosen: true } : choice,
  );
  return [{ ...part, data: JSON.stringify(choices) }];
}

/** The question that a part asks, where it is one of how a chat was. */
function surveyIn({ type, data }: Part): string[] {
  const [choice] = type === CHOICES_TYPE ? readChoices(data) : [];
  const answer = ratingAnswer({ choiceId: choice?.id });
  return answer?.to === 'one' && isId(answer.surveyId) ? [answer.surveyId] : [];
}
