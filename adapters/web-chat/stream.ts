import type { SiteNews, SiteStream, StreamEvent } from '../../plugins/contract/index';
import type { WebChatConfig } from './config';
import { openingOf } from './public-settings';
import { plainMessage } from './shapes';
import { isAnonymous } from './visitor';

/** The live events of web chat. */
export function streamOf(config: WebChatConfig): SiteStream {
  return {
    path: '/stream',
    hello: ({ session: { profileId }, latest, chat, team }) => ({
      event: 'hello',
      data: {
        ...{ profileId, isVerified: !isAnonymous(profileId), latest, chat },
        ...(team ? openingOf(config, team) : { availability: 'open' }),
      },
    }),
    event: (news) => eventOf(config, news),
    ended: (reason) => ({ event: 'ended', data: { reason } }),
  };
}

function eventOf(config: WebChatConfig, news: SiteNews): StreamEvent | undefined {
  switch (news.type) {
    case 'message':
      return { event: 'message', data: plainMessage(news.message) };
    case 'status': {
      if (config.showsRead === false) return undefined;
      const { messageId: id, status, profileId: by, on } = news;
      return { event: 'status', data: { id, status, by, on } };
    }
    case 'typing':
      if (config.showsTyping === false) return undefined;
      return { event: 'typing', data: { on: news.isOn, by: { id: news.profileId } } };
    case 'ownChat':
      return { event: 'chat', data: news.chat };
    case 'publicTeam':
      return { event: 'availability', data: openingOf(config, news.team) };
    default:
      return never(news);
  }
}

function never(news: never): never {
  throw new Error(`no event is known for ${JSON.stringify(news)}`);
}
