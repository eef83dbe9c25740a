import nock from 'nock';
import type { FacebookConfig } from '../../adapters/facebook/config';
import app from '../../adapters/facebook/fixtures/app.json';
import attachments from '../../adapters/facebook/fixtures/attachments.json';
import conversations from '../../adapters/facebook/fixtures/conversations.json';
import debugToken from '../../adapters/facebook/fixtures/debug-token.json';
import errors from '../../adapters/facebook/fixtures/errors.json';
import me from '../../adapters/facebook/fixtures/me.json';
import sent from '../../adapters/facebook/fixtures/message-sent.json';
import messages from '../../adapters/facebook/fixtures/messages.json';
import subscribedApps from '../../adapters/facebook/fixtures/subscribed-apps.json';
import inbound from '../../adapters/facebook/fixtures/webhook-message.json';
import picture from '../../adapters/facebook/fixtures/webhook-picture.json';
import { metaJson, signedRequest } from '../../adapters/facebook/simulator/sign';
import type { RawRequest } from '../../plugins/contract/index';
import type { Accepted, Fault, ProviderDriver, Sample } from '../../plugins/testing/index';
import { midOf, SAYS } from './facebook-driver';

const PAGE = me.id;
const OTHER_PAGE = '104218451288744';
const SECRET = 'the-secret-of-the-recorded-app';
const CUSTOMER = sent.recipient_id;
const CDN = 'https://scontent.xx.fbcdn.net';

/** Meta from its recorded answers: no server, no socket, and its real host names. */
export async function startRecordedMeta({ webhookUrl }: { readonly webhookUrl: string }) {
  const state: State = { kept: [], requests: 0, fault: undefined, file: undefined };
  nock.disableNetConnect();
  nock.enableNetConnect('127.0.0.1');
  if (!nock.isActive()) nock.activate();
  replyTo(state);
  const config = { pageId: PAGE, pageAccessToken: 'EAARecorded', appSecret: SECRET, verifyToken: 'recorded' };
  const sign = (body: unknown): RawRequest => signedRequest(SECRET, webhookUrl, metaJson(body));
  const driver: ProviderDriver<FacebookConfig> = {
    config,
    otherConfig: { ...config, pageId: OTHER_PAGE, pageAccessToken: 'EAAOther', appSecret: 'of another app' },
    customer: { own: PAGE, party: CUSTOMER },
    otherCustomer: { own: PAGE, party: '7100000000000002' },
    says: SAYS,
    accepted: () => state.kept.flatMap(({ accepted }) => accepted ?? []),
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
      signsUrl: false,
      sign: (body) => signedRequest(SECRET, webhookUrl, Buffer.from(body)),
      deliver: (sample) => [sign(deliveryOf(sample))],
    },
    backlog: {
      miss({ id, text, at }) {
        state.kept.push({ mid: midOf(id), page: PAGE, party: CUSTOMER, from: CUSTOMER, text, at, files: 0 });
        return Promise.resolve();
      },
    },
    media: {
      put(file) {
        state.file = file;
        return Promise.resolve(`${CDN}/v/file?oe=68F`);
      },
      missing: `${CDN}/v/missing`,
      strangers: () => [],
    },
  };
  return driver;
}

interface Kept {
  readonly mid: string;
  readonly page: string;
  readonly party: string;
  readonly from: string;
  readonly text: string;
  readonly at: Date;
  readonly files: number;
  readonly accepted?: Accepted;
}

interface State {
  readonly kept: Kept[];
  file: { readonly mimeType: string; readonly bytes: Uint8Array } | undefined;
  fault: Fault | undefined;
  requests: number;
}

/** Every route of the API. */
function replyTo(state: State): void {
  const scope = nock('https://graph.facebook.com').persist();
  const get = (path: RegExp, answer: (url: URL) => Answer): unknown =>
    scope.get(path).reply((uri) => respond(state, () => answer(new URL(uri, 'https://graph.facebook.com'))));
  scope
    .post(/^\/v25\.0\/\d+\/messages\?/)
    .reply((uri, body) => respond(state, () => [200, take(state, uri, Object(body))]));
  get(/^\/v25\.0\/me\?/, () => [200, me]);
  get(/^\/v25\.0\/app\?/, () => [200, app]);
  get(/^\/v25\.0\/debug_token\?/, () => [200, debugToken]);
  get(/^\/v25\.0\/\d+\/subscribed_apps\?/, () => [200, subscribedApps]);
  get(/^\/v25\.0\/\d+\/conversations\?/, (url) => [200, conversationsOf(state, url)]);
  get(/^\/v25\.0\/t_\w+\/messages\?/, (url) => [200, messagesIn(state, url)]);
  const cdn = nock(CDN).persist();
  cdn.get('/v/missing').reply(() => respond(state, () => [404, '']));
  cdn
    .get(/^\/v\/file/)
    .reply(() =>
      respond(state, () => [
        200,
        Buffer.from(state.file?.bytes ?? []),
        { 'content-type': state.file?.mimeType ?? '' },
      ]),
    );
}

type Answer = readonly [
  status: number,
  body: string | Buffer | object,
  headers?: Readonly<Record<string, string>>,
];

