import { z } from 'zod';
import { isId } from '../../model/id';
import * as quarantine from '../../services/quarantine';
import { fromCursor, nextLink, pageOf, toCursor } from '../paging';
import { presentQuarantined } from '../present/configuration';
import { route } from '../route';
import { apiSpaceId, cursor, limit } from '../schemas/common';
import * as schema from '../schemas/configuration';

const tag = 'Channels';
const path = '/apispaces/{apiSpaceId}/quarantine';
const base = { audience: 'space', tag } as const;
const PAGE = 100;

export const quarantineRoutes = [
  route({
    ...{ method: 'get', path, ...base, scope: 'channels:read' },
    params: z.object({ apiSpaceId }),
    summary: 'Deliveries that could not be read, the newest first',
    query: z.object({ state: schema.quarantined.shape.state.optional(), cursor, limit }),
    answers: { 200: { description: 'The deliveries', schema: z.array(schema.quarantined) } },
    handle: async (call) => {
      const { state, cursor: begin, limit: most = PAGE } = call.query;
      const page = { state, before: fromCursor(begin, isId), limit: most + 1 };
      const { items, hasMore } = pageOf(await quarantine.list(call.caller, page), most);
      const last = items.at(-1);
      const headers = nextLink(call, hasMore && last ? toCursor(last.id) : undefined);
      return { status: 200, body: items.map(presentQuarantined), headers };
    },
  }),
  route({
    ...{ method: 'post', path: `${path}/{deliveryId}/replay`, ...base, callsOut: true },
    scope: 'channels:write',
    params: z.object({ apiSpaceId, deliveryId: z.string() }),
    summary: 'Read a kept delivery again',
    answers: { 200: { description: 'Read and stored', schema: schema.quarantined } },
    handle: async ({ context, caller, params: { deliveryId } }) => ({
      status: 200,
      body: presentQuarantined(await quarantine.replay(context, caller, deliveryId)),
    }),
  }),
];
