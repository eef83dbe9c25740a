import fc from 'fast-check';
import { AGENTS, aWorld, batch, settle, take } from '../journeys/teams/team-history';
import { must } from '../journeys/teams/team-world';
import { onEachDatabase, type TestDatabase } from '../support/databases';
import { PersistentApi } from '../support/persistent-api';
import { type FreezableServer, startRedis } from '../support/servers';
import { type SpawnedGateway, spawnGateway } from '../support/spawn-gateway';

const PATIENCE = { patienceMs: 90_000 };
/** What is done at once; and the node that is killed meanwhile, if one is. */
const chapter = fc.record({
  batch,
  killed: fc.option(fc.nat({ max: 2 }), { nil: undefined, freq: 2 }),
  afterMs: fc.nat({ max: 120 }),
});
const history = fc.array(chapter, { minLength: 4, maxLength: 8 });

onEachDatabase('teams whose gateways are killed while they hand out chats', (open) => {
  let database: TestDatabase;
  let redis: FreezableServer | undefined;
  const nodes: SpawnedGateway[] = [];
  const start = (port?: number) =>
    spawnGateway({
      ...{ database, ...(port === undefined ? {} : { port }) },
      settings: { PARLEY_LOG_LEVEL: 'warn', ...(redis ? { REDIS_URL: redis.url } : {}) },
    });

  beforeAll(async () => {
    database = await open();
    const isCluster = database.databaseUrl !== undefined;
    if (isCluster) redis = await startRedis();
    for (let n = 0; n < (isCluster ? 3 : 1); n += 1) nodes.push(await start());
  }, 360_000);
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.kill('SIGKILL')));
    await redis?.stop();
    await database?.drop();
  });

  const at = (place: number): SpawnedGateway => {
    const node = nodes[place % nodes.length];
    if (!node) throw new Error('there is no node');
    return node;
  };
  const crash = async (place: number) => {
    const node = at(place);
    await node.kill('SIGKILL');
    nodes[place % nodes.length] = await start(node.port);
  };

  test('leave no chat waiting for whoever has room, and nobody with more than they take', async () => {
    let crashes = 0;
    await fc.assert(
      fc.asyncProperty(history, async (chapters) => {
        const api = PersistentApi.of(await aWorld(at(0)));
        const ids: string[] = [];
        for (const { batch: together, killed, afterMs } of chapters) {
          const done = together.map((step) => take(api.at(at(step.place).origin), ids, step));
          if (killed !== undefined) {
            await new Promise((resolve) => setTimeout(resolve, afterMs));
            await crash(killed);
            crashes += 1;
          }
          await Promise.all(done);
        }
        await settle(api, PATIENCE);
      }),
      { numRuns: 3, endOnFailure: true },
    );
    console.log('histories of teams', { nodes: nodes.length, crashes });
  }, 600_000);

  test('hand out after all that what was stored in the moment in which all of them were killed', async () => {
    for (let round = 0; round < 2; round += 1) {
      const api = await aWorld(at(0));
      for (const id of AGENTS) await must(api.put(`/presence/${id}`, { status: 'available' }));
      const ids: string[] = [];
      const arrivals = Array.from({ length: 8 }, (_, place) =>
        take(api.at(at(place).origin), ids, {
          ...{ does: 'arrive', place, channel: 'sms' },
          team: place % 3 === 0 ? 'a' : 'b',
        }),
      );
      const ended = Promise.allSettled(arrivals);
      // Now one is stored, the others are on their way, and the first agent is being found.
      await Promise.any(arrivals);
      await Promise.all(nodes.map((node) => node.kill('SIGKILL')));
      await ended;
      for (const place of nodes.keys()) await crash(place);

      expect(ids.length).toBeGreaterThan(0);
      await settle(api, PATIENCE);
    }
  }, 600_000);
});
