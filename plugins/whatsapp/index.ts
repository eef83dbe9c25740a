import { type Channel, type ChannelDefinition, ChannelError, type Host } from 'parley-gateway/plugin';
import { normalizeAddress } from './address';
import { check } from './check';
import { configSchema, type WhatsAppConfig } from './config';
import { split } from './envelope';
import { type Account, graphOf } from './graph';
import { guide } from './guide';
import { openMedia } from './media';
import { send, showRead } from './send';
import { webhook } from './webhook';

/** WhatsApp by the Cloud API: one account is one number of the business. */
export const whatsapp: ChannelDefinition<WhatsAppConfig> = {
  contract: '^0.1',
  id: 'whatsapp',
  channel: 'whatsApp',
  title: 'WhatsApp',
  capabilities: {
    text: { maxLength: 4_096 },
    // https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media#supported-media-types
    media: {
      mimeTypes: [
        ...['image/jpeg', 'image/png', 'video/mp4', 'video/3gpp'],
        ...['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg'],
        ...['application/pdf', 'text/plain', 'application/msword', 'application/vnd.ms-excel'],
        'application/vnd.ms-powerpoint',
        'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
        'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        'application/vnd.openxmlformats-officedocument.presentationml.presentation',
      ],
      maxBytes: 16_000_000,
      perMessage: 1,
      // A caption is shorter than a text.
      alone: true,
    },
    choices: { max: 10, maxLabel: 24 },
    states: ['sent', 'delivered', 'read', 'failed'],
    // The customer writes first, or a template that Meta approved.
    canStart: false,
    templates: true,
    replyWindowHours: 24,
    // Two sends are two messages, and nothing can be asked for: what becomes of a lost answer, the statuses tell.
    idempotentSend: false,
    sendConcurrency: 16,
  },
  configSchema,
  guide,
  identities: ({ phoneNumberId }) => [phoneNumberId],
  normalizeAddress,
  sharedWebhook: { split },
  checkEveryMinutes: 15,
  create,
};

export default whatsapp;

function create(config: Readonly<WhatsAppConfig>, host: Host): Channel {
  const controller = new AbortController();
  const closing = controller.signal;
  const account: Account = { config, host, closing, call: graphOf({ config, host, closing }) };
  return {
    check: (signal) => check(account, signal),
    send(message, context) {
      if (closing.aborted) return Promise.reject(new ChannelError('unavailable', 'this account is closed'));
      return send(account, message, context);
    },
    webhook: webhook(config),
    openMedia: (ref, signal) => openMedia(account, ref, signal),
    markRead: (_from, externalId) => showRead(account, externalId),
    async typing(_to, on, { answers } = {}) {
      // It is shown at what the customer wrote, fades by itself, and cannot be taken back.
      if (on && answers !== undefined) await showRead(account, answers, true);
    },
    close() {
      controller.abort();
      return Promise.resolve();
    },
  };
}
