import type { FailureKind, Reason } from 'parley-gateway/plugin';
import type { WhatsAppConfig } from './config';

/** What one of Meta's numbers means for the host, the agent and the operator. */
export interface Failure {
  readonly kind: FailureKind;
  readonly reason?: Reason;
  /** Shown to operators; says the way out where there is one. */
  readonly words: string;
  readonly setting?: keyof WhatsAppConfig;
  /** Meta may have taken it all the same. */
  readonly maybeSent?: true;
  readonly retryAfterMs?: number;
  /** Only this customer got too many. */
  readonly customerOnly?: true;
}

const MINUTE_MS = 60_000;

const TOKEN = account('Meta no longer takes the access token; make a new one', 'accessToken');
const PERMISSION = account(
  'the token lacks a permission; give it whatsapp_business_messaging and whatsapp_business_management',
  'accessToken',
);
const NUMBER = account('Meta knows no such number, or the token is not for it', 'phoneNumberId');
const REGISTERED = account('the number is not registered with the Cloud API; register it', 'phoneNumberId');
const BLOCKED = account('Meta has restricted or locked the business account; see its account quality');
const SLOWER: Failure = { kind: 'rate_limited', words: 'Meta asks to slow down' };
const BUSY: Failure = { kind: 'unavailable', words: 'Meta is in trouble' };
const NOT_NOW = unreachable('filtered', 'Meta does not deliver this now, to keep customers from too much');
const OUTSIDE = unreachable(
  'outside_window',
  'the customer last wrote more than 24 hours ago; send a template',
);
const TEMPLATE = rejected('unknown', 'the template does not fit: see its name, its language and its blanks');
const PAUSED = rejected('not_permitted', 'Meta has paused or disabled the template');
const BAD_MEDIA = rejected('bad_media', 'Meta could not take the file');

/** By code, as data, because Meta adds to them: https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes */
export const FAILURES: Readonly<Record<string, Failure>> = {
  // The account cannot send at all.
  0: TOKEN,
  190: TOKEN,
  3: PERMISSION,
  10: PERMISSION,
  200: PERMISSION,
  131005: PERMISSION,
  33: NUMBER,
  131045: REGISTERED,
  133010: REGISTERED,
  368: BLOCKED,
  131031: BLOCKED,
  131037: account('the display name of the number waits for approval, or was refused'),
  131042: { kind: 'unauthorized', reason: 'no_credit', words: 'the means of payment of the account fails' },
  134011: account('the terms of payments are not accepted'),
  2635: account('this version of the Graph API has ended; set a newer graphVersion', 'graphVersion'),

  // This customer cannot be reached, or not so.
  131047: OUTSIDE,
  470: OUTSIDE,
  131026: unreachable('bad_address', 'this number is not on WhatsApp, or its app is too old'),
  131021: unreachable('bad_address', 'the customer and the sender are the same number'),
  131030: unreachable('not_permitted', 'a test number writes to the numbers of its list alone; add this one'),
  130497: unreachable('not_permitted', 'the business may not write to the country of this customer'),
  // Of marketing alone: everything else still reaches them.
  131050: unreachable('not_permitted', 'the customer wants no marketing of this business'),
  131049: NOT_NOW,
  130472: NOT_NOW,

  // This content will never be taken.
  100: rejected('unknown', 'Meta does not take the message'),
  131008: rejected('unknown', 'something is missing in the message'),
  131009: rejected('unknown', 'something in the message has a value that Meta does not take'),
  131051: rejected('unknown', 'Meta does not know this type of message'),
  131052: BAD_MEDIA,
  131053: BAD_MEDIA,
  132000: TEMPLATE,
  132001: TEMPLATE,
  132005: rejected('too_long', 'the template is too long with what stands in its blanks'),
  132007: rejected('filtered', 'the template violates a policy of WhatsApp’s'),
  132012: TEMPLATE,
  132015: PAUSED,
  132016: PAUSED,
  132018: TEMPLATE,
  132068: rejected('not_permitted', 'the flow of the template is blocked'),
  135000: rejected('unknown', 'Meta does not take the message, and does not say why'),

  // Throttled: surely not taken.
  4: SLOWER,
  17: SLOWER,
  80007: SLOWER,
  130429: { ...SLOWER, retryAfterMs: 2_000 },
  132069: SLOWER,
  // https://developers.facebook.com/docs/whatsapp/cloud-api/overview#pair-rate-limits: one in six seconds
  131056: {
    ...{ kind: 'rate_limited', words: 'this customer got too many messages at once' },
    ...{ retryAfterMs: 6_000, customerOnly: true },
  },
  131048: {
    ...{ kind: 'rate_limited', retryAfterMs: 15 * MINUTE_MS },
    words: 'too many customers blocked or reported this number; see its quality',
  },
  471: SLOWER,

  // Transient. Of 1 Meta itself does not know; the others were not processed.
  1: { ...BUSY, maybeSent: true },
  2: BUSY,
  131000: BUSY,
  131016: BUSY,
  131057: { kind: 'unavailable', words: 'the account is in maintenance at Meta' },
  133004: BUSY,
};

/** The failure of a code of Meta's; 200 to 299 are all permissions. */
export function failureOfCode(code: number): Failure | undefined {
  if (code > 200 && code < 300) return PERMISSION;
  return Object.hasOwn(FAILURES, `${code}`) ? FAILURES[`${code}`] : undefined;
}

function account(words: string, setting?: keyof WhatsAppConfig): Failure {
  return { kind: 'unauthorized', reason: 'not_permitted', words, ...(setting && { setting }) };
}

function unreachable(reason: Reason, words: string): Failure {
  return { kind: 'unreachable', reason, words };
}

function rejected(reason: Reason, words: string): Failure {
  return { kind: 'rejected', reason, words };
}
