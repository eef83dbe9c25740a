import type {
  ClientRoute,
  Conversation,
  ConversationDetails,
  ConversationParticipant,
  ConversationRole,
  HttpReply,
  Privileges,
  RawRequest,
  SessionCall,
} from '../../plugins/contract/index';
import {
  asFields,
  asFlag,
  asList,
  asText,
  type Fields,
  fieldsOf,
  json,
  jsonOf,
  maybeText,
  NO_CONTENT,
  queryOf,
  wrong,
} from '../../plugins/helpers/client-body';
import { forSession } from '../../plugins/helpers/client-routes';
import { isUsableId } from './config';
import type { Account } from './sessions';
import { shownConversation } from './shapes';

const LONGEST_NAME = 500;
const MOST_GIVEN = 1_000;

/** Conversations, who is in them, and who is typing. */
export function conversationRoutes({ ports: { conversations } }: Account): ClientRoute[] {
  return [
    forSession(
      'POST /conversations',
      async ({ session, request }) => {
        const fields = fieldsOf(request);
        const wish = { id: idOf(fields['id'], 'id'), ...detailsOf(fields), participants: invitedIn(fields) };
        return reply(201, await conversations.create(session, wish));
      },
      { maxBytes: 512 * 1024 },
    ),
    forSession('GET /conversations', async ({ session, request }) => {
      const isPublic = queryOf(request).get('scope') === 'public';
      const whose = lastValue(request, 'profileId');
      // Whom others talk to is theirs to know.
      if (!isPublic && whose !== undefined && whose !== session.profileId) return json(200, []);
      const found = await conversations.list(session, isPublic ? 'public' : 'participant');
      return json(200, found.map(shownConversation));
    }),
    forSession('GET /conversations/{id}', async ({ session, params }) =>
      reply(200, await conversations.get(session, idIn(params))),
    ),
    forSession('PUT /conversations/{id}', async ({ session, params, request }) => {
      const change = { id: idIn(params), details: detailsOf(fieldsOf(request)), ...matchOf(request) };
      return reply(200, await conversations.update(session, change));
    }),
    forSession('DELETE /conversations/{id}', async ({ session, params, request }) => {
      await conversations.remove(session, idIn(params), matchOf(request).ifMatch);
      return NO_CONTENT;
    }),
    ...participantRoutes({ conversations }),
    ...typingRoutes({ conversations }),
  ];
}

type Ports = Pick<Account['ports'], 'conversations'>;

function participantRoutes({ conversations }: Ports): ClientRoute[] {
  return [
    forSession('GET /conversations/{id}/participants', async ({ session, params }) =>
      json(200, await conversations.participants(session, idIn(params))),
    ),
    forSession(
      'POST /conversations/{id}/participants',
      async ({ session, params, request }) => {
        const given = participantsOf(jsonOf(request), 'body');
        await conversations.addParticipants(session, idIn(params), given);
        return json(201, given);
      },
      { maxBytes: 512 * 1024 },
    ),
    forSession('DELETE /conversations/{id}/participants', async ({ session, params, request }) => {
      const ids = valuesOf(request, 'id');
      if (ids.length === 0) throw wrong('id', 'given at least once');
      await conversations.removeParticipants(session, idIn(params), ids);
      return NO_CONTENT;
    }),
  ];
}

function typingRoutes({ conversations }: Ports): ClientRoute[] {
  const set =
    (isOn: boolean) =>
    async ({ session, params }: SessionCall) => {
      await conversations.setTyping(session, idIn(params), isOn);
      return NO_CONTENT;
    };
  return [
    forSession('POST /conversations/{id}/typing', set(true)),
    forSession('DELETE /conversations/{id}/typing', set(false)),
  ];
}

function reply(status: number, conversation: Conversation): HttpReply {
  return json(status, shownConversation(conversation), conversation.etag);
}

/** The id in a path. */
export function idIn(params: SessionCall['params']): string {
  return idOf(params['id'], 'id');
}

export function matchOf({ headers }: RawRequest): { readonly ifMatch?: string } {
  const ifMatch = headers['if-match'];
  return ifMatch === undefined ? {} : { ifMatch };
}

function idOf(value: unknown, field: string): string {
  if (!isUsableId(value)) throw wrong(field, 'a text of 1 to 200 characters, without NUL');
  return value;
}

function detailsOf(fields: Fields): ConversationDetails {
  const description = maybeText(fields['description'], 'description', 5_000);
  return {
    name: asText(fields['name'], 'name', LONGEST_NAME),
    ...(description === undefined ? {} : { description }),
    roles: { owner: privilegesOf(fields, 'owner'), participant: privilegesOf(fields, 'participant') },
    isPublic: asFlag(fields['isPublic'] ?? false, 'isPublic'),
  };
}

function privilegesOf(fields: Fields, role: ConversationRole): Privileges {
  const roles = asFields(fields['roles'] ?? {}, 'roles');
  const given = asFields(roles[role] ?? {}, `roles.${role}`);
  const flag = (name: keyof Privileges) => asFlag(given[name] ?? true, `roles.${role}.${name}`);
  return {
    canSend: flag('canSend'),
    canAddParticipants: flag('canAddParticipants'),
    canRemoveParticipants: flag('canRemoveParticipants'),
  };
}

function invitedIn(fields: Fields): ConversationParticipant[] {
  return participantsOf(fields['participants'] ?? [], 'participants');
}

function participantsOf(value: unknown, field: string): ConversationParticipant[] {
  return asList(value, field, MOST_GIVEN).map((entry) => {
    const { id, role = 'participant' } = asFields(entry, field);
    if (role !== 'owner' && role !== 'participant') throw wrong(`${field}.role`, 'owner or participant');
    return { id: idOf(id, `${field}.id`), role };
  });
}

/**
 * The values of a parameter that is given several times. The JavaScript SDK does not encode them, so what is no
 * escape stands for itself, a plus is a plus, and an ampersand ends a value only before the next name.
 */
export function valuesOf({ url }: RawRequest, name: string): string[] {
  const query = /\?([^#]*)$/.exec(url)?.[1] ?? '';
  return `&${query}`.split(`&${name}=`).slice(1).map(decoded);
}

function lastValue(request: RawRequest, name: string): string | undefined {
  return valuesOf(request, name).at(-1);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
