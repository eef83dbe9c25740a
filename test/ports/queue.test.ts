import type { Outage as OutageType } from '../../core/bus/outage';
import { Outage } from '../../core/bus/outage';
import type { Log } from '../../core/log';
import { newId } from '../../core/model/id';
import { InProcessQueue } from '../../core/queue/in-process-queue';
import type { Hint, WorkQueue } from '../../core/queue/queue';
import { RedisQueue } from '../../core/queue/redis-queue';
import { capturedLog } from '../support/captured-log';
import { freePort, hasRedis, startRedis } from '../support/servers';
import { startTcpProxy } from '../support/tcp-proxy';
import { until } from '../support/until';

const describeRedis = hasRedis() ? describe : describe.skip;
type Redis = Awaited<ReturnType<typeof startRedis>>;
let redis: Redis | undefined;

beforeAll(async () => {
  if (hasRedis()) redis = await startRedis({ 'maxmemory-policy': 'noeviction' });
});
afterAll(() => redis?.stop());

const stray: unknown[] = [];
const note = (reason: unknown) => void stray.push(reason);
beforeAll(() => process.on('unhandledRejection', note));
afterAll(() => process.off('unhandledRejection', note));
afterEach(() => expect(stray).toEqual([]));

interface OpenOptions {
  readonly url?: string;
  readonly namespace?: string;
  readonly log?: Log;
  readonly outage?: OutageType;
}

function onRedis(options: OpenOptions = {}): RedisQueue {
  const { log = capturedLog().log, namespace = `parley:${newId()}:0` } = options;
  const url = options.url ?? redis?.url ?? '';
  return new RedisQueue({ url, namespace, log, outage: options.outage ?? new Outage(log) });
}

const aHint = (key: string, kind = 'lane'): Hint => ({ kind, key, data: { about: key } });

/** A node that holds what it takes until it is told to let go. */
function aWorker(queue: WorkQueue, atOnce: number, kind = 'lane') {
  const taken: string[] = [];
  const held = new Map<string, () => void>();
  queue.work(kind, {
    atOnce,
    take: ({ key, data }) => {
      taken.push(`${key} ${JSON.stringify(data)}`);
      return new Promise((resolve) => {
        held.set(key, () => {
          held.delete(key);
          resolve();
        });
      });
    },
  });
  return { taken, held, keys: () => taken.map((text) => text.split(' ')[0]) };
}

const implementations: readonly (readonly [string, typeof describe, (log: Log) => WorkQueue])[] = [
  ['in process', describe, (log) => new InProcessQueue(log)],
  ['on Redis', describeRedis, (log) => onRedis({ log })],
];

for (const [name, describeIt, open] of implementations)
  describeIt(`a work queue ${name}`, () => {
    const { log, lines } = capturedLog();
    let queue: WorkQueue;
    const start = () => {
      queue.start();
      return until(() => queue.isConnected);
    };
    beforeEach(() => {
      lines.length = 0;
      queue = open(log);
    });
    afterEach(() => queue.stop());

    test('brings a hint to whoever works on its kind, with what it says', async () => {
      const lanes = aWorker(queue, 5);
      const others = aWorker(queue, 5, 'other');
      await start();

      queue.hint(aHint('a'));
      queue.hint(aHint('b', 'other'));
      queue.hint(aHint('c', 'of no kind that anybody works on'));
      await until(() => lanes.taken.length + others.taken.length === 2);

      expect(lanes.taken).toEqual(['a {"about":"a"}']);
      expect(others.taken).toEqual(['b {"about":"b"}']);
    });

    test('works on so many at once and no more, and goes on when there is room', async () => {
      const { taken, held, keys } = aWorker(queue, 2);
      await start();
      for (const key of ['a', 'b', 'c', 'd']) queue.hint(aHint(key));
      await until(() => taken.length === 2);
      await passed(queue);
      const first = [...taken];

      held.get(keys()[0] ?? '')?.();
      await until(() => taken.length === 3);
      await passed(queue);

      expect(first).toHaveLength(2);
      expect(taken).toHaveLength(3);
      for (const letGo of [...held.values()]) letGo();
      await until(() => taken.length === 4);
      expect(new Set(keys())).toEqual(new Set(['a', 'b', 'c', 'd']));
    });

    test('drops a hint while an equal one waits, and takes one that comes while that is worked on', async () => {
      const { taken, held, keys } = aWorker(queue, 1);
      await start();
      queue.hint(aHint('busy'));
      await until(() => taken.length === 1);

      for (let n = 0; n < 20; n += 1) {
        queue.hint(aHint('next'));
        queue.hint(aHint('busy'));
      }
      await passed(queue);
      for (let n = 2; n <= 3; n += 1) {
        for (const letGo of [...held.values()]) letGo();
        await until(() => taken.length === n);
        await passed(queue);
      }
      for (const letGo of [...held.values()]) letGo();
      await passed(queue);

      expect(keys()).toEqual(['busy', 'next', 'busy']);
    });

    test('goes on after work that failed, and keeps nothing of it', async () => {
      const seen: string[] = [];
      queue.work('lane', {
        atOnce: 1,
        take: async ({ key }) => {
          seen.push(key);
          if (key === 'bad') throw new Error('boom');
        },
      });
      await start();

      queue.hint(aHint('bad'));
      queue.hint(aHint('good'));
      await until(() => seen.length === 2);
      queue.hint(aHint('bad'));
      await until(() => seen.length === 3);

      expect(seen).toEqual(['bad', 'good', 'bad']);
      expect(lines.filter(({ level }) => level === 'error')).toHaveLength(2);
      expect(lines.find(({ level }) => level === 'error')).toMatchObject({ kind: 'lane', key: 'bad' });
    });

    test('takes nothing before it starts and nothing after it stopped, and bears being talked to then', async () => {
      const { taken } = aWorker(queue, 5);
      queue.hint(aHint('early'));
      await start();
      await queue.stop();

      queue.hint(aHint('late'));
      await new Promise((resolve) => setImmediate(resolve));

      expect(taken).toEqual([]);
    });
  });

