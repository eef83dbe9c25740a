import { CONVERSATION_EXAMPLES } from './conversation-events';
import { TEAM_EXAMPLES } from './team-events';

const [CHAT, MESSAGE, ACCOUNT, HOOK] = [
  '0199c2f4-6a3e-7c11-9f27-5d0a4be1c001',
  '0199c2f4-6a3e-7c11-9f27-5d0a4be1c002',
  '0199c2f4-6a3e-7c11-9f27-5d0a4be1c003',
  '0199c2f4-6a3e-7c11-9f27-5d0a4be1c004',
];
const ON = '2026-01-31T12:00:00.000Z';
const BY = 'access:0199c2f4-6a3e-7c11-9f27-5d0a4be1c005';
const CUSTOMER = '0199c2f4-6a3e-7c11-9f27-5d0a4be1c006';

const owner = { id: CHAT, teamId: 'sales', agentId: 'kim', by: BY };
const moved = { ...owner, previousTeamId: 'support', note: 'wants to order' };
const channel = { id: ACCOUNT, kind: 'sms', adapter: 'twilio', name: 'Main number', teamId: 'sales', by: BY };
const team = { id: 'sales', name: 'Sales', members: ['kim'], leads: ['kim'], by: BY };
const agent = { id: 'kim', name: 'Kim', email: 'kim@example.com', capacity: 5, by: BY };
const profile = { id: CUSTOMER, name: 'Ada', by: 'gateway' };
const webhook = { id: HOOK, name: 'Orders', url: 'https://example.com/hooks/parley', by: BY };
const progress = { id: MESSAGE, chatId: CHAT, profileId: CUSTOMER, timestamp: ON };

/** One true payload of each kind of event; the docs show them and test deliveries carry them. */
export const EXAMPLES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'chat.create': {
    id: CHAT,
    name: 'Ada',
    teamId: 'sales',
    channelId: 'sms',
    participants: [{ profileId: CUSTOMER, role: 'participant' }],
    context: {},
  },
  'chat.updated': { ...owner, name: 'Ada', labels: ['vip'] },
  'chat.assigned': { ...moved, previousTeamId: 'sales' },
  'chat.transferred': { ...moved, previousAgentId: 'lou' },
  'chat.channelUpdated': {
    id: CHAT,
    channelId: 'email',
    previousChannelId: 'sms',
    route: { accountId: ACCOUNT, address: 'ada@example.com' },
  },
  'chat.closed': { id: CHAT, bypassMessage: false, teamId: 'sales', closeTimeSecs: 840, reason: 'agent' },
  'chat.delete': { id: CHAT, date: ON, by: BY },
  'chatMessage.sent': {
    id: MESSAGE,
    context: {
      from: { id: CUSTOMER, name: 'Ada' },
      chatId: CHAT,
      teamId: 'sales',
      sentBy: 'gateway',
      sentOn: ON,
      direction: 'inbound',
      to: { id: 'sales' },
    },
    parts: [{ type: 'text/plain', data: 'Hello, is anybody there?', size: 24 }],
    channelId: 'sms',
    isAutomatedSend: false,
  },
  'chatMessage.imported': {
    id: MESSAGE,
    context: {
      from: { id: CUSTOMER, name: 'Ada' },
      chatId: CHAT,
      teamId: 'sales',
      sentBy: 'gateway',
      sentOn: ON,
      direction: 'inbound',
      to: { id: 'sales' },
    },
    parts: [{ type: 'text/plain', data: 'This was before your time.', size: 26 }],
    channelId: 'email',
    isAutomatedSend: false,
  },
  'chatMessage.submitted': progress,
  'chatMessage.delivered': progress,
  'chatMessage.read': progress,
  'chatMessage.failed': { ...progress, failure: { code: '30006', reason: 'landline', retryable: false } },
  'chatMessage.unknown': progress,
  'chatMessage.reaction': { ...progress, emoji: '❤' },
  'chatMessage.edited': { ...progress, text: 'Hello, is somebody there?' },
  'chatMessage.unsent': progress,
  'chat.replyWindowEnding': {
    id: CHAT,
    teamId: 'sales',
    agentId: 'kim',
    channelId: 'fbMessenger',
    status: 'new',
    canReplyUntil: ON,
  },
  'chat.controlChanged': { ...owner, channelId: 'fbMessenger', isOurs: false, owner: '263902037430900' },
  'channel.create': channel,
  'channel.update': channel,
  'channel.delete': channel,
  'channel.healthChanged': {
    id: ACCOUNT,
    accountId: ACCOUNT,
    kind: 'sms',
    state: 'unauthorized',
    previousState: 'connected',
    error: { message: 'the provider refused the auth token', setting: 'authToken', on: ON },
    by: 'gateway',
  },
  'team.create': team,
  'team.update': team,
  'team.delete': team,
  'agent.create': agent,
  'agent.update': agent,
  'agent.delete': agent,
  'profile.create': profile,
  'profile.update': profile,
  'profile.delete': { id: CUSTOMER, by: BY },
  'webhook.create': webhook,
  'webhook.update': webhook,
  'webhook.delete': webhook,
  'webhook.disabled': {
    id: HOOK,
    name: 'Orders',
    url: 'https://example.com/hooks/parley',
    reason: 'it failed for five days',
    failingSince: ON,
    by: 'gateway',
  },
  ...CONVERSATION_EXAMPLES,
  ...TEAM_EXAMPLES,
};
