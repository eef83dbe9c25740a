import { FAKE_SECRET, fakeChannel } from '../../support/fake-channel';
import { until } from '../../support/until';
import type { Visitor } from '../web-chat/visitor';
import { type Body, must, textsOf, type WebShop, type WebStage } from '../web-chat/web-chat-world';
import { isSaid, speaks } from './speaking-shop';

/** Where visitors get mail when they have left. */
export const mail = fakeChannel({
  ...{ id: 'fake-email', channel: 'email' },
  capabilities: { text: { maxLength: 50_000 } },
});

/** A shop whose team says something by itself to the visitors of its site. */
export interface SpeakingSite extends WebShop {
  /** The newest chat of a visitor. */
  chatOf(visitor: Visitor): Promise<Body>;
  close(chat: Body, how?: Readonly<Record<string, unknown>>): ReturnType<WebShop['api']['put']>;
  /** Resolves when whatever was due by now is settled: somebody who came later has heard something. */
  isSettled(): Promise<void>;
  /** Connects a mailbox; gives its name. */
  withMail(): Promise<string>;
}

/** Opens one. */
export async function aSpeakingSite(
  stage: WebStage,
  settings: Readonly<Record<string, unknown>>,
  ofAccount: Readonly<Record<string, unknown>> = {},
): Promise<SpeakingSite> {
  const shop = await stage.shop(ofAccount);
  await speaks(shop.api, settings);
  return {
    ...shop,
    chatOf: async ({ profileId }) => (await shop.chatsOf(profileId))[0],
    close: ({ id }, how = {}) => shop.api.put(`/chats/${id}/close`, how),
    async isSettled() {
      const other = shop.visitor();
      await must(other.say('hello'));
      await until(async () => (await other.history()).messages.length > 1);
    },
    async withMail() {
      const name = `help-${shop.accountId}@shop.example`;
      const wish = { kind: 'email', name: 'Mail', teamId: 'sales', settings: { name, secret: FAKE_SECRET } };
      await must(shop.api.post('/channels', wish));
      return name;
    },
  };
}

/** Resolves once the page of a visitor shows these texts, in this order. */
export function shows(visitor: Visitor, ...texts: readonly string[]): Promise<void> {
  const said = async () => textsOf((await visitor.history('?limit=100')).messages);
  return isSaid({ said }, '', ...texts);
}
