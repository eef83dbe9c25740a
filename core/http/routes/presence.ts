import { z } from 'zod';
import * as presence from '../../services/presence';
import { presentPresence } from '../present/presence';
import { route } from '../route';
import { apiSpaceId } from '../schemas/common';
import * as schema from '../schemas/presence';

const tag = 'Presence';
const path = '/apispaces/{apiSpaceId}/presence';
const params = z.object({ apiSpaceId });
const read = { audience: 'space', scope: 'chat:read', tag } as const;
const ids = z.string().max(10_000).optional().meta({ description: 'Only these, by comma.' });

export const presenceRoutes = [
  route({
    ...{ method: 'get', path, ...read, params },
    summary: 'Which agents are there',
    query: z.object({ id: ids, status: ids }),
    answers: { 200: { description: 'The agents', schema: z.array(schema.presence) } },
    handle: async ({ context, caller, query }) => {
      const filter = { ids: listed(query.id), statuses: listed(query.status) };
      return { status: 200, body: (await presence.list(context, caller, filter)).map(presentPresence) };
    },
  }),
  route({
    ...{ method: 'get', path: `${path}/appmessaging`, ...read, params },
    summary: 'Which customers have the app open',
    query: z.object({ id: ids }),
    answers: {
      200: {
        description: 'Those who ever had a session, or those who were asked for',
        schema: z.array(schema.customerPresence),
      },
    },
    handle: async ({ context, caller, query }) => {
      const wanted = listed(query.id);
      const known = await presence.customers(context, caller, wanted);
      const online = new Set(known.filter(({ isOnline }) => isOnline).map(({ profileId }) => profileId));
      const shown = wanted ?? known.map(({ profileId }) => profileId);
      const body = shown.map((profileId) => ({
        profileId,
        status: online.has(profileId) ? 'online' : 'offline',
      }));
      return { status: 200, body };
    },
  }),
  route({
    ...{ method: 'put', path: `${path}/{profileId}`, audience: 'space', scope: 'chat:write', tag },
    params: z.object({ apiSpaceId, profileId: z.string() }),
    summary: 'Say how an agent is',
    body: schema.presencePut,
    answers: { 200: { description: 'As it is now', schema: schema.presence } },
    handle: async ({ context, caller, params: { profileId }, body }) => ({
      status: 200,
      body: presentPresence(await presence.set(context, caller, profileId, body.status)),
    }),
  }),
];

function listed(text: string | undefined): string[] | undefined {
  return text === undefined ? undefined : [...new Set(text.split(',').filter(Boolean))];
}
