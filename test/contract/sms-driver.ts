import { createHash } from 'node:crypto';
import type { TwilioConfig } from '../../adapters/sms/config';
import { startTwilioSimulator, type TwilioSimulator } from '../../adapters/sms/simulator';
import type { CustomerMessage } from '../../adapters/sms/simulator/inbound';
import type { DeliveryState, RawRequest } from '../../plugins/contract/index';
import type { Accepted, Fault, ProviderDriver, Sample } from '../../plugins/testing/index';

const CUSTOMER = '+447911123456';
const OTHER_CUSTOMER = '+14155552671';

export interface SmsDriverOptions {
  readonly webhookUrl: string;
  /** The account sends through a messaging service instead of a number. */
  readonly service?: boolean;
}

/** The simulated Twilio, as the contract kit drives it. */
export async function startSmsDriver(options: SmsDriverOptions): Promise<ProviderDriver<TwilioConfig>> {
  const simulator = await startTwilioSimulator({ autoCallbacks: { states: ['sent'], tells: false } });
  const [first, second] = simulator.accounts;
  if (!first || !second) throw new Error('the simulator has no two accounts');
  const [service, pool] = Object.entries(first.services ?? {})[0] ?? [];
  const own = (options.service ? pool?.at(-1) : first.numbers[0]) ?? '';
  simulator.route((options.service && service) || own, options.webhookUrl);
  return {
    config: options.service ? simulator.configOf(first.accountSid, service) : simulator.config,
    otherConfig: simulator.configOf(second.accountSid),
    apiUrl: simulator.apiUrl,
    customer: { own, party: CUSTOMER },
    otherCustomer: { own, party: OTHER_CUSTOMER },
    spellings: ['+44 7911 123456', '+44 (0)7911 123-456', ' +447911123456 '],
    says: SAYS,
    accepted: () => acceptedBy(simulator),
    requests: () => simulator.requests(),
    pending: () => simulator.pending(),
    fail: (fault) => fail(simulator, fault),
    stop: () => simulator.stop(),
    webhook: {
      signsUrl: true,
      deliver: (sample) => deliver(simulator, { ...options, own }, sample),
      sign: (body) => simulator.signed(body, options.webhookUrl),
    },
    backlog: {
      miss({ id, text, at }) {
        simulator.miss({ from: CUSTOMER, to: own, body: text, at, sid: sidOf('SM', id) });
        return Promise.resolve();
      },
    },
    media: {
      put: (file) => Promise.resolve(refOf(simulator.request({ ...from(own, options), media: [file] }))),
      missing: `${simulator.apiUrl}/2010-04-01/Accounts/${first.accountSid}/Messages/MM0/Media/ME0`,
      strangers: () => simulator.mediaRequests(),
    },
  };
}

async function fail(simulator: TwilioSimulator, fault: Fault): Promise<void> {
  const answer = { status: 201, body: '{}' };
  if (fault === 'no_id') await simulator.fail('other', { answer, accepts: true });
  else await simulator.fail(fault === 'nonsense' ? 'bad_json' : fault);
}

/** What Twilio says with each fault. */
export const SAYS: NonNullable<ProviderDriver['says']> = {
  rate_limited: { providerCode: '20429', retryAfterMs: 2_000 },
  bad_credentials: { providerCode: '20003', setting: 'authToken' },
  bad_content: { providerCode: '21617', reason: 'too_long' },
  no_such_customer: { providerCode: '21211', reason: 'bad_address' },
  opted_out: { providerCode: '21610', reason: 'opted_out' },
  error_after_accept: { providerCode: '20500' },
};

function acceptedBy(simulator: TwilioSimulator): readonly Accepted[] {
  return simulator.sent().map(({ sid, from, to, body, media, statusCallback }) => ({
    externalId: sid,
    from: from ?? undefined,
    to,
    text: body,
    media: media.map((url) => ({ url })),
    key: new URL(statusCallback ?? '').searchParams.get('key') ?? undefined,
  }));
}

interface Addresses {
  readonly webhookUrl: string;
  readonly own: string;
}

/** The webhooks that Twilio would make; one message each, for it knows no batches. */
export function deliver(
  simulator: TwilioSimulator,
  { own, webhookUrl }: Addresses,
  sample: Sample,
): RawRequest[] {
  const customer = from(own, { webhookUrl });
  const write = (more: Partial<CustomerMessage>): RawRequest => simulator.request({ ...customer, ...more });
  switch (sample.is) {
    case 'message':
      return [write({ sid: sidOf('SM', sample.id), body: sample.text })];
    case 'media':
      return [write({ sid: sidOf('MM', sample.id), media: new Array(sample.count).fill(PICTURE) })];
    case 'batch':
      return sample.ids.map((id) => write({ sid: sidOf('SM', id), body: id }));
    case 'status':
      return [statusCallback(simulator, sample.externalId, STATUS[sample.state])];
    case 'unknown_status':
      return [statusCallback(simulator, sample.externalId, 'teleported')];
    case 'unknown_event':
      return [simulator.signed(Buffer.from('EventType=onHologram&AccountSid=AC0'), webhookUrl)];
    case 'unknown_content':
      return [write({ sid: sidOf('SM', sample.id), fields: { MessageType: 'hologram', Beam: '1' } })];
  }
}

const PICTURE = { mimeType: 'image/jpeg', bytes: Uint8Array.from([0xff, 0xd8, 0xff]) };

const STATUS: Readonly<Record<DeliveryState, string>> = {
  accepted: 'queued',
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  failed: 'undelivered',
};

function statusCallback(simulator: TwilioSimulator, sid: string, status: string): RawRequest {
  const failed = status === 'undelivered' ? { errorCode: 30_003 } : {};
  return simulator.callbackRequest(sid, status, failed);
}

function from(own: string, { webhookUrl }: { readonly webhookUrl: string }): CustomerMessage {
  return { from: CUSTOMER, to: own, url: webhookUrl };
}

/** The SID that stands for one of the kit's own ids. */
export function sidOf(prefix: string, id: string): string {
  return prefix + createHash('md5').update(id).digest('hex');
}

function refOf(request: RawRequest): string {
  return new URLSearchParams(Buffer.from(request.body).toString('utf8')).get('MediaUrl0') ?? '';
}
