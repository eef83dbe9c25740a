import type { Standing } from '../model/access';
import type { Act } from '../model/chat';
import type { Instant } from '../model/instant';
import { Problem } from '../model/problem';
import type { Tx } from '../store/tx';

/** Who calls, for which API space, and the transaction that the call's effect belongs to. */
export interface Caller {
  readonly spaceId: string;
  /** `access:<token id>`, `session:<profile id>`, `agent:<agent id>` ... */
  readonly by: string;
  /** What the token may do; a partner's key may do everything with the tokens of its spaces. */
  readonly scopes: readonly string[];
  /** An agent's own session: sees and does what that agent may. Absent: the business itself. */
  readonly agent?: Standing | undefined;
  /** One transaction for one use case; joins the request's own where that must be one with its answer. */
  readonly transaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
  /** Reads; in the request's own transaction where it has one, which must never wait for a second connection. */
  readonly read: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
}

/** Who does something, and when. */
export function actBy(caller: Caller, at: Instant): Act {
  return { by: caller.by, at };
}

/** Nobody gives away more than they have. */
export function mustHave(caller: Caller, scopes: readonly string[]): void {
  const missing = scopes.find((scope) => !covers(caller.scopes, scope));
  if (missing !== undefined) throw new Problem('forbidden', `your own token lacks the scope ${missing}`);
}

/** Whether scopes include one: everything does, and writing includes reading. */
export function covers(scopes: readonly string[], scope: string): boolean {
  if (scopes.includes('*') || scopes.includes(scope)) return true;
  const [service] = scope.split(':');
  return scope.endsWith(':read') && scopes.includes(`${service}:write`);
}

/** Configuration is the business's, not an agent's. */
export function businessOnly(caller: Caller): void {
  if (caller.agent) throw new Problem('forbidden', "an agent's session cannot do this; use an access token");
}
