import { type MailSimulator, startMailSimulator } from '../../adapters/email/simulator';
import { type FacebookSimulator, startFacebookSimulator } from '../../adapters/facebook/simulator';
import { startTwilioSimulator, type TwilioSimulator } from '../../adapters/sms/simulator';
import { CUSTOMERS, SHOP } from './people';

/** The pretend providers. App Messaging and web chat have none: there the gateway itself is what the customer talks to. */
export interface Providers {
  readonly twilio: TwilioSimulator;
  readonly facebook: FacebookSimulator;
  readonly mail: MailSimulator;
  stop(): Promise<void>;
}

export async function startProviders(): Promise<Providers> {
  const [twilio, facebook, mail] = await Promise.all([
    // A text takes a moment, so that its states can be seen.
    startTwilioSimulator({ autoCallbacks: { delayMs: 400 } }),
    startFacebookSimulator(),
    startMailSimulator({ address: SHOP.mailbox, senderName: `{agent} of ${SHOP.name}` }),
  ]);
  const { psid, first, last } = CUSTOMERS.messenger;
  facebook.person(psid, { first_name: first, last_name: last });
  return {
    ...{ twilio, facebook, mail },
    async stop() {
      await Promise.all([twilio.stop(), facebook.stop(), mail.stop()]);
    },
  };
}
