import { errors, type JWTPayload, jwtVerify } from 'jose';
import { ClientRefusal } from '../../plugins/contract/index';
import type { Account } from './account';
import { isUsableId } from './config';
import { isEmail } from './email-address';
import { isAnonymous } from './visitor';

/** Somebody whom the business's site vouches for. */
export interface SiteUser {
  readonly id: string;
  readonly name?: string;
  readonly email?: string;
}

const ALGORITHM = 'HS256';
const TOLERANCE_S = 60;
const LONGEST_LIFE_S = 3_600;

/** Who a token of the site's server lets in; a 401 for any other, which does not say why: a stranger would learn from it. */
export async function siteUser(account: Account, token: string): Promise<SiteUser> {
  const { mode = 'off', secret, previousSecret } = account.config.identity ?? {};
  const secrets = mode === 'off' ? [] : [secret, previousSecret].filter((one) => one !== undefined);
  for (const one of secrets) {
    const claims = await claimsOf(account, token, one);
    const user = claims && userIn(claims, account.host.now());
    if (user) return user;
  }
  throw new ClientRefusal(401, 'the token of the site is not valid (any more); get a fresh one');
}

async function claimsOf(
  { config, host }: Account,
  token: string,
  secret: string,
): Promise<JWTPayload | undefined> {
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
      // The algorithm is ours to choose, never the token's (RFC 8725 3.1).
      ...{ algorithms: [ALGORITHM], audience: config.identity?.audience ?? host.accountId },
      ...{ currentDate: host.now(), clockTolerance: TOLERANCE_S, requiredClaims: ['exp', 'sub'] },
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

function userIn({ sub, exp = 0, name, email }: JWTPayload, now: Date): SiteUser | undefined {
  // Whoever finds a token must not have found a key.
  if (exp > now.getTime() / 1000 + LONGEST_LIFE_S + TOLERANCE_S) return undefined;
  if (!isUsableId(sub) || isAnonymous(sub)) return undefined;
  return {
    id: sub,
    ...(typeof name === 'string' && name.trim() !== '' ? { name: name.slice(0, 200) } : {}),
    ...(isEmail(email) ? { email } : {}),
  };
}
