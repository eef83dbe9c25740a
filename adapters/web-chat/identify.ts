import type { ClientSession } from '../../plugins/contract/index';
import { asText, type Fields, wrong } from '../../plugins/helpers/client-body';
import type { Account } from './account';
import { isEmail } from './email-address';

/** What somebody says of themselves. */
export interface SaidOfSelf {
  readonly name?: string;
  readonly email?: string;
}

export function saidIn(fields: Fields, path = ''): SaidOfSelf {
  const { name, email } = fields;
  if (email !== undefined && !isEmail(email)) throw wrong(`${path}email`, 'a mail address');
  const called = name === undefined ? undefined : asText(name, `${path}name`, 200).trim();
  return {
    ...(called === undefined || called === '' ? {} : { name: called }),
    ...(email === undefined ? {} : { email }),
  };
}

/** Keeps it on the profile, where it is new; a mail address is also where answers may go. */
export async function identify(
  { ports: { profiles } }: Account,
  session: ClientSession,
  said: SaidOfSelf,
): Promise<void> {
  const { profileId: id } = session;
  const { data } = await profiles.get(session, id);
  const isNews = Object.entries(said).some(([key, value]) => data[key] !== value);
  if (isNews) await profiles.update(session, { id, data: { ...said }, mode: 'merge' });
  if (said.email !== undefined && data['email'] !== said.email)
    await profiles.leaveAddress(session, { channel: 'email', address: said.email });
}
