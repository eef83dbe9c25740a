import { type Bus, CONNECTED, type Json, MOST_BYTES } from '../../core/bus/bus';
import { createInProcessBus } from '../../core/bus/in-process-bus';
import { namespaceOf } from '../../core/bus/namespace';
import { Outage } from '../../core/bus/outage';
import { RedisBus } from '../../core/bus/redis-bus';
import type { Log } from '../../core/log';
import { newId } from '../../core/model/id';
import { capturedLog } from '../support/captured-log';
import { freePort, hasRedis, startRedis } from '../support/servers';
import { startTcpProxy } from '../support/tcp-proxy';
import { until } from '../support/until';

const describeRedis = hasRedis() ? describe : describe.skip;
type Redis = Awaited<ReturnType<typeof startRedis>>;
let redis: Redis | undefined;

beforeAll(async () => {
  if (hasRedis()) redis = await startRedis();
});
afterAll(() => redis?.stop());

function server(): Redis {
  if (!redis) throw new Error('there is no Redis');
  return redis;
}

function aRedisBus(options: { url?: string; namespace?: string; log?: Log } = {}): RedisBus {
  const { url = server().url, namespace = 'parley:test:0', log = capturedLog().log } = options;
  return new RedisBus({ url, namespace, log, nodeId: newId(), outage: new Outage(log) });
}

/** Resolves when the one hears what the other says. */
async function untilHeard(speaker: Bus, listener: Bus): Promise<void> {
  const topic = `hello ${newId()}`;
  let isHeard = false;
  const end = listener.subscribe(topic, () => {
    isHeard = true;
  });
  await until(() => {
    speaker.publish(topic, null);
    return isHeard;
  });
  end();
}

const implementations: readonly (readonly [string, typeof describe, (log: Log) => Bus])[] = [
  ['in process', describe, (log) => createInProcessBus({ nodeId: newId(), log })],
  ['on Redis', describeRedis, (log) => aRedisBus({ log })],
];

for (const [name, describeIt, open] of implementations)
  describeIt(`a bus ${name}`, () => {
    const { log, lines } = capturedLog();
    let bus: Bus;
    beforeEach(async () => {
      lines.length = 0;
      bus = open(log);
      bus.start();
      await until(() => bus.isConnected);
    });
    afterEach(() => bus.stop());

    test('has told the handlers of its own node before it returns, each once', async () => {
      const heard: string[] = [];
      bus.subscribe('a', (message, from) => heard.push(`first ${message} ${from}`));
      bus.subscribe('a', (message) => heard.push(`second ${message}`));
      bus.subscribe('b', () => heard.push('of another topic'));

      bus.publish('a', 'x');
      const atOnce = [...heard];
      if (bus instanceof RedisBus) {
        const other = aRedisBus();
        other.start();
        await untilHeard(bus, other); // whatever comes back from Redis has come back
        await untilHeard(other, bus);
        await other.stop();
      }

      expect(atOnce).toEqual([`first x ${bus.nodeId}`, 'second x']);
      expect(heard).toEqual(atOnce);
    });

    test('keeps the fault of one handler from the others and from whoever publishes', () => {
      const heard: Json[] = [];
      bus.subscribe('a', () => {
        throw new Error('boom');
      });
      bus.subscribe('a', (message) => heard.push(message));

      bus.publish('a', 1);

      expect(heard).toEqual([1]);
      expect(lines.map(({ level, topic }) => [level, topic])).toEqual([['error', 'a']]);
    });

    test('tells a function that subscribed twice twice, and a subscription that ended nothing', () => {
      const heard: Json[] = [];
      const hear = (message: Json) => void heard.push(message);
      const end = bus.subscribe('a', hear);
      bus.subscribe('a', hear);

      bus.publish('a', 1);
      end();
      end();
      bus.publish('a', 2);

      expect(heard).toEqual([1, 1, 2]);
    });

    test('lets a handler end its subscription and begin others', () => {
      const heard: string[] = [];
      const end = bus.subscribe('a', () => {
        end();
        heard.push('first');
        bus.subscribe('a', () => heard.push('later'));
      });

      bus.publish('a', 1);
      bus.publish('a', 2);

      expect(heard).toEqual(['first', 'later']);
    });

    test('hands on what was said, whatever its publisher does to it later', () => {
      const heard: Json[] = [];
      const said = { list: [1], text: 'ä€😀\u0000"\\\u2028', nothing: null };
      bus.subscribe('a', (message) => heard.push(message));

      bus.publish('a', said);
      said.list.push(2);

      expect(heard).toEqual([{ ...said, list: [1] }]);
    });

    test('refuses what is too large, counted in bytes, and says so', () => {
      const heard: Json[] = [];
      bus.subscribe('a', (message) => heard.push(message));

      bus.publish('a', 'ä'.repeat(MOST_BYTES / 2));
      bus.publish('a', 'x'.repeat(MOST_BYTES - 2));

      expect(heard).toEqual(['x'.repeat(MOST_BYTES - 2)]);
      expect(lines).toMatchObject([{ level: 'error', topic: 'a', bytes: MOST_BYTES + 2 }]);
    });

    test('can be talked to before it starts and after it stopped', async () => {
      const early = open(log);
      const heard: Json[] = [];
      early.subscribe('a', (message) => heard.push(message));

      early.publish('a', 'before');
      early.start();
      await early.stop();
      early.publish('a', 'after');

      expect(heard).toEqual(['before', 'after']);
    });
  });

