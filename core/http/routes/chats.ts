import { z } from 'zod';
import type { Chat } from '../../model/chat';
import { etagOf } from '../../model/etag';
import { isId } from '../../model/id';
import { invalid } from '../../model/problem';
import * as chats from '../../services/chats';
import type { Context } from '../../services/context';
import { moveChat } from '../../services/move-chat';
import { replyTimeOf } from '../../services/reply-time';
import { startChat } from '../../services/start-chat';
import { takeControl } from '../../services/take-control';
import { setTyping } from '../../services/typing';
import { fromCursor, nextLink, pageOf, toCursor } from '../paging';
import { presentChat } from '../present/chats';
import { type Reply, route } from '../route';
import * as schema from '../schemas/chats';
import { apiSpaceId, cursor, limit, queryFlag, timestamp } from '../schemas/common';
import { touchesChat } from '../touches';

const tag = 'Chats';
const path = '/apispaces/{apiSpaceId}/chats';
const params = z.object({ apiSpaceId });
const oneParams = z.object({ apiSpaceId, chatId: z.string() });
const read = { audience: 'space', scope: 'chat:read', tag } as const;
const write = { audience: 'space', scope: 'chat:write', tag } as const;
const change = { ...write, params: oneParams, takesIfMatch: true, touches: touchesChat } as const;
const chatAnswer = { 200: { description: 'The chat', schema: schema.chat, etag: true } };

// The published call has no pages and gives all; this is where "all" ends.
const MOST_AT_ONCE = 1000;

function shown(context: Context, chat: Chat) {
  return presentChat(chat, replyTimeOf(context, chat));
}

function one(context: Context, chat: Chat, status = 200): Reply {
  return { status, body: shown(context, chat), headers: { etag: etagOf(chat) } };
}

const listQuery = z.object({
  profileId: z.string().optional(),
  scope: z.enum(['profile', 'all'], { error: 'expected profile or all' }).optional(),
  includeClosed: queryFlag,
  includeDeleted: queryFlag,
  idsOnly: queryFlag,
  status: schema.chatStatus.optional(),
  teamId: z.string().optional(),
  agentId: z.string().optional(),
  channelId: z.string().optional(),
  updatedSince: timestamp.optional(),
  q: z
    .string()
    .max(200)
    .optional()
    .meta({ description: 'Found in the name, the description or the address.' }),
  cursor,
  limit,
});

function filterOf(query: z.output<typeof listQuery>): chats.ListFilter {
  const { profileId, scope, status, teamId, agentId, channelId, updatedSince, q } = query;
  if (scope === 'profile' && profileId === undefined)
    throw invalid('profileId', 'it is required with scope=profile');
  return {
    ...{ status, teamId, agentId, channelId, text: q },
    customerOrAgentId: scope === 'all' ? undefined : profileId,
    updatedSince: updatedSince === undefined ? undefined : Date.parse(updatedSince),
    includeClosed: query.includeClosed ?? false,
    includeDeleted: query.includeDeleted ?? false,
    before: fromCursor(query.cursor, isId),
    limit: (query.limit ?? MOST_AT_ONCE) + 1,
  };
}

