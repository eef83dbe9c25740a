import { randomUUID } from 'node:crypto';
import { Api } from '../../support/api';
import type { SpawnedGateway } from '../../support/spawn-gateway';
import type { Bench } from '../bench';
import { must, startBusiness } from './app-world';

/** Somebody on a page with the chat. */
export interface Visitor {
  readonly base: string;
  readonly token: string;
  readonly chatId: string;
  /** Where they come from, as the load balancer says it. */
  readonly from: Readonly<Record<string, string>>;
  /** The number of the last event that they have. */
  last: number;
  hangUp: (() => void) | undefined;
}

/** A gateway in its own process with a web chat. */
export interface WebWorld {
  readonly gateway: SpawnedGateway;
  readonly pid: number;
  readonly api: Api;
  /** Somebody opens a page and says hello. */
  comeIn(index: number): Promise<Visitor>;
}

export async function startWebWorld(bench: Bench): Promise<WebWorld> {
  const { gateway, api } = await startBusiness(bench);
  const settings = { allowedOrigins: [] };
  const account = await must(api, '/channels', { kind: 'webChat', name: 'Site', teamId: 'sales', settings });
  const base = `${gateway.origin}/web-chat/${account.id}`;
  return {
    ...{ gateway, pid: gateway.process.pid ?? 0, api },
    async comeIn(index) {
      // Everybody has an address of their own, as visitors have.
      const from = { 'x-forwarded-for': `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}` };
      const { token, profileId } = await must(new Api(base, ''), '/sessions', {}, from);
      await say({ base, token, from }, 'hello');
      const { body } = await api.get(`/chats?scope=profile&idsOnly=true&profileId=${profileId}`);
      return { base, token, from, chatId: body[0], last: 1, hangUp: undefined };
    },
  };
}

/** A visitor posts. */
export function say(visitor: Pick<Visitor, 'base' | 'token' | 'from'>, data: string): Promise<unknown> {
  const body = { ref: randomUUID(), parts: [{ type: 'text/plain', data }] };
  return must(new Api(visitor.base, visitor.token), '/messages', body, visitor.from);
}