describeRedis('nodes on one Redis', () => {
  let buses: RedisBus[] = [];
  const started = (...made: RedisBus[]) => {
    buses.push(...made);
    for (const bus of made) bus.start();
    return made;
  };
  afterEach(async () => {
    await Promise.all(buses.map((bus) => bus.stop()));
    buses = [];
  });

  test('hear each other, and who it was, in the order it was said', async () => {
    const [one, two, three] = started(aRedisBus(), aRedisBus(), aRedisBus());
    if (!one || !two || !three) throw new Error('three were made');
    for (const bus of [two, three]) await untilHeard(one, bus);
    const heard: string[] = [];
    two.subscribe('a', (message, from) => heard.push(`two ${message} ${from === one.nodeId}`));
    await untilHeard(one, two);

    for (let n = 0; n < 3; n += 1) one.publish('a', n);
    await until(() => heard.length === 3);

    expect(heard).toEqual(['two 0 true', 'two 1 true', 'two 2 true']);
  });

  test('of another installation hear nothing', async () => {
    const here = namespaceOf('a key', server().url);
    const [one, stranger, sameNumber] = started(
      aRedisBus({ namespace: here }),
      aRedisBus({ namespace: namespaceOf('another key', server().url) }),
      aRedisBus({ namespace: namespaceOf('a key', `${server().url}/1`) }),
    );
    if (!one || !stranger || !sameNumber) throw new Error('three were made');
    const heard: string[] = [];
    for (const bus of [stranger, sameNumber]) bus.subscribe('a', () => heard.push(bus.nodeId));
    const [witness] = started(aRedisBus({ namespace: namespaceOf('a key', `${server().url}/0`) }));
    if (!witness) throw new Error('it was made');
    await until(() => stranger.isConnected && sameNumber.isConnected);

    one.publish('a', 1);
    await untilHeard(one, witness);

    expect(heard).toEqual([]);
  });

  test('take no harm from what others write into their topics', async () => {
    const { log, lines } = capturedLog();
    const [one, two] = started(aRedisBus(), aRedisBus({ log }));
    if (!one || !two) throw new Error('two were made');
    const heard: Json[] = [];
    two.subscribe('a', (message) => heard.push(message));
    await untilHeard(one, two);
    const { Redis: Client } = await import('ioredis');
    const client = new Client(server().url);

    for (const text of ['', 'nonsense', '3', 'null', '{"from":"x"}'])
      await client.publish('parley:test:0:bus:a', text);
    one.publish('a', 'sense');
    await until(() => heard.length > 0);
    client.disconnect();

    expect(heard).toEqual(['sense']);
    expect(lines.filter(({ level }) => level !== 'info')).toEqual([]);
  });
});

