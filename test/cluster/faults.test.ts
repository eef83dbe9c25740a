import { hasRedis } from '../support/servers';
import { type Closed, closeBooks } from './books';
import { startThreeNodes, type ThreeNodes } from './three-nodes';
import { type Load, moment, underLoad } from './under-load';

const hasServers = process.env['PARLEY_TEST_POSTGRES'] !== undefined && hasRedis();

(hasServers ? describe : describe.skip)('three nodes on one PostgreSQL and one Redis', () => {
  let cluster: ThreeNodes;
  beforeAll(async () => {
    cluster = await startThreeNodes();
  }, 240_000);
  afterAll(() => cluster?.stop());

  const survive = async (what: string, fault: (load: Load) => Promise<void>): Promise<Closed> => {
    const talks = await underLoad(cluster, fault);
    const closed = await closeBooks(cluster, talks);
    console.log(what, closed);
    return closed;
  };

  test('lose nothing when one of them is killed', async () => {
    await survive('kill -9', async () => {
      cluster.away.add(1);
      await cluster.kill(1, 'SIGKILL');
      await moment(2_000);
      await cluster.restart(1);
      cluster.away.delete(1);
    });
  }, 360_000);

  test('send nothing twice when one of them is frozen for half a minute and wakes up', async () => {
    await survive('SIGSTOP for 30 s', async () => {
      cluster.away.add(2);
      cluster.nodes[2]?.process.kill('SIGSTOP');
      await moment(30_000);
      cluster.nodes[2]?.process.kill('SIGCONT');
      cluster.away.delete(2);
    });
  }, 240_000);

  test('work on without Redis, and forget nothing when it comes back empty', async () => {
    const { acknowledged } = await survive('Redis away for 10 s at least', async (load) => {
      await cluster.redis.crash();
      await Promise.all([moment(10_000), load.goesOnFor(100)]);
      await cluster.redis.restart();
    });
    expect(acknowledged).toBeGreaterThan(100);
  }, 360_000);

  test('work on with a Redis that is frozen', async () => {
    await survive('Redis frozen for 8 s', async () => {
      cluster.redis.freeze();
      await moment(8_000);
      cluster.redis.thaw();
    });
  }, 360_000);

  test('acknowledge nothing while PostgreSQL restarts, and go on by themselves', async () => {
    await survive('PostgreSQL restarted at once', async () => {
      await cluster.postgres.crash();
      await moment(1_500);
      await cluster.postgres.restart();
    });
  }, 360_000);

  test('survive connections to the database that break off in the middle of an answer, or are slow', async () => {
    await survive('connections to PostgreSQL cut, then slow', async () => {
      for (const [place, proxy] of cluster.toPostgres.entries()) {
        proxy.cutAfter(20_000 * (place + 1));
        await moment(1_000);
      }
      for (const proxy of cluster.toPostgres) proxy.delay(40);
      await moment(3_000);
      for (const proxy of cluster.toPostgres) proxy.pass();
    });
  }, 360_000);

  test('deliver everything to a receiver that hangs, fails and hangs up', async () => {
    await survive('a bad receiver', async () => {
      cluster.receiver.behave({ status: 500 }, { times: 3 });
      await moment(1_000);
      cluster.receiver.behave({ closesEarly: true }, { times: 3 });
      await moment(1_000);
      cluster.receiver.behave({ hangs: true }, { times: 2 });
      await moment(1_000);
      cluster.receiver.behave({ delayMs: 300 }, { times: 50 });
      await moment(2_000);
    });
  }, 240_000);
});
