import type { Channel, ChannelDefinition, Host } from '../../plugins/contract/index';
import { normalizeAddress } from './address';
import { check } from './check';
import { createClient } from './client';
import { configSchema, identities, type TwilioConfig } from './config';
import { guide } from './guide';
import { findSent, listSince } from './history';
import { measure } from './measure';
import { mediaReader } from './media';
import { send } from './send';
import { webhook } from './webhook';

/** SMS and MMS, and whatever else a Twilio number or messaging service carries. */
export const twilio: ChannelDefinition<TwilioConfig> = {
  contract: '^0.1',
  id: 'twilio',
  channel: 'sms',
  title: 'SMS (Twilio)',
  capabilities: {
    text: { maxLength: 1_600 },
    media: {
      mimeTypes: ['image/*', 'audio/*', 'video/*', 'text/vcard', 'application/pdf'],
      maxBytes: 5_000_000,
      perMessage: 10,
    },
    states: ['accepted', 'sent', 'delivered', 'read', 'failed'],
    canStart: true,
    // Twilio's message resource knows no idempotency key.
    idempotentSend: false,
    lookup: { settlesAfterMs: 60_000 },
    sendConcurrency: 8,
  },
  configSchema,
  guide,
  identities,
  normalizeAddress,
  measure,
  create,
};

export default twilio;

function create(config: Readonly<TwilioConfig>, host: Host): Channel {
  const client = createClient(config, host);
  const media = mediaReader(config, host);
  const account = { config, host, client };
  return {
    check: (signal) => check(account, signal),
    send: (message, context) => send(account, message, context),
    findSent: (query, signal) => findSent(account, query, signal),
    listSince: (since, inbox, signal) => listSince(account, since, inbox, signal),
    openMedia: (ref, signal) => media.open(ref, signal),
    webhook: webhook(config),
    close() {
      client.close();
      media.close();
      return Promise.resolve();
    },
  };
}
