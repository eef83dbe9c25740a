import type { Instant } from '../model/instant';
import { type Survey, toRating } from '../model/satisfaction';
import { held, sql, type Tx } from './tx';

export interface SurveyRow {
  id: string;
  space_id: string;
  chat_id: string;
  team_id: string;
  agent_id: string | null;
  customer_id: string;
  asked_by: Survey['by'];
  asked_on: number;
  expires_on: number;
  rating: number | null;
  comment: string | null;
  rated_on: number | null;
}

/** Says false where the customer was asked about this chat already. */
export async function insertSurvey(tx: Tx, survey: Survey): Promise<boolean> {
  const { db, dialect } = sql(tx);
  const row = {
    ...{ id: survey.id, space_id: survey.spaceId, chat_id: survey.chatId, team_id: survey.teamId },
    ...{ agent_id: survey.agentId ?? null, customer_id: survey.customerId, asked_by: survey.by },
    ...{ asked_on: survey.askedOn, expires_on: survey.expiresOn },
  };
  const [isNew] = await dialect.insert(db, { table: 'satisfaction', rows: [row], skipConflicts: true });
  return isNew === true;
}

export async function findSurvey(tx: Tx, id: string): Promise<Survey | undefined> {
  const row: SurveyRow | undefined = await sql(tx).db('satisfaction').where({ id }).first();
  return row && toSurvey(row);
}

/** Those of these that the API space has. */
export async function findSurveys(tx: Tx, spaceId: string, ids: readonly string[]): Promise<Survey[]> {
  const rows: SurveyRow[] = await sql(tx)
    .db('satisfaction')
    .where({ space_id: spaceId })
    .whereIn('id', [...ids]);
  return rows.map(toSurvey);
}

/** The same, held for this transaction. */
export async function holdSurvey(tx: Tx, id: string): Promise<Survey | undefined> {
  const row: SurveyRow | undefined = await held(tx, sql(tx).db('satisfaction').where({ id }).first());
  return row && toSurvey(row);
}

export async function surveyOfChat(tx: Tx, spaceId: string, chatId: string): Promise<Survey | undefined> {
  const row: SurveyRow | undefined = await sql(tx)
    .db('satisfaction')
    .where({ space_id: spaceId, chat_id: chatId })
    .first();
  return row && toSurvey(row);
}

/** The last question to a customer that mere numbers answer. */
export async function lastForNumbers(
  tx: Tx,
  of: { readonly spaceId: string; readonly customerId: string; readonly askedSince: Instant },
): Promise<Survey | undefined> {
  const row: SurveyRow | undefined = await sql(tx)
    .db('satisfaction')
    .where({ space_id: of.spaceId, customer_id: of.customerId })
    .where('asked_on', '>=', of.askedSince)
    .orderBy('asked_on', 'desc')
    .first();
  return row && row.asked_by !== 'link' ? toSurvey(row) : undefined;
}

/** Keeps what the customer said; the survey must be held. */
export async function putRating(tx: Tx, { id, rating, comment, ratedOn }: Survey): Promise<void> {
  await sql(tx)
    .db('satisfaction')
    .where({ id })
    .update({ rating: rating ?? null, comment: comment ?? null, rated_on: ratedOn ?? null });
}

/**
 * Forgets who was asked, and what they wrote; their ratings stay, and nobody can answer any more. Gives the chats that
 * were rated.
 */
export async function forgetCustomerOfSurveys(
  tx: Tx,
  { spaceId, customerId }: Pick<Survey, 'spaceId' | 'customerId'>,
): Promise<string[]> {
  const rows: Pick<SurveyRow, 'chat_id' | 'rating'>[] = await sql(tx)
    .db('satisfaction')
    .where({ space_id: spaceId, customer_id: customerId })
    .update({ customer_id: '', comment: null, expires_on: 0 })
    .returning(['chat_id', 'rating']);
  return rows.filter(({ rating }) => rating !== null).map((row) => row.chat_id);
}

export function toSurvey(row: SurveyRow): Survey {
  return {
    ...{ id: row.id, spaceId: row.space_id, chatId: row.chat_id, teamId: row.team_id },
    ...{ agentId: row.agent_id ?? undefined, customerId: row.customer_id, by: row.asked_by },
    ...{ askedOn: row.asked_on, expiresOn: row.expires_on },
    rating: toRating(String(row.rating)),
    comment: row.comment ?? undefined,
    ratedOn: row.rated_on ?? undefined,
  };
}
