import { rate } from '../automatic/rate';
import { messageSent } from '../events/facts';
import { withMessage } from '../model/chat';
import { isId } from '../model/id';
import {
  DIGIT_MEANS_MS,
  type Rating,
  type RatingAnswer,
  ratingAnswer,
  type Survey,
} from '../model/satisfaction';
import { lockChat, updateChats } from '../store/chats';
import { appendEvents } from '../store/events';
import { insertMessages } from '../store/messages';
import { activeCustomers } from '../store/past';
import { findSurvey, holdSurvey, lastForNumbers } from '../store/surveys';
import type { Tx } from '../store/tx';
import { type Arrival, actOf, appendedOf, messageOf } from './arrival';
import { only, type Sender } from './senders';

/** An answer to the question how a chat was. */
interface RatingOf {
  readonly sender: Sender;
  readonly arrival: Arrival;
  readonly survey: Survey;
  readonly rating: Rating;
}

/** Keeps the answers to the question how a chat was in the chats that they are about, where they start nothing; gives what is left. */
export async function takeRatings(tx: Tx, senders: readonly Sender[]): Promise<readonly Sender[]> {
  // Most messages cannot be one, and cost nothing here.
  if (!senders.some(({ arrivals }) => arrivals.some(mayBeRating))) return senders;
  const found: RatingOf[] = [];
  for (const sender of senders) found.push(...(await ratingsOf(tx, sender)));
  // In one order, so that two transactions cannot wait for each other.
  found.sort((a, b) => (a.survey.chatId < b.survey.chatId ? -1 : 1));
  for (const one of found) await keep(tx, one);
  const taken = new Set(found.map(({ arrival }) => arrival));
  return senders.flatMap((sender) => only(sender, (arrival) => !taken.has(arrival)));
}

function mayBeRating(arrival: Arrival): boolean {
  return answerIn(arrival) !== undefined;
}

function answerIn({ isEcho, message, parts }: Arrival): RatingAnswer | undefined {
  // What is posted in an app or on a page comes as parts alone.
  const [only] = parts.length === 1 ? parts : [];
  const { choiceId, text = only?.type === 'text/plain' ? only.data : undefined } = message;
  return isEcho ? undefined : ratingAnswer({ choiceId, text });
}

async function ratingsOf(tx: Tx, sender: Sender): Promise<RatingOf[]> {
  const found: RatingOf[] = [];
  for (const arrival of sender.arrivals) {
    const answer = answerIn(arrival);
    if (!answer) continue;
    const survey = await (answer.to === 'one'
      ? surveyWithId(tx, sender, answer.surveyId)
      : surveyWithNumbers(tx, sender, arrival));
    if (survey) found.push({ sender, arrival, survey, rating: answer.rating });
  }
  return found;
}

async function surveyWithId(tx: Tx, sender: Sender, id: string): Promise<Survey | undefined> {
  const survey = isId(id) ? await findSurvey(tx, id) : undefined;
  const isTheirs = survey?.spaceId === sender.spaceId && survey.customerId === sender.customerId;
  return isTheirs ? survey : undefined;
}

// In a chat that goes on, a number may mean anything.
async function surveyWithNumbers(
  tx: Tx,
  sender: Sender,
  { receivedOn }: Arrival,
): Promise<Survey | undefined> {
  const isTalking = sender.arrivals.some((arrival) => !mayBeRating(arrival));
  const survey = isTalking
    ? undefined
    : await lastForNumbers(tx, { ...sender, askedSince: receivedOn - DIGIT_MEANS_MS });
  return survey && (await activeCustomers(tx, [sender])).size === 0 ? survey : undefined;
}

async function keep(tx: Tx, { sender, arrival, survey, rating }: RatingOf): Promise<void> {
  const act = actOf(arrival, sender.customerId);
  const chat = await lockChat(tx, survey.spaceId, survey.chatId);
  const held = await holdSurvey(tx, survey.id);
  if (!chat || !held) throw new Error(`the chat of survey ${survey.id} is gone`);
  const after = withMessage(chat, appendedOf(arrival), act);
  const message = messageOf(arrival, after);
  await updateChats(tx, [after]);
  await insertMessages(tx, [message]);
  await appendEvents(tx, [messageSent(message)]);
  await rate(tx, held, { rating }, act);
}
