import { chatRated } from '../events/team-facts';
import type { Act } from '../model/chat';
import type { Rating, Survey } from '../model/satisfaction';
import { putDue } from '../store/automatic';
import { findChat } from '../store/chats';
import { appendEvents } from '../store/events';
import { putRating } from '../store/surveys';
import type { Tx } from '../store/tx';

/** What a customer says. */
export interface Said {
  readonly rating: Rating;
  /** Absent: as it was. */
  readonly comment?: string | undefined;
}

/** Keeps what a customer says of a chat, with its event; the survey is held. The last word counts, and the first is thanked for. */
export async function rate(tx: Tx, survey: Survey, said: Said, act: Act): Promise<'kept' | 'expired'> {
  if (act.at > survey.expiresOn) return 'expired';
  const { spaceId, chatId } = survey;
  const after = { ...survey, rating: said.rating, comment: said.comment ?? survey.comment, ratedOn: act.at };
  if (after.rating === survey.rating && after.comment === survey.comment) return 'kept';
  const chat = await findChat(tx, spaceId, chatId);
  if (!chat) return 'expired';
  await putRating(tx, after);
  await appendEvents(tx, [chatRated(chat, after, act)]);
  // Behind a link the page says it.
  if (survey.rating === undefined && survey.by !== 'link')
    await putDue(tx, [{ spaceId, chatId, kind: 'thanks', dueOn: act.at, madeOn: act.at }]);
  return 'kept';
}
