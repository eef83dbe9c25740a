import type { Instant } from './instant';

/** From 1, the worst, to 5. */
export type Rating = 1 | 2 | 3 | 4 | 5;
export const RATINGS: readonly Rating[] = [1, 2, 3, 4, 5];

/** A customer was asked how a chat was, and may have said so. */
export interface Survey {
  readonly id: string;
  readonly spaceId: string;
  readonly chatId: string;
  readonly teamId: string;
  readonly agentId?: string | undefined;
  readonly customerId: string;
  /** `list`: numbers in a text, on a channel without buttons. */
  readonly by: 'buttons' | 'list' | 'link';
  readonly askedOn: Instant;
  readonly expiresOn: Instant;
  readonly rating?: Rating | undefined;
  readonly comment?: string | undefined;
  readonly ratedOn?: Instant | undefined;
}

/** What customers said in all. */
export interface Satisfaction {
  /** How many were asked, and how many of them answered. */
  readonly asked: number;
  readonly answered: number;
  /** To two digits; absent where nobody answered. */
  readonly average?: number | undefined;
  /** How often each rating was given. */
  readonly distribution: Readonly<Record<Rating, number>>;
}

/** Adds up how often each rating was given; without one, how many did not answer. */
export function satisfactionOf(
  counts: readonly { readonly rating: Rating | undefined; readonly count: number }[],
): Satisfaction {
  const distribution = { 1: 0, 2: 0, 3: 0, 4: 0, 5: 0 };
  let [asked, answered, sum] = [0, 0, 0];
  for (const { rating, count } of counts) {
    asked += count;
    if (rating === undefined) continue;
    answered += count;
    sum += rating * count;
    distribution[rating] += count;
  }
  const average = answered === 0 ? undefined : Math.round((sum / answered) * 100) / 100;
  return { asked, answered, average, distribution };
}

const HOUR_MS = 3_600_000;
/** How long a question can be answered. */
export const ANSWERABLE_MS = 14 * 24 * HOUR_MS;
/** How long a mere digit answers one. */
export const DIGIT_MEANS_MS = 24 * HOUR_MS;

/** What an answer says of a question; absent: it is none. */
export type RatingAnswer =
  | { readonly to: 'one'; readonly surveyId: string; readonly rating: Rating }
  | { readonly to: 'last'; readonly rating: Rating };

const CHOICE = /^satisfaction:([0-9a-f-]{36}):([1-5])$/;
const DIGIT = /^\s*([1-5])\s*[.)!]?\s*$/;

/** What the button of a rating carries. */
export function choiceId(surveyId: string, rating: Rating): string {
  return `satisfaction:${surveyId}:${rating}`;
}

/** Reads a message that may be a rating: the tap of a button, or a digit and nothing else. */
export function ratingAnswer(message: {
  readonly choiceId?: string | undefined;
  readonly text?: string | undefined;
}): RatingAnswer | undefined {
  const [, surveyId, tapped] = CHOICE.exec(message.choiceId ?? '') ?? [];
  if (surveyId !== undefined) {
    const rating = toRating(tapped);
    return rating && { to: 'one', surveyId, rating };
  }
  const rating = toRating(DIGIT.exec(message.text ?? '')?.[1]);
  return rating && { to: 'last', rating };
}

/** The rating that a digit means. */
export function toRating(digit: unknown): Rating | undefined {
  return RATINGS.find((rating) => String(rating) === digit);
}

/** What the ratings are called where a team says nothing else: the same in every language. */
export const STARS: readonly string[] = RATINGS.map((rating) => '★'.repeat(rating));