describeRedis('a Redis that is not there', () => {
  test('keeps no node from starting, speaking to itself and stopping; when it comes, the nodes hear each other', async () => {
    const port = await freePort();
    const { log, lines } = capturedLog();
    const one = aRedisBus({ url: `redis://127.0.0.1:${port}`, log });
    const two = aRedisBus({ url: `redis://127.0.0.1:${port}` });
    const lone = aRedisBus({ url: `redis://127.0.0.1:${port}` });
    const heard: Json[] = [];
    two.subscribe('a', (message) => heard.push(message));

    for (const bus of [one, two, lone]) bus.start();
    two.publish('a', 'own');
    await until(() => lines.length > 0);
    const isConnected = one.isConnected;
    await lone.stop();
    const late = await startRedis({ port: String(port) });
    await untilHeard(one, two);
    one.publish('a', 'from one');
    await until(() => heard.length === 2);

    expect(isConnected).toBe(false);
    expect(heard).toEqual(['own', 'from one']);
    expect(lines.map(({ level }) => level)).toEqual(['warn', 'info']);
    await Promise.all([one.stop(), two.stop()]);
    await late.stop();
  });

  test('after it was there is said once, and forgotten when it is back', async () => {
    const own = await startRedis();
    const { log, lines } = capturedLog();
    const [one, two] = [aRedisBus({ url: own.url, log }), aRedisBus({ url: own.url })];
    for (const bus of [one, two]) bus.start();
    const heard: Json[] = [];
    two.subscribe('a', (message) => heard.push(message));
    await untilHeard(one, two);

    await own.crash();
    for (let n = 0; n < 200; n += 1) {
      one.publish('a', n);
      await new Promise(setImmediate);
    }
    await until(() => !one.isConnected);
    await own.restart();
    await untilHeard(one, two);
    one.publish('a', 'again');
    await until(() => heard.at(-1) === 'again');

    expect(lines.map(({ level, msg }) => [level, msg.split(';')[0]])).toEqual([
      ['warn', 'Redis is away'],
      ['info', 'Redis is back'],
    ]);
    await Promise.all([one.stop(), two.stop()]);
    await own.stop();
  }, 30_000);

  test('is told to its own node when it is there, for the first time and again', async () => {
    const own = await startRedis();
    const bus = aRedisBus({ url: own.url });
    const seen: boolean[] = [];
    bus.subscribe(CONNECTED, () => seen.push(bus.isConnected));
    bus.start();
    await until(() => seen.length === 1);

    await own.crash();
    await until(() => !bus.isConnected);
    await own.restart();
    await until(() => seen.length === 2);

    expect(seen).toEqual([true, true]);
    await bus.stop();
    await own.stop();
  }, 30_000);
});

function forEach200MB(take: (value: string) => unknown): void {
  for (let n = 0; n < 5_000; n += 1) take(`${n}${'x'.repeat(40_000)}`);
}

/** The processor time of what runs in one go. */
function processorMs(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

describeRedis('a Redis that is frozen', () => {
  test('makes nobody wait and collects nothing; when it thaws, the nodes hear each other', async () => {
    const own = await startRedis();
    const { log, lines } = capturedLog();
    const [one, two] = [aRedisBus({ url: own.url, log }), aRedisBus({ url: own.url })];
    for (const bus of [one, two]) bus.start();
    await untilHeard(one, two);
    const asJsonMs = processorMs(() => forEach200MB((value) => JSON.parse(JSON.stringify(value))));
    own.freeze();

    const began = performance.now();
    const heapBefore = process.memoryUsage().heapUsed;
    const publishedMs = processorMs(() => forEach200MB((value) => one.publish('a', value)));
    const heapGrewMb = (process.memoryUsage().heapUsed - heapBefore) / 1e6;
    await until(() => !one.isConnected);
    const noticedMs = performance.now() - began;
    own.thaw();
    await untilHeard(one, two);

    expect(publishedMs).toBeLessThan(3 * asJsonMs); // writing as JSON and reading back is most of what it takes
    expect(heapGrewMb).toBeLessThan(120); // of 200
    expect(noticedMs).toBeLessThan(10_000);
    expect(lines.map(({ level }) => level)).toEqual(['warn', 'info']);
    console.log(
      `5,000 messages (200 MB) to a frozen Redis in ${(publishedMs / asJsonMs).toFixed(1)} times what JSON takes, ${Math.round(heapGrewMb)} MB kept; noticed after ${Math.round(noticedMs)} ms`,
    );
    await Promise.all([one.stop(), two.stop()]);
    await own.stop();
  }, 40_000);

  test('keeps no node from stopping within a second', async () => {
    const own = await startRedis();
    const bus = aRedisBus({ url: own.url });
    bus.start();
    await until(() => bus.isConnected);
    own.freeze();

    const began = performance.now();
    bus.publish('a', 1);
    await bus.stop();

    expect(performance.now() - began).toBeLessThan(1_000);
    await own.stop();
  });
});

describeRedis('a network that swallows everything', () => {
  test('is noticed, and the nodes hear each other when it works again', async () => {
    const own = await startRedis();
    const proxy = await startTcpProxy(own.port);
    const behind = aRedisBus({ url: `redis://127.0.0.1:${proxy.port}` });
    const direct = aRedisBus({ url: own.url });
    for (const bus of [behind, direct]) bus.start();
    await untilHeard(direct, behind);
    const before = proxy.connections();

    proxy.blackhole();
    await until(() => !behind.isConnected);
    proxy.pass();
    await untilHeard(direct, behind);
    await untilHeard(behind, direct);

    expect(proxy.connections()).toBeGreaterThan(before); // the old connections are not waited for
    await Promise.all([behind.stop(), direct.stop()]);
    await proxy.stop();
    await own.stop();
  }, 40_000);
});
