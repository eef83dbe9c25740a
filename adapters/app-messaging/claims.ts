import { errors, jwtVerify, SignJWT } from 'jose';
import type { Host } from '../../plugins/contract/index';
import { type AppMessagingConfig, isUsableId } from './config';

const ALGORITHM = 'HS256';
const TOLERANCE_S = 60;
const ANONYMOUS_S = 300;
const ANONYMOUS = 'anonymous:';

/** Who a token of the business's server lets in; undefined when it lets nobody in. Never says why: a stranger would learn from it. */
export async function profileOf(
  { config, host }: { readonly config: AppMessagingConfig; readonly host: Host },
  token: string,
  nonce: string,
): Promise<string | undefined> {
  const { issuer, audience, idClaim = 'sub' } = config;
  try {
    const { payload } = await jwtVerify(token, keyOf(config), {
      // The algorithm is ours to choose, never the token's (RFC 8725 3.1).
      ...{ algorithms: [ALGORITHM], issuer, audience, currentDate: host.now() },
      ...{ clockTolerance: TOLERANCE_S, requiredClaims: ['exp', 'nonce'] },
    });
    const id = payload[idClaim];
    return payload['nonce'] === nonce && isUsableId(id) ? id : undefined;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

/** A token for somebody whom nobody vouches for; their id is kept apart from those that the business gives. */
export function anonymousToken(
  { config, host }: { readonly config: AppMessagingConfig; readonly host: Host },
  id: string,
  nonce: string,
): Promise<string> {
  const { issuer, audience, idClaim = 'sub' } = config;
  const now = Math.floor(host.now().getTime() / 1000);
  return new SignJWT({ [idClaim]: ANONYMOUS + id, nonce })
    .setProtectedHeader({ alg: ALGORITHM })
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt(now)
    .setExpirationTime(now + ANONYMOUS_S)
    .sign(keyOf(config));
}

function keyOf({ sharedSecret }: AppMessagingConfig): Uint8Array {
  return new TextEncoder().encode(sharedSecret);
}
