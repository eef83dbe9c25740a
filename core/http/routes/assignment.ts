import { z } from 'zod';
import { etagOf } from '../../model/etag';
import * as offers from '../../services/offers';
import { replyTimeOf } from '../../services/reply-time';
import { presentChat } from '../present/chats';
import { route } from '../route';
import { chat } from '../schemas/chats';
import { apiSpaceId } from '../schemas/common';
import { offerAnswer } from '../schemas/presence';
import { touchesChat } from '../touches';

const path = '/apispaces/{apiSpaceId}/chats/{chatId}';
const params = z.object({ apiSpaceId, chatId: z.string() });
const write = { audience: 'space', scope: 'chat:write', tag: 'Chats', params } as const;

export const assignmentRoutes = [
  route({
    ...{ method: 'put', path: `${path}/accept`, ...write, touches: touchesChat },
    summary: 'Take a chat that is offered',
    body: offerAnswer,
    answers: { 200: { description: 'The chat', schema: chat, etag: true } },
    handle: async ({ context, caller, params: { chatId }, body }) => {
      const taken = await offers.accept(context, caller, { chatId, ...body });
      const shown = presentChat(taken, replyTimeOf(context, taken));
      return { status: 200, body: shown, headers: { etag: etagOf(taken) } };
    },
  }),
  route({
    ...{ method: 'put', path: `${path}/decline`, ...write, touches: touchesChat },
    summary: 'Let a chat that is offered pass to the next agent',
    body: offerAnswer,
    answers: { 204: { description: 'It goes on' } },
    handle: async ({ context, caller, params: { chatId }, body }) => {
      await offers.decline(context, caller, { chatId, ...body });
      return { status: 204 };
    },
  }),
];
