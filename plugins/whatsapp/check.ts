import { ChannelError, type CheckReport } from 'parley-gateway/plugin';
import type { WhatsAppConfig } from './config';
import type { Account } from './graph';
import { type Json, listAt, numberAt, recordAt, recordsAt, textAt } from './json';

const NEEDED = ['whatsapp_business_messaging', 'whatsapp_business_management'];
const SOON_MS = 14 * 24 * 3_600_000;

/** Proves the token, the secret, the number and its account; has the account call the app, and says what ends soon. */
export async function check(account: Account, signal: AbortSignal): Promise<CheckReport> {
  const { config, call, host } = account;
  const fields = 'id,display_phone_number,quality_rating,status,account_mode';
  const number = await call(config.phoneNumberId, { query: { fields }, signal });
  const app = await call('app', { query: { fields: 'id' }, signal });
  const appId = textAt(app, 'id') ?? '';
  const expiresOn = await mustBeAllowed(account, appId, signal);
  const joined = await joinedTo(account, appId, signal);
  return {
    warnings: [...troubleOf(number), ...expiry(expiresOn, host.now()), ...joined],
    ...(expiresOn && { credentialExpiresOn: expiresOn }),
  };
}

/** Asks what the token may, which the app alone is told; gives when it ends. */
async function mustBeAllowed(
  { config, call }: Account,
  appId: string,
  signal: AbortSignal,
): Promise<Date | undefined> {
  const answer = await call('debug_token', {
    query: { input_token: config.accessToken },
    accessToken: `${appId}|${config.appSecret}`,
    signal,
  }).catch((error: unknown) => {
    // The token itself was taken a moment ago: what Meta refuses now is the app's.
    throw faultOf(error, 'appSecret', 'Meta does not take the app secret; check appSecret');
  });
  const token = recordAt(answer, 'data');
  const scopes = listAt(token, 'scopes');
  const missing = scopes.length === 0 ? [] : NEEDED.filter((scope) => !scopes.includes(scope));
  if (missing.length > 0)
    throw misconfigured('accessToken', `the token lacks ${missing.join(' and ')}; make one with it`);
  // 0 is never.
  const seconds = numberAt(token, 'expires_at') ?? 0;
  return seconds > 0 ? new Date(seconds * 1_000) : undefined;
}

/** The number must be of the account, and the account must call our app: else nothing would ever come in. */
async function joinedTo(account: Account, appId: string, signal: AbortSignal): Promise<readonly string[]> {
  const { config, call } = account;
  const wrongAccount = (error: unknown): never => {
    throw faultOf(error, 'businessAccountId', 'Meta knows no such business account; check businessAccountId');
  };
  const query = { fields: 'id', limit: '500' };
  const numbers = await call(`${config.businessAccountId}/phone_numbers`, { query, signal }).catch(
    wrongAccount,
  );
  if (!recordsAt(numbers, 'data').some((one) => textAt(one, 'id') === config.phoneNumberId))
    throw misconfigured(
      'businessAccountId',
      'the number belongs to another business account; check both ids',
    );
  const path = `${config.businessAccountId}/subscribed_apps`;
  const apps = recordsAt(await call(path, { signal }), 'data');
  if (apps.some((one) => textAt(recordAt(one, 'whatsapp_business_api_data'), 'id') === appId)) return [];
  await call(path, { body: {}, signal });
  return ['The business account did not call this app’s webhook; it does now.'];
}

function troubleOf(number: Json): string[] {
  const [quality, status] = [textAt(number, 'quality_rating'), textAt(number, 'status')];
  const warnings: string[] = [];
  if (quality === 'RED' || quality === 'YELLOW')
    warnings.push(`The quality of the number is ${quality.toLowerCase()}: customers block or report it.`);
  if (status !== undefined && status !== 'CONNECTED')
    warnings.push(`Meta says that the number is ${status.toLowerCase()}.`);
  if (textAt(number, 'account_mode') === 'SANDBOX')
    warnings.push('This is a test number: it writes to the numbers of its list alone.');
  return warnings;
}

function expiry(on: Date | undefined, now: Date): readonly string[] {
  if (!on || on.getTime() - now.getTime() > SOON_MS) return [];
  return [`The access token ends on ${on.toISOString()}; make one of a system user, which does not.`];
}

/** What cannot be asked now says nothing about the settings. */
function faultOf(error: unknown, setting: keyof WhatsAppConfig, words: string): unknown {
  const { kind } = ChannelError.is(error) ? error : {};
  return kind === 'unauthorized' || kind === 'rejected' ? misconfigured(setting, words) : error;
}

function misconfigured(setting: keyof WhatsAppConfig, words: string): ChannelError {
  return new ChannelError('unauthorized', words, { reason: 'not_permitted', setting });
}
