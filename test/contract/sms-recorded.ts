import nock from 'nock';
import type { TwilioConfig } from '../../adapters/sms/config';
import account from '../../adapters/sms/fixtures/account.json';
import errors from '../../adapters/sms/fixtures/errors.json';
import inboundSms from '../../adapters/sms/fixtures/inbound-sms.json';
import numbers from '../../adapters/sms/fixtures/incoming-phone-numbers.json';
import mediaList from '../../adapters/sms/fixtures/media-list.json';
import created from '../../adapters/sms/fixtures/message-created.json';
import messagesPage from '../../adapters/sms/fixtures/messages-page.json';
import { type Fields, signedBody, signedRequest } from '../../adapters/sms/simulator/sign';
import type { DeliveryState, RawRequest } from '../../plugins/contract/index';
import type { Accepted, Fault, ProviderDriver, Sample } from '../../plugins/testing/index';
import { SAYS, sidOf } from './sms-driver';

const ACCOUNT = account.sid;
const OTHER_ACCOUNT = `AC${'2'.repeat(32)}`;
const TOKEN = 'the-token-of-the-recorded-account';
const OTHER_TOKEN = 'the-token-of-the-other-account';
const CUSTOMER = created.to;
const OWN = created.from;
const OTHER_OWN = '+441632960021';
const CDN = 'https://mms.twiliocdn.com';
const MEDIA = mediaList.media_list[0];

type Resource = typeof created;

/** Twilio from its recorded answers: no server, no socket, and its real host names. */
export async function startRecordedTwilio({ webhookUrl }: { readonly webhookUrl: string }) {
  const state: State = { messages: [], callbacks: new Map(), strangers: [], requests: 0, fault: undefined };
  nock.disableNetConnect();
  nock.enableNetConnect('127.0.0.1');
  if (!nock.isActive()) nock.activate();
  replyTo(state);
  const driver: ProviderDriver<TwilioConfig> = {
    config: { accountSid: ACCOUNT, authToken: TOKEN, number: OWN },
    otherConfig: { accountSid: OTHER_ACCOUNT, authToken: OTHER_TOKEN, number: OTHER_OWN },
    customer: { own: OWN, party: CUSTOMER },
    otherCustomer: { own: OWN, party: '+14155552671' },
    says: SAYS,
    accepted: () => acceptedOf(state),
    requests: () => state.requests,
    pending: () => 0,
    fail(fault) {
      state.fault = fault;
      return Promise.resolve();
    },
    stop() {
      nock.abortPendingRequests();
      nock.cleanAll();
      return Promise.resolve();
    },
    webhook: {
      signsUrl: true,
      sign: (body) => signedBody(TOKEN, webhookUrl, Buffer.from(body)),
      deliver: (sample) => deliver(state, webhookUrl, sample),
    },
    backlog: {
      miss({ id, text, at }) {
        state.messages.push({
          ...inbound(sidOf('SM', id), text),
          date_created: dated(at),
          date_sent: dated(at),
        });
        return Promise.resolve();
      },
    },
    media: {
      put(file) {
        state.file = file;
        return Promise.resolve(`https://api.twilio.com${MEDIA?.uri.replace('.json', '')}`);
      },
      missing: `https://api.twilio.com/2010-04-01/Accounts/${ACCOUNT}/Messages/MM0/Media/ME0`,
      strangers: () => state.strangers,
    },
  };
  return driver;
}

interface State {
  readonly messages: (Omit<Resource, 'date_sent'> & { date_sent: string | null })[];
  /** By message, the address for its status callbacks. */
  readonly callbacks: Map<string, { readonly url: string; readonly media: readonly string[] }>;
  readonly strangers: { readonly authorization: string | undefined }[];
  file?: { readonly mimeType: string; readonly bytes: Uint8Array };
  fault: Fault | undefined;
  requests: number;
}

/** Every route of the API. */
function replyTo(state: State): void {
  const scope = nock('https://api.twilio.com').persist();
  const messages = /^\/2010-04-01\/Accounts\/(AC\w+)\/Messages\.json/;
  scope
    .post(messages)
    .reply((uri, body) => respond(state, () => [201, create(state, uri, new URLSearchParams(String(body)))]));
  scope
    .get(messages)
    .reply((uri) => respond(state, () => [200, list(state, new URL(uri, 'https://api.twilio.com'))]));
  scope.get(/^\/2010-04-01\/Accounts\/AC\w+\.json$/).reply(() => respond(state, () => [200, account]));
  scope.get(/IncomingPhoneNumbers\.json/).reply(() => respond(state, () => [200, numbers]));
  scope
    .get(/\/Media\/ME\w+$/)
    .reply((uri) =>
      respond(state, () => (uri.endsWith('ME0') ? [404, ''] : [307, '', { location: `${CDN}/file` }])),
    );
  nock(CDN)
    .persist()
    .get('/file')
    .reply(function () {
      state.strangers.push({ authorization: this.req.headers['authorization']?.toString() });
      return [200, Buffer.from(state.file?.bytes ?? []), { 'content-type': state.file?.mimeType ?? '' }];
    });
}

/** Says how long the body is: without that the SDK, which keeps connections alive, would wait for its end for ever. */
async function respond(state: State, usual: () => Answer): Promise<nock.ReplyFnResult> {
  const [status, body, headers] = await outcomeOf(state, usual);
  const bytes = typeof body === 'string' ? body : JSON.stringify(body);
  return [status, bytes, { 'content-length': String(Buffer.byteLength(bytes)), ...headers }];
}

