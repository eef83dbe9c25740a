import type { Graph } from './graph-call';
import { type Json, recordAt, recordsAt, textAt } from './json';

/** A message as Meta keeps it. */
export interface KeptMessage {
  readonly mid: string;
  readonly at: Date;
  /** The id of the page, or of the customer. */
  readonly from: string;
  readonly name: string | undefined;
  readonly party: string;
  readonly text: string;
  readonly attachments: readonly Json[];
  readonly sticker: string | undefined;
}

const MESSAGE_FIELDS =
  'id,created_time,from,to,message,sticker,attachments{id,mime_type,name,size,file_url,image_data,video_data}';
const CONVERSATIONS_AT_ONCE = 25;
const MESSAGES_AT_ONCE = 50;

export interface Asked {
  readonly since: Date;
  /** With this customer alone. */
  readonly party?: string;
  /** Nothing waits for the answer. */
  readonly canWait?: boolean;
  readonly signal: AbortSignal;
}

/** What the page and its customers wrote since then, the oldest first. */
export async function messagesSince(graph: Graph, asked: Asked): Promise<KeptMessage[]> {
  const found: KeptMessage[] = [];
  for await (const conversation of conversations(graph, asked)) {
    const party = partyOf(conversation, graph.config.pageId);
    const id = textAt(conversation, 'id');
    if (party && id) found.push(...(await messagesOf(graph, { ...asked, id, party })));
  }
  return found.sort((one, other) => one.at.getTime() - other.at.getTime());
}

/** The conversations that something happened in since then; Meta gives the latest first. */
async function* conversations(
  graph: Graph,
  { since, party, canWait = false, signal }: Asked,
): AsyncGenerator<Json> {
  const { pageId } = graph.config;
  let after: string | undefined;
  do {
    const page = await graph.graphCall({
      method: 'GET',
      path: `${pageId}/conversations`,
      params: {
        platform: 'messenger',
        fields: 'id,updated_time,participants',
        limit: CONVERSATIONS_AT_ONCE,
        ...(party !== undefined && { user_id: party }),
        ...(after !== undefined && { after }),
      },
      canWait,
      signal,
    });
    const all = recordsAt(page, 'data');
    const recent = all.filter((one) => timeOf(one, 'updated_time').getTime() >= since.getTime());
    yield* recent;
    // Behind a conversation that is older there are only older ones.
    after = recent.length === all.length ? nextOf(page) : undefined;
  } while (after !== undefined);
}

async function messagesOf(
  graph: Graph,
  asked: Asked & { readonly id: string; readonly party: string },
): Promise<KeptMessage[]> {
  const found: KeptMessage[] = [];
  let after: string | undefined;
  do {
    const page = await graph.graphCall({
      method: 'GET',
      path: `${asked.id}/messages`,
      params: { fields: MESSAGE_FIELDS, limit: MESSAGES_AT_ONCE, ...(after !== undefined && { after }) },
      canWait: asked.canWait ?? false,
      signal: asked.signal,
    });
    const all = recordsAt(page, 'data').map((one) => kept(one, asked.party));
    const recent = all.filter(({ at }) => at.getTime() >= asked.since.getTime());
    found.push(...recent);
    after = recent.length === all.length ? nextOf(page) : undefined;
  } while (after !== undefined);
  // Of equal seconds the order of Meta is kept: it gives the latest first.
  return found.reverse();
}

function nextOf(page: Json): string | undefined {
  const paging = recordAt(page, 'paging');
  const cursors = paging && recordAt(paging, 'cursors');
  return paging && 'next' in paging && cursors ? textAt(cursors, 'after') : undefined;
}

function partyOf(conversation: Json, pageId: string): string | undefined {
  const participants = recordAt(conversation, 'participants');
  const ids = participants ? recordsAt(participants, 'data').map((one) => textAt(one, 'id')) : [];
  return ids.find((id) => id !== undefined && id !== pageId);
}

function kept(message: Json, party: string): KeptMessage {
  const from = recordAt(message, 'from') ?? {};
  const attachments = recordAt(message, 'attachments');
  return {
    mid: textAt(message, 'id') ?? '',
    at: timeOf(message, 'created_time'),
    from: textAt(from, 'id') ?? '',
    name: textAt(from, 'name'),
    party,
    text: textAt(message, 'message') ?? '',
    attachments: attachments ? recordsAt(attachments, 'data') : [],
    sticker: textAt(message, 'sticker'),
  };
}

// Meta writes 2026-11-24T10:00:00+0000, which is no RFC 3339.
function timeOf(json: Json, name: string): Date {
  const words = (textAt(json, name) ?? '').replace(/([+-]\d\d)(\d\d)$/, '$1:$2');
  const at = Date.parse(words);
  return new Date(Number.isNaN(at) ? 0 : at);
}
