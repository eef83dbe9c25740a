import type { IFoundationRestUrls } from '@comapi/sdk-js-foundation';
import type { AppShop } from './app-world';
import { must } from './app-world';
import type { InstallOptions } from './sdk';

/** A session token for an agent's own page, as the business's server asks for it. */
export async function agentToken({ api }: Pick<AppShop, 'api'>, agent: string): Promise<string> {
  return (await must(api.post(`/chat/config/agents/${agent}/sessions`))).body.token;
}

/** The SDK as an agent's page sets it up: chats where an app has conversations. */
export function asAgentPage(shop: Pick<AppShop, 'api'>, agent: string): InstallOptions {
  return {
    answer: () => agentToken(shop, agent),
    configure(config) {
      const urls = Object.entries({ ...config.foundationRestUrls });
      const chats = urls.map(([name, url]) => [name, url.replace('/conversations', '/chats')]);
      return config
        .withFoundationRestUrls(Object.fromEntries(chats) as IFoundationRestUrls)
        .withEventMapping({
          conversation: ['conversation', 'chat'],
          conversationMessage: ['conversationMessage', 'chatMessage'],
        });
    },
  };
}