/** Resolves when whatever was hinted before would have arrived, if it were to. */
async function passed(queue: WorkQueue): Promise<void> {
  if (!(queue instanceof RedisQueue)) {
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    return;
  }
  await untilQuiet(queue);
}

/** Redis has answered all that was asked of it, and the worker waits for more or for room. */
async function untilQuiet(_queue: RedisQueue): Promise<void> {
  const { Redis: Client } = await import('ioredis');
  const client = new Client(redis?.url ?? '');
  const commands = async () => Number(/total_commands_processed:(\d+)/.exec(await client.info('stats'))?.[1]);
  let before = -10;
  // Nothing but our own question (and a Bull worker that waits) since we last asked.
  await until(async () => {
    const now = await commands();
    const isQuiet = now - before <= 1;
    before = now;
    return isQuiet;
  });
  client.disconnect();
}

describeRedis('nodes on one Redis', () => {
  test('share the work: none takes more than it has room for', async () => {
    const namespace = `parley:${newId()}:0`;
    const queues = [onRedis({ namespace }), onRedis({ namespace }), onRedis({ namespace })];
    const workers = queues.map((queue) => aWorker(queue, 4));
    for (const queue of queues) queue.start();
    await until(() => queues.every((queue) => queue.isConnected));

    for (let n = 0; n < 12; n += 1) queues[0]?.hint(aHint(`key${n}`));
    await until(() => workers.flatMap(({ taken }) => taken).length === 12);

    expect(workers.map(({ taken }) => taken.length)).toEqual([4, 4, 4]);
    expect(new Set(workers.flatMap(({ keys }) => keys())).size).toBe(12);
    await Promise.all(queues.map((queue) => queue.stop()));
  });

  test('of another installation get nothing', async () => {
    const [here, there] = [onRedis(), onRedis()];
    const mine = aWorker(here, 5);
    const theirs = aWorker(there, 5);
    for (const queue of [here, there]) queue.start();
    await until(() => here.isConnected && there.isConnected);

    here.hint(aHint('a'));
    await until(() => mine.taken.length === 1);

    expect(theirs.taken).toEqual([]);
    await Promise.all([here.stop(), there.stop()]);
  });

  test('leave nothing behind in it, of work that ended well or badly', async () => {
    const namespace = `parley:${newId()}:0`;
    const queue = onRedis({ namespace });
    let ended = 0;
    queue.work('lane', {
      atOnce: 10,
      take: async () => {
        ended += 1;
        if (ended % 2 === 0) throw new Error('boom');
      },
    });
    queue.start();
    await until(() => queue.isConnected);

    for (let n = 0; n < 50; n += 1) queue.hint(aHint(`key${n}`));
    await until(() => ended === 50);
    const { Redis: Client } = await import('ioredis');
    const client = new Client(redis?.url ?? '');

    await until(async () => {
      const keys = await client.keys(`${namespace}:*`);
      expect(keys.filter((key) => key.includes('~'))).toEqual([]); // the jobs; Bull's own counters stay
      return true;
    });
    client.disconnect();
    await queue.stop();
  });
});

describeRedis('a Redis that drops what it has no room for', () => {
  test.each(['allkeys-lru', 'volatile-ttl'])('by %s is named loudly', async (policy) => {
    const own = await startRedis({ 'maxmemory-policy': policy });
    const { log, lines } = capturedLog();
    const queue = onRedis({ url: own.url, log });
    aWorker(queue, 1);

    queue.start();
    const problem = await until(() => queue.problem);

    expect(problem).toContain(policy);
    expect(problem).toContain('noeviction');
    expect(lines.filter(({ level }) => level === 'error').map(({ msg }) => msg)).toEqual([problem]);
    await queue.stop();
    await own.stop();
  });

  test('is not named when it is well set up', async () => {
    const queue = onRedis();
    aWorker(queue, 1);
    queue.start();
    await until(() => queue.isConnected);
    await passed(queue);

    expect(queue.problem).toBeUndefined();
    await queue.stop();
  });
});

