import type { Instant } from '../model/instant';
import { type Rating, type Survey, toRating } from '../model/satisfaction';
import { present } from './json-column';
import { type SurveyRow, toSurvey } from './surveys';
import { sql, type Tx } from './tx';

/** Which questions to customers; every given criterion must hold. */
export interface SurveyFilter {
  readonly spaceId: string;
  readonly teamId?: string | undefined;
  readonly agentId?: string | undefined;
  /** Asked then or later. */
  readonly from?: Instant | undefined;
  /** Asked before. */
  readonly to?: Instant | undefined;
  /** Only of chats that this agent had, and of the teams that they lead. */
  readonly visibleTo?: { readonly agentId: string; readonly leads: readonly string[] } | undefined;
}

export interface SurveyPage {
  readonly includesUnanswered: boolean;
  readonly before?: SurveyPlace | undefined;
  readonly limit: number;
}

/** Where one stands in the list. */
export type SurveyPlace = Pick<Survey, 'askedOn' | 'id'>;

/** The last asked first. */
export async function listSurveys(tx: Tx, filter: SurveyFilter, page: SurveyPage): Promise<Survey[]> {
  const { includesUnanswered, before, limit } = page;
  const query = matching(tx, filter).orderBy('asked_on', 'desc').orderBy('id', 'desc').limit(limit);
  if (!includesUnanswered) query.whereNotNull('rating');
  // As one comparison it begins in the index where the page before ended.
  if (before) query.whereRaw('(asked_on, id) < (?, ?)', [before.askedOn, before.id]);
  const rows: SurveyRow[] = await query;
  return rows.map(toSurvey);
}

/** How often each rating was given; without one, how often none. */
export async function countRatings(
  tx: Tx,
  filter: SurveyFilter,
): Promise<{ readonly rating: Rating | undefined; readonly count: number }[]> {
  const rows: { rating: number | null; count: number | string }[] = await matching(tx, filter)
    .select('rating')
    .count('* as count')
    .groupBy('rating');
  return rows.map(({ rating, count }) => ({ rating: toRating(String(rating)), count: Number(count) }));
}

function matching(tx: Tx, { spaceId, teamId, agentId, from, to, visibleTo }: SurveyFilter) {
  const query = sql(tx)
    .db('satisfaction')
    .where({ space_id: spaceId, ...present({ team_id: teamId, agent_id: agentId }) });
  if (from !== undefined) query.where('asked_on', '>=', from);
  if (to !== undefined) query.where('asked_on', '<', to);
  if (visibleTo)
    query.where((either) =>
      either.where('agent_id', visibleTo.agentId).orWhereIn('team_id', [...visibleTo.leads]),
    );
  return query;
}
