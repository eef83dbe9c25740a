import type { FailureKind, Reason } from '../../plugins/contract/index';
import type { FacebookConfig } from './config';

/** What one of Meta's numbers means for the host, the agent and the operator. */
export interface Failure {
  readonly kind: FailureKind;
  readonly reason?: Reason;
  /** Shown to operators; says the way out where there is one. */
  readonly words: string;
  /** The setting at fault. */
  readonly setting?: keyof FacebookConfig;
  /** Meta may have sent it all the same. */
  readonly maybeSent?: true;
  /** Tried so often, it is taken for final. */
  readonly mostAttempts?: number;
}

const TOKEN = account('Meta no longer takes the page access token; make a new one', 'pageAccessToken');
const PERMISSION = account('the token lacks a permission; give the app pages_messaging', 'pageAccessToken');
const SLOWER: Failure = { kind: 'rate_limited', words: 'Meta asks to slow down' };
const OUTSIDE: Failure = {
  kind: 'unreachable',
  reason: 'outside_window',
  words: 'the customer last wrote too long ago',
};
const BLOCKED: Failure = {
  kind: 'unreachable',
  reason: 'blocked',
  words: 'the customer cannot be written to at present',
};
const NOBODY: Failure = {
  kind: 'unreachable',
  reason: 'bad_address',
  words: 'no such customer writes to this page',
};
const BAD_MEDIA: Failure = { kind: 'rejected', reason: 'bad_media', words: 'Meta could not take the file' };
const BUSY: Failure = { kind: 'unavailable', words: 'Meta is in trouble' };
const CONTROL: Failure = {
  kind: 'unreachable',
  reason: 'not_permitted',
  words: 'another app has this conversation; take control of it first',
};

/**
 * By `code/subcode`, then by `code`: as data, because Meta adds to them. What is not listed goes by its HTTP status.
 */
export const FAILURES: Readonly<Record<string, Failure>> = {
  // Outside of the reply window.
  '10/2018278': OUTSIDE,
  '10/2018065': OUTSIDE,
  '10/2534022': OUTSIDE,

  // The page or its token: nothing will get through before someone repairs it.
  '10/1893063': account('Meta has restricted the page for a time; see its support inbox'),
  '102': TOKEN,
  '190': TOKEN,
  '190/458': account('the app was removed from the page; connect it again', 'pageAccessToken'),
  '190/459': account('the owner of the token must log in to Facebook first', 'pageAccessToken'),
  '190/460': account('the token ended when its owner changed their password', 'pageAccessToken'),
  '190/463': account('the page access token has expired; make a new one', 'pageAccessToken'),
  '190/464': account('the owner of the token must confirm their Facebook account', 'pageAccessToken'),
  '190/467': TOKEN,
  '190/492': account('the owner of the token has no role on the page', 'pageAccessToken'),
  '3': PERMISSION,
  '10': PERMISSION,
  '200': PERMISSION,
  '210': account('the token is not the one of a page', 'pageAccessToken'),
  '230': PERMISSION,
  '298': PERMISSION,
  '299': PERMISSION,
  '368': account('Meta has blocked the page for a time; see its support inbox'),
  '200/2018028': account(
    'the app may write to its testers only until pages_messaging is approved',
    'pageAccessToken',
  ),
  '104': account('Meta does not take the proof of the app secret; check appSecret', 'appSecret'),
  '2635': account('this version of the Graph API has ended; set a newer graphVersion', 'graphVersion'),

  // This customer cannot be reached.
  '551': BLOCKED,
  '551/1545041': BLOCKED,
  '200/1545041': BLOCKED,
  '10/2018108': BLOCKED,
  '200/2018021': NOBODY,
  '100/2018001': NOBODY,
  '10/2018300': CONTROL,
  '100/2018164': CONTROL,
  '2018300': CONTROL,

  // This content will never be taken.
  '100': { kind: 'rejected', reason: 'unknown', words: 'Meta does not take the message' },
  '100/2018007': BAD_MEDIA,
  '100/2018008': BAD_MEDIA,
  '100/2018047': BAD_MEDIA,
  '100/2018109': BAD_MEDIA,
  '100/2018320': BAD_MEDIA,
  '100/2018005': { kind: 'rejected', reason: 'too_long', words: 'the text is longer than 2000 characters' },
  '506': { kind: 'rejected', reason: 'filtered', words: 'Meta takes the message for a repetition' },

  // Throttled: surely not processed.
  '4': SLOWER,
  '17': SLOWER,
  '32': SLOWER,
  '613': SLOWER,
  '80001': SLOWER,
  '80006': SLOWER,
  '4/2018022': SLOWER,

  // Transient. An answer that names 2 or 1200 was not processed; of 1 Meta itself does not know.
  '1': { ...BUSY, maybeSent: true },
  '1/1357046': { ...BUSY, words: 'Meta answered what it cannot read itself', maybeSent: true },
  '2': { ...BUSY, mostAttempts: 3 },
  '1200': BUSY,
};

/** The failure of a pair of numbers, or of the first alone. */
export function failureOfCode(code: number, subcode: number | undefined): Failure | undefined {
  const exact = `${code}/${subcode ?? ''}`;
  if (Object.hasOwn(FAILURES, exact)) return FAILURES[exact];
  return Object.hasOwn(FAILURES, `${code}`) ? FAILURES[`${code}`] : undefined;
}

function account(words: string, setting?: keyof FacebookConfig): Failure {
  return { kind: 'unauthorized', reason: 'not_permitted', words, ...(setting && { setting }) };
}
