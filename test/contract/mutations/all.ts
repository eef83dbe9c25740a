import type { Mutation } from '../mutation';
import { APP_MESSAGING_MUTATIONS } from './app-messaging';
import { FACEBOOK_MUTATIONS } from './facebook';
import { SMS_MUTATIONS } from './sms';
import { SMS_SENDING_MUTATIONS } from './sms-sending';
import { TELEGRAM_MUTATIONS } from './telegram';
import { WEB_CHAT_MUTATIONS } from './web-chat';
import { WHATSAPP_MUTATIONS } from './whatsapp';

/** Every bug that is planted. */
export const MUTATIONS: readonly Mutation[] = [
  ...SMS_MUTATIONS,
  ...SMS_SENDING_MUTATIONS,
  ...FACEBOOK_MUTATIONS,
  ...APP_MESSAGING_MUTATIONS,
  ...WEB_CHAT_MUTATIONS,
  ...TELEGRAM_MUTATIONS,
  ...WHATSAPP_MUTATIONS,
];
