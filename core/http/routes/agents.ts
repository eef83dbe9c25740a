import { z } from 'zod';
import { etagOf } from '../../model/etag';
import { iso } from '../../model/instant';
import * as agents from '../../services/agents';
import type { Agent } from '../../store/agents';
import { presentAgent } from '../present/configuration';
import { type Reply, route } from '../route';
import { apiSpaceId } from '../schemas/common';
import * as schema from '../schemas/configuration';

const tag = 'Configuration';
const path = '/apispaces/{apiSpaceId}/chat/config/agents';
const params = z.object({ apiSpaceId });
const oneParams = z.object({ apiSpaceId, agentId: z.string() });
const read = { audience: 'space', scope: 'config:read', tag } as const;
const write = { audience: 'space', scope: 'config:write', tag } as const;
const change = { ...write, params: oneParams, takesIfMatch: true } as const;
const agentAnswer = { description: 'The agent', schema: schema.agent, etag: true };

function one(agent: Agent, status = 200): Reply {
  return { status, body: presentAgent(agent), headers: { etag: etagOf(agent) } };
}

export const agentRoutes = [
  route({
    ...{ method: 'get', path, ...read, params },
    summary: 'List the agents',
    answers: { 200: { description: 'The agents', schema: z.array(schema.agent) } },
    handle: async ({ caller }) => ({
      status: 200,
      body: (await agents.list(caller)).map(presentAgent),
    }),
  }),
  route({
    ...{ method: 'post', path, ...write, params },
    summary: 'Make an agent',
    body: schema.agentCreate,
    answers: { 201: agentAnswer },
    handle: async ({ context, caller, body }) => one(await agents.create(context, caller, body), 201),
  }),
  route({
    ...{ method: 'get', path: `${path}/{agentId}`, ...read, params: oneParams },
    summary: 'Read an agent',
    answers: { 200: agentAnswer },
    handle: async ({ caller, params: { agentId } }) => one(await agents.get(caller, agentId)),
  }),
  route({
    ...{ method: 'put', path: `${path}/{agentId}`, ...change },
    summary: 'Change an agent',
    body: schema.agentUpdate,
    answers: { 200: agentAnswer },
    handle: async ({ context, caller, params: { agentId }, body, ifMatch }) =>
      one(await agents.update(context, caller, agentId, { ifMatch, wish: body })),
  }),
  route({
    ...{ method: 'delete', path: `${path}/{agentId}`, ...change },
    summary: 'Delete an agent who has no chats any more',
    answers: { 204: { description: 'Deleted' } },
    handle: async ({ context, caller, params: { agentId }, ifMatch }) => {
      await agents.remove(context, caller, agentId, ifMatch);
      return { status: 204 };
    },
  }),
  route({
    ...{ method: 'post', path: `${path}/{agentId}/sessions`, ...write, params: oneParams },
    summary: "Open a session for an agent's own page",
    answers: { 201: { description: 'The session', schema: schema.agentSession } },
    handle: async ({ context, caller, params: { agentId } }) => {
      const { token, secret } = await agents.openSession(context, caller, agentId);
      return { status: 201, body: { token: secret, expiresOn: iso(token.expiresOn ?? 0) } };
    },
  }),
];