describeRedis('a Redis that goes away', () => {
  test('before the start, or later, keeps the queue from nothing once it is back', async () => {
    const port = await freePort();
    const { log, lines } = capturedLog();
    const queue = onRedis({ url: `redis://127.0.0.1:${port}`, log });
    const { taken, keys } = aWorker(queue, 100);
    queue.start();
    queue.hint(aHint('into the void'));
    await until(() => lines.length > 0);
    const own = await startRedis({ port: String(port), 'maxmemory-policy': 'noeviction' });
    const comesThrough = async (key: string) => {
      let n = 0;
      await until(() => {
        n += 1;
        queue.hint(aHint(`${key}-${n}`));
        return keys().some((taken) => taken?.startsWith(key));
      });
    };

    await comesThrough('first');
    await own.crash();
    await until(() => !queue.isConnected);
    queue.hint(aHint('into the void'));
    await own.restart();
    await comesThrough('second');

    expect(taken.some((text) => text.startsWith('into'))).toBe(false);
    expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(2); // once for each time it was away
    await queue.stop();
    await own.stop();
  }, 60_000);

  test('frozen makes nobody wait, neither who hints nor who stops', async () => {
    const own = await startRedis({ 'maxmemory-policy': 'noeviction' });
    const [queue, other] = [onRedis({ url: own.url }), onRedis({ url: own.url })];
    for (const one of [queue, other]) {
      aWorker(one, 1);
      one.start();
    }
    await until(() => queue.isConnected && other.isConnected);
    own.freeze();

    const began = performance.now();
    for (let n = 0; n < 5_000; n += 1) queue.hint(aHint(`key${n}`));
    const hintedMs = performance.now() - began;
    await queue.stop();
    const stoppedMs = performance.now() - began - hintedMs;
    await until(() => !other.isConnected, { patienceMs: 20_000 });
    const late = performance.now();
    await other.stop();
    const stoppedLateMs = performance.now() - late;
    own.thaw();

    expect(hintedMs).toBeLessThan(1_000);
    expect(stoppedMs).toBeLessThan(2_000);
    expect(stoppedLateMs).toBeLessThan(2_000);
    console.log(
      `stopped on a frozen Redis in ${Math.round(stoppedMs)} ms, and ${Math.round(stoppedLateMs)} ms`,
    );
    await own.stop();
  }, 40_000);

  test('and never comes back does not keep the queue from stopping', async () => {
    const own = await startRedis();
    const queue = onRedis({ url: own.url });
    aWorker(queue, 1);
    queue.start();
    await until(() => queue.isConnected);
    await own.stop();
    await until(() => !queue.isConnected);

    const began = performance.now();
    await queue.stop();

    expect(performance.now() - began).toBeLessThan(2_000);
  });

  test('behind a network that swallows everything is noticed, and used again when it works again', async () => {
    const own = await startRedis({ 'maxmemory-policy': 'noeviction' });
    const proxy = await startTcpProxy(own.port);
    const queue = onRedis({ url: `redis://127.0.0.1:${proxy.port}` });
    const { keys } = aWorker(queue, 1_000);
    queue.start();
    await until(() => queue.isConnected);

    proxy.blackhole();
    for (let n = 0; n < 10; n += 1) queue.hint(aHint(`lost${n}`));
    await until(() => !queue.isConnected, { patienceMs: 20_000 });
    proxy.pass();
    let n = 0;
    await until(
      () => {
        n += 1;
        queue.hint(aHint(`later${n}`));
        return keys().some((key) => key?.startsWith('later'));
      },
      { patienceMs: 25_000 },
    );
    await queue.stop();
    await proxy.stop();
    await own.stop();
  }, 60_000);

  test('flushed in the middle of everything loses hints and nothing else', async () => {
    const own = await startRedis({ 'maxmemory-policy': 'noeviction' });
    const queue = onRedis({ url: own.url });
    const { taken, held, keys } = aWorker(queue, 1);
    queue.start();
    await until(() => queue.isConnected);
    for (let n = 0; n < 10; n += 1) queue.hint(aHint(`key${n}`));
    await until(() => taken.length === 1);
    const { Redis: Client } = await import('ioredis');
    const client = new Client(own.url);

    await client.flushall();
    for (const letGo of [...held.values()]) letGo();
    await until(
      () => {
        for (const letGo of [...held.values()]) letGo();
        queue.hint(aHint('after'));
        return keys().includes('after');
      },
      { patienceMs: 25_000 },
    );

    client.disconnect();
    await queue.stop();
    await own.stop();
  }, 40_000);
});
