import { Redis } from 'ioredis';
import { onPostgres, type TestDatabase } from '../support/databases';
import { type FakeChannel, fakeChannel } from '../support/fake-channel';
import { type ListeningChannel, listeningChannel } from '../support/listening-channel';
import { hasRedis, startRedis } from '../support/servers';
import { says } from '../support/shop';
import { aSpace, startGateway, type TestGateway } from '../support/start-gateway';
import { until } from '../support/until';

const MAILBOXES = 6;
const SECRET = 'fake-secret-of-the-webhook';
/** Far less than the others would need to find out by asking the database. */
const AT_ONCE_MS = 1_500;
const TRIES = 5;

interface Team {
  readonly gateways: readonly TestGateway[];
  /** The provider of each gateway: it knows who sent what. */
  readonly providers: readonly FakeChannel[];
  readonly mailboxes: ListeningChannel;
  readonly database: TestDatabase;
}

async function startTeam(database: TestDatabase, redisUrl: string | undefined, count = 3): Promise<Team> {
  const mailboxes = listeningChannel();
  const providers = Array.from({ length: count }, () => fakeChannel({ id: 'post' }));
  const gateways: TestGateway[] = [];
  for (const [place, provider] of providers.entries())
    gateways.push(
      await startGateway({
        database,
        definitions: [provider.definition, mailboxes.definitionFor(`node${place}`)],
        settings: redisUrl === undefined ? {} : { REDIS_URL: redisUrl },
      }),
    );
  return { gateways, providers, mailboxes, database };
}

/** An API space with a team; its API at each gateway. */
async function aBusiness({ gateways }: Team) {
  const [first] = gateways;
  if (!first) throw new Error('there is no gateway');
  const api = await aSpace(first);
  await api.post('/chat/config/agents', { id: 'ann', name: 'Ann', email: 'ann@shop.example' });
  const team = { id: 'sales', name: 'Sales', members: [{ username: 'ann' }] };
  await api.post('/chat/config/teams', team);
  const at = gateways.map(({ origin }) => api.at(origin));
  const connect = async (kind: string, name: string) => {
    const settings = { name, secret: SECRET };
    const account = { kind, adapter: kind, name, teamId: 'sales', settings };
    const { status, body } = await api.post('/channels', account);
    if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
    return body as { readonly id: string; readonly webhookUrl: string };
  };
  return { api, at, connect };
}

const stopAll = ({ gateways }: Team) => Promise.all(gateways.map((gateway) => gateway.stop()));
const times = <T>(count: number, run: (n: number) => T) => Array.from({ length: count }, (_, n) => run(n));

const ascending = (a: number, b: number) => a - b;
const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

/** How many mailboxes each node listens to. */
function sharesOf({ mailboxes }: Team): number[] {
  const nodes = mailboxes.listeners().map((text) => text.split(' ')[0] ?? '');
  return times(3, (n) => nodes.filter((node) => node === `node${n}`).length);
}

/** How many lanes were hinted to whoever has room: Bull counts its jobs. */
async function hintsGiven(redisUrl: string): Promise<number> {
  const client = new Redis(redisUrl);
  const [key] = await client.keys('*:queue:lane:id');
  const count = key === undefined ? 0 : Number(await client.get(key));
  client.disconnect();
  return count;
}

/** The middle of what several tries give: on a busy machine a single one says little. */
async function mostly(once: () => Promise<number>): Promise<number> {
  const found: number[] = [];
  for (let n = 0; n < TRIES; n += 1) found.push(await once());
  return found.toSorted(ascending)[Math.floor(TRIES / 2)] ?? Number.NaN;
}

/** How long it takes until it is so. */
async function timed(run: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await run();
  return performance.now() - began;
}

const onBoth: typeof onPostgres = hasRedis() ? onPostgres : (name) => describe.skip(name, () => {});

