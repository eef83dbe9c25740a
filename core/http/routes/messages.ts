import { z } from 'zod';
import * as pages from '../../services/message-pages';
import * as messages from '../../services/messages';
import * as statusUpdates from '../../services/status-updates';
import { presentChatEvent, presentHistory, presentPage, presentPlan } from '../present/messages';
import { route } from '../route';
import { apiSpaceId, queryNumber } from '../schemas/common';
import * as schema from '../schemas/messages';
import { touchesChat } from '../touches';

const tag = 'Messages';
const path = '/apispaces/{apiSpaceId}/chats/{chatId}';
const params = z.object({ apiSpaceId, chatId: z.string() });
const read = { audience: 'space', scope: 'chat:read', tag } as const;
const write = { audience: 'space', scope: 'chat:write', tag } as const;
const HIGHEST_EVENT = 2 ** 31 - 1;

export const messageRoutes = [
  route({
    ...{ method: 'get', path: `${path}/events`, ...read, params },
    summary: 'The events of a conversation, forward',
    query: z.object({ from: queryNumber(0, HIGHEST_EVENT), limit: queryNumber(1, 1000) }),
    answers: { 200: { description: 'Numbered 1, 2, 3 without gaps', schema: z.array(schema.chatEvent) } },
    handle: async ({ context, caller, params: { chatId }, query }) => {
      const found = await pages.events(caller, chatId, query);
      return { status: 200, body: found.map((event) => presentChatEvent(event, context.links.present)) };
    },
  }),
  route({
    ...{ method: 'get', path: `${path}/messages`, ...read, params },
    summary: 'The messages of a chat, backward',
    query: z.object({ from: queryNumber(0, HIGHEST_EVENT).optional(), limit: queryNumber(1, 100) }),
    answers: { 200: { description: 'A page', schema: schema.messageResult } },
    handle: async ({ context, caller, params: { chatId }, query }) => ({
      status: 200,
      body: presentPage(await pages.page(caller, chatId, query), context.links.present),
    }),
  }),
  route({
    ...{ method: 'post', path: `${path}/messages`, ...write, params },
    ...{ touches: touchesChat, sharesTransaction: true },
    summary: 'Say something in a chat',
    body: schema.messagePost,
    answers: { 200: { description: 'Stored, and on its way', schema: schema.messagePosted } },
    handle: async ({ context, caller, params: { chatId }, body }) => {
      const { id, sentEventId, delivery } = await messages.post(context, caller, chatId, body);
      return { status: 200, body: { id, eventId: sentEventId, status: delivery.status } };
    },
  }),
  route({
    ...{ method: 'post', path: `${path}/messages/preflight`, ...write, params },
    summary: 'What would become of a message',
    body: schema.messagePost,
    answers: { 200: { description: 'Allowed or why not, and how it would look', schema: schema.preflight } },
    handle: async ({ context, caller, params: { chatId }, body }) => ({
      status: 200,
      body: presentPlan(await messages.preflight(context, caller, chatId, body)),
    }),
  }),
  route({
    ...{ method: 'post', path: `${path}/messages/statusupdates`, ...write, params, touches: touchesChat },
    summary: 'Say which messages were delivered or read',
    body: schema.statusUpdates,
    answers: { 200: { description: 'Stored' } },
    handle: async ({ context, caller, params: { chatId }, body }) => {
      const posts = body.map((post) => ({ ...post, timestamp: Date.parse(post.timestamp) }));
      await statusUpdates.update(context, caller, chatId, posts);
      return { status: 200, body: {} };
    },
  }),
  route({
    ...{ method: 'get', path: `${path}/messages/{messageId}`, ...read },
    params: params.extend({ messageId: z.string() }),
    summary: 'A message with every attempt and receipt',
    answers: { 200: { description: 'The message', schema: schema.messageHistory } },
    handle: async ({ context, caller, params: { chatId, messageId } }) => ({
      status: 200,
      body: presentHistory(await messages.get(caller, chatId, messageId), context.links.present),
    }),
  }),
];
