import { problem } from '../../adapters/facebook/simulator/answers';
import type { Providers } from './providers';

export const TROUBLES = ['none', 'wrong-token', 'rate-limit', 'time-out', 'no-such-customer'] as const;
export type Trouble = (typeof TROUBLES)[number];

export const BREAKABLE = ['phone', 'messenger', 'mail'] as const;
export type Breakable = (typeof BREAKABLE)[number];

/** What is the matter with each provider; it stays so until somebody changes it. */
export interface Troubles {
  now(): Readonly<Record<Breakable, Trouble>>;
  set(provider: Breakable, trouble: Trouble): Promise<void>;
}

type Make = (trouble: Exclude<Trouble, 'none'>) => Promise<void> | void;

export function createTroubles(providers: Providers): Troubles {
  const { twilio, facebook, mail } = providers;
  const now: Record<Breakable, Trouble> = { phone: 'none', messenger: 'none', mail: 'none' };
  const make: Readonly<Record<Breakable, Make>> = {
    phone: (trouble) => breakTwilio(twilio, trouble),
    messenger: (trouble) => breakFacebook(facebook, trouble),
    mail: (trouble) => mail.fail(MAIL[trouble]),
  };
  const repair: Readonly<Record<Breakable, () => Promise<void> | void>> = {
    phone() {
      twilio.autoCallbacks({ delayMs: 400 });
      return twilio.clear();
    },
    messenger() {
      facebook.echoes('after');
      return facebook.clear();
    },
    mail: () => mail.clear(),
  };
  return {
    now: () => ({ ...now }),
    async set(provider, trouble) {
      await repair[provider]();
      if (trouble !== 'none') await make[provider](trouble);
      now[provider] = trouble;
    },
  };
}

const ALWAYS = { times: Number.POSITIVE_INFINITY };
const KINDS = {
  'wrong-token': 'bad_credentials',
  'time-out': 'silent_after_accept',
  'no-such-customer': 'no_such_customer',
} as const;
const MAIL = { ...KINDS, 'rate-limit': 'rate_limited' } as const;

function breakTwilio(twilio: Providers['twilio'], trouble: Exclude<Trouble, 'none'>): Promise<void> {
  // A receipt would say at once what otherwise is only found by looking it up.
  if (trouble === 'time-out') twilio.autoCallbacks(false);
  const onSends = { ...ALWAYS, on: 'create' } as const;
  return twilio.fail(MAIL[trouble], trouble === 'wrong-token' ? ALWAYS : onSends);
}

function breakFacebook(facebook: Providers['facebook'], trouble: Exclude<Trouble, 'none'>): Promise<void> {
  // An echo would say it, too.
  if (trouble === 'time-out') facebook.echoes('never');
  const onSends = { ...ALWAYS, on: 'send' } as const;
  if (trouble !== 'rate-limit')
    return facebook.fail(KINDS[trouble], trouble === 'wrong-token' ? ALWAYS : onSends);
  const slow = problem(400, 613, 'Calls to this api have exceeded the rate limit.');
  // By the page's own header Meta asks for minutes; nobody wants to watch that.
  const answer = { ...slow, headers: { ...slow.headers, 'retry-after': '2' } };
  return facebook.fail('other', { ...onSends, answer });
}
