import { ConversationBuilder, MessageBuilder } from '@comapi/sdk-js-foundation';
import { Client } from 'pg';
import { WebSocket } from 'ws';
import appMessaging from '../../../adapters/app-messaging/index';
import { onPostgres, type TestDatabase } from '../../support/databases';
import { startRedis, type TestServer } from '../../support/servers';
import { startGateway, type TestGateway } from '../../support/start-gateway';
import { describeWith } from '../../support/tools';
import { until } from '../../support/until';
import { agentToken, asAgentPage } from './agent-page';
import { type AppShop, must, openAppShop, tokenOf } from './app-world';
import { type Device, installApp } from './sdk';

/** What the nodes share, so that each proves the tokens of the other. */
const MASTER_KEY = '0'.repeat(63).concat('1');
/** Where pages are open, and where the business changes things. */
const [HERE, THERE] = [0, 1];
const TRIES = 3;
const LATEST = 3;

onPostgres('agents’ pages at one of two nodes that only have their database', (open) => onTwo(open, false));
describeWith(['redis-server'], 'with Redis', () =>
  onPostgres('agents’ pages at one of two nodes', (open) => onTwo(open, true)),
);

/** A socket, and what it was told. */
interface OpenSocket {
  /** The texts of the messages that it heard. */
  readonly texts: string[];
  /** The code that it was closed with, once it is. */
  code(): number | undefined;
}

