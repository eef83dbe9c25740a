import type { Channel, ClientNews, SiteNews } from '../../plugins/contract/index';
import type { ClientsContext } from '../services/clients/context';
import type { OpenSocket, SocketNews } from './hub';
import { written } from './sse';

/** One event to many sockets and streams. */
export type Tell = (news: SocketNews, to: readonly OpenSocket[]) => void;

/** Writes each piece of news once for each channel account, as the account's adapter words it. */
export function createTell({ registry, log }: Pick<ClientsContext, 'registry' | 'log'>): Tell {
  const frameOf = (accountId: string, news: SocketNews): Buffer | undefined => {
    const channel = registry.get(accountId)?.channel;
    try {
      return channel && frameFor(channel, news);
    } catch (error) {
      log.error({ error, accountId, type: news.type }, 'an adapter could not word an event');
      return undefined;
    }
  };
  return (news, to) => {
    const frames = new Map<string, Buffer | undefined>();
    for (const socket of to) {
      const { accountId } = socket.owner;
      if (!frames.has(accountId)) frames.set(accountId, frameOf(accountId, news));
      const frame = frames.get(accountId);
      if (frame) socket.send(frame, news);
    }
  };
}

/** News as a channel writes it; undefined for what it does not tell. */
function frameFor({ client, site }: Channel, news: SocketNews): Buffer | undefined {
  if (site) {
    const event = isForSites(news) ? site.stream.event(news) : undefined;
    return event && written(event, numberOf(news));
  }
  const frame = isForApps(news) ? client?.socket.frame(news) : undefined;
  return frame && Buffer.from(JSON.stringify(frame));
}

const SITE_TYPES: ReadonlySet<SocketNews['type']> = new Set<SiteNews['type']>([
  ...(['message', 'status', 'typing', 'ownChat', 'publicTeam'] as const),
]);

function isForSites(news: SocketNews): news is SiteNews {
  return SITE_TYPES.has(news.type);
}

function isForApps(news: SocketNews): news is ClientNews {
  return news.type !== 'ownChat' && news.type !== 'publicTeam';
}

/** Its place among the events of the conversation, where it has one. */
function numberOf(news: SocketNews): number | undefined {
  return news.type === 'message' || news.type === 'status' ? news.number : undefined;
}
