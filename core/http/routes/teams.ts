import { z } from 'zod';
import { etagOf } from '../../model/etag';
import { notFound } from '../../model/problem';
import * as teams from '../../services/teams';
import type { Team } from '../../store/teams';
import { presentConfig, presentTeam } from '../present/configuration';
import { type Reply, route } from '../route';
import { apiSpaceId } from '../schemas/common';
import * as schema from '../schemas/configuration';
import { configEtag } from './config-etag';

const tag = 'Configuration';
const base = '/apispaces/{apiSpaceId}/chat/config';
const path = `${base}/teams`;
const params = z.object({ apiSpaceId });
const oneParams = z.object({ apiSpaceId, teamId: z.string() });
const memberParams = oneParams.extend({ profileId: z.string() });
const read = { audience: 'space', scope: 'config:read', tag } as const;
const write = { audience: 'space', scope: 'config:write', tag } as const;
const change = { ...write, params: oneParams, takesIfMatch: true } as const;
const teamAnswer = { description: 'The team', schema: schema.team, etag: true };

function one(team: Team, status = 200): Reply {
  return { status, body: presentTeam(team), headers: { etag: etagOf(team) } };
}

type GivenMember = z.output<typeof schema.memberPut> & { readonly username: string };

function memberOf({ username, role }: GivenMember): teams.Member {
  return { agentId: username, isLead: role === 'lead' };
}

// Two parts of a team have calls of their own, alike in all but name and schema.
const PARTS = [
  { name: 'settings', field: 'settings', schema: schema.teamSettings, words: 'what the team says by itself' },
  {
    name: 'appMessaging',
    field: 'appMessaging',
    schema: schema.appMessagingConfig,
    words: 'how the team appears in App Messaging',
  },
] as const;

const partRoutes = PARTS.flatMap((part) => [
  route({
    ...{ method: 'put', path: `${path}/{teamId}/${part.name}`, ...change },
    summary: `Set ${part.words}`,
    body: part.schema,
    answers: { 200: { description: 'As it is now', schema: part.schema, etag: true } },
    handle: async ({ context, caller, params: { teamId }, body, ifMatch }) => {
      const team = await teams.update(context, caller, teamId, { ifMatch, change: { [part.field]: body } });
      return { status: 200, body: team[part.field], headers: { etag: etagOf(team) } };
    },
  }),
  route({
    ...{ method: 'delete', path: `${path}/{teamId}/${part.name}`, ...change },
    summary: `Take away ${part.words}`,
    answers: { 204: { description: 'Taken away' } },
    handle: async ({ context, caller, params: { teamId }, ifMatch }) => {
      await teams.update(context, caller, teamId, { ifMatch, change: { [part.field]: null } });
      return { status: 204 };
    },
  }),
]);

export const teamRoutes = [
  route({
    ...{ method: 'get', path: base, ...read, params },
    summary: 'The whole chat configuration',
    answers: { 200: { description: 'All teams', schema: schema.chatConfig, etag: true } },
    handle: async ({ caller }) => {
      const all = await teams.list(caller);
      return { status: 200, body: presentConfig(all), headers: { etag: configEtag(all) } };
    },
  }),
  route({
    ...{ method: 'get', path, ...read, params },
    summary: 'List the teams',
    answers: { 200: { description: 'The teams', schema: z.array(schema.team) } },
    handle: async ({ caller }) => ({
      status: 200,
      body: (await teams.list(caller)).map(presentTeam),
    }),
  }),
  route({
    ...{ method: 'post', path, ...write, params },
    summary: 'Make a team',
    body: schema.teamCreate,
    answers: { 201: teamAnswer },
    handle: async ({ context, caller, body }) => {
      const members = body.members.map(memberOf);
      return one(await teams.create(context, caller, { ...body, members }), 201);
    },
  }),
  route({
    ...{ method: 'get', path: `${path}/{teamId}`, ...read, params: oneParams },
    summary: 'Read a team',
    answers: { 200: teamAnswer },
    handle: async ({ caller, params: { teamId } }) => one(await teams.get(caller, teamId)),
  }),
  route({
    ...{ method: 'put', path: `${path}/{teamId}`, ...change },
    summary: 'Change a team',
    body: schema.teamUpdate,
    answers: { 200: teamAnswer },
    handle: async ({ context, caller, params: { teamId }, body, ifMatch }) => {
      const members = body.members?.map(memberOf);
      return one(await teams.update(context, caller, teamId, { ifMatch, change: { ...body, members } }));
    },
  }),
  route({
    ...{ method: 'delete', path: `${path}/{teamId}`, ...change },
    summary: 'Delete a team that owns nothing any more',
    answers: { 204: { description: 'Deleted' } },
    handle: async ({ context, caller, params: { teamId }, ifMatch }) => {
      await teams.remove(context, caller, teamId, ifMatch);
      return { status: 204 };
    },
  }),
  ...partRoutes,
  route({
    ...{ method: 'put', path: `${path}/{teamId}/members/{profileId}`, ...write, params: memberParams },
    summary: 'Add an agent to a team, or say what they are there',
    body: schema.memberPut,
    answers: { 200: teamAnswer },
    handle: async ({ context, caller, params: { teamId, profileId }, body }) => {
      const member = memberOf({ username: profileId, ...body });
      const change = { members: (present: readonly teams.Member[]) => [...present, member] };
      return one(await teams.update(context, caller, teamId, { ifMatch: undefined, change }));
    },
  }),
  route({
    ...{ method: 'delete', path: `${path}/{teamId}/members/{profileId}`, ...write, params: memberParams },
    summary: 'Take an agent out of a team',
    answers: { 204: { description: 'Taken out' } },
    handle: async ({ context, caller, params: { teamId, profileId } }) => {
      const change = {
        members: (present: readonly teams.Member[]) => {
          const others = present.filter(({ agentId }) => agentId !== profileId);
          if (others.length === present.length) throw notFound('member', profileId);
          return others;
        },
      };
      await teams.update(context, caller, teamId, { ifMatch: undefined, change });
      return { status: 204 };
    },
  }),
];
