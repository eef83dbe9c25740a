import {
  type Channel,
  type ChannelDefinition,
  ChannelError,
  type Host,
  type LeavingRule,
} from '../../plugins/contract/index';
import { answerInConversation, answerOf } from '../../plugins/helpers/answer-in-conversation';
import type { Account } from './account';
import { configSchema, isUsableId, type LeavingSettings, type WebChatConfig } from './config';
import { fileRoutes } from './files';
import { messageRoutes } from './messages';
import { settingsRoutes } from './public-settings';
import { admits, sessionRoutes } from './sessions';
import { streamOf } from './stream';
import { demoFiles, widgetFiles } from './widget-files';

/** A chat in the business's own web site. */
export const webChat: ChannelDefinition<WebChatConfig> = {
  contract: '^0.1',
  id: 'web-chat',
  channel: 'webChat',
  title: 'Web chat',
  capabilities: {
    text: { maxLength: 20_000 },
    media: {
      mimeTypes: ['image/*', 'audio/*', 'video/*', 'application/*', 'text/*', 'font/*'],
      maxBytes: 25 * 1024 * 1024,
      perMessage: 20,
    },
    choices: { max: 20, maxLabel: 80 },
    states: ['sent', 'delivered', 'read'],
    canStart: true,
    idempotentSend: true,
    sendConcurrency: 32,
  },
  configSchema,
  // There is no provider that would address it: its own id tells an account from others.
  identities: () => [],
  normalizeAddress: (raw) => (isUsableId(raw) ? raw : undefined),
  create,
};

export default webChat;

const MINUTE_MS = 60_000;

function create(config: Readonly<WebChatConfig>, host: Host): Channel {
  const { clients: ports } = host;
  if (!ports) throw new Error('web chat needs a host that serves end users');
  const account: Account = { config, host, ports };
  const { allowedOrigins, leaving } = config;
  const closing = new AbortController();
  return {
    check: async () => ({ warnings: warningsFor(config) }),
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
    site: {
      routes: [
        ...settingsRoutes(account),
        ...sessionRoutes(account),
        ...messageRoutes(account),
        ...fileRoutes(account),
      ],
      files: config.hasDemo ? [...widgetFiles, ...demoFiles] : widgetFiles,
      stream: streamOf(config),
      allowsOrigin: (origin) => allowedOrigins.includes(origin),
      admits: (session) => admits(account, session),
      ...(leaving?.mode === 'automatic' ? { leaving: leavingRule(leaving) } : {}),
    },
    close() {
      closing.abort();
      return Promise.resolve();
    },
  };
}

function warningsFor({ allowedOrigins, identity }: WebChatConfig): string[] {
  const warnings: string[] = [];
  if (allowedOrigins.length === 0) warnings.push('allowedOrigins is empty: no site may embed the chat');
  if (identity && identity.mode !== 'off' && identity.secret === undefined)
    warnings.push('identity.secret is not set: no user of the site can be let in');
  return warnings;
}

const INTRO = 'You had left our chat when this answer came. Just reply to this message.';

function leavingRule({ intro = INTRO, ...settings }: LeavingSettings): LeavingRule {
  const { afterMinutes = 10, mostMessages = 20, mostPerAddress = 3, mostPerHour = 60 } = settings;
  const limits = { mostMessages, mostPerAddress, mostPerHour };
  return { to: 'email', afterMs: afterMinutes * MINUTE_MS, intro, ...limits };
}