/** What one request is answered, with the fault that waits for it. */
async function respond(state: State, usual: () => Answer): Promise<nock.ReplyFnResult> {
  const [status, body, headers] = await outcomeOf(state, usual);
  const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const type = { 'content-type': 'application/json; charset=UTF-8' };
  return [status, bytes, { ...type, 'content-length': String(Buffer.byteLength(bytes)), ...headers }];
}

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

const USAGE = [{ type: 'messenger', call_count: 100, estimated_time_to_regain_access: 1 }];
const ANSWERS: Readonly<Record<Exclude<Fault, 'refused' | 'silent' | 'reset_after_accept'>, Answer>> = {
  busy: [503, '<html>Sorry, something went wrong.</html>', { 'content-type': 'text/html' }],
  rate_limited: [
    400,
    errors.rate_limited,
    { 'x-business-use-case-usage': JSON.stringify({ [PAGE]: USAGE }) },
  ],
  bad_credentials: [400, errors.bad_credentials],
  bad_content: [400, errors.bad_content],
  no_such_customer: [400, errors.no_such_customer],
  opted_out: [400, errors.opted_out],
  error_after_accept: [500, errors.error_after_accept],
  nonsense: [200, '{"recipient_id": "71'],
  no_id: [200, '{"recipient_id":"7100000000000001"}'],
};

function broken(code: string): Error {
  return Object.assign(new Error(code), { code });
}

interface Body {
  readonly recipient: { readonly id: string };
  /** Absent where only typing, or that something was read, is shown. */
  readonly message?: {
    readonly text?: string;
    readonly attachment?: { readonly payload: { readonly url: string } };
    readonly quick_replies?: readonly { readonly title: string }[];
  };
}

function take(state: State, uri: string, { recipient, message }: Body): object {
  if (!message) return { recipient_id: recipient.id };
  const { text = '', attachment, quick_replies: replies = [] } = message;
  const mid = midOf(`sent ${state.kept.length}`);
  const page = uri.split('/')[2] ?? '';
  const party = recipient.id;
  const media = attachment ? [{ url: attachment.payload.url }] : [];
  const choices = replies.map(({ title }) => title);
  const accepted = { externalId: mid, to: party, from: page, text, media, choices };
  state.kept.push({ mid, page, party, from: page, text, at: new Date(), files: media.length, accepted });
  return { ...sent, recipient_id: party, message_id: mid };
}

function conversationsOf(state: State, url: URL): object {
  const page = url.pathname.split('/')[2];
  const own = state.kept.filter((one) => one.page === page);
  const asked = url.searchParams.get('user_id');
  const parties = [...new Set(own.map(({ party }) => party))].filter(
    (one) => asked === null || one === asked,
  );
  const data = parties.map((party) => {
    const last = Math.max(...own.filter((one) => one.party === party).map(({ at }) => at.getTime()));
    const participants = {
      data: [
        { id: party, name: 'Ada Lovelace' },
        { ...me, id: page },
      ],
    };
    return { id: `t_${page}x${party}`, updated_time: written(new Date(last)), participants };
  });
  return { ...conversations, data };
}

function messagesIn(state: State, url: URL): object {
  const [page, party] = url.pathname.split('/')[2]?.slice(2).split('x') ?? [];
  const found = state.kept
    .filter((one) => one.page === page && one.party === party)
    .toSorted((one, other) => other.at.getTime() - one.at.getTime());
  const data = found.map(({ mid, from, text, at, files }) => ({
    ...messages.data[0],
    id: mid,
    created_time: written(at),
    from: { id: from },
    message: text,
    ...(files > 0 && { attachments }),
  }));
  return { ...messages, data };
}

function written(at: Date): string {
  return at.toISOString().replace(/\.\d+Z$/, '+0000');
}

/** What Meta would deliver: a recorded webhook, with another event in it. */
function deliveryOf(sample: Sample): object {
  const [entry] = inbound.entry;
  const [recorded] = entry?.messaging ?? [];
  const around = { sender: recorded?.sender, recipient: recorded?.recipient, timestamp: recorded?.timestamp };
  const message = (id: string, more: object): object => ({ ...around, message: { mid: midOf(id), ...more } });
  const whole = (...messaging: readonly object[]): object => ({
    ...inbound,
    entry: [{ ...entry, messaging }],
  });
  const watermark = recorded?.timestamp;
  switch (sample.is) {
    case 'message':
      return whole(message(sample.id, { text: sample.text }));
    case 'media':
      return whole(message(sample.id, { attachments: picture.entry[0]?.messaging[0]?.message.attachments }));
    case 'batch':
      return whole(...sample.ids.map((id) => message(id, { text: id })));
    case 'status':
      if (sample.state === 'delivered')
        return whole({ ...around, delivery: { mids: [sample.externalId], watermark } });
      return whole({ ...around, [sample.state]: { watermark } });
    case 'unknown_status':
      return whole({ ...around, teleported: { mids: [sample.externalId], watermark } });
    case 'unknown_event':
      return whole({ ...around, hologram: { beam: 1 } });
    case 'unknown_content':
      return whole(message(sample.id, { attachments: [{ type: 'hologram', payload: { beam: 1 } }] }));
  }
}
