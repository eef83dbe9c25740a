import { ChannelError } from '../../plugins/contract/index';

// RFC 5530: what a server says of itself, whatever it refuses.
const BUSY = new Set(['UNAVAILABLE', 'INUSE', 'SERVERBUG', 'CONTACTADMIN']);
const SLOW = new Set(['LIMIT', 'THROTTLED', 'OVERQUOTA']);
const WAIT_MS = 60_000;

/** What a failure of imapflow means. Its own error stays behind: it may hold what was said at the login. */
export function imapError(error: unknown): ChannelError {
  if (ChannelError.is(error)) return error;
  const { code, serverResponseCode, authenticationFailed, text } = factsOf(error);
  if (SLOW.has(serverResponseCode) || code === 'ETHROTTLE')
    return new ChannelError('rate_limited', 'the IMAP server asks to wait', { retryAfterMs: WAIT_MS });
  if (BUSY.has(serverResponseCode)) return new ChannelError('unavailable', 'the IMAP server is busy');
  if (authenticationFailed && !/temporar|try again|unavailable|internal/i.test(text))
    return new ChannelError('unauthorized', 'the IMAP server refused the user name or the password', {
      setting: 'imap.password',
    });
  const said = WORDS.find(([pattern]) => pattern.test(code));
  if (said)
    return new ChannelError('unavailable', `the IMAP server ${said[1]}`, { setting: said[2] ?? 'imap.host' });
  return new ChannelError('unavailable', 'the IMAP server hung up or did not answer');
}

const WORDS: readonly (readonly [code: RegExp, words: string, setting?: string])[] = [
  [/ECONNREFUSED/, 'cannot be reached at this port', 'imap.port'],
  [/ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH/, 'cannot be found'],
  [/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/, 'has a certificate that cannot be trusted'],
  [/ERR_SSL|EPROTO|ERR_TLS/, 'speaks no TLS at this port', 'imap.secure'],
  [/CONNECT_TIMEOUT|GREETING_TIMEOUT|ETIMEDOUT|UPGRADE_TIMEOUT/, 'did not answer in time', 'imap.port'],
];

function factsOf(error: unknown) {
  const facts: {
    code?: unknown;
    serverResponseCode?: unknown;
    authenticationFailed?: unknown;
    responseText?: unknown;
  } = typeof error === 'object' && error !== null ? error : {};
  return {
    code: String(facts.code ?? ''),
    serverResponseCode: String(facts.serverResponseCode ?? '').toUpperCase(),
    authenticationFailed: facts.authenticationFailed === true,
    text: String(facts.responseText ?? ''),
  };
}

/** Whether a server refused a folder because it is not there. */
export function isFolderMissing(error: unknown): boolean {
  const { responseStatus, code, mailboxMissing } = Object(error);
  return responseStatus === 'NO' || code === 'NotFound' || mailboxMissing === true;
}

/** Nothing but another setting, or another folder, will change it. */
export function noSuchFolder(setting: string): ChannelError {
  return new ChannelError('unauthorized', 'the mailbox has no such folder', {
    reason: 'not_permitted',
    setting,
  });
}
