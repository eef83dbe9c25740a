import type { Capabilities, Channel, ChannelDefinition, Host } from '../../plugins/contract/index';
import { check, profileOf } from './check';
import { configSchema, type FacebookConfig, identities, normalizeAddress } from './config';
import { split } from './envelope';
import { createGraph, type Graph } from './graph-call';
import { guide } from './guide';
import { findSent, listSince } from './history';
import { mediaReader } from './media';
import { act, send } from './send';
import { webhook } from './webhook';

const capabilities: Capabilities = {
  text: { maxLength: 2_000 },
  media: {
    mimeTypes: ['image/*', 'audio/*', 'video/*', 'application/*', 'text/*'],
    maxBytes: 25_000_000,
    perMessage: 1,
    alone: true,
  },
  choices: { max: 13, maxLabel: 20 },
  states: ['delivered', 'read'],
  watermarks: true,
  // Meta's rule: the customer writes first.
  canStart: false,
  replyWindowHours: 24,
  // Meta's send call knows no idempotency key.
  idempotentSend: false,
  lookup: { settlesAfterMs: 90_000 },
  sendConcurrency: 8,
};

const HUMAN_WINDOW_HOURS = 7 * 24;

/** Facebook Messenger: the conversations of one page. */
export const facebook: ChannelDefinition<FacebookConfig> = {
  contract: '^0.1',
  id: 'facebook',
  channel: 'fbMessenger',
  title: 'Facebook Messenger',
  capabilities,
  configSchema,
  guide,
  identities,
  normalizeAddress,
  sharedWebhook: { split },
  checkEveryMinutes: 15,
  create,
};

export default facebook;

function create(config: Readonly<FacebookConfig>, host: Host): Channel {
  const graph = createGraph(config, host);
  const media = mediaReader(host.apiUrl);
  return {
    capabilities: capabilitiesOf(config),
    check: (signal) => check(graph, signal),
    send: (message, context) => send(graph, message, context),
    findSent: (query, signal) => findSent(graph, query, signal),
    listSince: (since, inbox, signal) => listSince(graph, since, inbox, signal),
    profileOf: (party, signal) => profileOf(graph, party, signal),
    takeControl: (address, signal) => takeControl(graph, address.party, signal),
    typing: (to, on) => act(graph, to, on ? 'typing_on' : 'typing_off'),
    markRead: (from) => act(graph, from, 'mark_seen'),
    openMedia: (ref, signal) => media.open(ref, signal),
    webhook: webhook(config),
    close() {
      graph.close();
      media.close();
      return Promise.resolve();
    },
  };
}

function capabilitiesOf(config: FacebookConfig): Capabilities {
  return config.humanAgent ? { ...capabilities, humanReplyWindowHours: HUMAN_WINDOW_HOURS } : capabilities;
}

async function takeControl({ config, graphCall }: Graph, party: string, signal: AbortSignal): Promise<void> {
  const path = `${config.pageId}/take_thread_control`;
  await graphCall({ method: 'POST', path, params: { recipient: { id: party } }, signal });
}
