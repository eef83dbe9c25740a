import type { Fault } from 'parley-gateway/testing';
import { CUSTOMERS, NUMBERS } from './world';

const [shop] = NUMBERS;

/** What customers of the Cloud API meet, beside what the kit asks of every provider. */
export type WhatsAppFault = Fault | 'outside_window' | 'pair_rate' | 'wrong_proof';

export interface Refusal {
  readonly status: number;
  readonly code: number;
  readonly subcode?: number;
  readonly message: string;
}

// As graph.facebook.com words them: they name the customer and the token.
export const REFUSALS: Readonly<Partial<Record<WhatsAppFault, Refusal>>> = {
  busy: { status: 503, code: 131016, message: '(#131016) Service unavailable' },
  rate_limited: { status: 429, code: 130429, message: '(#130429) Rate limit hit' },
  bad_credentials: { status: 401, code: 190, message: `Error validating access token ${shop.accessToken}` },
  bad_content: { status: 400, code: 100, message: 'Param text.body must be at most 4096 characters long' },
  no_such_customer: { status: 400, code: 131026, message: `Message undeliverable to ${CUSTOMERS[0]}` },
  opted_out: { status: 400, code: 131050, message: 'User has stopped marketing messages' },
  error_after_accept: { status: 500, code: 1, message: 'An unknown error occurred' },
  outside_window: { status: 400, code: 131047, message: 'Re-engagement message' },
  pair_rate: { status: 400, code: 131056, message: '(#131056) Pair rate limit hit' },
  wrong_proof: { status: 400, code: 100, message: 'Invalid appsecret_proof provided in the API argument' },
};
export const NO_SUCH_OBJECT: Refusal = {
  ...{ status: 400, code: 100, subcode: 33, message: 'Unsupported get request. Object does not exist' },
};
