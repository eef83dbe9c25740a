import { type LoadBalancer, startLoadBalancer } from '../support/load-balancer';
import { hasRedis } from '../support/servers';
import { closeBooks } from './books';
import { startThreeNodes, type ThreeNodes } from './three-nodes';
import { underLoad } from './under-load';

const hasServers = process.env['PARLEY_TEST_POSTGRES'] !== undefined && hasRedis();

(hasServers ? describe : describe.skip)('three nodes that are restarted one after the other', () => {
  let cluster: ThreeNodes;
  let balancer: LoadBalancer;
  beforeAll(async () => {
    balancer = await startLoadBalancer();
    cluster = await startThreeNodes({ PUBLIC_URL: `http://localhost:${balancer.port}` });
    balancer.balance(cluster.nodes.map(({ origin }) => origin));
  }, 240_000);
  afterAll(async () => {
    await cluster?.stop();
    await balancer?.stop();
  });

  test('under load, behind a load balancer that asks who is ready, show no client an error', async () => {
    const [first] = cluster.nodes;
    if (!first) throw new Error('there are no nodes');
    // Whoever writes and whoever answers knows the load balancer only.
    const front: ThreeNodes = { ...cluster, nodes: [{ ...first, ...balancer }] };
    const tookMs: number[] = [];
    const codes: (number | null)[] = [];

    const talks = await underLoad(front, async (load) => {
      for (const [place, node] of [...cluster.nodes.entries()]) {
        const began = performance.now();
        await cluster.kill(place, 'SIGTERM');
        tookMs.push(Math.round(performance.now() - began));
        codes.push(node.process.exitCode);
        await cluster.restart(place);
      }
      await load.goesOnFor(100);
    });
    const closed = await closeBooks(cluster, talks);

    console.log('rolling restart', closed, { requests: balancer.answered(), stoppedMs: tookMs });
    expect(balancer.failures()).toEqual([]);
    expect(codes).toEqual([0, 0, 0]);
    expect(Math.max(...tookMs)).toBeLessThan(10_000);
    expect(closed.accepted).toBeGreaterThan(100);
    // Nothing was in doubt either: whatever was being sent has ended before its node did.
    expect(closed.outcomes).toEqual({ delivered: closed.accepted });
  }, 240_000);
});
