import dns from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { codeOf, EgressFailed } from './errors';
import type { Policy } from './policy';
import { judgeAddresses } from './target';

/** Gives every address of a name; rejects when there is none. */
export type Lookup = (hostname: string) => Promise<readonly string[]>;

const TRIES = 2;
const FIRST_TRY_MS = 1_000;

/**
 * Asks DNS itself, and nothing of this machine. The system's own resolver would be the shorter way, but it holds one
 * of the process's four threads for as long as a name server is silent, and the name servers are the tenants'.
 */
export function internetLookup(options: { readonly servers?: readonly string[] } = {}): Lookup {
  return async (hostname) => {
    const resolver = new dns.promises.Resolver({ timeout: FIRST_TRY_MS, tries: TRIES });
    if (options.servers) resolver.setServers(options.servers);
    // What one family does not answer must not keep us from the other. IPv4 first: it works everywhere.
    const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (addresses.length > 0) return addresses;
    throw answers.find((answer) => answer.status === 'rejected')?.reason ?? noAddress(hostname);
  };
}

/** Asks this machine, which also knows its hosts file, its search domains, and itself. */
export const machineLookup: Lookup = async (hostname) => {
  const found = await dns.promises.lookup(hostname, { all: true });
  return found.map(({ address }) => address);
};

/** The addresses of a name, all of them judged; EgressRefused for a private one, EgressFailed where there is none. */
export async function judgedAddresses(
  hostname: string,
  lookup: Lookup,
  policy: Policy,
): Promise<readonly string[]> {
  let addresses: readonly string[];
  try {
    addresses = await lookup(hostname);
    if (addresses.length === 0) throw noAddress(hostname);
  } catch (error) {
    const code = codeOf(error);
    throw new EgressFailed('dns', `the name "${hostname}" cannot be resolved${code && ` (${code})`}`, {
      cause: error,
    });
  }
  judgeAddresses(hostname, addresses, policy);
  return addresses;
}

/** For sockets: they connect to one of the judged addresses, so that no later answer of DNS can matter. */
export function guardedLookup(lookup: Lookup, policy: Policy): LookupFunction {
  return (hostname, options, callback) => {
    judgedAddresses(hostname, lookup, policy).then(
      (addresses) => {
        const list = addresses.map((address) => ({ address, family: isIP(address) }));
        if (options.all) return callback(null, list);
        const { address, family } = list.find((one) => one.family === options.family) ?? list[0] ?? NONE;
        callback(null, address, family);
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), ''),
    );
  };
}

const NONE = { address: '', family: 0 };

function noAddress(hostname: string): Error {
  return Object.assign(new Error(`"${hostname}" has no address`), { code: 'ENODATA' });
}
