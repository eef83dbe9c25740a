import {
  type ClientCall,
  ClientRefusal,
  type ClientRoute,
  type ClientSession,
  type HttpReply,
} from '../../plugins/contract/index';
import { fieldsOf, json, maybeText, NO_CONTENT } from '../../plugins/helpers/client-body';
import { forAnyone, forSession } from '../../plugins/helpers/client-routes';
import type { Account } from './account';
import { siteUser } from './claims';
import { identify, saidIn } from './identify';
import { anonymousId, browserOf, isAnonymous } from './visitor';

const HOUR_MS = 3_600_000;
const LIFETIME_MS = { anonymous: 7 * 24 * HOUR_MS, verified: 12 * HOUR_MS };
const LONGEST_TOKEN = 8_000;

/** How visitors come in and go, and what they say of themselves. */
export function sessionRoutes(account: Account): ClientRoute[] {
  const { ports } = account;
  return [
    forAnyone('POST /sessions', (call) => open(account, call), { perMinute: 120 }),
    forSession('DELETE /sessions/current', async ({ session }) => {
      await ports.sessions.end(session);
      return NO_CONTENT;
    }),
    forSession(
      'POST /identity',
      async ({ session, request }) => {
        await identify(account, session, saidIn(fieldsOf(request)));
        return NO_CONTENT;
      },
      { perMinute: 20 },
    ),
  ];
}

/** Whether the settings let in whoever has this session. */
export function admits({ config }: Pick<Account, 'config'>, { profileId }: ClientSession): boolean {
  return config.identity?.mode !== 'required' || !isAnonymous(profileId);
}

async function open(account: Account, { request, remoteAddress }: ClientCall): Promise<HttpReply> {
  const fields = fieldsOf(request);
  const browser = browserOf(account.host, maybeText(fields['visitor'], 'visitor', 500));
  const jwt = maybeText(fields['jwt'], 'jwt', LONGEST_TOKEN);
  const user = jwt === undefined ? undefined : await siteUser(account, jwt);
  if (!user && account.config.identity?.mode === 'required')
    throw new ClientRefusal(401, 'this chat is for users of the site: bring a token of its server');
  const { token, session } = await account.ports.sessions.open({
    claim: { profileId: user?.id ?? anonymousId(browser) },
    device: { id: browser.id, platform: 'web', platformVersion: '', sdkType: 'widget', sdkVersion: '' },
    sourceAddress: remoteAddress,
    lifetimeMs: LIFETIME_MS[user ? 'verified' : 'anonymous'],
    // Whoever is proven takes the browser over; an anonymous page beside it does not.
    takesDevice: user !== undefined,
  });
  if (user) await identify(account, session, saidBy(user));
  const { profileId, expiresOn } = session;
  return json(201, {
    token,
    visitor: browser.credential,
    profileId,
    isVerified: user !== undefined,
    expiresOn,
  });
}

function saidBy({ name, email }: Awaited<ReturnType<typeof siteUser>>) {
  return { ...(name === undefined ? {} : { name }), ...(email === undefined ? {} : { email }) };
}
