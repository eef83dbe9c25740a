import type { AnsweredMessage, Capabilities, OutboundMessage } from '../../plugins/contract/index';
import type { Message } from '../model/message';
import { findChat } from '../store/chats';
import { findByExternalId } from '../store/external-ids';
import { messagesById } from '../store/messages';
import { lastBefore } from '../store/past';
import { findTeam } from '../store/teams';
import type { Tx } from '../store/tx';
import { signatureOf } from './signature';

/** What a message is about, which one it answers and what stands below it, where the channel has subjects. */
export type About = Pick<OutboundMessage, 'subject' | 'answered' | 'signature'>;

export async function aboutOf(tx: Tx, message: Message, { text }: Capabilities): Promise<About> {
  if (!text.subject) return {};
  const signature = await signatureOf(tx, message);
  return { ...(await threadOf(tx, message)), ...(signature !== undefined && { signature }) };
}

async function threadOf(tx: Tx, message: Message): Promise<About> {
  const answered = await answeredOf(tx, message);
  const subject = subjectOf(message.metadata);
  if (subject !== undefined) return { subject, ...(answered && { answered }) };
  if (answered?.subject !== undefined) return { answered };
  const first = await firstSubjectOf(tx, message);
  return { ...(first !== undefined && { subject: first }), ...(answered && { answered }) };
}

/** Of a first mail. A chat that the API began has a name that somebody chose; one that a customer began bears the customer's. */
async function firstSubjectOf(tx: Tx, { spaceId, chatId }: Message): Promise<string | undefined> {
  const chat = await findChat(tx, spaceId, chatId);
  if (!chat || chat.createdBy !== `session:${chat.customerId}`) return chat?.name;
  return (await findTeam(tx, spaceId, chat.teamId))?.name;
}

async function answeredOf(tx: Tx, message: Message): Promise<AnsweredMessage | undefined> {
  const { route, accountId = '', spaceId } = message;
  if (route?.thread === undefined) return lastOfOurs(tx, message);
  const known = await findByExternalId(tx, accountId, route.thread);
  const [found] = known ? await messagesById(tx, spaceId, [known.messageId]) : [];
  if (found?.direction !== 'inbound') return undefined;
  const subject = subjectOf(found.metadata);
  const metadata = recordOf(found.metadata);
  return {
    externalId: route.thread,
    isOurs: false,
    ...(subject === undefined ? {} : { subject }),
    ...(metadata && { metadata }),
  };
}

// The customer has not written yet: our second message goes on from our first.
async function lastOfOurs(tx: Tx, message: Message): Promise<AnsweredMessage | undefined> {
  const last = await lastBefore(tx, message, 'outbound');
  const externalId = last?.delivery.pieces[0]?.externalId;
  if (!last || externalId === undefined) return undefined;
  const subject = subjectOf(last.metadata);
  return { externalId, isOurs: true, ...(subject === undefined ? {} : { subject }) };
}

function subjectOf(metadata: unknown): string | undefined {
  const subject = recordOf(metadata)?.['subject'];
  return typeof subject === 'string' && subject.trim() !== '' ? subject : undefined;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}
