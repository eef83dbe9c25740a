import { createHash, createHmac } from 'node:crypto';
import { isIP } from 'node:net';
import { ChannelError, type Host, type KeptFile } from '../../plugins/contract/index';
import { EgressRefused } from '../egress/errors';
import { internetLookup, judgedAddresses, machineLookup } from '../egress/lookup';
import { openPolicy, strictPolicy } from '../egress/policy';
import { judgeAddresses } from '../egress/target';
import type { Blobs, Bytes } from '../media/blobs';

/** What every account of this gateway may do beyond its own settings. */
export type Powers = (accountId: string) => Pick<Host, 'keep' | 'sign' | 'addressOf'>;

export interface PowersOptions {
  readonly blobs: Blobs;
  readonly masterKey: string;
  readonly allowPrivateEgress: boolean;
}

const MOST_BYTES = 200 * 1024 * 1024;

export function createPowers({ blobs, masterKey, allowPrivateEgress }: PowersOptions): Powers {
  const key = createHmac('sha256', Buffer.from(masterKey, 'hex')).update('signatures of accounts').digest();
  const policy = allowPrivateEgress ? openPolicy : strictPolicy;
  const lookup = allowPrivateEgress ? machineLookup : internetLookup();
  return (accountId) => ({
    keep: (name, body) => keepFile(blobs, { accountId, name, maxBytes: MOST_BYTES }, body),
    sign: (text) => createHmac('sha256', key).update(`${accountId}\0${text}`).digest('base64url'),
    async addressOf(hostname) {
      try {
        if (isIP(hostname) === 0) return (await judgedAddresses(hostname, lookup, policy))[0] ?? hostname;
        judgeAddresses(hostname, [hostname], policy);
        return hostname;
      } catch (error) {
        throw asChannelError(error);
      }
    },
  });
}

function asChannelError(error: unknown): ChannelError {
  const words = error instanceof Error ? error.message : 'the server cannot be found';
  // Nothing but other settings, of the account or of the gateway, will change a refusal.
  if (error instanceof EgressRefused)
    return new ChannelError('unauthorized', words, { reason: 'not_permitted' });
  return new ChannelError('unavailable', words, { cause: error });
}

const KEPT = 'kept:';

/** Keeps a file of an account; the same name again replaces it. */
export async function keepFile(
  blobs: Blobs,
  {
    accountId,
    name,
    maxBytes,
  }: { readonly accountId: string; readonly name: string; readonly maxBytes: number },
  body: Bytes,
): Promise<KeptFile> {
  const id = keptId(accountId, name);
  const { bytes } = await blobs.write(id, body, maxBytes);
  return { ref: `${KEPT}${id}`, bytes };
}

/** The file that `keep` made, or undefined for what is still to be fetched. */
export function keptFileOf(ref: string): string | undefined {
  return ref.startsWith(KEPT) ? ref.slice(KEPT.length) : undefined;
}

// A UUID of version 8 (RFC 9562 5.8), so that it can be a file's id like any other, and the same for the same name.
function keptId(accountId: string, name: string): string {
  const hex = createHash('sha256').update(`${accountId}\0${name}`).digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return parts.join('-');
}
