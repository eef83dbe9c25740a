import { createHash } from 'node:crypto';
import type { FacebookConfig } from '../../adapters/facebook/config';
import { type FacebookSimulator, startFacebookSimulator } from '../../adapters/facebook/simulator';
import type { PageEvent } from '../../adapters/facebook/simulator/events';
import type { RawRequest } from '../../plugins/contract/index';
import type { Accepted, Fault, ProviderDriver, Sample } from '../../plugins/testing/index';

const CUSTOMER = '7100000000000001';
const OTHER_CUSTOMER = '7100000000000002';
const HOUR_MS = 3_600_000;

/** The simulated Meta, as the contract kit drives it. */
export async function startFacebookDriver(options: {
  readonly webhookUrl: string;
}): Promise<ProviderDriver<FacebookConfig>> {
  const simulator = await startFacebookSimulator({ echoes: 'never' });
  const [first, second] = simulator.pages;
  if (!first || !second) throw new Error('the simulator has no two pages');
  const own = first.pageId;
  simulator.route(own, options.webhookUrl);
  // Meta lets a page write to those only who wrote first.
  for (const { pageId } of [first, second])
    for (const from of [CUSTOMER, OTHER_CUSTOMER])
      simulator.miss({ from, pageId, text: 'hello', at: new Date(Date.now() - HOUR_MS) });
  return {
    config: simulator.config,
    otherConfig: simulator.configOf(second.pageId),
    apiUrl: simulator.apiUrl,
    customer: { own, party: CUSTOMER },
    otherCustomer: { own, party: OTHER_CUSTOMER },
    spellings: [` ${CUSTOMER} `],
    says: SAYS,
    accepted: () => acceptedBy(simulator),
    requests: () => simulator.requests(),
    pending: () => simulator.pending(),
    fail: (fault: Fault) => simulator.fail(fault),
    stop: () => simulator.stop(),
    webhook: {
      signsUrl: false,
      deliver: remembered((sample) => deliver(simulator, sample)),
      sign: (body) => simulator.signed(body, options.webhookUrl),
    },
    backlog: {
      miss({ id, text, at }) {
        simulator.miss({ from: CUSTOMER, text, at, mid: midOf(id) });
        return Promise.resolve();
      },
    },
    media: {
      put: (file) => Promise.resolve(refOf(simulator.event({ from: CUSTOMER, files: [file] }))),
      missing: `${simulator.apiUrl}/files/f0`,
      strangers: () => [],
    },
  };
}

/** What Meta says with each fault. */
export const SAYS: NonNullable<ProviderDriver['says']> = {
  rate_limited: { providerCode: '613', retryAfterMs: 60_000 },
  bad_credentials: { providerCode: '190/463', setting: 'pageAccessToken' },
  bad_content: { providerCode: '100' },
  no_such_customer: { providerCode: '100/2018001', reason: 'bad_address' },
  opted_out: { providerCode: '551/1545041', reason: 'blocked' },
  error_after_accept: { providerCode: '1/1357046' },
};

function acceptedBy(simulator: FacebookSimulator): readonly Accepted[] {
  return simulator.sent().map(({ mid, pageId, psid, text, files, choices }) => ({
    externalId: mid,
    from: pageId,
    to: psid,
    text,
    media: files.map(({ url }) => ({ url })),
    choices: choices.map(({ title }) => title),
  }));
}

// A delivery carries its time: what is forged must differ from it in what was forged, and in nothing else.
function remembered(make: (sample: Sample) => RawRequest[]): (sample: Sample) => RawRequest[] {
  const made = new Map<string, RawRequest[]>();
  return (sample) => {
    const key = JSON.stringify(sample);
    const requests = made.get(key) ?? make(sample);
    made.set(key, requests);
    return requests;
  };
}

/** The webhooks that Meta would make; a batch is one of them. */
function deliver(simulator: FacebookSimulator, sample: Sample): RawRequest[] {
  const send = (...events: PageEvent[]): RawRequest[] => [simulator.request(events)];
  const message = (id: string, more: object = {}): PageEvent =>
    simulator.event({ from: CUSTOMER, mid: midOf(id), ...more });
  const happens = (what: object): PageEvent => simulator.happening(what, { psid: CUSTOMER });
  switch (sample.is) {
    case 'message':
      return send(message(sample.id, { text: sample.text }));
    case 'media':
      return send(message(sample.id, { files: Array.from({ length: sample.count }, () => PICTURE) }));
    case 'batch':
      return send(...sample.ids.map((id) => message(id, { text: id })));
    case 'status':
      return send(happens(statusOf(sample.externalId, sample.state)));
    case 'unknown_status':
      return send(happens({ teleported: { mids: [sample.externalId], watermark: Date.now() } }));
    case 'unknown_event':
      return send(happens({ hologram: { beam: 1 } }));
    case 'unknown_content':
      return send(
        message(sample.id, { more: { attachments: [{ type: 'hologram', payload: { beam: 1 } }] } }),
      );
  }
}

function statusOf(mid: string, state: string): object {
  const watermark = Date.now();
  if (state === 'delivered') return { delivery: { mids: [mid], watermark } };
  return state === 'read' ? { read: { watermark } } : { [state]: { mids: [mid], watermark } };
}

const PICTURE = { mimeType: 'image/jpeg', bytes: Uint8Array.from([0xff, 0xd8, 0xff]) };

/** The id that stands for one of the kit's own. */
export function midOf(id: string): string {
  return `m_${createHash('md5').update(id).digest('hex')}`;
}

function refOf({ event }: PageEvent): string {
  const { attachments } = Object(event['message']);
  return attachments[0].payload.url;
}
