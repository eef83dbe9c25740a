import { randomUUID, timingSafeEqual } from 'node:crypto';
import type { Host } from '../../plugins/contract/index';

const ANONYMOUS = 'visitor:';

/** A browser, by the credential that it keeps. */
export interface Browser {
  readonly id: string;
  readonly credential: string;
}

/** The browser that a credential proves; whoever brings none, or one that is not ours, is new here. */
export function browserOf(host: Host, credential: string | undefined): Browser {
  const [, id, proof] = /^([0-9a-f-]{36})\.([\w-]{20,100})$/.exec(credential ?? '') ?? [];
  if (id !== undefined && proof !== undefined && isSame(proof, proofOf(host, id)))
    return { id, credential: `${id}.${proof}` };
  const fresh = randomUUID();
  return { id: fresh, credential: `${fresh}.${proofOf(host, fresh)}` };
}

/** The profile of whoever sits at a browser and has not said who they are. */
export function anonymousId({ id }: Browser): string {
  return ANONYMOUS + id;
}

export function isAnonymous(profileId: string): boolean {
  return profileId.startsWith(ANONYMOUS);
}

function proofOf(host: Host, id: string): string {
  return host.sign(`visitor ${id}`);
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
