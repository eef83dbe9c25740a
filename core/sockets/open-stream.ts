import type { ServerResponse } from 'node:http';
import type {
  ClientSession,
  MessageNews,
  SiteSurface,
  StatusNews,
  StreamOpened,
} from '../../plugins/contract/index';
import type { Business } from '../services/clients/business';
import type { ClientAccount, ClientsContext } from '../services/clients/context';
import { events } from '../services/clients/history';
import { ownChat } from '../services/clients/own-chat';
import { own } from '../services/clients/own-conversation';
import type { SocketOwner } from './hub';
import { OneStream } from './one-stream';
import { written } from './sse';

export interface StreamsOptions {
  readonly clients: ClientsContext;
  readonly business: Business;
}

/** Who opens a stream, and from where on. */
export interface StreamOpening {
  readonly site: SiteSurface;
  readonly account: ClientAccount;
  readonly owner: SocketOwner;
  readonly session: ClientSession;
  /** The number of the last event that the reader has; absent: from now on. */
  readonly after: number | undefined;
}

/** What a reader is told first. */
async function helloOf(
  { clients, business }: StreamsOptions,
  { account, session }: StreamOpening,
): Promise<StreamOpened> {
  const conversation = await own({ context: clients, account, session });
  const chat = await clients.store.read((tx) => ownChat(tx, account, session.profileId));
  const team = await business(account);
  return { session, latest: conversation?.latestEventId ?? 0, chat, ...(team && { team }) };
}

/** A response as a stream that has not begun; its reader is told nothing yet. */
export function streamOver(
  { clients }: StreamsOptions,
  response: ServerResponse,
  { opening, onEnd }: { readonly opening: StreamOpening; readonly onEnd: (stream: OneStream) => void },
): OneStream {
  const { account, owner, session, after } = opening;
  return new OneStream(response, {
    ...{ owner, session, after, onEnd },
    surface: () => clients.registry.get(account.id)?.channel?.site,
    readOn: (one) => readOn(clients, account, one),
  });
}

/** Reads how things are, and begins with that. */
export async function beginStream(
  options: StreamsOptions,
  stream: OneStream,
  opening: StreamOpening,
): Promise<void> {
  const hello = await helloOf(options, opening);
  stream.begin(written(opening.site.stream.hello(hello)), hello.latest);
}

const AT_ONCE = 100;

/** Writes what a stream has not got, as fast as its reader takes it. */
async function readOn(clients: ClientsContext, account: ClientAccount, stream: OneStream): Promise<void> {
  const actor = { context: clients, account, session: stream.session };
  try {
    const conversation = await own(actor);
    // What comes behind this look is told, and looked for once more.
    let isMore = conversation !== undefined && conversation.latestEventId > stream.last;
    while (conversation && isMore && stream.isOpen) {
      const page = await events(actor, conversation.id, { from: stream.last + 1, limit: AT_ONCE });
      for (const news of page) await writeNext(stream, news);
      isMore = page.length === AT_ONCE;
    }
  } catch (error) {
    clients.log.warn({ error, accountId: account.id }, 'stream cut off: its events cannot be read');
    throw error;
  }
}

async function writeNext(stream: OneStream, news: MessageNews | StatusNews): Promise<void> {
  const event = stream.surface?.stream.event(news);
  if (!event) stream.last = news.number;
  else if (!stream.writeNumbered(written(event, news.number), news.number)) await stream.hasRoom();
}
