import webChat from '../../../adapters/web-chat/index';
import type { ChannelDefinition } from '../../../plugins/contract/index';
import { onPostgres, type TestDatabase } from '../../support/databases';
import { startGateway, type TestGateway } from '../../support/start-gateway';
import { until } from '../../support/until';
import { toldOf, Visitor } from './visitor';
import { must, openWebShop, SECRET, SITE, textsOf, type WebShop } from './web-chat-world';

/** What all nodes share, so that each proves the tokens of the others. */
const MASTER_KEY = '0'.repeat(63).concat('1');

onPostgres('a web chat on three nodes that only have their database', (open) => {
  let database: TestDatabase;
  const nodes: TestGateway[] = [];
  const visitors: Visitor[] = [];
  beforeAll(async () => {
    database = await open();
    const settings = { PARLEY_MASTER_KEY: MASTER_KEY };
    for (let place = 0; place < 3; place += 1) {
      const definitions = [webChat as ChannelDefinition];
      nodes.push(await startGateway({ database, definitions, settings }));
    }
  });
  afterEach(() => {
    for (const visitor of visitors.splice(0)) visitor.leave();
  });
  afterAll(async () => {
    for (const one of nodes) await one.stop();
    await database?.drop();
  });
  const originOf = (place: number): string => nodes[place]?.origin ?? '';
  const shopAt = (settings = {}): Promise<WebShop> => {
    const [first] = nodes;
    if (!first) throw new Error('there is no node');
    return openWebShop(first, settings, visitors);
  };
  /** The same browser with its connection to another node. */
  const at = (visitor: Visitor, shop: WebShop, place: number): Visitor => {
    const moved = new Visitor({ base: `${originOf(place)}/web-chat/${shop.accountId}`, origin: SITE });
    moved.session = visitor.session;
    moved.credential = visitor.credential;
    visitors.push(moved);
    return moved;
  };

  it('a session, a post, a stream and an answer may each be at another node, and nothing is lost or doubled', async () => {
    const shop = await shopAt();
    const first = shop.visitor();
    await first.say('0');
    const [chat] = await shop.chatsOf(first.profileId);
    const streams = [
      await at(first, shop, 1).listen('?after=0'),
      await at(first, shop, 2).listen('?after=0'),
    ];
    const posts: Promise<unknown>[] = [];
    for (let index = 1; index <= 20; index += 1) {
      const body = { from: { profileId: 'ann' }, parts: [{ type: 'text/plain', data: `answer ${index}` }] };
      posts.push(must(shop.api.at(originOf(index % 3)).post(`/chats/${chat.id}/messages`, body)));
      posts.push(must(at(first, shop, (index + 1) % 3).say(`${index}`)));
    }
    await Promise.all(posts);
    const page = await until(async () => {
      const found = await first.history('?limit=100');
      return found.messages.length === 41 ? found : undefined;
    });
    for (const stream of streams) {
      await until(() => toldOf(stream, 'message').length >= 41);
      expect(toldOf(stream, 'message').map(({ id }) => Number(id))).toEqual(
        Array.from({ length: 41 }, (_, index) => index + 1),
      );
      expect(textsOf(toldOf(stream, 'message').map(({ data }) => data))).toEqual(textsOf(page.messages));
    }
    expect(await shop.chatsOf(first.profileId)).toHaveLength(1);
  });

  it('a stream that its node lets go is taken up at another one', async () => {
    const shop = await shopAt();
    const visitor = shop.visitor();
    await visitor.say('hello');
    const [chat] = await shop.chatsOf(visitor.profileId);
    const before = await at(visitor, shop, 1).listen('?after=0');
    await until(() => toldOf(before, 'message').length === 1);
    before.stop();
    await shop.answer(chat.id, 'while nobody listened');
    const after = await at(visitor, shop, 2).listen('', before.told.findLast(({ id }) => id !== '')?.id);
    await until(() => toldOf(after, 'message').length === 1);
    expect(toldOf(after, 'message')).toMatchObject([
      { id: '2', data: { parts: [{ data: 'while nobody listened' }] } },
    ]);
  });

  it('a first message that is posted at all nodes at once begins one conversation and one chat', async () => {
    const shop = await shopAt();
    const visitor = shop.visitor();
    await visitor.open();
    const posts = [0, 1, 2].flatMap((place) => [
      at(visitor, shop, place).say('the same', { ref: 'same' }),
      at(visitor, shop, place).say(`another ${place}`),
    ]);
    const ids = (await Promise.all(posts)).map(({ status, body }) => (status < 300 ? body.id : status));
    expect(new Set(ids).size).toBe(4);
    const { messages } = await visitor.history();
    expect(new Set(textsOf(messages))).toEqual(new Set(['another 0', 'another 1', 'another 2', 'the same']));
    expect(messages).toHaveLength(4);
    expect(await shop.chatsOf(visitor.profileId)).toHaveLength(1);
  });

  it('whoever signs in at one node ends the others’ streams in that browser at every node', async () => {
    const shop = await shopAt({ identity: { mode: 'optional', secret: SECRET } });
    const visitor = shop.visitor();
    await visitor.say('an anonymous secret');
    const far = await at(visitor, shop, 2).listen();
    await at(visitor, shop, 1).open(await shop.vouch({ sub: 'ada' }));
    await until(() => toldOf(far, 'ended').length === 1);
    await far.ended;
    for (const place of [0, 1, 2])
      expect((await at(visitor, shop, place).call('GET', '/messages')).status).toBe(401);
  });
});
