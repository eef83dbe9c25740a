import type { Vault } from '../channels/secrets';
import { EgressRefused } from '../egress/errors';
import type { AutoAssign, Decider } from '../model/assignment-rules';
import { invalid } from '../model/problem';
import type { TeamKey } from '../store/queues';
import type { Context } from './context';

/** The rules as they are given: the secret of a decider is readable, and may be absent where there is one already. */
export interface AutoAssignWish extends Omit<AutoAssign, 'decider'> {
  readonly decider?: { readonly url: string; readonly secret?: string | undefined } | undefined;
}

/** Throws a 400 for a decider that is not to be called. */
export async function checkDecider(
  { egress }: Pick<Context, 'egress'>,
  wish: AutoAssignWish | null | undefined,
): Promise<void> {
  if (!wish?.decider) return;
  try {
    await egress.resolveCheck(wish.decider.url);
  } catch (error) {
    if (error instanceof EgressRefused) throw invalid('autoAssign.decider.url', error.message);
    throw error;
  }
}

/** The rules as they are kept. */
export function keptRules(
  { vault }: Pick<Context, 'vault'>,
  key: TeamKey,
  { wish, before }: { readonly wish: AutoAssignWish; readonly before?: AutoAssign | undefined },
): AutoAssign {
  const { decider, ...rules } = wish;
  if (!decider) return rules;
  const secret =
    decider.secret === undefined ? before?.decider?.secret : vault.seal(decider.secret, ownerOf(key));
  if (secret === undefined)
    throw invalid('autoAssign.decider.secret', 'it is required: it signs what the decider is asked');
  return { ...rules, decider: { url: decider.url, secret } };
}

/** The secret that signs what a team's decider is asked. */
export function openDeciderSecret(vault: Vault, key: TeamKey, { secret }: Decider): string {
  return String(vault.open(secret, ownerOf(key)));
}

function ownerOf({ spaceId, teamId }: TeamKey): string {
  return `decider ${spaceId} ${teamId}`;
}
