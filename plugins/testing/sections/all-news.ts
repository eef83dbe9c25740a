import type { ClientNews, PublicTeam, SiteNews } from '../../contract/index';
import { frozen } from '../kit';

const HAPPENED = {
  ...{ eventId: '0199c2f4-6a3e-7c11-9f27-5d0a4be1c002', apiSpaceId: '0199c2f4-6a3e-7c11-9f27-5d0a4be1c001' },
  ...{ at: new Date(1_000), by: 'session:ada', revision: 3, etag: '"3-x"' },
};
const ALL = { canSend: true, canAddParticipants: true, canRemoveParticipants: true };

/** One event of each kind. */
export const ALL_NEWS: readonly ClientNews[] = frozen<ClientNews[]>([
  {
    ...{ ...HAPPENED, type: 'message', conversationId: 'den', number: 1 },
    message: {
      ...{ id: 'm1', conversationId: 'den', sentEventId: 1, from: { id: 'ada', name: 'Ada' } },
      ...{ sentBy: 'session:ada', sentOn: new Date(1_000), metadata: { ref: 'order-7' }, statusUpdates: {} },
      parts: [{ type: 'text/plain', data: 'héllo 👋' }],
    },
  },
  {
    ...{ ...HAPPENED, type: 'status', conversationId: 'den', number: 2, isPublic: false, messageId: 'm1' },
    ...{ profileId: 'bo', status: 'read', on: new Date(2_000) },
  },
  {
    ...{ ...HAPPENED, type: 'conversation', what: 'updated' },
    conversation: { id: 'den', name: 'Den', roles: { owner: ALL, participant: ALL }, isPublic: false },
  },
  {
    ...{ ...HAPPENED, type: 'participant', what: 'added', conversationId: 'den', profileId: 'bo' },
    role: 'participant',
  },
  { ...HAPPENED, type: 'typing', conversationId: 'den', profileId: 'bo', isOn: true },
  { ...HAPPENED, type: 'profile', profileId: 'ada', profile: { id: 'ada', name: 'Ada' } },
  {
    ...{ ...HAPPENED, type: 'chat', name: 'chatMessage.sent', chatId: 'c1', number: 1 },
    payload: { id: 'm1', context: { chatId: 'c1' } },
  },
]);

/** A team that is closed, with all that customers may know of it. */
export const CLOSED_TEAM: PublicTeam = {
  ...{
    id: 'sales',
    name: 'Sales',
    availability: 'closed',
    opensOn: new Date(3_000),
    absence: 'Back at nine.',
  },
  ...{ avatarUrl: 'https://shop.example/a.png', welcome: { text: 'Hello', afterMs: 1_000 } },
};

/** One event of each kind that pages hear of. */
export const ALL_SITE_NEWS: readonly SiteNews[] = frozen<SiteNews[]>([
  ...ALL_NEWS.filter(({ type }) => type === 'message' || type === 'status' || type === 'typing').map(
    (news) => news as SiteNews,
  ),
  { type: 'ownChat', chat: { state: 'answered', agent: { id: 'ann', name: 'Ann' }, movedTo: 'email' } },
  { type: 'publicTeam', team: CLOSED_TEAM },
]);
