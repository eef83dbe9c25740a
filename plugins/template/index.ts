import type { Channel, ChannelDefinition, Host } from 'parley-gateway/plugin';
import { ChannelError } from 'parley-gateway/plugin';
import { type AcmeConfig, callOf } from './api';
import { webhook } from './webhook';

/** The Acme channel: everything that the gateway knows of it before an account exists. */
export const definition: ChannelDefinition<AcmeConfig> = {
  contract: '^0.1',
  id: 'acme',
  channel: 'acme',
  title: 'Acme',
  // Promises: the host obeys them to the letter, and the kit proves each of them.
  capabilities: {
    text: { maxLength: 1_000 },
    media: { mimeTypes: ['image/*', 'application/pdf'], maxBytes: 5_000_000, perMessage: 4 },
    states: ['sent', 'delivered', 'read', 'failed'],
    canStart: true,
    idempotentSend: true,
  },
  // `writeOnly` makes a secret of a setting: encrypted at rest, never shown, never logged.
  configSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['line', 'token', 'signingSecret'],
    properties: {
      line: { type: 'string', title: 'Line', description: 'Your line at Acme', pattern: '^[a-z0-9-]{3,40}$' },
      token: { type: 'string', title: 'API token', minLength: 8, writeOnly: true },
      signingSecret: { type: 'string', title: 'Signing secret', minLength: 16, writeOnly: true },
    },
  },
  identities: ({ line }) => [line],
  normalizeAddress(raw) {
    const name = raw.trim().toLowerCase();
    return /^@[a-z0-9_]{2,30}$/.test(name) ? name : undefined;
  },
  create,
};

export default definition;

/** One configured account. It wires objects and does no I/O. */
function create(config: Readonly<AcmeConfig>, host: Host): Channel {
  const closing = new AbortController();
  const call = callOf({ config, host, closing: closing.signal });
  return {
    async check(signal) {
      await call(`/v1/lines/${config.line}`, { signal });
      return { warnings: [] };
    },
    async send({ to, text, media }, { idempotencyKey, signal }) {
      const files = media.map(({ url, mimeType, name }) => ({ url, type: mimeType, name }));
      const body = { from: to.own, to: to.party, text: text ?? '', files, reference: idempotencyKey };
      const sent = await call('/v1/messages', { signal, body });
      const id: unknown = Object(await sent.json().catch(() => undefined))['id'];
      // It was taken, but as what? Then nobody may send it again before it is looked up.
      if (typeof id !== 'string')
        throw new ChannelError('unavailable', 'Acme gave no id', { maybeSent: true });
      return { externalIds: [id], state: 'accepted' };
    },
    async openMedia(ref, signal) {
      const file = await call(ref, { signal });
      return {
        body: file.body ?? emptyBody(),
        mimeType: file.headers.get('content-type') ?? 'application/octet-stream',
      };
    },
    webhook: webhook(config),
    close() {
      closing.abort();
      return Promise.resolve();
    },
  };
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield new Uint8Array();
}
