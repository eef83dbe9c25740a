import { z } from 'zod';
import { isId } from '../../model/id';
import * as ratings from '../../services/satisfaction';
import { fromCursor, nextLink, pageOf, toCursor } from '../paging';
import { presentSatisfaction } from '../present/satisfaction';
import { route } from '../route';
import { satisfaction, satisfactionSummary } from '../schemas/automatic';
import { apiSpaceId, cursor, limit, queryFlag, timestamp } from '../schemas/common';

const path = '/apispaces/{apiSpaceId}/satisfaction';
const params = z.object({ apiSpaceId });
const read = { audience: 'space', scope: 'chat:read', tag: 'Satisfaction' } as const;
const PAGE = 100;

const filters = {
  teamId: z.string().optional(),
  agentId: z.string().optional(),
  from: timestamp.optional().meta({ description: 'Asked then or later.' }),
  to: timestamp.optional().meta({ description: 'Asked before.' }),
};

interface Given {
  readonly teamId?: string | undefined;
  readonly agentId?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

function filterOf({ teamId, agentId, from, to }: Given): ratings.RatingFilter {
  return { teamId, agentId, from: maybeInstant(from), to: maybeInstant(to) };
}

function maybeInstant(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time);
}

function placeOf(word: string | undefined) {
  const [askedOn, id = ''] = fromCursor(word, isPlace)?.split(' ') ?? [];
  return askedOn === undefined ? undefined : { askedOn: Number(askedOn), id };
}

function isPlace(word: string): boolean {
  const [, id = ''] = /^\d{1,15} (.+)$/.exec(word) ?? [];
  return isId(id);
}

export const satisfactionRoutes = [
  route({
    ...{ method: 'get', path: '/apispaces/{apiSpaceId}/chats/{chatId}/satisfaction', audience: 'space' },
    ...{ scope: 'chat:read', tag: 'Chats', params: z.object({ apiSpaceId, chatId: z.string() }) },
    summary: 'What the customer said of the chat',
    answers: { 200: { description: 'The question and its answer', schema: satisfaction } },
    handle: async ({ caller, params: { chatId } }) => ({
      status: 200,
      body: presentSatisfaction(await ratings.get(caller, chatId)),
    }),
  }),
  route({
    ...{ method: 'get', path, ...read, params },
    summary: 'What customers said, the last asked first',
    query: z.object({
      ...filters,
      includeUnanswered: queryFlag.meta({ description: 'Also those who did not answer.' }),
      ...{ cursor, limit },
    }),
    answers: {
      200: {
        description:
          "The ratings; for an agent's session those of its agent, and of the teams that they lead",
        schema: z.array(satisfaction),
      },
    },
    handle: async (call) => {
      const { cursor: begin, limit: most = PAGE, includeUnanswered: includesUnanswered = false } = call.query;
      const page = { includesUnanswered, before: placeOf(begin), limit: most + 1 };
      const { items, hasMore } = pageOf(await ratings.list(call.caller, filterOf(call.query), page), most);
      const last = items.at(-1);
      const headers = nextLink(call, hasMore && last ? toCursor(`${last.askedOn} ${last.id}`) : undefined);
      return { status: 200, body: items.map(presentSatisfaction), headers };
    },
  }),
  route({
    ...{ method: 'get', path: `${path}/summary`, ...read, params },
    summary:
      'The same added up: how many were asked and answered, the average, and how often each rating was given',
    query: z.object(filters),
    answers: { 200: { description: 'Of the same ratings', schema: satisfactionSummary } },
    handle: async ({ caller, query }) => ({
      status: 200,
      body: await ratings.summarize(caller, filterOf(query)),
    }),
  }),
];