onBoth('three nodes that share a Redis', (open) => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let team: Team;
  beforeAll(async () => {
    redis = await startRedis();
    team = await startTeam(await open(), redis.url);
  }, 240_000);
  afterAll(async () => {
    await stopAll(team);
    await team.database.drop();
    await redis.stop();
  }, 240_000);

  test('know at once of a token that was revoked at one of them', async () => {
    const { api, at } = await aBusiness(team);
    const revoked = async () => {
      const { body: token } = await api.post('/tokens', { name: 'short-lived' });
      const asked = () => Promise.all(at.map((node) => node.as(token.token).get('/chats?limit=1')));
      // From now on each of them would believe it for two seconds.
      const before = await asked();
      expect(before.map(({ status }) => status)).toEqual([200, 200, 200]);
      await api.delete(`/tokens/${token.id}`);
      await until(async () => (await asked()).every(({ status }) => status === 401));
    };

    const tookMs = await mostly(() => timed(revoked));

    expect(tookMs).toBeLessThan(AT_ONCE_MS);
    console.log(`a revoked token is refused everywhere after ${Math.round(tookMs)} ms`);
  });

  test('know at once of an account’s new secret, and of its end', async () => {
    const { api, connect } = await aBusiness(team);
    const account = await connect('post', 'desk');
    const deliveries = (secret: string) =>
      Promise.all(
        team.gateways.map(({ origin }) =>
          fetch(`${origin}/channels/${account.id}/webhook`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'x-fake-secret': secret },
            body: '[]',
          }),
        ),
      );
    const become = (secret: string, status: number) =>
      timed(() => until(async () => (await deliveries(secret)).every((reply) => reply.status === status)));
    await become(SECRET, 200);

    let secret = SECRET;
    const changedMs = await mostly(async () => {
      const old = secret;
      secret = `new since ${performance.now()}`;
      const change = { name: 'desk', teamId: 'sales', settings: { name: 'desk', secret } };
      expect((await api.put(`/channels/${account.id}`, change)).status).toBe(200);
      const tookMs = await become(secret, 200);
      expect((await deliveries(old)).map(({ status }) => status)).toEqual([403, 403, 403]);
      return tookMs;
    });
    await api.delete(`/channels/${account.id}`);
    await become(secret, 404);

    expect(changedMs).toBeLessThan(AT_ONCE_MS);
  });

  test('share what one of them accepted and has no room for', async () => {
    const { api, connect } = await aBusiness(team);
    await connect('post', 'counter');
    for (const name of ['a', 'b', 'c']) await connect('mailbox', name);
    await until(() => expect(sharesOf(team)).toEqual([1, 1, 1]) === undefined); // each knows of the others
    const hold = new Map<FakeChannel, (() => void)[]>(team.providers.map((provider) => [provider, []]));
    for (const [provider, held] of hold)
      provider.always(async ({ take }) => {
        await new Promise<void>((resolve) => held.push(resolve));
        return { externalIds: [take()], state: 'accepted' };
      });

    const began = performance.now();
    const chats = await Promise.all(
      times(24, (n) =>
        api.post('/chats', {
          ...{ name: `chat ${n}`, teamId: 'sales', channelId: 'post', address: `customer${n}` },
          message: says(`to ${n}`),
        }),
      ),
    );
    const underWay = () => [...hold.values()].map((held) => held.length);
    await until(() => expect(sum(underWay())).toBe(8) === undefined);
    const spreadMs = performance.now() - began;
    const shares = underWay();
    for (const [provider, held] of hold) {
      provider.always(undefined);
      for (const letGo of held) letGo();
    }
    const sent = () => team.providers.flatMap((provider) => provider.sent());
    await until(() => sent().length === 24);

    expect(chats.map(({ status }) => status)).toEqual(times(24, () => 201));
    // Eight of an account may be under way at once: that holds for all nodes together.
    expect(shares.toSorted(ascending)).toEqual([2, 3, 3]);
    expect(new Set(sent().map(({ idempotencyKey }) => idempotencyKey)).size).toBe(24);
    expect(await hintsGiven(redis.url)).toBeGreaterThan(0);
    console.log(`eight sends on three nodes after ${Math.round(spreadMs)} ms`, shares);
  });
});

for (const withRedis of hasRedis() ? [true, false] : [false])
  onPostgres(`listeners of three nodes ${withRedis ? 'with' : 'without'} a Redis,`, (open) => {
    let redis: Awaited<ReturnType<typeof startRedis>> | undefined;
    let team: Team;
    beforeAll(async () => {
      redis = withRedis ? await startRedis() : undefined;
      team = await startTeam(await open(), redis?.url);
    }, 240_000);
    afterAll(async () => {
      await stopAll(team);
      await team.database.drop();
      await redis?.stop();
    }, 240_000);

    test('run once each, shared out evenly, and go on at another node where one has left off', async () => {
      const { mailboxes } = team;
      const { api, connect } = await aBusiness(team);
      const names = times(MAILBOXES, (n) => `box${n}`);
      for (const name of names) await connect('mailbox', name);
      await until(() => expect(sharesOf(team)).toEqual([2, 2, 2]) === undefined);
      await Promise.all(names.map((name) => mailboxes.arrive(name, `first to ${name}`)));
      const begunBefore = mailboxes.begun().length;

      const stopped = team.gateways[0]?.stop();
      const handedOverMs = await timed(() =>
        until(() => expect(sharesOf(team).toSorted(ascending)).toEqual([0, 3, 3]) === undefined),
      );
      await Promise.all(names.map((name) => mailboxes.arrive(name, `second to ${name}`)));
      await stopped;

      expect(mailboxes.doubled()).toEqual([]);
      // Whoever takes a mailbox over goes on at the letter after the last one that was stored.
      const takenOver = mailboxes.begun().slice(begunBefore);
      expect(takenOver).toHaveLength(2);
      for (const text of takenOver) expect(text).toMatch(/ \d+$/);
      const { body: chats } = await api.at(team.gateways[1]?.origin ?? '').get('/chats?limit=100');
      expect(chats).toHaveLength(1); // one customer wrote to all of them
      console.log(`two mailboxes handed over in ${Math.round(handedOverMs)} ms, Redis: ${withRedis}`);
    }, 240_000);
  });
