import type { MessageInstance } from 'twilio/lib/rest/api/v2010/account/message';
import type { InboundEvent, Inbox, SentMatch, SentQuery } from '../../plugins/contract/index';
import type { TwilioClient } from './client';
import { messageOf } from './inbound';
import type { Params } from './params';
import { type Account, senderOf } from './send';

const CLOCK_SKEW_MS = 60_000;
const TWILIO_PAGE = 200;
const HANDED_IN_AT_ONCE = 50;

/** The messages at Twilio that could be this one, oldest first. */
export async function findSent(
  account: Account,
  query: SentQuery,
  signal: AbortSignal,
): Promise<readonly SentMatch[]> {
  const { from } = senderOf(account.config, query.message.to.own);
  const couldBe = matcher(account, query);
  const earliest = query.since.getTime() - CLOCK_SKEW_MS;
  const matches: SentMatch[] = [];
  // Without Twilio's own date filter: that goes by the date of sending, which a message still in a queue has not.
  const filter = { to: query.message.to.party, ...(from !== undefined && { from }) };
  for await (const page of pagesOf(account.client, filter, signal)) {
    const recent = page.filter(({ dateCreated }) => dateCreated.getTime() >= earliest);
    for (const sent of recent.filter(couldBe)) matches.push({ externalId: sent.sid, at: sent.dateCreated });
    // Newest first: behind a page that is older throughout there is nothing for us.
    if (recent.length === 0) break;
  }
  return matches.reverse();
}

/** Hands in what arrived since then, oldest first. */
export async function listSince(
  account: Account,
  since: Date,
  inbox: Inbox,
  signal: AbortSignal,
): Promise<void> {
  const { number, messagingServiceSid } = account.config;
  const filter = { dateSentAfter: since, ...(number !== undefined && { to: number }) };
  const received: MessageInstance[] = [];
  for await (const page of pagesOf(account.client, filter, signal))
    received.push(...page.filter((message) => isReceived(message, messagingServiceSid)));
  received.reverse();
  for (let start = 0; start < received.length; start += HANDED_IN_AT_ONCE) {
    const events: InboundEvent[] = [];
    for (const message of received.slice(start, start + HANDED_IN_AT_ONCE))
      events.push(await asEvent(account.client, message, signal));
    await inbox.accept(events);
  }
}

async function* pagesOf(
  client: TwilioClient,
  filter: { to?: string; from?: string; dateSentAfter?: Date },
  signal: AbortSignal,
): AsyncGenerator<readonly MessageInstance[]> {
  let page = await client.call(signal, (sdk) => sdk.messages.page({ ...filter, pageSize: TWILIO_PAGE }));
  for (;;) {
    yield page.instances;
    const { nextPageUrl } = page;
    if (!nextPageUrl) return;
    page = await client.call(signal, (sdk) => sdk.messages.getPage(nextPageUrl));
  }
}

/** Compares all that Twilio keeps of a message with ours. */
function matcher(account: Account, { message }: SentQuery): (sent: MessageInstance) => boolean {
  const { from, messagingServiceSid } = senderOf(account.config, message.to.own);
  const bodies = possibleBodies(message.text ?? '', messagingServiceSid !== undefined);
  return (sent) =>
    // Two numbers of one account that write to each other: the other side has the message too, as an inbound one.
    sent.direction.startsWith('outbound') &&
    (from !== undefined || sent.messagingServiceSid === messagingServiceSid) &&
    bodies.has(sent.body ?? '') &&
    Number(sent.numMedia) === message.media.length;
}

const TRIAL_PREFIX = 'Sent from your Twilio trial account - ';

/** What Twilio may have made of a text: a trial account adds a prefix, a service may replace “smart” characters. */
function possibleBodies(text: string, isService: boolean): ReadonlySet<string> {
  const texts = isService ? [text, smartEncoded(text)] : [text];
  return new Set(texts.flatMap((body) => [body, TRIAL_PREFIX + body]));
}

function smartEncoded(text: string): string {
  const { SegmentedMessage }: typeof import('sms-segments-calculator') = require('sms-segments-calculator');
  return new SegmentedMessage(text, 'auto', true).graphemes.join('');
}

// Neither the direction nor the service is a filter of Twilio's API.
function isReceived(message: MessageInstance, messagingServiceSid: string | undefined): boolean {
  if (message.direction !== 'inbound') return false;
  return messagingServiceSid === undefined || message.messagingServiceSid === messagingServiceSid;
}

/** The same event as the webhook's, from what Twilio keeps. */
async function asEvent(
  client: TwilioClient,
  message: MessageInstance,
  signal: AbortSignal,
): Promise<InboundEvent> {
  const params: Params = {
    MessageSid: message.sid,
    AccountSid: message.accountSid,
    From: message.from,
    To: message.to,
    Body: message.body,
    NumMedia: message.numMedia,
    NumSegments: message.numSegments,
    ApiVersion: message.apiVersion,
    ...(message.messagingServiceSid && { MessagingServiceSid: message.messagingServiceSid }),
    ...(Number(message.numMedia) > 0 && (await mediaOf(client, message.sid, signal))),
  };
  const received = messageOf(params);
  if (!received) return { type: 'ignored', reason: 'a message without a sender' };
  return { type: 'message', message: { ...received, sentAt: message.dateCreated } };
}

async function mediaOf(client: TwilioClient, messageSid: string, signal: AbortSignal): Promise<Params> {
  const media = await client.call(signal, (sdk) => sdk.messages(messageSid).media.list({ limit: 10 }));
  return Object.fromEntries(
    media.flatMap(({ uri, contentType }, index) => [
      [`MediaUrl${index}`, `${client.apiUrl}${uri.replace(/\.json$/, '')}`],
      [`MediaContentType${index}`, contentType],
    ]),
  );
}
