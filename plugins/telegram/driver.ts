import type { RawRequest } from 'parley-gateway/plugin';
import type { ProviderDriver, Sample, SimulatedProvider } from 'parley-gateway/testing';
import { type TelegramConfig, webhookSecretOf } from './config';
import { ACCOUNTS, CUSTOMERS, TelegramServer } from './simulator';

/** What the kit is to test the channel on: by webhook. */
const provider: SimulatedProvider<TelegramConfig> = {
  start: (options) => startTelegram({ ...options, receive: 'webhook' }),
  supports: ['webhook', 'openMedia', 'typing'],
};

export default provider;

/** The same by polling. */
export const byPolling: SimulatedProvider<TelegramConfig> = {
  start: (options) => startTelegram({ ...options, receive: 'polling' }),
  supports: ['listen', 'openMedia', 'typing'],
};

interface Starting {
  readonly webhookUrl: string;
  readonly receive: 'webhook' | 'polling';
}

async function startTelegram({ webhookUrl, receive }: Starting): Promise<ProviderDriver<TelegramConfig>> {
  const server = new TelegramServer();
  const apiUrl = await server.listen();
  const [config, otherConfig] = ACCOUNTS.map((account) => ({ ...account, receive }));
  if (!config || !otherConfig) throw new Error('the simulator has two bots');
  const [own = ''] = config.token.split(':');
  const sign = (body: Uint8Array): RawRequest => ({
    method: 'POST',
    url: webhookUrl,
    headers: {
      'content-type': 'application/json',
      'x-telegram-bot-api-secret-token': webhookSecretOf(config),
    },
    body,
  });
  return {
    ...{ config, otherConfig, apiUrl },
    customer: { own, party: String(CUSTOMERS[0]) },
    otherCustomer: { own, party: String(CUSTOMERS[1]) },
    spellings: [` ${CUSTOMERS[0]} `],
    says: {
      rate_limited: { retryAfterMs: 2_000 },
      bad_credentials: { setting: 'token' },
      bad_content: { reason: 'too_long' },
      no_such_customer: { reason: 'bad_address' },
      opted_out: { reason: 'blocked' },
    },
    accepted: () => server.accepted,
    requests: () => server.requests,
    pending: () => server.pending,
    fail: (fault) => server.fail(fault),
    stop: () => server.stop(),
    webhook: {
      signsUrl: false,
      signsBody: false,
      sign,
      deliver: (sample) => updatesOf(sample).map((update) => sign(Buffer.from(JSON.stringify(update)))),
    },
    listener: {
      push({ id, text }) {
        server.push({ message: { ...MESSAGE, message_id: numberOf(id), text } });
        return Promise.resolve();
      },
      drop: () => server.drop(),
    },
    media: {
      put: (file) => Promise.resolve(server.keep(file)),
      missing: 'AgACAgIAAx_none',
      strangers: () => [],
    },
  };
}

const MESSAGE = {
  from: { id: CUSTOMERS[0], is_bot: false, first_name: 'Ann', last_name: 'Ash' },
  chat: { id: CUSTOMERS[0], type: 'private' },
  date: 1_767_323_045,
};

/** The same id is the same message. */
function numberOf(id: string): number {
  return [...id].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 1_000_000_007;
}

function updatesOf(sample: Sample): readonly object[] {
  const of = (id: string, fields: object) => {
    const number = numberOf(id);
    return { update_id: number, message: { ...MESSAGE, message_id: number, ...fields } };
  };
  switch (sample.is) {
    case 'message':
      return [of(sample.id, { text: sample.text })];
    // An album comes as one message for each picture.
    case 'media':
      return Array.from({ length: sample.count }, (_, index) =>
        of(`${sample.id}.${index}`, { photo: [{ file_id: 'small_1' }, { file_id: `large_${index}` }] }),
      );
    case 'batch':
      return sample.ids.map((id) => of(id, { text: id }));
    case 'unknown_content':
      return [of(sample.id, { hologram: { depth: 3 } })];
    case 'unknown_event':
      return [{ update_id: 9, party_started: {} }];
    // It tells of no statuses.
    case 'status':
    case 'unknown_status':
      return [];
  }
}
