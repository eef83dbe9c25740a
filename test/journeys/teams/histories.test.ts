import fc from 'fast-check';
import { unheardOf } from '../../../core/model/presence';
import { appendEventsWith } from '../../../core/store/events';
import { writtenPresence } from '../../../core/store/presence';
import type { Api } from '../../support/api';
import { onEachDatabase, type TestDatabase } from '../../support/databases';
import type { Body } from '../../support/shop';
import { startGateway, type TestGateway } from '../../support/start-gateway';
import { storeOn } from '../../support/stores';
import { until } from '../../support/until';
import { aWorld, batch, CAPACITY, settle, take } from './team-history';
import { must } from './team-world';

const history = fc.array(batch, { minLength: 4, maxLength: 10 });

onEachDatabase('after whatever teams went through', (open) => {
  let database: TestDatabase;
  let nodes: TestGateway[] = [];

  beforeAll(async () => {
    database = await open();
    const count = database.databaseUrl === undefined ? 1 : 3;
    for (let n = 0; n < count; n += 1) nodes.push(await startGateway({ database, definitions: [] }));
  });
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.stop()));
    nodes = [];
    await database?.drop();
  });

  const first = () => {
    const [node] = nodes;
    if (!node) throw new Error('there is no node');
    return node;
  };
  const at = (api: Api, index: number) => api.at(nodes[index % nodes.length]?.origin ?? api.origin);

  test('no chat waits for whoever has room, nobody was given too much, and the events explain every owner', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (batches) => {
        const api = await aWorld(first());
        const ids: string[] = [];
        for (const together of batches)
          await Promise.all(together.map((done) => take(at(api, done.place), ids, done)));

        await settle(api);
      }),
      { numRuns: 15, endOnFailure: true },
    );
  }, 120_000);

  test('what nobody was told of is found in the database', async () => {
    const api = await aWorld(first());
    const ids: string[] = [];
    await take(at(api, 0), ids, { does: 'arrive', place: 0, team: 'b', channel: 'sms' });
    const spaceId = api.base.slice('/apispaces/'.length);

    // As if its node had died right after the commit.
    const beside = storeOn(database);
    const cid = { ...unheardOf({ spaceId, id: 'cid' }), status: 'available' as const };
    await beside.transaction((tx) => appendEventsWith(tx, [], [writtenPresence(cid, { isNew: true })]));
    await beside.close();

    await until(async () => (await api.get(`/chats/${ids[0]}`)).body.agentId === 'cid');
  });

  test('more chats than are handed out at once all find somebody, the oldest first', async () => {
    const api = await aWorld(first());
    await must(api.put('/chat/config/agents/bob', { name: 'bob', email: 'bob@x.example', capacity: 230 }));
    const ids: string[] = [];
    // Ten at once, so that it is known which ten are older than which.
    for (let n = 0; n < 24; n += 1)
      await Promise.all(
        Array.from({ length: 10 }, (_, place) =>
          take(at(api, place), ids, { does: 'arrive', place, team: 'b', channel: 'sms' }),
        ),
      );

    await must(api.put('/presence/bob', { status: 'available' }));

    await until(async () => {
      const { body } = await api.get('/chats?agentId=bob&limit=1000');
      expect(body.map((one: Body) => one.id).sort()).toEqual(ids.slice(0, 230).sort());
      return true;
    });
  });

  test('a gateway that starts again goes on with what waits', async () => {
    const api = await aWorld(first());
    const ids: string[] = [];
    for (let n = 0; n < 4; n += 1)
      await take(at(api, n), ids, { does: 'arrive', place: n, team: 'b', channel: 'sms' });
    const [last] = nodes.slice(-1);
    await last?.stop();
    nodes = nodes.slice(0, -1);
    nodes.push(await startGateway({ database, definitions: [] }));
    const place = nodes.length - 1;

    const again = at(api, place);
    await must(again.put('/presence/bob', { status: 'available' }));

    await until(async () => {
      const { body } = await again.get('/chats?agentId=bob');
      expect(body.map((one: Body) => one.id).sort()).toEqual(ids.slice(0, CAPACITY).sort());
      return true;
    });
  });
});
