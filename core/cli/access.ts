import { z } from 'zod';
import { type CommandLineConfig, loadCommandLine } from '../../config/load-command-line';
import { keptPartnerKey } from '../partner-key-file';
import { type Api, apiAt } from './api';
import type { Desk } from './desk';
import { CommandFailure } from './failure';

export const space = z.looseObject({ id: z.string(), name: z.string(), _createdOn: z.string() });
const minted = z.looseObject({ id: z.string(), token: z.string() });

/** The API as the partner. */
export function partnerApi({ signal }: Pick<Desk, 'signal'>): Api {
  const config = loadCommandLine();
  return apiAt({ url: config.url, token: partnerKey(config), signal });
}

/** The configured key, else the one that the first start left. */
function partnerKey({ partnerKey: given, dataDir }: CommandLineConfig): string {
  if (given !== undefined) return given;
  const kept = keptPartnerKey(dataDir);
  if (kept !== undefined) return kept;
  throw new CommandFailure(
    'notAllowed',
    `there is no partner key in ${dataDir}; set PARLEY_PARTNER_KEY, or PARLEY_DATA_DIR to the gateway's data folder`,
  );
}

/** An API space to work in. */
export interface SpaceAccess {
  readonly id: string;
  readonly api: Api;
}

export interface SpaceWish {
  /** Given with the command; else the configured one, else the only one there is. */
  readonly space?: string | undefined;
  /** What is to be done there. */
  readonly scopes: readonly string[];
}

/** As the partner: for what a partner may do with a space. */
export async function partnerSpace(
  desk: Pick<Desk, 'signal'>,
  given: string | undefined,
): Promise<SpaceAccess> {
  const config = loadCommandLine();
  const api = partnerApi(desk);
  const id = given ?? config.space ?? (await onlySpace(api));
  const { url } = config;
  return { id, api: apiAt({ url, token: partnerKey(config), base: pathOf(id), signal: desk.signal }) };
}

const MINUTES = 60;

/**
 * Works inside of an API space with the configured access token, else with one that the partner's key makes for this one
 * command: it may do no more than that, and is revoked at the end.
 */
export async function inSpace<T>(
  desk: Pick<Desk, 'signal' | 'say'>,
  { space: given, scopes }: SpaceWish,
  work: (access: SpaceAccess) => Promise<T>,
): Promise<T> {
  const { token, space: configured, url } = loadCommandLine();
  if (token !== undefined) {
    const id = given ?? configured;
    if (id === undefined)
      throw new CommandFailure('usage', 'PARLEY_TOKEN is of one API space: set PARLEY_SPACE to its id, too');
    return work({ id, api: apiAt({ url, token, base: pathOf(id), signal: desk.signal }) });
  }
  const { id, api: partner } = await partnerSpace(desk, given);
  const expiresOn = new Date(Date.now() + MINUTES * 60_000).toISOString();
  const own = await partner.send('POST', '/tokens', {
    body: { name: 'parley command line', scopes, expiresOn },
    shape: minted,
  });
  try {
    return await work({ id, api: apiAt({ url, token: own.token, base: pathOf(id), signal: desk.signal }) });
  } finally {
    await revoke(desk, id, own.id);
  }
}

// Also when the command was interrupted: with a signal of its own.
async function revoke({ say }: Pick<Desk, 'say'>, spaceId: string, tokenId: string): Promise<void> {
  const config = loadCommandLine();
  const signal = AbortSignal.timeout(5_000);
  const api = apiAt({ url: config.url, token: partnerKey(config), base: pathOf(spaceId), signal });
  try {
    await api.call('DELETE', `/tokens/${tokenId}`);
  } catch {
    say(
      `the access token ${tokenId} of this command could not be revoked; it ends by itself within ${MINUTES} minutes`,
    );
  }
}

async function onlySpace(api: Api): Promise<string> {
  const spaces = await api.get('/apispaces', z.array(space));
  const [first, ...others] = spaces;
  if (!first)
    throw new CommandFailure('failed', 'there is no API space yet; make one with `parley space create NAME`');
  if (others.length === 0) return first.id;
  const list = spaces.map(({ id, name }) => `\n  ${id}  ${name}`).join('');
  throw new CommandFailure(
    'usage',
    `there are several API spaces; say which with --space or PARLEY_SPACE:${list}`,
  );
}

function pathOf(spaceId: string): string {
  return `/apispaces/${encodeURIComponent(spaceId)}`;
}
