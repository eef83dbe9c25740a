import { failureIn } from '../net/call-error';
import type { Calls } from '../net/calls';
import type { Keeper, KeptSession } from './kept';
import { alone } from './tabs';

/** The site's own word for who the visitor is: a token, or what gives a fresh one each time. */
export type Identity = string | (() => string | Promise<string>);

export interface Sessions {
  current(): KeptSession | undefined;
  /** The session of this browser; starts one where there is none. */
  ensure(): Promise<KeptSession>;
  /** Makes a call with it; a session that is over is replaced once. */
  use<T>(call: (token: string) => Promise<T>): Promise<T>;
  identify(identity: Identity | undefined): void;
  /** This one is over. */
  forget(token: string | undefined): void;
}

export function sessionsOf(calls: Calls, keeper: Keeper, accountId: string): Sessions {
  let identity: Identity | undefined;
  let starting: Promise<KeptSession> | undefined;

  const current = () => {
    const { session } = keeper.read();
    return session && Date.parse(session.expiresOn) > Date.now() ? session : undefined;
  };
  const start = async () => {
    const jwt = typeof identity === 'function' ? await identity() : identity;
    const subject = subjectOf(jwt);
    const known = current();
    if (known && (subject === undefined || known.subject === subject)) return known;
    const { visitor, ...started } = await calls.startSession({ visitor: keeper.read().visitor, jwt });
    const session = { ...started, subject };
    keeper.write({ visitor, session });
    return session;
  };
  const ensure = () => {
    // Of two tabs that write their first message at once, one makes the visitor.
    starting ??= alone(`parley.${accountId}.session`, start).finally(() => {
      starting = undefined;
    });
    return starting;
  };
  const forget = (token: string | undefined) => {
    if (keeper.read().session?.token === token) keeper.write({ session: undefined });
  };
  return {
    ...{ current, ensure, forget },
    identify(given) {
      identity = given;
    },
    async use(call) {
      const { token } = await ensure();
      try {
        return await call(token);
      } catch (error) {
        if (failureIn(error).kind !== 'session') throw error;
        forget(token);
        return call((await ensure()).token);
      }
    },
  };
}

/** Whom a token names, as it says itself: the gateway checks it, this only tells one user from another. */
function subjectOf(jwt: string | undefined): string | undefined {
  try {
    const payload = jwt?.split('.')[1]?.replace(/-/g, '+').replace(/_/g, '/');
    return payload && String(JSON.parse(atob(payload)).sub);
  } catch {
    return jwt;
  }
}
