import type { ProviderDriver, Sample, SimulatedProvider } from 'parley-gateway/testing';
import type { WhatsAppConfig } from './config';
import { delivery, messagesValue, signed } from './simulator/deliveries';
import { WhatsAppServer } from './simulator/server';
import { CUSTOMERS, NUMBERS } from './simulator/world';

/** What the kit is to test the channel on. */
const provider: SimulatedProvider<WhatsAppConfig> = {
  start: startWhatsApp,
  supports: ['webhook', 'openMedia', 'typing', 'markRead'],
};

export default provider;

async function startWhatsApp({
  webhookUrl: url,
}: {
  readonly webhookUrl: string;
}): Promise<ProviderDriver<WhatsAppConfig>> {
  const server = new WhatsAppServer();
  const apiUrl = await server.listen();
  const [config, otherConfig] = NUMBERS;
  const own = config.phoneNumberId;
  const [party, other] = CUSTOMERS;
  return {
    ...{ config, otherConfig, apiUrl },
    customer: { own, party },
    otherCustomer: { own, party: other },
    spellings: ['+44 7700 900123', '0044 (7700) 900-123', ` ${party} `],
    says: {
      rate_limited: { providerCode: '130429', retryAfterMs: 2_000 },
      bad_credentials: { providerCode: '190', setting: 'accessToken' },
      bad_content: { providerCode: '100' },
      no_such_customer: { providerCode: '131026', reason: 'bad_address' },
      opted_out: { providerCode: '131050', reason: 'not_permitted' },
      error_after_accept: { providerCode: '1' },
    },
    accepted: () => server.accepted,
    requests: () => server.requests,
    pending: () => server.pending,
    fail: (fault) => server.fail(fault),
    stop: () => server.stop(),
    webhook: {
      signsUrl: false,
      sign: (body) => signed(body, { config, url }),
      deliver: (sample) => [delivery(contentOf(sample, server), { url, field: fieldOf(sample) })],
    },
    media: {
      put: (file) => Promise.resolve(server.keep(file)),
      missing: '8999999999',
      strangers: () => [],
    },
  };
}

function fieldOf({ is }: Sample): string {
  return is === 'unknown_event' ? 'holograms' : 'messages';
}

function contentOf(sample: Sample, server: WhatsAppServer): object {
  const text = (id: string, body: string) => ({ id: `wamid.${id}`, text: { body } });
  const picture = (id: string) => ({
    ...{ id: `wamid.${id}`, type: 'image' },
    image: { id: '7000000001', mime_type: 'image/jpeg', sha256: 'x' },
  });
  switch (sample.is) {
    case 'message':
      return messagesValue(text(sample.id, sample.text));
    case 'media':
      return messagesValue(...Array.from({ length: sample.count }, () => picture(sample.id)));
    case 'batch':
      return messagesValue(...sample.ids.map((id) => text(id, id)));
    case 'status':
      return statusValue(server, sample.externalId, sample.state);
    case 'unknown_status':
      return statusValue(server, sample.externalId, 'teleported');
    case 'unknown_content':
      return messagesValue({ id: `wamid.${sample.id}`, type: 'hologram', hologram: { depth: 3 } });
    case 'unknown_event':
      return { holograms: [{ depth: 3 }] };
  }
}

/** A status of a message that was sent, with the data that came with it. */
export function statusValue(
  { accepted }: Pick<WhatsAppServer, 'accepted'>,
  id: string,
  status: string,
  code = 131_026,
): object {
  const sent = accepted.find(({ externalId }) => externalId === id);
  const one = {
    ...{ id, status, timestamp: '1767323050', recipient_id: sent?.to },
    ...(sent?.key !== undefined && { biz_opaque_callback_data: sent.key }),
    ...(status === 'failed' && { errors: [{ code, title: 'Message undeliverable' }] }),
  };
  return { statuses: [one] };
}
