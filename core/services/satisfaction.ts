import { rate, type Said } from '../automatic/rate';
import { notFound, Problem } from '../model/problem';
import { type Satisfaction, type Survey, satisfactionOf } from '../model/satisfaction';
import { countRatings, listSurveys, type SurveyFilter, type SurveyPage } from '../store/survey-lists';
import { findSurvey, holdSurvey, surveyOfChat } from '../store/surveys';
import { findTeam, type Team } from '../store/teams';
import type { Caller } from './caller';
import { readableChat } from './chat-access';
import type { Context } from './context';

/** What the customer of a chat was asked, and said. */
export async function get(caller: Caller, chatId: string): Promise<Survey> {
  return caller.read(async (tx) => {
    const chat = await readableChat(tx, caller, chatId, true);
    const survey = await surveyOfChat(tx, caller.spaceId, chat.id);
    if (!survey) throw notFound('satisfaction of chat', chatId);
    return survey;
  });
}

export type RatingFilter = Omit<SurveyFilter, 'spaceId' | 'visibleTo'>;

/** What customers were asked and said, the last asked first. An agent's session gets what was said of that agent, and of the teams that they lead. */
export async function list(caller: Caller, filter: RatingFilter, page: SurveyPage): Promise<Survey[]> {
  return caller.read((tx) => listSurveys(tx, visible(caller, filter), page));
}

/** The same, added up. */
export async function summarize(caller: Caller, filter: RatingFilter): Promise<Satisfaction> {
  return satisfactionOf(await caller.read((tx) => countRatings(tx, visible(caller, filter))));
}

function visible({ spaceId, agent }: Caller, filter: RatingFilter): SurveyFilter {
  return { ...filter, spaceId, visibleTo: agent && { agentId: agent.id, leads: agent.leads } };
}

/** The question behind the token of a link, with the team that asks; undefined where the link is none of ours. */
export async function behindLink(
  { store, ratingLinks }: Pick<Context, 'store' | 'ratingLinks'>,
  token: string,
): Promise<{ readonly survey: Survey; readonly team: Team | undefined } | undefined> {
  const id = ratingLinks.surveyOf(token);
  if (id === undefined) return undefined;
  return store.read(async (tx) => {
    const survey = await findSurvey(tx, id);
    return survey && { survey, team: await findTeam(tx, survey.spaceId, survey.teamId) };
  });
}

/** Keeps what a customer said behind a link. */
export async function rateBehindLink(
  { store, now }: Pick<Context, 'store' | 'now'>,
  id: string,
  said: Said,
): Promise<'kept' | 'expired'> {
  return store.transaction(async (tx) => {
    const survey = await holdSurvey(tx, id);
    if (!survey) throw new Problem('not-found', 'nobody is asked that any more');
    return rate(tx, survey, said, { by: `session:${survey.customerId}`, at: now() });
  });
}
