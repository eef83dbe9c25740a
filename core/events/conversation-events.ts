import { z } from 'zod';

/** What the events of end users' conversations say. */

const id = z.string();
const at = z.string().meta({ description: 'UTC.' });
const by = z.string();
const text = z.string().optional();
const conversationId = id;
const profileId = id;
const role = z.enum(['owner', 'participant']);
const privileges = z.strictObject({
  canSend: z.boolean(),
  canAddParticipants: z.boolean(),
  canRemoveParticipants: z.boolean(),
});

const changed = z.strictObject({
  id,
  name: z.string(),
  description: text,
  roles: z.strictObject({ owner: privileges, participant: privileges }),
  isPublic: z.boolean(),
  by,
});
const participant = z.strictObject({ conversationId, apiSpaceId: id, profileId, role, by });
const number = { conversationEventId: z.number().int() };
const sent = z.strictObject({
  id,
  ...number,
  metadata: z.unknown().optional(),
  context: z.strictObject({
    from: z.strictObject({ id, name: text }),
    conversationId,
    sentBy: by,
    sentOn: at,
  }),
  parts: z.array(
    z.strictObject({ name: text, type: z.string(), url: text, data: text, size: z.number().optional() }),
  ),
  alert: z.unknown().optional(),
});
const marked = z.strictObject({
  id,
  conversationId,
  ...number,
  isPublicConversation: z.boolean(),
  profileId,
  timestamp: at,
});

/** Their names, and what each one means. */
export const CONVERSATION_EVENTS = {
  'conversation.create': of('End users started to talk.', changed),
  'conversation.update': of('Its name, description or rules changed.', changed),
  'conversation.delete': of('It was deleted.', z.strictObject({ id, date: at, by })),
  'conversation.participantAdded': of('Somebody came in.', participant),
  'conversation.participantRemoved': of('Somebody left, or was sent away.', participant),
  'conversation.participantUpdated': of('Somebody got another role.', participant),
  'conversationMessage.sent': of('Somebody wrote.', sent),
  'conversationMessage.delivered': of('It reached a participant.', marked),
  'conversationMessage.read': of('A participant read it.', marked),
  'push.requested': of(
    'Somebody was written to who has no socket open: send it to their device.',
    z.strictObject({
      id,
      profileId,
      conversationId,
      messageId: id,
      registration: z.record(z.string(), z.unknown()).meta({ description: '`fcm` or `apns`.' }),
      alert: z.unknown().optional(),
      by,
    }),
  ),
};

function of(description: string, payload: z.ZodType) {
  return { description, payload, filters: [] };
}

const [MESSAGE, SESSION, SPACE] = [
  '0199c2f4-6a3e-7c11-9f27-5d0a4be1c010',
  '0199c2f4-6a3e-7c11-9f27-5d0a4be1c011',
  '0199c2f4-6a3e-7c11-9f27-5d0a4be1c012',
];
const ON = '2026-01-31T12:00:00.000Z';
const BY = 'session:ada';
const ALL = { canSend: true, canAddParticipants: true, canRemoveParticipants: true };
const conversation = {
  id: 'orders',
  name: 'Orders',
  roles: { owner: ALL, participant: ALL },
  isPublic: false,
  by: BY,
};
const ada = { conversationId: 'orders', apiSpaceId: SPACE, profileId: 'ada', role: 'participant', by: BY };
const mark = {
  id: MESSAGE,
  conversationId: 'orders',
  conversationEventId: 2,
  isPublicConversation: false,
  profileId: 'bob',
  timestamp: ON,
};

/** One true payload of each. */
export const CONVERSATION_EXAMPLES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'conversation.create': conversation,
  'conversation.update': conversation,
  'conversation.delete': { id: 'orders', date: ON, by: BY },
  'conversation.participantAdded': ada,
  'conversation.participantRemoved': ada,
  'conversation.participantUpdated': { ...ada, role: 'owner' },
  'conversationMessage.sent': {
    id: MESSAGE,
    conversationEventId: 1,
    context: { from: { id: 'ada' }, conversationId: 'orders', sentBy: BY, sentOn: ON },
    parts: [{ type: 'text/plain', data: 'Is it in stock?' }],
  },
  'conversationMessage.delivered': mark,
  'conversationMessage.read': mark,
  'push.requested': {
    id: SESSION,
    profileId: 'bob',
    conversationId: 'orders',
    messageId: MESSAGE,
    registration: { fcm: { package: 'com.example.shop', registrationId: 'f1-9' } },
    alert: { title: 'Ada', body: 'Is it in stock?' },
    by: BY,
  },
};
