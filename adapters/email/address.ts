import { canonicalAddress } from './reading/headers';

// Whom nobody vouches for is somebody else than the owner of the address, and must not be taken for them.
const UNVERIFIED = '?unverified';

/** The canonical form of an address that somebody typed, or undefined when it is none. */
export function normalizeAddress(raw: string): string | undefined {
  const trimmed = raw.trim();
  if (trimmed.length > 320) return undefined;
  const isApart = trimmed.endsWith(UNVERIFIED);
  const bare = isApart ? trimmed.slice(0, -UNVERIFIED.length) : trimmed;
  const address = canonicalAddress(/^[^<>]*<([^<>]+)>$/.exec(bare)?.[1] ?? bare);
  if (address === undefined || !/\.[a-z0-9-]+$/.test(address)) return undefined;
  return isApart ? apart(address) : address;
}

/** The same address in the hands of a sender whom nobody vouches for. */
export function apart(address: string): string {
  return address + UNVERIFIED;
}

/** Where mail for a party goes. */
export function mailTo(party: string): string {
  return party.endsWith(UNVERIFIED) ? party.slice(0, -UNVERIFIED.length) : party;
}
