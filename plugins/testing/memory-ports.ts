import { randomUUID } from 'node:crypto';
import {
  type ClientPorts,
  type ClientProfile,
  ClientRefusal,
  type ClientSession,
  type ContentPort,
  type Conversation,
  type ConversationDetails,
  type ConversationPort,
  type KeptContent,
  type PublicTeam,
} from '../contract/index';

/** What an adapter works with, kept in memory: as much of a gateway as its own checks need. */
export interface MemoryPorts {
  readonly ports: ClientPorts;
  readonly challengeId: string;
  readonly nonce: string;
  /** The profiles for which a session was opened, in their order. */
  opened(): readonly string[];
}

export function memoryPorts(answer: ConversationPort['answer']): MemoryPorts {
  const [challengeId, nonce] = [randomUUID(), randomUUID()];
  const opened: string[] = [];
  return {
    ...{ challengeId, nonce, opened: () => opened },
    ports: {
      sessions: {
        challenge: () => ({ id: challengeId, nonce, expiresOn: new Date(Date.now() + 60_000) }),
        nonceOf: (id) => (id === challengeId ? nonce : undefined),
        open: async ({ claim, device, sourceAddress }) => {
          if ('agentToken' in claim) throw new ClientRefusal(403, 'this is no token of an agent');
          opened.push(claim.profileId);
          return { token: 'a.b.c', session: aSession(claim.profileId, { device, sourceAddress }) };
        },
        end: () => Promise.resolve(),
        setPush: () => Promise.resolve(),
      },
      profiles: {
        get: async (_session, id) => aProfile(id),
        find: async (session) => [aProfile(session.profileId)],
        update: async (_session, { id, data }) => ({ ...aProfile(id), data }),
        leaveAddress: () => Promise.resolve(),
      },
      conversations: conversationsInMemory(answer),
      content: contentInMemory(),
      business: { team: async (id = TEAM.id) => (id === TEAM.id ? TEAM : undefined) },
    },
  };
}

const TEAM: PublicTeam = { id: 'sales', name: 'Sales', availability: 'open' };

function contentInMemory(): ContentPort {
  const kept = new Map<string, KeptContent>();
  return {
    async keep(_session, { name, type, body }) {
      const id = randomUUID();
      const file = { id, name, type, size: body.byteLength, url: `https://gateway.test/media/${id}` };
      kept.set(id, file);
      return file;
    },
    find: async (id) => kept.get(id),
  };
}

function conversationsInMemory(answer: ConversationPort['answer']): ConversationPort {
  const kept = new Map<string, Conversation>();
  const get = (id: string): Conversation => {
    const found = kept.get(id);
    if (!found) throw new ClientRefusal(404, 'there is no such conversation');
    return found;
  };
  const posted = new Map<string, { readonly id: string; readonly eventId: number; readonly on: Date }>();
  const begin = async (session: ClientSession): Promise<Conversation> => {
    const known = kept.get(session.profileId);
    const rights = { canSend: true, canAddParticipants: false, canRemoveParticipants: false };
    const details = { name: 'Chat', roles: { owner: rights, participant: rights }, isPublic: false };
    const own = known ?? aConversation(session, session.profileId, details);
    kept.set(session.profileId, own);
    return own;
  };
  return {
    begin,
    own: async ({ profileId }) => kept.get(profileId),
    ownChat: async () => ({ state: 'none' }),
    create: async (session, { id, participants, ...details }) => {
      if (kept.has(id)) throw new ClientRefusal(409, 'there is one already');
      const made = { ...aConversation(session, id, details), participantCount: participants.length + 1 };
      kept.set(id, made);
      return made;
    },
    list: async () => [...kept.values()],
    get: async (_session, id) => get(id),
    update: async (_session, { id, details }) => ({ ...get(id), ...details }),
    remove: async (_session, id) => void (get(id) && kept.delete(id)),
    participants: async (session, id) => get(id) && [{ id: session.profileId, role: 'owner' as const }],
    addParticipants: async (_session, id) => void get(id),
    removeParticipants: async (_session, id) => void get(id),
    setTyping: async (_session, id) => void get(id),
    async post(session, id, { key = randomUUID() }) {
      get(id);
      const of = `${session.profileId} ${id} ${key}`;
      const known = posted.get(of);
      if (known) return { ...known, isRepeated: true };
      const made = { id: randomUUID(), eventId: posted.size + 1, on: new Date() };
      posted.set(of, made);
      return { ...made, isRepeated: false };
    },
    messages: async (_session, id) =>
      get(id) && { earliestEventId: 0, latestEventId: 0, messages: [], orphanedEvents: [] },
    mark: async (_session, id) => void get(id),
    events: async (_session, id) => get(id) && [],
    answer,
    showTyping: () => Promise.resolve(),
  };
}

function aSession(profileId: string, more: Pick<ClientSession, 'device' | 'sourceAddress'>): ClientSession {
  return {
    ...{ id: randomUUID(), apiSpaceId: randomUUID(), profileId, isAgent: false, ...more },
    ...{ createdOn: new Date(), expiresOn: new Date(Date.now() + 60_000) },
  };
}

function aProfile(id: string): ClientProfile {
  return { id, data: {}, etag: '"1"', createdOn: new Date(0), updatedOn: new Date(0) };
}

function aConversation(session: ClientSession, id: string, details: ConversationDetails): Conversation {
  const by = `session:${session.profileId}`;
  return {
    ...{ ...details, id, participantCount: 1, latestSentEventId: 0, latestEventId: 0, etag: '"1"' },
    ...{ createdOn: new Date(0), createdBy: by, updatedOn: new Date(0), updatedBy: by },
  };
}
