import { type Channel, type ChannelDefinition, ChannelError, type Host } from '../../plugins/contract/index';
import { answerInConversation, answerOf } from '../../plugins/helpers/answer-in-conversation';
import { type AppMessagingConfig, configSchema, identities, isUsableId } from './config';
import { contentRoutes } from './content';
import { conversationRoutes } from './conversations';
import { socket } from './frames';
import { messageRoutes } from './messages';
import { profileRoutes } from './profiles';
import { type Account, sessionRoutes } from './sessions';

/** Chat inside the business's own apps and pages, by the protocol of the published SDKs. */
export const appMessaging: ChannelDefinition<AppMessagingConfig> = {
  contract: '^0.1',
  id: 'app-messaging',
  channel: 'appMessaging',
  title: 'App Messaging',
  capabilities: {
    text: { maxLength: 100_000, html: true },
    media: {
      mimeTypes: ['image/*', 'audio/*', 'video/*', 'application/*', 'text/*', 'font/*'],
      maxBytes: 25 * 1024 * 1024,
      perMessage: 20,
    },
    states: ['sent', 'delivered', 'read'],
    canStart: true,
    idempotentSend: true,
    sendConcurrency: 32,
  },
  configSchema,
  identities,
  // A profile's id is the business's own: whatever it is, it is as it is.
  normalizeAddress: (raw) => (isUsableId(raw) ? raw : undefined),
  create,
};

export default appMessaging;

function create(config: Readonly<AppMessagingConfig>, host: Host): Channel {
  const { clients: ports } = host;
  if (!ports) throw new Error('App Messaging needs a host that serves end users');
  const account: Account = { config, host, ports };
  const { allowedOrigins = [] } = config;
  const closing = new AbortController();
  return {
    check: async () => ({
      warnings:
        allowedOrigins.length === 0
          ? ['allowedOrigins is empty: apps may call, pages of other sites may not']
          : [],
    }),
    send(message, context) {
      if (closing.signal.aborted)
        return Promise.reject(new ChannelError('unavailable', 'this account is closed'));
      const signal = AbortSignal.any([context.signal, closing.signal]);
      return answerInConversation(ports, message, { ...context, signal });
    },
    answerOf,
    async typing({ thread, own }, on, { from } = {}) {
      if (thread !== undefined) await ports.conversations.showTyping(thread, from?.id ?? own, on);
    },
    client: {
      routes: [
        ...sessionRoutes(account),
        ...conversationRoutes(account),
        ...messageRoutes(account),
        ...profileRoutes(account),
        ...contentRoutes(account),
      ],
      socket,
      allowsOrigin: (origin) => allowedOrigins.includes(origin),
    },
    close() {
      closing.abort();
      return Promise.resolve();
    },
  };
}
