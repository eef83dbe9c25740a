import { z } from 'zod';
import { iso } from '../../model/instant';
import { getCalendar } from '../../services/team-calendar';
import { hoursAt } from '../../services/team-hours';
import { presentCalendar } from '../present/calendars';
import { maybeIso } from '../present/made';
import { route } from '../route';
import { apiSpaceId, timestamp } from '../schemas/common';
import { openness, teamCalendar } from '../schemas/hours';

const tag = 'Configuration';
const path = '/apispaces/{apiSpaceId}/chat/config/teams/{teamId}';
const params = z.object({ apiSpaceId, teamId: z.string() });

export const hoursRoutes = [
  route({
    ...{ method: 'get', path: `${path}/open`, audience: 'space', scope: 'config:read', tag, params },
    summary: 'Is the team at work?',
    query: z.object({ at: timestamp.optional().meta({ description: 'Absent: now.' }) }),
    answers: { 200: { description: 'By its working hours, holidays and exceptions', schema: openness } },
    handle: async ({ context, caller, params: { teamId }, query }) => {
      const at = query.at === undefined ? context.now() : Date.parse(query.at);
      const { isOpen, timeZone, changesOn } = await hoursAt(caller, teamId, at);
      return { status: 200, body: { isOpen, at: iso(at), timeZone, changesOn: maybeIso(changesOn) } };
    },
  }),
  route({
    ...{ method: 'get', path: `${path}/calendar`, audience: 'space', scope: 'config:read', tag, params },
    summary: "What the team's feed of holidays says, and whether it can be fetched",
    answers: { 200: { description: 'From a month ago until in two years', schema: teamCalendar } },
    handle: async ({ caller, params: { teamId } }) => ({
      status: 200,
      body: presentCalendar(await getCalendar(caller, teamId)),
    }),
  }),
];
