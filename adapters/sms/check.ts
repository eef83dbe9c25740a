import { ChannelError, type CheckReport } from '../../plugins/contract/index';
import { isAlphanumericSender } from './address';
import type { TwilioConfig } from './config';
import type { Account } from './send';

/** Proves the credentials and that the sender is this account's, and says what will not work as hoped. */
export async function check(account: Account, signal: AbortSignal): Promise<CheckReport> {
  const { client, config } = account;
  const owner = await client.call(signal, (sdk) => sdk.api.v2010.accounts(config.accountSid).fetch());
  if (owner.status !== 'active')
    throw misconfigured('accountSid', `the Twilio account is ${owner.status}; see its console`);
  const trial = owner.type === 'Trial' ? ['A trial account may only write to verified numbers.'] : [];
  return { warnings: [...trial, ...(await checkSender(account, signal))] };
}

function checkSender(account: Account, signal: AbortSignal): Promise<readonly string[]> {
  const { number = '', messagingServiceSid } = account.config;
  if (messagingServiceSid) return checkService(account, messagingServiceSid, signal);
  if (number.startsWith('+')) return checkNumber(account, number, signal);
  if (isAlphanumericSender(number)) return Promise.resolve(['Nobody can answer an alphanumeric sender.']);
  return checkShortCode(account, number, signal);
}

async function checkNumber(
  account: Account,
  number: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const [owned] = await account.client.call(signal, (sdk) =>
    sdk.incomingPhoneNumbers.list({ phoneNumber: number, limit: 1 }),
  );
  if (!owned) throw misconfigured('number', 'the number does not belong to this Twilio account');
  if (!owned.capabilities.sms) throw misconfigured('number', 'the number cannot send text messages');
  return [
    ...(owned.capabilities.mms ? [] : ['The number cannot send pictures (MMS).']),
    // An application of the console answers instead of the URL where one is set.
    ...(owned.smsApplicationSid ? [] : missingWebhook(account, owned.smsUrl)),
  ];
}

async function checkShortCode(
  account: Account,
  code: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const [owned] = await account.client.call(signal, (sdk) =>
    sdk.shortCodes.list({ shortCode: code, limit: 1 }),
  );
  if (!owned) throw misconfigured('number', 'the short code does not belong to this Twilio account');
  return missingWebhook(account, owned.smsUrl);
}

async function checkService(account: Account, sid: string, signal: AbortSignal): Promise<readonly string[]> {
  const service = await account.client
    .call(signal, (sdk) => sdk.messaging.v1.services(sid).fetch())
    .catch((error: unknown) => {
      // The account was found a moment ago: what Twilio does not know is the service.
      if (ChannelError.is(error) && error.detail.setting === 'accountSid')
        throw misconfigured('messagingServiceSid', 'this Twilio account has no such messaging service');
      throw error;
    });
  return service.useInboundWebhookOnNumber ? [] : missingWebhook(account, service.inboundRequestUrl);
}

function missingWebhook(account: Account, configured: string | null): readonly string[] {
  const { webhookUrl } = account.host;
  // A fragment such as #rc=5&rp=all tells Twilio how to retry, and is no part of the address.
  if (configured?.split('#')[0] === webhookUrl) return [];
  return [`Messages do not arrive here yet: at Twilio, set the URL for incoming messages to ${webhookUrl}`];
}

function misconfigured(setting: keyof TwilioConfig, words: string): ChannelError {
  return new ChannelError('unauthorized', words, { reason: 'not_permitted', setting });
}
