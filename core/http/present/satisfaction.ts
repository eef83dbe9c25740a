import { iso } from '../../model/instant';
import type { Survey } from '../../model/satisfaction';
import { maybeIso } from './made';

export function presentSatisfaction(survey: Survey) {
  const { chatId, by, agentId, teamId, rating, comment, askedOn, ratedOn } = survey;
  return { chatId, askedOn: iso(askedOn), by, agentId, teamId, rating, comment, ratedOn: maybeIso(ratedOn) };
}
