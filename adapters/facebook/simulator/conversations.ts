import { type Answer, json, written } from './answers';
import { conversationOf, type SimulatedMessage, type SimulatedPage, type World } from './world';

/** The conversations of a page, the latest first, in pages of a few. */
export function listConversations(world: World, page: SimulatedPage, query: URLSearchParams): Answer {
  const latest = new Map<string, SimulatedMessage>();
  for (const message of world.messages) if (message.pageId === page.pageId) latest.set(message.psid, message);
  const asked = query.get('user_id');
  const found = [...latest.values()]
    .filter(({ psid }) => asked === null || psid === asked)
    .sort((one, other) => other.at.getTime() - one.at.getTime());
  const all = found.map((message) => ({
    id: conversationOf(message),
    updated_time: written(message.at),
    participants: {
      data: [
        { id: message.psid, name: nameOf(world, message.psid) },
        { id: page.pageId, name: page.name },
      ],
    },
  }));
  return paged(all, query);
}

/** What was said in a conversation, the latest first. */
export function listMessages(world: World, page: SimulatedPage, id: string, query: URLSearchParams): Answer {
  const all = world.messages
    .filter((message) => message.pageId === page.pageId && conversationOf(message) === id)
    .map((message) => messageOf(world, page, message));
  return paged(all.reverse(), query);
}

function messageOf(world: World, page: SimulatedPage, message: SimulatedMessage) {
  const customer = {
    id: message.psid,
    name: nameOf(world, message.psid),
    email: `${message.psid}@facebook.com`,
  };
  const own = { id: page.pageId, name: page.name, email: `${page.pageId}@facebook.com` };
  const stickers = message.files.filter(({ kind }) => kind === 'sticker');
  const files = message.files.filter(({ kind }) => kind !== 'sticker');
  return {
    id: message.mid,
    created_time: written(message.at),
    from: message.isFromPage ? own : customer,
    to: { data: [message.isFromPage ? customer : own] },
    message: message.text,
    ...(stickers[0] && { sticker: stickers[0].url }),
    ...(files.length > 0 && {
      attachments: {
        data: files.map(({ id, mimeType, url, bytes }) => ({
          id,
          mime_type: mimeType,
          name: `file-${id}`,
          ...(bytes && { size: bytes.byteLength }),
          ...(mimeType.startsWith('image/')
            ? { image_data: { url, width: 1, height: 1 } }
            : { file_url: url }),
        })),
      },
    }),
  };
}

function nameOf(world: World, psid: string): string {
  const { first_name: first = '', last_name: last = '' } = world.people.get(psid) ?? {};
  return `${first} ${last}`.trim() || 'Facebook User';
}

/** A page of a list, with the cursor of the next one. */
function paged(all: readonly object[], query: URLSearchParams): Answer {
  const start = Number(query.get('after') ?? 0);
  const end = start + Number(query.get('limit') ?? 25);
  const hasMore = end < all.length;
  return json({
    data: all.slice(start, end),
    paging: {
      cursors: { before: String(start), after: String(end) },
      ...(hasMore && { next: 'https://next' }),
    },
  });
}
