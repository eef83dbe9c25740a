import type {
  ClientRoute,
  ConversationMark,
  ConversationPart,
  ConversationPost,
} from '../../plugins/contract/index';
import {
  asDate,
  asFields,
  asList,
  asText,
  type Fields,
  fieldsOf,
  json,
  jsonOf,
  maybeText,
  queryNumber,
  queryOf,
  wrong,
} from '../../plugins/helpers/client-body';
import { forSession } from '../../plugins/helpers/client-routes';
import { idIn } from './conversations';
import { frameOf } from './frames';
import type { Account } from './sessions';
import { shownMessage, shownOrphan } from './shapes';

const MOST_MESSAGE_BYTES = 1024 * 1024;
const MOST_PARTS = 100;
const HIGHEST_EVENT = 2 ** 31 - 1;

/** What is said in a conversation, and who got it. */
export function messageRoutes({ ports: { conversations } }: Account): ClientRoute[] {
  return [
    forSession(
      'POST /conversations/{id}/messages',
      async ({ session, params, request }) => {
        const key = request.headers['idempotency-key'];
        const post = {
          ...postOf(fieldsOf(request)),
          ...(key === undefined ? {} : { key: key.slice(0, 255) }),
        };
        const { id, eventId } = await conversations.post(session, idIn(params), post);
        return json(200, { id, eventId });
      },
      { maxBytes: MOST_MESSAGE_BYTES },
    ),
    forSession('GET /conversations/{id}/messages', async ({ session, params, request }) => {
      const query = queryOf(request);
      const from = queryNumber(query, 'from', { least: 0, most: HIGHEST_EVENT });
      const limit = queryNumber(query, 'limit', { least: 1, most: 100 }) ?? 100;
      const page = await conversations.messages(session, idIn(params), {
        limit,
        ...(from === undefined ? {} : { from }),
      });
      const { earliestEventId, latestEventId } = page;
      const messages = page.messages.map(shownMessage);
      const orphanedEvents = page.orphanedEvents.map(shownOrphan);
      return json(200, { earliestEventId, latestEventId, messages, orphanedEvents });
    }),
    forSession('POST /conversations/{id}/messages/statusupdates', async ({ session, params, request }) => {
      await conversations.mark(session, idIn(params), marksOf(jsonOf(request)));
      return json(200, {});
    }),
    forSession('GET /conversations/{id}/events', async ({ session, params, request }) => {
      const query = queryOf(request);
      const from = queryNumber(query, 'from', { least: 0, most: HIGHEST_EVENT }) ?? 0;
      const limit = queryNumber(query, 'limit', { least: 1, most: 1_000 }) ?? 100;
      const events = await conversations.events(session, idIn(params), { from, limit });
      return json(200, events.map(frameOf));
    }),
  ];
}

function postOf(fields: Fields): ConversationPost {
  const parts = asList(fields['parts'], 'parts', MOST_PARTS).map(partOf);
  if (parts.length === 0) throw wrong('parts', 'a list with at least one part');
  const { metadata, alert } = fields;
  return { metadata: metadata ?? undefined, parts, alert: alert ?? undefined };
}

function partOf(entry: unknown): ConversationPart {
  const fields = asFields(entry, 'parts');
  const text = (name: string, most: number) => maybeText(fields[name], `parts.${name}`, most);
  const size = fields['size'] ?? undefined;
  if (size !== undefined && (typeof size !== 'number' || !Number.isFinite(size) || size < 0))
    throw wrong('parts.size', 'a number of bytes');
  const given = {
    ...{ name: text('name', 500), url: text('url', 4_000), data: text('data', MOST_MESSAGE_BYTES), size },
    type: text('type', 200) ?? 'text/plain',
  };
  if (given.url !== undefined && !/^(https?|data):/i.test(given.url))
    throw wrong('parts.url', 'a link that begins with https:, http: or data:');
  return given;
}

const MOST_MARKS = 100;
const MOST_MARKED = 1_000;

function marksOf(body: unknown): ConversationMark[] {
  return asList(body, 'body', MOST_MARKS).map((entry) => {
    const { messageIds, status, timestamp } = asFields(entry, 'body');
    if (status !== 'delivered' && status !== 'read') throw wrong('status', 'delivered or read');
    const ids = asList(messageIds, 'messageIds', MOST_MARKED).map((id) => asText(id, 'messageIds', 200));
    return { messageIds: ids, status, on: asDate(timestamp, 'timestamp') };
  });
}
