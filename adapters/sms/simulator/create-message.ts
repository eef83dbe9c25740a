import { type Answer, json, messageResource, problem } from './answers';
import { addMessage, ownerOf, owns, type SimulatedAccount, type SimulatedMessage, type World } from './world';

const TEXT_MAX = 1_600;
const MOST_MEDIA = 10;
const ADDRESS = /^(whatsapp:|rcs:)?\+[1-9][0-9]{6,14}$|^messenger:[0-9]+$/;
const FIELDS = new Set(['To', 'From', 'MessagingServiceSid', 'Body', 'MediaUrl', 'StatusCallback']);

/** Takes a message as strictly as Twilio does; a field that the adapter has no business sending is refused too. */
export function createMessage(world: World, account: SimulatedAccount, form: URLSearchParams): Answer {
  for (const refuse of CHECKS) {
    const refusal = refuse({ world, account, form });
    if (refusal) return refusal;
  }
  return json(201, messageResource(addMessage(world, messageOf(world, account, form))));
}

export interface PastMessage {
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly at: Date;
}

/** Files a message as sent and delivered, whoever sent it. */
export function file(world: World, { from, to, body, at }: PastMessage): SimulatedMessage {
  const owner = ownerOf(world, from);
  if (!owner) throw new Error(`no simulated account owns ${from}; name it in the accounts`);
  const form = new URLSearchParams({ From: from, To: to, Body: body });
  const message = messageOf(world, owner, form);
  return addMessage(world, { ...message, createdAt: at, sentAt: at, status: 'delivered' });
}

interface Attempt {
  readonly world: World;
  readonly account: SimulatedAccount;
  readonly form: URLSearchParams;
}

/** In the order in which Twilio looks. */
const CHECKS: readonly ((attempt: Attempt) => Answer | undefined)[] = [
  ({ form }) => {
    const [unknown] = [...form.keys()].filter((field) => !FIELDS.has(field));
    return unknown === undefined ? undefined : problem(400, 20001, `Unknown parameter ${unknown}`);
  },
  ({ form }) => (form.get('To') ? undefined : problem(400, 21604, "A 'To' phone number is required.")),
  ({ form }) =>
    form.has('From') || form.has('MessagingServiceSid')
      ? undefined
      : problem(400, 21603, "A 'From' phone number is required."),
  ({ form }) =>
    ADDRESS.test(form.get('To') ?? '')
      ? undefined
      : problem(400, 21211, `The 'To' number ${form.get('To')} is not a valid phone number.`),
  ({ account, form }) => {
    const service = form.get('MessagingServiceSid');
    return service === null || account.services?.[service]
      ? undefined
      : problem(404, 21701, 'The Messaging Service does not exist.');
  },
  ({ account, form }) => {
    const from = form.get('From');
    return from === null || owns(account, from)
      ? undefined
      : problem(400, 21606, `The 'From' phone number ${from} is not a valid, message-capable number.`);
  },
  ({ account, form }) => {
    const pool = account.services?.[form.get('MessagingServiceSid') ?? ''];
    const from = form.get('From');
    return !pool || from === null || pool.includes(from)
      ? undefined
      : problem(400, 21711, 'The sender is not associated with the Messaging Service.');
  },
  ({ form }) =>
    form.get('Body') || form.has('MediaUrl')
      ? undefined
      : problem(400, 21602, "Message body is required. Specify 'Body' or 'MediaUrl'."),
  ({ form }) =>
    (form.get('Body') ?? '').length <= TEXT_MAX
      ? undefined
      : problem(400, 21617, 'The concatenated message body exceeds the 1600 character limit.'),
  ({ form }) => {
    const urls = form.getAll('MediaUrl');
    return urls.length <= MOST_MEDIA && urls.every(isHttp)
      ? undefined
      : problem(400, 21620, 'Invalid media URL(s).');
  },
  ({ form }) => {
    const callback = form.get('StatusCallback');
    return callback === null || isHttp(callback)
      ? undefined
      : problem(400, 21609, `The 'StatusCallback' URL ${callback} is not a valid URL.`);
  },
  ({ world, form }) =>
    world.optedOut.has(`${form.get('MessagingServiceSid') ?? form.get('From')} ${form.get('To')}`)
      ? problem(400, 21610, 'Attempt to send to unsubscribed recipient.')
      : undefined,
];

function messageOf(world: World, account: SimulatedAccount, form: URLSearchParams): SimulatedMessage {
  const mediaUrls = form.getAll('MediaUrl');
  const messagingServiceSid = form.get('MessagingServiceSid');
  return {
    sid: world.newSid(mediaUrls.length > 0 ? 'MM' : 'SM'),
    accountSid: account.accountSid,
    direction: 'outbound-api',
    // A service picks its sender later.
    from: form.get('From'),
    to: form.get('To') ?? '',
    body: form.get('Body') ?? '',
    media: [],
    mediaUrls,
    messagingServiceSid,
    statusCallback: form.get('StatusCallback') ?? undefined,
    createdAt: new Date(),
    sentAt: null,
    status: messagingServiceSid === null ? 'queued' : 'accepted',
    errorCode: null,
  };
}

function isHttp(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}
