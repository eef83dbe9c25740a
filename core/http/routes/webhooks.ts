import { z } from 'zod';
import { etagOf } from '../../model/etag';
import * as webhooks from '../../services/webhooks';
import { presentAvailable, presentWebhook } from '../present/webhooks';
import { type Reply, route } from '../route';
import { apiSpaceId, queryFlag } from '../schemas/common';
import * as schema from '../schemas/webhooks';

const tag = 'Web hooks';
const path = '/apispaces/{apiSpaceId}/webhooks';
const params = z.object({ apiSpaceId });
const oneParams = z.object({ apiSpaceId, webhookId: z.string() });
const read = { audience: 'space', scope: 'webhooks:read', tag } as const;
// Setting one up asks the name service where its URL leads.
const write = { audience: 'space', scope: 'webhooks:write', tag, callsOut: true } as const;
const answer = { description: 'The web hook', schema: schema.webhook, etag: true };
const withSecret = { description: 'The web hook', schema: schema.webhookWithSecret, etag: true };

function one(state: webhooks.WebhookState & { readonly secret?: string }, status = 200): Reply {
  const { secret } = state;
  const body = { ...presentWebhook(state), ...(secret === undefined ? {} : { secret }) };
  return { status, body, headers: { etag: etagOf(state.webhook) } };
}

export const webhookRoutes = [
  route({
    ...{ method: 'get', path: `${path}/availableevents`, ...read, params },
    summary: 'List the kinds of events',
    query: z.object({ includeSchemas: z.union([queryFlag, z.literal('').transform(() => true)]).optional() }),
    answers: { 200: { description: 'What can be subscribed to', schema: z.array(schema.availableEvent) } },
    handle: async ({ query }) => ({ status: 200, body: presentAvailable(query.includeSchemas === true) }),
  }),
  route({
    ...{ method: 'get', path, ...read, params },
    summary: 'List the web hooks',
    answers: { 200: { description: 'The web hooks', schema: z.array(schema.webhook) } },
    handle: async ({ caller }) => ({
      status: 200,
      body: (await webhooks.list(caller)).map(presentWebhook),
    }),
  }),
  route({
    ...{ method: 'post', path, ...write, params },
    summary: 'Set up a web hook; it hears of what happens from now on',
    body: schema.webhookWrite,
    answers: { 201: withSecret },
    handle: async ({ context, caller, body }) => one(await webhooks.create(context, caller, body), 201),
  }),
  route({
    ...{ method: 'get', path: `${path}/{webhookId}`, ...read, params: oneParams },
    summary: 'Read a web hook, and how it does',
    answers: { 200: answer },
    handle: async ({ caller, params: { webhookId } }) => one(await webhooks.get(caller, webhookId)),
  }),
  route({
    ...{ method: 'put', path: `${path}/{webhookId}`, ...write, params: oneParams, takesIfMatch: true },
    summary: 'Change a web hook; enabled again, it gets all that happened meanwhile',
    body: schema.webhookWrite,
    answers: { 200: answer },
    handle: async ({ context, caller, params: { webhookId }, body: wish, ifMatch }) =>
      one(await webhooks.update(context, caller, webhookId, { ifMatch, wish })),
  }),
  route({
    ...{ method: 'delete', path: `${path}/{webhookId}`, ...write, params: oneParams, takesIfMatch: true },
    summary: 'Delete a web hook',
    answers: { 204: { description: 'Deleted' } },
    handle: async ({ context, caller, params: { webhookId }, ifMatch }) => {
      await webhooks.remove(context, caller, webhookId, ifMatch);
      return { status: 204 };
    },
  }),
  route({
    ...{ method: 'post', path: `${path}/{webhookId}/rotate`, ...write, params: oneParams },
    summary: 'Replace the secret; the old one signs as well for a day',
    body: schema.secretRotate,
    answers: { 200: withSecret },
    handle: async ({ context, caller, params: { webhookId }, body }) =>
      one(await webhooks.rotateSecret(context, caller, webhookId, body.secret)),
  }),
];
