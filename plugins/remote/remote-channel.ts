import { z } from 'zod';
import {
  type Capabilities,
  type Channel,
  type ChannelDefinition,
  ChannelError,
  type Host,
  type OutboundMessage,
} from '../contract/index';
import { ask, type RemoteSettings, type Service } from './call';
import { handedIn } from './inbound';
import { type RemoteManifest, readRemoteManifest } from './manifest';
import { verifySigned } from './signature';

const CHECK_EVERY_MINUTES = 5;

/** A channel whose work is done by a service of its own, as its `channel.json` says; throws where that is wrong. */
export function remoteChannel(json: unknown): ChannelDefinition<RemoteSettings> {
  const manifest = readRemoteManifest(json);
  const { contract, id, channel, title, identity, address, settings, optionalSettings } = manifest;
  const pattern = new RegExp(address.pattern, 'u');
  return {
    ...{ contract, id, channel, title },
    capabilities: manifest.capabilities as unknown as Capabilities,
    configSchema: {
      type: 'object',
      additionalProperties: false,
      required: [
        ...Object.keys(settings).filter((name) => !optionalSettings.includes(name)),
        'signingSecret',
      ],
      properties: {
        ...settings,
        signingSecret: {
          ...{ type: 'string', title: 'Signing secret', minLength: 16, writeOnly: true },
          description: 'Shared with the service of this channel',
        },
      },
    },
    checkEveryMinutes: CHECK_EVERY_MINUTES,
    identities: (config) => [String(config[identity])],
    normalizeAddress(raw) {
      const one = address.lowerCase ? raw.trim().toLowerCase() : raw.trim();
      return pattern.test(one) ? one : undefined;
    },
    create: (config, host) => createRemote(manifest, config, host),
  };
}

const warnings = z.object({ warnings: z.array(z.string()).default([]) });
const receipt = z.object({
  externalIds: z.tuple([z.string().min(1)], z.string().min(1)),
  state: z.enum(['accepted', 'sent', 'delivered']),
});
const matches = z.array(
  z.object({
    externalId: z.string().min(1),
    at: z.iso.datetime({ offset: true }).transform((value) => new Date(value)),
  }),
);

function createRemote(
  { url, has, capabilities }: RemoteManifest,
  settings: Readonly<RemoteSettings>,
  host: Host,
): Channel {
  const closing = new AbortController();
  const service: Service = { url: url.replace(/\/+$/, ''), settings, host, closing: closing.signal };
  return {
    async check(signal) {
      return read(warnings, await ask(service, ['check', {}], { signal }));
    },
    async send(message, { signal, ...context }) {
      const fields = { message: plain(message), context };
      const answer = await ask(service, ['send', fields], { signal, isSend: true });
      return read(receipt, answer, { maybeSent: true });
    },
    ...(has.includes('findSent') && {
      async findSent({ message, ...query }, signal) {
        const fields = { query: { ...query, message: plain(message) } };
        return read(matches, await ask(service, ['findSent', fields], { signal }));
      },
    }),
    ...(has.includes('openMedia') && {
      async openMedia(ref, signal) {
        const { body, headers } = await ask(service, ['openMedia', { ref }], { signal });
        if (!body) throw new ChannelError('unavailable', 'the service of this channel gave no file');
        return { body, mimeType: headers.get('content-type') ?? 'application/octet-stream' };
      },
    }),
    ...(has.includes('typing') && {
      async typing(to, on, detail) {
        await ask(service, ['typing', { to, on, ...detail }], { signal: AbortSignal.timeout(TYPING_MS) });
      },
    }),
    webhook: {
      verify: (request) => verifySigned(settings.signingSecret, request, host.now()),
      parse: handedIn(capabilities.states),
    },
    close() {
      closing.abort();
      return Promise.resolve();
    },
  } satisfies Channel;
}

const TYPING_MS = 5_000;

/** Files go as links, which the service opens when it wants to. */
function plain({ media, ...message }: OutboundMessage): object {
  return { ...message, media: media.map(({ url, mimeType, name }) => ({ url, mimeType, name })) };
}

async function read<T>(
  schema: z.ZodType<T>,
  answer: Response,
  detail: { readonly maybeSent?: boolean } = {},
): Promise<T> {
  const parsed = schema.safeParse(await answer.json().catch(() => undefined));
  if (parsed.success) return parsed.data;
  throw new ChannelError('unavailable', 'the answer of this channel’s service cannot be read', detail);
}
