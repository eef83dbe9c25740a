import {
  ChannelError,
  type FailureDetail,
  type FailureKind,
  type Reason,
} from '../../plugins/contract/index';

/** How far a submission had come: after `body` the server may have the mail. */
export type Stage = 'connect' | 'login' | 'envelope' | 'data' | 'body';

const WAIT_MS = 60_000;

/** What a failure of a submission means, by its stage, the server's code and its enhanced code (RFC 5321 4.2, RFC 3463). */
export function smtpError(error: unknown, stage: Stage): ChannelError {
  if (ChannelError.is(error)) return error;
  const { code, responseCode, response } = factsOf(error);
  if (responseCode === undefined) return withoutAnswer(code, stage);
  const status = /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(response)?.[0];
  const detail = { providerCode: status ?? String(responseCode) };
  if (stage === 'connect' || stage === 'login') return atLogin(responseCode, detail, stage);
  // "Closing": what was being done with the mail at that moment is not known.
  if (responseCode === 421 && stage === 'body')
    return new ChannelError('unavailable', 'the SMTP server closed down', { ...detail, maybeSent: true });
  const rule = RULES.find(({ is }) => is({ responseCode, status: status ?? '', response, stage }));
  if (!rule)
    return new ChannelError('unavailable', 'the SMTP server gave an answer that nobody knows', {
      ...detail,
      maybeSent: stage === 'body',
    });
  return new ChannelError(rule.kind, rule.words, { ...detail, ...rule.detail });
}

function withoutAnswer(code: string, stage: Stage): ChannelError {
  const said = stage === 'connect' ? NO_CONNECTION.find(([pattern]) => pattern.test(code)) : undefined;
  if (said) return new ChannelError('unavailable', `the SMTP server ${said[1]}`, { setting: said[2] });
  return new ChannelError('unavailable', 'the SMTP server hung up or did not answer', {
    maybeSent: stage === 'body',
  });
}

const NO_CONNECTION: readonly (readonly [code: RegExp, words: string, setting: string])[] = [
  [/ECONNREFUSED|ESOCKET/, 'cannot be reached at this port', 'smtp.port'],
  [/EDNS|ENOTFOUND/, 'cannot be found', 'smtp.host'],
  [/ETLS|CERT|SELF_SIGNED|ALTNAME/, 'has a certificate that cannot be trusted, or no TLS', 'smtp.secure'],
];

function atLogin(responseCode: number, detail: FailureDetail, stage: Stage): ChannelError {
  if (stage === 'login' && responseCode >= 500)
    return new ChannelError('unauthorized', 'the SMTP server refused the user name or the password', {
      ...detail,
      setting: 'smtp.password',
    });
  if (responseCode >= 500)
    return new ChannelError('unavailable', 'the SMTP server takes no connection from here', {
      ...detail,
      setting: 'smtp.host',
    });
  return new ChannelError('unavailable', 'the SMTP server is busy', detail);
}

interface Said {
  readonly responseCode: number;
  readonly status: string;
  readonly response: string;
  readonly stage: Stage;
}

interface Rule {
  readonly is: (said: Said) => boolean;
  readonly kind: FailureKind;
  readonly words: string;
  readonly detail: { readonly reason?: Reason; readonly retryAfterMs?: number; readonly setting?: string };
}

const SLOW = /too many|rate|throttl|quota|limit|slow down|try again later/i;

// The first rule that fits counts.
const RULES: readonly Rule[] = [
  {
    is: ({ responseCode, status }) =>
      responseCode === 530 ||
      responseCode === 535 ||
      responseCode === 534 ||
      (/^5\.7\.(?:0|8|9|14|30|57|60)$/.test(status) && responseCode === 535),
    kind: 'unauthorized',
    words: 'the SMTP server wants a login, or refuses the one it has',
    detail: { setting: 'smtp.password' },
  },
  {
    is: ({ responseCode, response }) =>
      responseCode >= 500 &&
      /relay(?:ing)? (?:access )?denied|not permitted to relay|relay not permitted|must (?:authenticate|issue)|sender address rejected: not owned|not owned by user|send as/i.test(
        response,
      ),
    kind: 'unauthorized',
    words: 'the SMTP server does not let this account send from this address',
    detail: { reason: 'not_permitted', setting: 'address' },
  },
  {
    is: ({ responseCode, status, response }) =>
      responseCode >= 400 &&
      responseCode < 500 &&
      (/^4\.(?:7\.[0-9]+|5\.3|2\.1)$/.test(status) || SLOW.test(response)) &&
      !/grey/i.test(response),
    kind: 'rate_limited',
    words: 'the SMTP server asks to wait',
    detail: { retryAfterMs: WAIT_MS },
  },
  {
    is: ({ responseCode }) => responseCode >= 400 && responseCode < 500,
    kind: 'unavailable',
    words: 'the SMTP server is busy',
    detail: {},
  },
  {
    is: ({ status, responseCode, stage }) =>
      stage === 'envelope' &&
      (/^5\.1\.[0-9]+$|^5\.2\.1$|^5\.4\.[14]$/.test(status) ||
        responseCode === 551 ||
        (responseCode === 550 && status === '')),
    kind: 'unreachable',
    words: 'there is no such address',
    detail: { reason: 'bad_address' },
  },
  {
    is: ({ stage, status }) => stage === 'envelope' && status.startsWith('5.7.'),
    kind: 'unreachable',
    words: 'the recipient takes no mail from here',
    detail: { reason: 'blocked' },
  },
  {
    is: ({ stage, responseCode }) =>
      stage === 'envelope' && responseCode >= 500 && responseCode !== 552 && responseCode !== 554,
    kind: 'unreachable',
    words: 'the recipient was refused',
    detail: { reason: 'unknown' },
  },
  {
    is: ({ status, responseCode }) => /^5\.(?:3\.4|2\.3)$/.test(status) || responseCode === 552,
    kind: 'rejected',
    words: 'the mail is too large',
    detail: { reason: 'too_long' },
  },
  {
    is: ({ responseCode }) => responseCode >= 500,
    kind: 'rejected',
    words: 'the SMTP server refused the content',
    detail: { reason: 'filtered' },
  },
];

function factsOf(error: unknown) {
  const facts: { code?: unknown; responseCode?: unknown; response?: unknown } =
    typeof error === 'object' && error !== null ? error : {};
  const { responseCode } = facts;
  return {
    code: String(facts.code ?? ''),
    responseCode:
      typeof responseCode === 'number' && responseCode >= 200 && responseCode < 600
        ? responseCode
        : undefined,
    response: String(facts.response ?? ''),
  };
}
