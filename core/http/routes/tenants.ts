import { z } from 'zod';
import * as spaces from '../../services/spaces';
import { presentSpace } from '../present/tenants';
import { route } from '../route';
import { apiSpaceId } from '../schemas/common';
import * as schema from '../schemas/tenants';

const tag = 'Tenants';
const none = z.object({});
const params = z.object({ apiSpaceId });

export const tenantRoutes = [
  route({
    ...{ method: 'post', path: '/apispaces', audience: 'partner', tag, params: none },
    summary: 'Make an API space, with its first access token',
    body: schema.spaceCreate,
    answers: { 201: { description: 'Made', schema: schema.spaceCreated } },
    handle: async ({ context, caller, body }) => {
      const space = await spaces.create(context, caller, body.name);
      return { status: 201, body: { ...presentSpace(space), accessToken: space.accessToken } };
    },
  }),
  route({
    ...{ method: 'get', path: '/apispaces', audience: 'partner', tag, params: none },
    summary: "List the partner's API spaces",
    answers: { 200: { description: 'The API spaces', schema: z.array(schema.space) } },
    handle: async ({ caller }) => ({
      status: 200,
      body: (await spaces.list(caller)).map(presentSpace),
    }),
  }),
  route({
    ...{ method: 'get', path: '/apispaces/{apiSpaceId}', audience: 'partner', tag, params },
    summary: 'Read an API space',
    answers: { 200: { description: 'The API space', schema: schema.space } },
    handle: async ({ caller, params: { apiSpaceId: id } }) => ({
      status: 200,
      body: presentSpace(await spaces.get(caller, id)),
    }),
  }),
  route({
    ...{ method: 'put', path: '/apispaces/{apiSpaceId}', audience: 'partner', tag, params },
    summary: 'Rename an API space',
    body: schema.spaceCreate,
    answers: { 200: { description: 'Renamed', schema: schema.space } },
    handle: async ({ context, caller, params: { apiSpaceId: id }, body }) => ({
      status: 200,
      body: presentSpace(await spaces.rename(context, caller, id, body.name)),
    }),
  }),
  route({
    ...{ method: 'delete', path: '/apispaces/{apiSpaceId}', audience: 'partner', tag, params },
    summary: 'Close an API space: its tokens and channels stop',
    answers: { 204: { description: 'Closed' } },
    handle: async ({ context, caller, params: { apiSpaceId: id } }) => {
      await spaces.remove(context, caller, id);
      return { status: 204 };
    },
  }),
];
