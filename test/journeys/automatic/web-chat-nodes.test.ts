import webChat from '../../../adapters/web-chat/index';
import { onPostgres, type TestDatabase } from '../../support/databases';
import { startGateway, type TestGateway } from '../../support/start-gateway';
import { until } from '../../support/until';
import { Visitor } from '../web-chat/visitor';
import { must, openWebShop, SITE, textsOf, type WebShop } from '../web-chat/web-chat-world';
import { speaks } from './speaking-shop';

const MASTER_KEY = '0'.repeat(63).concat('1');

onPostgres('what a team says by itself, on three nodes that only have their database', (open) => {
  let database: TestDatabase;
  let shop: WebShop;
  const nodes: TestGateway[] = [];
  beforeAll(async () => {
    database = await open();
    const settings = { PARLEY_MASTER_KEY: MASTER_KEY };
    const first = await startGateway({ database, definitions: [webChat], settings });
    nodes.push(first);
    shop = await openWebShop(first);
    await speaks(shop.api, {
      welcomeMessage: { timeout: 0, text: 'Welcome!' },
      closeMessage: 'Goodbye!',
      satisfaction: { question: 'How was it?', by: 'buttons', thanks: 'Thank you!' },
    });
    // These know the rules from their first moment.
    for (let more = 0; more < 2; more += 1)
      nodes.push(await startGateway({ database, definitions: [webChat], settings }));
  });
  afterAll(async () => {
    for (const one of nodes) await one.stop();
    await database?.drop();
  });
  /** The same browser, connected to each of the nodes. */
  const everywhere = (visitor: Visitor): Visitor[] =>
    nodes.map(({ origin }) => {
      const moved = new Visitor({ base: `${origin}/web-chat/${shop.accountId}`, origin: SITE });
      return Object.assign(moved, { session: visitor.session, credential: visitor.credential });
    });
  const said = async (visitor: Visitor) => textsOf((await visitor.history('?limit=100')).messages);

  test('is said once, at whichever nodes one writes, closes and answers at the same moment', async () => {
    for (let round = 0; round < 3; round += 1) {
      const visitor = shop.visitor();
      await must(visitor.open());
      const tabs = everywhere(visitor);
      await Promise.all(tabs.map((tab, place) => must(tab.say(`from ${place}`))));
      await until(async () => (await said(visitor)).length === 4);
      const [chat] = await shop.chatsOf(visitor.profileId);
      await shop.answer(chat.id, 'hello');
      const closed = await Promise.all(
        nodes.map(({ origin }) => shop.api.at(origin).put(`/chats/${chat.id}/close`, {})),
      );
      await until(async () => (await said(visitor)).length === 7);
      const { id: choiceId, label } = (await visitor.history()).messages[6].choices[4];
      await Promise.all(tabs.map((tab) => must(tab.say(label, { ref: 'rating', choiceId }))));
      await until(async () => (await said(visitor)).length === 9);

      expect(closed.filter(({ status }) => status === 200)).toHaveLength(1);
      const texts = await said(visitor);
      expect(new Set(texts.slice(0, 4))).toEqual(new Set(['from 0', 'from 1', 'from 2', 'Welcome!']));
      expect(texts.slice(4)).toEqual([...['hello', 'Goodbye!', 'How was it?', '★★★★★', 'Thank you!']]);
      expect((await shop.api.get(`/chats/${chat.id}/satisfaction`)).body.rating).toBe(5);
      expect(await shop.chatsOf(visitor.profileId)).toHaveLength(1);
    }
  });
});
