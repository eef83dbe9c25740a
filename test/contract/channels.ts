import { appMessaging } from '../../adapters/app-messaging/index';
import { startAppMessagingDriver } from '../../adapters/app-messaging/simulator';
import email from '../../adapters/email/index';
import { facebook } from '../../adapters/facebook/index';
import { twilio } from '../../adapters/sms/index';
import { webChat } from '../../adapters/web-chat/index';
import { startWebChatDriver } from '../../adapters/web-chat/simulator';
import type { ChannelDefinition } from '../../plugins/contract/index';
import telegramProvider from '../../plugins/telegram/driver';
import { telegram } from '../../plugins/telegram/index';
import type { SimulatedProvider } from '../../plugins/testing/index';
import whatsappProvider from '../../plugins/whatsapp/driver';
import { whatsapp } from '../../plugins/whatsapp/index';
import type { Dovecot } from '../support/dovecot';
import { startEmailDriver } from './email-driver';
import { startFacebookDriver } from './facebook-driver';
import { startSmsDriver } from './sms-driver';

/** A channel of ours and the provider that it is tried on. */
export interface TriedChannel {
  /** Its folder in the project. */
  readonly folder: string;
  readonly definition: ChannelDefinition<object>;
  readonly provider: SimulatedProvider<object>;
}

const NO_PROVIDER = 'there is no provider to ask: the secret is only ever used to check what comes in';
const WITHOUT_A_PROVIDER = [
  'configuration: checking settings that work succeeds',
  'configuration: checking wrong credentials names the setting',
  'configuration: a provider in trouble does not make settings wrong',
  'configuration: a check can be given up',
].map((check) => ({ check, reason: NO_PROVIDER }));

export const SMS = tried('adapters/sms', twilio, {
  start: startSmsDriver,
  supports: ['webhook', 'findSent', 'listSince', 'openMedia'],
});

/** The same number behind a messaging service. */
export const SMS_SERVICE = tried('adapters/sms', twilio, {
  ...SMS.provider,
  start: (options) => startSmsDriver({ ...options, service: true }),
});

export const FACEBOOK = tried('adapters/facebook', facebook, {
  start: startFacebookDriver,
  supports: ['webhook', 'findSent', 'listSince', 'typing', 'markRead', 'openMedia'],
});

export const APP_MESSAGING = tried('adapters/app-messaging', appMessaging, {
  start: startAppMessagingDriver,
  supports: ['client', 'answerOf', 'typing'],
  skip: [
    {
      check: 'definition: what is no address is not taken for one',
      reason: 'a profile id is the business’s own, and may be any text that a path can carry',
    },
    ...WITHOUT_A_PROVIDER,
  ],
});

export const WEB_CHAT = tried('adapters/web-chat', webChat, {
  start: startWebChatDriver,
  supports: ['site', 'answerOf', 'typing'],
  skip: [
    {
      check: 'definition: an account has names, and they are its own',
      reason: 'no provider addresses it: the path holds the account’s own id',
    },
    {
      check: 'definition: what is no address is not taken for one',
      reason: 'a profile id is the business’s own, and may be any text',
    },
    {
      check: 'configuration: settings without any secret are refused',
      reason: 'a chat for anonymous visitors needs none',
    },
    ...WITHOUT_A_PROVIDER,
  ],
});

/** On a real IMAP server, which may be missing. */
export function emailOn(dovecot: () => Dovecot): TriedChannel {
  const start = () => startEmailDriver(dovecot());
  return tried('adapters/email', email, { start, supports: ['listen', 'findSent'] });
}

/** All that need no server of their own. */
export const CHANNELS: readonly TriedChannel[] = [
  SMS,
  FACEBOOK,
  WEB_CHAT,
  APP_MESSAGING,
  tried('plugins/telegram', telegram, telegramProvider),
  tried('plugins/whatsapp', whatsapp, whatsappProvider),
];

function tried<Config extends object>(
  folder: string,
  definition: ChannelDefinition<Config>,
  provider: SimulatedProvider<Config>,
): TriedChannel {
  return {
    folder,
    definition: definition as ChannelDefinition<object>,
    provider: provider as SimulatedProvider<object>,
  };
}