export const chatRoutes = [
  route({
    ...{ method: 'get', path, ...read, params },
    summary: 'List chats, the newest first',
    query: listQuery,
    answers: {
      200: {
        description: 'The chats, or with `idsOnly` their ids',
        schema: z.array(z.union([schema.chat, z.string()])),
      },
    },
    handle: async (call) => {
      const rows = await chats.list(call.caller, filterOf(call.query));
      const { items, hasMore } = pageOf(rows, call.query.limit ?? MOST_AT_ONCE);
      const last = items.at(-1);
      const headers = nextLink(call, hasMore && last ? toCursor(last.id) : undefined);
      const body = call.query.idsOnly
        ? items.map((chat) => chat.id)
        : items.map((chat) => shown(call.context, chat));
      return { status: 200, body, headers };
    },
  }),
  route({
    ...{ method: 'post', path, ...write, params },
    summary: 'Start a chat with a customer',
    body: schema.chatCreate,
    answers: { 201: { description: 'Started', schema: schema.chat, etag: true } },
    handle: async ({ context, caller, body }) => one(context, await startChat(context, caller, body), 201),
  }),
  route({
    ...{ method: 'get', path: `${path}/{chatId}`, ...read, params: oneParams },
    summary: 'Read a chat',
    query: z.object({ includeDeleted: queryFlag }),
    answers: chatAnswer,
    handle: async ({ context, caller, params: { chatId }, query }) =>
      one(context, await chats.get(caller, chatId, { includeDeleted: query.includeDeleted ?? false })),
  }),
  route({
    ...{ method: 'put', path: `${path}/{chatId}`, ...change },
    summary: 'Describe a chat',
    body: schema.chatUpdate,
    answers: chatAnswer,
    handle: async ({ context, caller, params: { chatId: id }, body, ifMatch }) =>
      one(context, await chats.describe(context, caller, { id, ifMatch, description: body })),
  }),
  route({
    ...{ method: 'delete', path: `${path}/{chatId}`, ...change },
    summary: 'Delete a chat; it can still be read with `includeDeleted`',
    answers: { 204: { description: 'Deleted' } },
    handle: async ({ context, caller, params: { chatId: id }, ifMatch }) => {
      await chats.remove(context, caller, { id, ifMatch });
      return { status: 204 };
    },
  }),
  route({
    ...{ method: 'put', path: `${path}/{chatId}/assign`, ...change },
    summary: 'Transfer a chat to a team, or to an agent directly',
    body: schema.chatAssign,
    answers: chatAnswer,
    handle: async ({ context, caller, params: { chatId: id }, body, ifMatch }) => {
      const { waits, ...chat } = await chats.assign(context, caller, { id, ifMatch, ...body });
      const reply = one(context, chat);
      return { ...reply, body: { ...shown(context, chat), waits } };
    },
  }),
  route({
    ...{ method: 'put', path: `${path}/{chatId}/close`, ...change },
    summary: 'Close a chat',
    body: schema.chatClose,
    answers: chatAnswer,
    handle: async ({ context, caller, params: { chatId: id }, body, ifMatch }) =>
      one(context, await chats.close(context, caller, { id, ifMatch, ...body })),
  }),
  route({
    ...{ method: 'put', path: `${path}/{chatId}/channel`, ...change },
    summary: 'Move a chat to another channel',
    body: schema.chatMove,
    answers: chatAnswer,
    handle: async ({ context, caller, params: { chatId: id }, body, ifMatch }) =>
      one(context, await moveChat(context, caller, { id, ifMatch, ...body })),
  }),
  route({
    ...{ method: 'post', path: `${path}/{chatId}/control`, ...write, params: oneParams, callsOut: true },
    summary: 'Take a conversation back that another app of the provider has',
    answers: chatAnswer,
    handle: async ({ context, caller, params: { chatId } }) =>
      one(context, await takeControl(context, caller, chatId)),
  }),
  ...(['post', 'delete'] as const).map((method) =>
    route({
      ...{ method, path: `${path}/{chatId}/typing`, ...write, params: oneParams, callsOut: true },
      summary: method === 'post' ? 'The agent is typing' : 'The agent stopped typing',
      answers: { 204: { description: 'Passed on, where the channel can show it' } },
      handle: async ({ context, caller, params: { chatId } }) => {
        await setTyping(context, caller, chatId, method === 'post');
        return { status: 204 };
      },
    }),
  ),
  route({
    ...{ method: 'get', path: `${path}/{chatId}/participants`, ...read, params: oneParams },
    summary: 'The customer and the agent of a chat',
    answers: { 200: { description: 'Two at most', schema: z.array(schema.participant) } },
    handle: async ({ caller, params: { chatId } }) => ({
      status: 200,
      body: await chats.participants(caller, chatId),
    }),
  }),
];
