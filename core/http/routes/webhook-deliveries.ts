import { z } from 'zod';
import * as deliveries from '../../services/webhook-deliveries';
import { fromCursor, nextLink, pageOf, toCursor } from '../paging';
import { presentDelivery, presentTest } from '../present/webhooks';
import { route } from '../route';
import { apiSpaceId, cursor, limit } from '../schemas/common';
import * as schema from '../schemas/webhooks';

const tag = 'Web hooks';
const path = '/apispaces/{apiSpaceId}/webhooks/{webhookId}';
const params = z.object({ apiSpaceId, webhookId: z.string() });
const deliveryParams = params.extend({ deliveryId: z.string() });
const read = { audience: 'space', scope: 'webhooks:read', tag } as const;
const write = { audience: 'space', scope: 'webhooks:write', tag } as const;
const PAGE = 100;

export const webhookDeliveryRoutes = [
  route({
    ...{ method: 'get', path: `${path}/deliveries`, ...read, params },
    summary: 'What was delivered, what waits and what was given up, the newest first',
    query: z.object({ status: schema.deliveryState.optional(), cursor, limit }),
    answers: { 200: { description: 'The deliveries', schema: z.array(schema.webhookDelivery) } },
    handle: async (call) => {
      const { status: state, cursor: begin, limit: most = PAGE } = call.query;
      const last = fromCursor(begin, (word) => /^\d{1,15}$/.test(word));
      const page = { state, before: last === undefined ? undefined : Number(last), limit: most + 1 };
      const found = await deliveries.list(call.caller, call.params.webhookId, page);
      const { items, hasMore } = pageOf(found, most);
      const end = items.at(-1);
      const headers = nextLink(call, hasMore && end ? toCursor(String(end.sequence)) : undefined);
      return { status: 200, body: items.map(presentDelivery), headers };
    },
  }),
  route({
    ...{ method: 'post', path: `${path}/deliveries/{deliveryId}/redeliver`, ...write },
    params: deliveryParams,
    summary: 'Deliver once more, with the same id and number',
    answers: { 202: { description: 'It waits again', schema: schema.webhookDelivery } },
    handle: async ({ context, caller, params: key }) => ({
      status: 202,
      body: presentDelivery(await deliveries.redeliver(context, caller, key)),
    }),
  }),
  route({
    ...{ method: 'post', path: `${path}/replay`, ...write, params },
    summary: 'Deliver a part of the log once more, with new numbers',
    body: schema.replayWish,
    answers: { 202: { description: 'Begun', schema: schema.replayStarted } },
    handle: async ({ context, caller, params: { webhookId }, body }) => {
      const isByTime = typeof body.from === 'string';
      const wish = { from: placeOf(body.from), to: body.to === undefined ? undefined : placeOf(body.to) };
      const { types } = body;
      const { id, from, to } = await deliveries.replay(context, caller, webhookId, {
        ...wish,
        isByTime,
        types,
      });
      return { status: 202, body: { id, from, to } };
    },
  }),
  route({
    ...{ method: 'post', path: `${path}/test`, ...write, params, callsOut: true },
    summary: 'Send an example at once, and see what comes back',
    body: schema.testWish,
    answers: { 200: { description: 'What came back', schema: schema.testResult } },
    handle: async ({ context, caller, params: { webhookId }, body }) => ({
      status: 200,
      body: presentTest(await deliveries.test(context, caller, webhookId, body.type)),
    }),
  }),
];

function placeOf(place: number | string): number {
  return typeof place === 'number' ? place : Date.parse(place);
}
