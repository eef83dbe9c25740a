import type { Fields, Form } from './sign';
import { addMessage, ownerOf, type SimulatedMessage, serviceOf, type World } from './world';

/** A message that a customer sends to one of the numbers. */
export interface CustomerMessage {
  readonly from: string;
  readonly to: string;
  readonly body?: string;
  readonly media?: readonly { readonly mimeType: string; readonly bytes: Uint8Array }[];
  /** The messaging service; by default the one in whose pool the number is. */
  readonly via?: string;
  /** Names the message, or repeats the delivery of an earlier one. */
  readonly sid?: string;
  readonly optOutType?: 'STOP' | 'START' | 'HELP';
  readonly as?: Form;
  /** Other fields of the webhook, such as those of WhatsApp. */
  readonly fields?: Fields;
  /** When it arrived at Twilio (now). */
  readonly at?: Date;
  /** Where it is delivered, instead of to the URL of the number or service. */
  readonly url?: string;
}

const STOP = new Set(['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT']);
const START = new Set(['START', 'UNSTOP']);

/** Twilio takes the message in: it is listed from now on, and STOP holds. */
export function takeIn(world: World, customer: CustomerMessage): SimulatedMessage {
  const known = customer.sid === undefined ? undefined : world.bySid.get(customer.sid);
  if (known) return known;
  const owner = ownerOf(world, customer.to);
  if (!owner) throw new Error(`no simulated account owns ${customer.to}; name it in the accounts`);
  const media = (customer.media ?? []).map((one) => ({ ...one, sid: world.newSid('ME') }));
  for (const one of media) world.media.set(one.sid, { owner, media: one });
  const at = customer.at ?? new Date();
  const service = customer.via ?? serviceOf(owner, customer.to) ?? null;
  heedKeyword(world, service ?? customer.to, customer);
  return addMessage(world, {
    sid: customer.sid ?? world.newSid(media.length > 0 ? 'MM' : 'SM'),
    accountSid: owner.accountSid,
    direction: 'inbound',
    from: customer.from,
    to: customer.to,
    body: customer.body ?? '',
    media,
    mediaUrls: [],
    messagingServiceSid: service,
    statusCallback: undefined,
    createdAt: at,
    sentAt: at,
    status: 'received',
    errorCode: null,
  });
}

/** The fields of the webhook, as many as the real one has. */
export function fieldsOf(message: SimulatedMessage, customer: CustomerMessage, apiUrl: string): Fields {
  const where = `${apiUrl}/2010-04-01/Accounts/${message.accountSid}/Messages/${message.sid}/Media`;
  const media = message.media.flatMap(({ sid, mimeType }, index) => [
    [`MediaContentType${index}`, mimeType],
    [`MediaUrl${index}`, `${where}/${sid}`],
  ]);
  return {
    ToCountry: 'GB',
    ToState: '',
    SmsMessageSid: message.sid,
    NumMedia: String(message.media.length),
    ToCity: '',
    FromZip: '',
    SmsSid: message.sid,
    FromState: 'London',
    SmsStatus: 'received',
    FromCity: '',
    Body: message.body,
    FromCountry: 'GB',
    To: message.to,
    ...(message.messagingServiceSid && { MessagingServiceSid: message.messagingServiceSid }),
    ToZip: '',
    NumSegments: '1',
    MessageSid: message.sid,
    AccountSid: message.accountSid,
    From: message.from ?? '',
    ApiVersion: '2010-04-01',
    ...Object.fromEntries(media),
    ...(customer.optOutType && { OptOutType: customer.optOutType }),
    ...customer.fields,
  };
}

function heedKeyword(world: World, own: string, { from, body = '', optOutType }: CustomerMessage): void {
  const word = optOutType ?? body.trim().toUpperCase();
  if (STOP.has(word)) world.optedOut.add(`${own} ${from}`);
  if (START.has(word)) world.optedOut.delete(`${own} ${from}`);
}
