import { z } from 'zod';
import { etagOf } from '../../model/etag';
import type { Context } from '../../services/context';
import * as profiles from '../../services/profiles';
import type { Profile, ProfileAddress } from '../../store/profiles';
import { fromCursor, nextLink, pageOf, toCursor } from '../paging';
import { presentProfile } from '../present/profiles';
import { type Reply, route } from '../route';
import { apiSpaceId, cursor, limit } from '../schemas/common';
import * as schema from '../schemas/profiles';

const tag = 'Profiles';
const path = '/apispaces/{apiSpaceId}/profiles';
const params = z.object({ apiSpaceId });
const oneParams = z.object({ apiSpaceId, profileId: z.string() });
const read = { audience: 'space', scope: 'profiles:read', tag } as const;
const write = { audience: 'space', scope: 'profiles:write', tag } as const;
const change = { ...write, params: oneParams, takesIfMatch: true } as const;
const profileAnswer = { description: 'The profile', schema: schema.profile, etag: true };
const PAGE = 100;

function one(
  { links }: Context,
  profile: Profile,
  addresses?: readonly ProfileAddress[],
  status = 200,
): Reply {
  return { status, body: presentProfile(profile, links, addresses), headers: { etag: etagOf(profile) } };
}

// What we know ourselves is not the client's to set, but clients send back what they read.
const OURS = new Set([
  'id',
  'name',
  'pictureUrl',
  'addresses',
  '_createdOn',
  '_createdBy',
  '_updatedOn',
  '_updatedBy',
]);

function dataOf(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([key]) => !OURS.has(key)));
}

const MODES = [
  { method: 'put', mode: 'replace', summary: 'Replace a profile' },
  { method: 'patch', mode: 'merge', summary: 'Change some of a profile' },
] as const;

export const profileRoutes = [
  route({
    ...{ method: 'get', path, ...read, params },
    summary: 'List profiles',
    query: z.object({ name: z.string().optional(), cursor, limit }),
    answers: { 200: { description: 'The profiles', schema: z.array(schema.profile) } },
    handle: async (call) => {
      const { name, cursor: begin, limit: most = PAGE } = call.query;
      const page = { name, after: fromCursor(begin), limit: most + 1 };
      const { items, hasMore } = pageOf(await profiles.list(call.caller, page), most);
      const last = items.at(-1);
      const headers = nextLink(call, hasMore && last ? toCursor(last.id) : undefined);
      return {
        status: 200,
        body: items.map((profile) => presentProfile(profile, call.context.links)),
        headers,
      };
    },
  }),
  route({
    ...{ method: 'post', path, ...write, params },
    summary: 'Make a profile',
    body: schema.profileCreate,
    answers: { 201: profileAnswer },
    handle: async ({ context, caller, body: { id, name, ...rest } }) =>
      one(context, await profiles.create(context, caller, { id, name, data: dataOf(rest) }), [], 201),
  }),
  route({
    ...{ method: 'get', path: `${path}/{profileId}`, ...read, params: oneParams },
    summary: 'Read a profile with its addresses',
    answers: { 200: profileAnswer },
    handle: async ({ context, caller, params: { profileId } }) => {
      const { profile, addresses } = await profiles.get(caller, profileId);
      return one(context, profile, addresses);
    },
  }),
  ...MODES.map(({ method, mode, summary }) =>
    route({
      ...{ method, path: `${path}/{profileId}`, ...change, summary },
      body: schema.profileUpdate,
      answers: { 200: profileAnswer },
      handle: async ({ context, caller, params: { profileId }, body: { name, ...rest }, ifMatch }) =>
        one(
          context,
          await profiles.update(context, caller, profileId, {
            ifMatch,
            mode,
            wish: { name, data: dataOf(rest) },
          }),
        ),
    }),
  ),
  route({
    ...{ method: 'delete', path: `${path}/{profileId}`, ...change },
    summary: 'Forget a person: the profile, its addresses, and what is kept beside them',
    answers: {
      204: {
        description:
          'Forgotten. Chats and messages stay; so do ratings, without comment and person, and the wish to get no messages.',
      },
    },
    handle: async ({ context, caller, params: { profileId }, ifMatch }) => {
      await profiles.remove(context, caller, profileId, ifMatch);
      return { status: 204 };
    },
  }),
];
