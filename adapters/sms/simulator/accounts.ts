import { randomBytes } from 'node:crypto';
import type { SimulatedAccount } from './world';

/** What a channel account is configured with. */
export interface AccountSettings {
  readonly accountSid: string;
  readonly authToken: string;
  readonly number?: string;
  readonly messagingServiceSid?: string;
}

/** Finds the settings of any account; with a service instead of its first number where one is named. */
export function settingsOf(
  accounts: readonly SimulatedAccount[],
): (accountSid: string, messagingServiceSid?: string) => AccountSettings {
  return (sid, messagingServiceSid) => {
    const account = accounts.find(({ accountSid }) => accountSid === sid);
    if (!account) throw new Error(`the simulated Twilio has no account ${sid}`);
    const { accountSid, authToken, numbers, services } = account;
    const [number] = numbers;
    const service =
      messagingServiceSid ?? (number === undefined ? Object.keys(services ?? {})[0] : undefined);
    if (service !== undefined) return { accountSid, authToken, messagingServiceSid: service };
    return number === undefined ? { accountSid, authToken } : { accountSid, authToken, number };
  };
}

/** Two accounts with numbers that Ofcom keeps for drama and never gives out. */
export function usualAccounts(): readonly SimulatedAccount[] {
  const hex = (prefix: string): string => prefix + randomBytes(16).toString('hex');
  return [
    {
      accountSid: hex('AC'),
      authToken: hex(''),
      numbers: ['+441632960001', '+441632960002', '60777'],
      services: { [hex('MG')]: ['+441632960011', '+441632960012'] },
    },
    { accountSid: hex('AC'), authToken: hex(''), numbers: ['+441632960021'] },
  ];
}
