import {
  ChannelError,
  type Host,
  type OutboundMessage,
  type SendContext,
  type SendReceipt,
} from '../../plugins/contract/index';
import type { TwilioClient } from './client';
import type { TwilioConfig } from './config';
import { failedAtOnce } from './failures';
import { KEY_PARAMETER, STATES } from './inbound';

/** One configured account: what every part of the adapter works with. */
export interface Account {
  readonly config: TwilioConfig;
  readonly host: Host;
  readonly client: TwilioClient;
}

/** Hands one message to Twilio, once. */
export async function send(
  account: Account,
  message: OutboundMessage,
  context: SendContext,
): Promise<SendReceipt> {
  const created = await account.client.call(context.signal, (sdk) =>
    sdk.messages.create({
      to: message.to.party,
      ...senderOf(account.config, message.to.own),
      ...(message.text !== undefined && { body: message.text }),
      ...(message.media.length > 0 && { mediaUrl: message.media.map(({ url }) => url) }),
      statusCallback: callbackUrl(account.host.webhookUrl, context.idempotencyKey),
    }),
  );
  const state = STATES[created.status];
  if (state === 'failed') throw failedAtOnce(created.errorCode);
  if (!created.sid)
    throw new ChannelError('unavailable', 'Twilio answered without an id', { maybeSent: true });
  return {
    externalIds: [created.sid],
    state: state === 'sent' || state === 'delivered' ? state : 'accepted',
  };
}

/** Who sends: a service picks one of its senders, unless the customer wrote to a certain one. */
export function senderOf(
  config: TwilioConfig,
  own: string,
): { readonly from?: string; readonly messagingServiceSid?: string } {
  const { messagingServiceSid, number } = config;
  if (!messagingServiceSid) return number === undefined ? {} : { from: number };
  return own && own !== messagingServiceSid ? { from: own, messagingServiceSid } : { messagingServiceSid };
}

// A callback proves that the message exists, also when the answer to our request is lost: it brings the key back.
function callbackUrl(webhookUrl: string, idempotencyKey: string): string {
  const separator = webhookUrl.includes('?') ? '&' : '?';
  return `${webhookUrl}${separator}${KEY_PARAMETER}=${encodeURIComponent(idempotencyKey)}`;
}
