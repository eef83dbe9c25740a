import http from 'node:http';
import https from 'node:https';

/** Kept connections. A URL has a few of its own, so that one dead receiver holds up nobody who shares its host. */
export interface Agents {
  readonly plain: http.Agent;
  readonly secure: https.Agent;
  destroy(): void;
}

/** At most this many connections for one URL; an endpoint's lane uses half of them. */
export const MOST_PER_URL = 32;

const OPTIONS = {
  keepAlive: true,
  maxSockets: MOST_PER_URL,
  maxFreeSockets: 16,
  // Node's servers hang up after five idle seconds; whoever hangs up first should be us.
  timeout: 4_000,
} as const;

/** Makes the agents of one gateway. */
export function createAgents(): Agents {
  const plain = new PlainAgent(OPTIONS);
  // Whatever NODE_TLS_REJECT_UNAUTHORIZED says: a body is for whom its URL names.
  const secure = new SecureAgent({ ...OPTIONS, rejectUnauthorized: true });
  return {
    plain,
    secure,
    destroy() {
      plain.destroy();
      secure.destroy();
    },
  };
}

// Requests that have the same name share connections and the bound on them.
class PlainAgent extends http.Agent {
  override getName(options?: http.ClientRequestArgs): string {
    return `${super.getName(options)}:${poolOf(options)}`;
  }
}

class SecureAgent extends https.Agent {
  override getName(options?: https.RequestOptions): string {
    return `${super.getName(options)}:${poolOf(options)}`;
  }
}

/** Says whose connections a request uses; `exchange.ts` sets it. */
export interface InPool {
  readonly pool: string;
}

function poolOf(options: object = {}): string {
  return 'pool' in options ? String(options.pool) : '';
}
