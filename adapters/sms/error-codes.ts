import type { FailureKind, Reason } from '../../plugins/contract/index';
import type { TwilioConfig } from './config';

/** What one of Twilio's numbers means for the host, the agent and the operator. */
export interface Failure {
  readonly kind: FailureKind;
  readonly reason?: Reason;
  /** Shown to operators; says the way out where there is one. */
  readonly words: string;
  /** The setting at fault. */
  readonly setting?: keyof TwilioConfig;
  /** How long to wait where Twilio does not say. */
  readonly waitMs?: number;
}

const QUEUE_DRAINS_MS = 10 * 60_000;

/** As data, because Twilio says that its codes may change; what is not listed goes by its HTTP status. */
export const FAILURES: Readonly<Record<number, Failure>> = {
  // Throttled: surely not processed.
  20429: { kind: 'rate_limited', words: 'Twilio asks to slow down' },
  14107: { kind: 'rate_limited', words: 'too many messages between two numbers', waitMs: 30_000 },
  21611: { kind: 'rate_limited', words: 'the queue of this sender is full', waitMs: QUEUE_DRAINS_MS },
  63018: { kind: 'rate_limited', words: 'Twilio asks to slow down on this channel' },

  // The account or its settings: nothing will get through before someone repairs them.
  20003: account('Twilio refused the credentials; check accountSid and authToken', 'authToken'),
  20005: { ...account('the Twilio account is not active; see its console'), reason: 'no_credit' },
  20404: account('Twilio knows no such account; check accountSid', 'accountSid'),
  30002: { ...account('the Twilio account is suspended; see its console'), reason: 'no_credit' },
  21212: account('the number is not a valid sender; check number', 'number'),
  21601: account('the number cannot send messages; check number', 'number'),
  21606: account('the number does not belong to this Twilio account; check number', 'number'),
  21659: account('the number is no sender of this Twilio account; check number', 'number'),
  21660: account('the number belongs to another Twilio account; check number', 'number'),
  63007: account('the sender does not exist on that channel; check number', 'number'),
  21701: account('Twilio knows no such messaging service', 'messagingServiceSid'),
  21703: account('the messaging service has no sender; add one in the Twilio console', 'messagingServiceSid'),
  21711: account('the sender is not in the messaging service; add it in the console', 'messagingServiceSid'),
  21603: account('a number or a messaging service is missing'),
  21609: account('Twilio cannot use the public URL of this gateway; set PUBLIC_URL to one it can reach'),
  30034: account('the sender is not registered with the carriers (A2P 10DLC); register it'),
  63001: account('Twilio refused the credentials of that channel; see its console'),

  // This customer cannot be reached.
  21211: { kind: 'unreachable', reason: 'bad_address', words: 'the customer’s number is not valid' },
  21214: { kind: 'unreachable', reason: 'bad_address', words: 'the customer’s number cannot be reached' },
  21604: { kind: 'unreachable', reason: 'bad_address', words: 'the customer’s number is missing' },
  21610: { kind: 'unreachable', reason: 'opted_out', words: 'the customer opted out of this sender' },
  21612: { kind: 'unreachable', reason: 'bad_address', words: 'no route from this sender to the customer' },
  21614: { kind: 'unreachable', reason: 'landline', words: 'the customer’s number is not a mobile one' },
  21635: { kind: 'unreachable', reason: 'landline', words: 'the customer’s number is a landline' },
  30001: { kind: 'unreachable', reason: 'expired', words: 'the queue of this sender overflowed' },
  30003: { kind: 'unreachable', reason: 'unknown', words: 'the customer’s phone is off or out of reach' },
  30004: { kind: 'unreachable', reason: 'blocked', words: 'the carrier or the customer blocked the message' },
  30005: { kind: 'unreachable', reason: 'bad_address', words: 'the customer’s number does not exist' },
  30006: { kind: 'unreachable', reason: 'landline', words: 'a landline, or a carrier out of reach' },
  30008: { kind: 'unreachable', reason: 'unknown', words: 'the carrier gave no reason' },
  30036: { kind: 'unreachable', reason: 'expired', words: 'not delivered within its time' },
  63003: { kind: 'unreachable', reason: 'bad_address', words: 'the customer has no such address' },
  63015: { kind: 'unreachable', reason: 'not_permitted', words: 'the customer has not joined the sandbox' },
  63016: { kind: 'unreachable', reason: 'outside_window', words: 'the customer last wrote too long ago' },
  63024: { kind: 'unreachable', reason: 'bad_address', words: 'the customer has no such address' },
  63032: { kind: 'unreachable', reason: 'blocked', words: 'the channel does not let us write to them' },

  // About this customer's region or number only: one such customer must not stop the others.
  21408: {
    kind: 'unreachable',
    reason: 'not_permitted',
    words: 'messages to this region are not enabled; enable it under geo permissions',
  },
  21608: {
    kind: 'unreachable',
    reason: 'not_permitted',
    words: 'a trial account may only write to verified numbers; upgrade it',
  },

  // This content will never be taken.
  12300: {
    kind: 'rejected',
    reason: 'bad_media',
    words: 'a media file is of a type that Twilio does not take',
  },
  21602: { kind: 'rejected', reason: 'unknown', words: 'the message has neither text nor media' },
  21617: { kind: 'rejected', reason: 'too_long', words: 'the text is longer than 1600 characters' },
  21620: { kind: 'rejected', reason: 'bad_media', words: 'Twilio could not use the address of a media file' },
  21658: { kind: 'rejected', reason: 'too_long', words: 'the text is longer than 1600 characters' },
  30007: { kind: 'rejected', reason: 'filtered', words: 'a carrier filtered the message as unwanted' },
  30010: { kind: 'rejected', reason: 'not_permitted', words: 'the message would cost more than is allowed' },
  30019: { kind: 'rejected', reason: 'bad_media', words: 'the media is larger than the carrier takes' },
  63019: { kind: 'rejected', reason: 'bad_media', words: 'a media file could not be fetched' },
  63021: {
    kind: 'rejected',
    reason: 'bad_media',
    words: 'a media file is of a type that the channel refuses',
  },
};

function account(words: string, setting?: keyof TwilioConfig): Failure {
  return { kind: 'unauthorized', reason: 'not_permitted', words, ...(setting && { setting }) };
}
