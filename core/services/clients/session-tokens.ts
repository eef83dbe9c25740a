import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ClientChallenge } from '../../../plugins/contract/index';
import { newId } from '../../model/id';
import type { Instant } from '../../model/instant';

/** What a session token says. */
export interface SessionClaims {
  readonly spaceId: string;
  readonly sessionId: string;
  readonly expiresOn: Instant;
}

/** Makes and proves the tokens of end users' sessions, and the challenges that come before them. */
export interface SessionTokens {
  challenge(spaceId: string): ClientChallenge;
  /** Until when a challenge of this space serves; undefined when it is none, or over. */
  challengeEnd(spaceId: string, challengeId: string): Instant | undefined;
  nonceOf(spaceId: string, challengeId: string): string | undefined;
  sign(claims: SessionClaims): string;
  /** What the token says; undefined when it is not ours, or has expired. */
  read(token: string): SessionClaims | undefined;
}

const CHALLENGE_MS = 10 * 60_000;
const HEADER = encoded({ alg: 'HS256', typ: 'JWT' });

/** Tokens signed with a key derived from the master key; nothing is stored for a challenge before it is answered. */
export function createSessionTokens(options: {
  readonly masterKey: string;
  readonly now: () => Instant;
}): SessionTokens {
  const { masterKey, now } = options;
  const key = createHmac('sha256', Buffer.from(masterKey, 'hex')).update('client sessions').digest();
  const mac = (text: string) => createHmac('sha256', key).update(text).digest();
  const challengeEnd = (spaceId: string, id: string) => {
    const [, expiry, proof] = /^[0-9a-f-]{36}\.([0-9a-z]{1,10})\.([0-9a-f]{64})$/.exec(id) ?? [];
    if (expiry === undefined || proof === undefined) return undefined;
    const expected = mac(`challenge ${spaceId} ${id.slice(0, -65)}`);
    if (!timingSafeEqual(expected, Buffer.from(proof, 'hex'))) return undefined;
    const end = Number.parseInt(expiry, 36);
    return end > now() ? end : undefined;
  };
  const nonce = (spaceId: string, id: string) => mac(`nonce ${spaceId} ${id}`).toString('hex');
  return {
    challenge(spaceId) {
      const end = now() + CHALLENGE_MS;
      const stem = `${newId()}.${end.toString(36)}`;
      const id = `${stem}.${mac(`challenge ${spaceId} ${stem}`).toString('hex')}`;
      return { id, nonce: nonce(spaceId, id), expiresOn: new Date(end) };
    },
    challengeEnd,
    nonceOf: (spaceId, id) => (challengeEnd(spaceId, id) === undefined ? undefined : nonce(spaceId, id)),
    sign({ spaceId, sessionId, expiresOn }) {
      // The SDKs read these two, with atob: nothing in here encodes to a character that base64 spells otherwise.
      const payload = encoded({ apiSpaceId: spaceId, exp: Math.floor(expiresOn / 1000), sid: sessionId });
      return `${HEADER}.${payload}.${mac(`${HEADER}.${payload}`).toString('base64url')}`;
    },
    read(token) {
      const [header, payload, signature, more] = token.split('.');
      if (header !== HEADER || payload === undefined || signature === undefined || more !== undefined)
        return undefined;
      const given = Buffer.from(signature, 'base64url');
      const expected = mac(`${header}.${payload}`);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
      // Ours, so its shape is known.
      const { apiSpaceId, exp, sid } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
      const expiresOn = exp * 1000;
      return expiresOn > now() ? { spaceId: apiSpaceId, sessionId: sid, expiresOn } : undefined;
    },
  };
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