function onTwo(open: () => Promise<TestDatabase>, hasRedis: boolean): void {
  let database: TestDatabase;
  let redis: TestServer | undefined;
  const nodes: TestGateway[] = [];
  const devices: Device[] = [];
  const sockets: WebSocket[] = [];
  const originOf = (place: number): string => nodes[place]?.origin ?? '';

  beforeAll(async () => {
    database = await open();
    redis = hasRedis ? await startRedis() : undefined;
    const settings = { PARLEY_MASTER_KEY: MASTER_KEY, ...(redis && { REDIS_URL: redis.url }) };
    for (const _place of [HERE, THERE])
      nodes.push(await startGateway({ database, definitions: [appMessaging], settings }));
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.terminate();
    for (const device of devices.splice(0)) await device.leave();
  });
  afterAll(async () => {
    for (const one of nodes) await one.stop();
    await redis?.stop();
    await database?.drop();
  });

  const openShop = async () => {
    const [first] = nodes;
    if (!first) throw new Error('there is no node');
    const shop = await openAppShop(first);
    const install = async (id: string, options = {}) => {
      const device = await installApp({ origin: originOf(HERE), spaceId: shop.spaceId }, id, options);
      devices.push(device);
      return device;
    };
    const ada = await install('ada');
    await ada.sdk.services.appMessaging.createConversation(
      new ConversationBuilder().withId('den').withName('Den'),
    );
    return {
      ...{ shop, install, there: shop.api.at(originOf(THERE)) },
      page: (agent: string) => install(agent, asAgentPage(shop, agent)),
      say: (text: string) =>
        ada.sdk.services.appMessaging.sendMessageToConversation('den', new MessageBuilder().withText(text)),
    };
  };
  const listen = async (shop: AppShop, token: string): Promise<OpenSocket> => {
    const base = `${originOf(HERE).replace(/^http/, 'ws')}${shop.api.base}`;
    const socket = new WebSocket(`${base}/socket?token=${token}`);
    sockets.push(socket);
    const texts: string[] = [];
    let code: number | undefined;
    socket.on('message', (data) => {
      const { payload } = JSON.parse(String(data));
      if (payload?.parts?.[0]) texts.push(payload.parts[0].data);
    });
    socket.on('close', (closed) => {
      code = closed;
    });
    await new Promise((resolve) => socket.once('message', resolve));
    return { texts, code: () => code };
  };

  it('an agent who is taken from the team at the other node hears no more of its chats, and one who comes does', async () => {
    const { shop, say, there, page } = await openShop();
    await must(shop.api.post('/chat/config/agents', { id: 'cid', name: 'Cid', email: 'cid@shop.example' }));
    const bobs = await page('bob');
    await bobs.listen();
    const [ann, bob, cid] = [
      await listen(shop, await agentToken(shop, 'ann')),
      await listen(shop, await agentToken(shop, 'bob')),
      await listen(shop, await agentToken(shop, 'cid')),
    ];
    await say('one');
    await until(() => ann.texts.length === 1 && bob.texts.length === 1);
    await until(() => bobs.heard('conversationMessageEvent').length === 1);

    await must(there.delete('/chat/config/teams/sales/members/bob'));
    await must(there.put('/chat/config/teams/sales/members/cid'));
    await say('two');
    await say('three');

    await until(() => ann.texts.length === 3 && cid.texts.length === 2);
    expect(ann.texts).toEqual(['one', 'two', 'three']);
    expect(cid.texts).toEqual(['two', 'three']);
    expect(bob.texts).toEqual(['one']);
    expect(bobs.heard('conversationMessageEvent')).toHaveLength(1);
    // They are still an agent of the business.
    expect(bob.code()).toBeUndefined();
    const [chat] = await shop.chatsOf('ada');
    const asBob = shop.api.as(tokenOf(bobs)).at(originOf(HERE));
    await until(async () => (await asBob.get(`/chats/${chat.id}/messages?limit=10`)).status === 404);
  });

  it('an agent who is deleted at the other node has no socket left, hears nothing more and can do nothing', async () => {
    const { shop, say, there, page } = await openShop();
    const bobs = await page('bob');
    await bobs.listen();
    const token = await agentToken(shop, 'bob');
    const [ann, bob] = [await listen(shop, await agentToken(shop, 'ann')), await listen(shop, token)];
    await say('one');
    await until(() => ann.texts.length === 1 && bob.texts.length === 1);
    const closed = bobs.heard('WebsocketClosed').length;

    await must(there.delete('/chat/config/agents/bob'));
    await say('two');

    await until(() => ann.texts.length === 2);
    expect(bob.texts).toEqual(['one']);
    await until(() => bob.code() !== undefined);
    expect(bob.code()).toBe(1008);
    await until(() => bobs.heard('WebsocketClosed').length > closed);
    for (const one of [token, tokenOf(bobs)])
      await until(async () => (await shop.api.as(one).at(originOf(HERE)).get('/chats')).status === 401);
    expect(bobs.heard('conversationMessageEvent').map(({ payload }) => payload.parts[0].data)).toEqual([
      'one',
    ]);
  });

  it('a session that is begun just when its agent is deleted is none', async () => {
    const { shop, there } = await openShop();
    for (let n = 0; n < 10; n += 1) {
      const agent = `agent${n}`;
      await must(
        shop.api.post('/chat/config/agents', { id: agent, name: agent, email: `${agent}@shop.example` }),
      );
      /** Begins one after the other, until there is no such agent; gives the last ones. */
      const begin = async () => {
        const tokens: string[] = [];
        for (;;) {
          const { status, body } = await shop.api.post(`/chat/config/agents/${agent}/sessions`);
          if (status === 404) return tokens.slice(-LATEST);
          expect(status).toBe(201);
          tokens.push(body.token);
        }
      };
      const beginning = [begin(), begin(), begin(), begin()];
      await must(there.delete(`/chat/config/agents/${agent}`));
      for (const token of (await Promise.all(beginning)).flat())
        await until(async () => (await shop.api.as(token).get('/chats')).status === 401);
    }
  });

  if (!hasRedis) return;
  it('the other node says so at once: a session that ended in the database alone is found by looking, and later', async () => {
    const { shop, install, there } = await openShop();
    const client = new Client({ connectionString: database.databaseUrl });
    await client.connect();
    let wasFirst = 0;
    for (let n = 0; n < TRIES; n += 1) {
      const id = `agent${n}`;
      await must(shop.api.post('/chat/config/agents', { id, name: id, email: `${id}@shop.example` }));
      const agent = await listen(shop, await agentToken(shop, id));
      const quietly = await install(`customer${n}`);
      const session = await quietly.sdk.startSession();
      const quiet = await listen(shop, tokenOf(quietly));
      const ended = 'update client_session set ended_on = $1 where id = $2';
      await client.query(ended, [Date.now(), session.id]);
      await must(there.delete(`/chat/config/agents/${id}`));
      await until(() => agent.code() !== undefined);
      if (quiet.code() === undefined) wasFirst += 1;
      await until(() => quiet.code() !== undefined);
    }
    await client.end();
    // Now and then somebody looks just at that moment.
    expect(wasFirst).toBeGreaterThan(TRIES / 2);
  });
}