type Answer = readonly [status: number, body: string | object, headers?: Readonly<Record<string, string>>];

/** What one request is answered, with the fault that waits for it. */
async function outcomeOf(state: State, usual: () => Answer): Promise<Answer> {
  const { fault } = state;
  if (fault === 'refused') throw broken('ECONNREFUSED');
  state.fault = undefined;
  state.requests += 1;
  if (fault === undefined) return usual();
  if (fault === 'silent') return new Promise(() => undefined);
  if (ACCEPTING.has(fault)) usual();
  if (fault === 'reset_after_accept') throw broken('ECONNRESET');
  return ANSWERS[fault];
}

const ACCEPTING: ReadonlySet<Fault> = new Set([
  'error_after_accept',
  'reset_after_accept',
  'nonsense',
  'no_id',
]);

const ANSWERS: Readonly<Record<Exclude<Fault, 'refused' | 'silent' | 'reset_after_accept'>, Answer>> = {
  busy: [503, '<html>Service Unavailable</html>', { 'content-type': 'text/html' }],
  rate_limited: [429, errors.rate_limited, { 'retry-after': '2' }],
  bad_credentials: [401, errors.bad_credentials],
  bad_content: [400, errors.bad_content],
  no_such_customer: [400, errors.no_such_customer],
  opted_out: [400, errors.opted_out],
  error_after_accept: [500, errors.error_after_accept],
  nonsense: [201, '{"sid": "SM'],
  no_id: [201, '{}'],
};

function broken(code: string): Error {
  return Object.assign(new Error(code), { code });
}

function create(state: State, uri: string, form: URLSearchParams): Record<string, unknown> {
  const media = form.getAll('MediaUrl');
  const now = dated(new Date());
  const message = {
    ...created,
    account_sid: /AC\w+/.exec(uri)?.[0] ?? '',
    body: form.get('Body') ?? '',
    date_created: now,
    date_updated: now,
    from: form.get('From') ?? '',
    num_media: String(media.length),
    sid: sidOf(media.length > 0 ? 'MM' : 'SM', `sent ${state.messages.length}`),
    to: form.get('To') ?? '',
  };
  state.messages.push(message);
  state.callbacks.set(message.sid, { url: form.get('StatusCallback') ?? '', media });
  return message;
}

function list(state: State, { pathname, searchParams }: URL): Record<string, unknown> {
  const after = Date.parse(searchParams.get('DateSent>') ?? '');
  const found = state.messages.filter(
    (message) =>
      pathname.includes(message.account_sid) &&
      ['To', 'From'].every((name) => [null, fieldOf(message, name)].includes(searchParams.get(name))) &&
      (Number.isNaN(after) || Date.parse(message.date_sent ?? '') >= after),
  );
  return { ...messagesPage, messages: found.reverse() };
}

function fieldOf(message: { readonly to: string; readonly from: string }, name: string): string {
  return name === 'To' ? message.to : message.from;
}

function inbound(sid: string, body: string): Resource {
  return { ...created, sid, body, direction: 'inbound', from: CUSTOMER, to: OWN, status: 'received' };
}

function acceptedOf({ messages, callbacks }: State): readonly Accepted[] {
  return messages.flatMap(({ sid, to, body }) => {
    const sent = callbacks.get(sid);
    if (!sent) return [];
    const key = new URL(sent.url).searchParams.get('key') ?? undefined;
    return [{ externalId: sid, to, text: body, media: sent.media.map((url) => ({ url })), key }];
  });
}

const STATUS: Readonly<Record<DeliveryState, string>> = {
  accepted: 'queued',
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  failed: 'undelivered',
};

function deliver(state: State, webhookUrl: string, sample: Sample): RawRequest[] {
  const message = (id: string, more: Fields): RawRequest => {
    const sid = sidOf('SM', id);
    const ids = { MessageSid: sid, SmsSid: sid, SmsMessageSid: sid };
    return signedRequest(TOKEN, webhookUrl, { ...inboundSms, Body: '', ...ids, ...more });
  };
  switch (sample.is) {
    case 'message':
      return [message(sample.id, { Body: sample.text })];
    case 'media':
      return [message(sample.id, pictures(sample.count))];
    case 'batch':
      return sample.ids.map((id) => message(id, { Body: id }));
    case 'status':
      return [callback(state, sample.externalId, STATUS[sample.state])];
    case 'unknown_status':
      return [callback(state, sample.externalId, 'teleported')];
    case 'unknown_event':
      return [signedRequest(TOKEN, webhookUrl, { EventType: 'onHologram' })];
    case 'unknown_content':
      return [message(sample.id, { MessageType: 'hologram' })];
  }
}

function pictures(count: number): Fields {
  const fields = Array.from({ length: count }, (_, index) => [
    [
      `MediaUrl${index}`,
      `https://api.twilio.com/2010-04-01/Accounts/${ACCOUNT}/Messages/MM1/Media/ME${index}`,
    ],
    [`MediaContentType${index}`, 'image/jpeg'],
  ]);
  return { NumMedia: String(count), ...Object.fromEntries(fields.flat()) };
}

function callback(state: State, sid: string, status: string): RawRequest {
  const failed = status === 'undelivered' ? { ErrorCode: '30003' } : {};
  const fields = { MessageSid: sid, SmsSid: sid, MessageStatus: status, SmsStatus: status, ...failed };
  return signedRequest(TOKEN, state.callbacks.get(sid)?.url ?? '', fields);
}

function dated(date: Date): string {
  return date.toUTCString().replace('GMT', '+0000');
}
