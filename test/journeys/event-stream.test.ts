import { type EventStream, readStream } from '../support/event-stream';
import { expectInvalid, expectProblem } from '../support/problems';
import { aCustomer, onEachGateway, type Shop } from '../support/shop';
import { until } from '../support/until';

onEachGateway('the stream of events', (stage) => {
  const open: EventStream[] = [];
  afterEach(() => {
    for (const stream of open.splice(0)) stream.stop();
  });

  const follow = async (shop: Shop, path = '/events/stream', lastEventId?: string) => {
    const stream = await readStream(shop.api, path, lastEventId === undefined ? {} : { lastEventId });
    open.push(stream);
    return stream;
  };
  const makeTeams = async (shop: Shop, ...names: readonly string[]) => {
    for (const name of names) await shop.api.post('/chat/config/teams', { name });
  };
  const namesIn = (stream: EventStream) => stream.told.map(({ data }) => data.payload.name);

  test('tells what happens from now on, as it stands in the log', async () => {
    const shop = await stage.shop();
    await makeTeams(shop, 'before');
    await shop.logged('team.create', 3);
    const stream = await follow(shop);
    const chat = await shop.chatFrom(aCustomer());

    await until(() => stream.told.some(({ event }) => event === 'chatMessage.sent'));

    expect(stream).toMatchObject({ status: 200, contentType: 'text/event-stream; charset=utf-8' });
    const log = await shop.log();
    expect(stream.told.map(({ data }) => data)).toEqual(
      log.filter(({ seq }) => stream.told.some(({ id }) => id === String(seq))),
    );
    expect(stream.told.map(({ event }) => event)).not.toContain('team.create');
    const created = stream.told.find(({ event }) => event === 'chat.create');
    expect(created).toMatchObject({ data: { name: 'chat.create', payload: { id: chat.id } } });
    expect(created?.id).toBe(String(created?.data.seq));
  });

  test('goes on where it broke off, without a gap or a repetition', async () => {
    const shop = await stage.shop();
    const { lastSeq } = (await shop.api.get('/events?limit=1')).body;
    const path = `/events/stream?names=team.create&after=${lastSeq}`;
    const first = await follow(shop, path);
    await makeTeams(shop, 'a', 'b');
    await until(() => first.told.length === 2);
    first.stop();
    await makeTeams(shop, 'c', 'd');

    // A browser comes back to the same address, with the last id that it has.
    const second = await follow(shop, path, first.told.at(-1)?.id);
    await makeTeams(shop, 'e');
    await until(() => second.told.length === 3);

    expect([...namesIn(first), ...namesIn(second)]).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('reads back to the beginning, however long the log is', async () => {
    const shop = await stage.shop();
    await Promise.all(
      Array.from({ length: 120 }, (_, n) => shop.api.post('/chat/config/teams', { name: `t${n}` })),
    );
    const { body } = await shop.api.get('/events?limit=1');

    const stream = await follow(shop, '/events/stream?after=0');
    await until(() => stream.told.length >= body.lastSeq);

    expect(stream.told.map(({ id }) => Number(id))).toEqual(
      Array.from({ length: stream.told.length }, (_, n) => n + 1),
    );
  }, 60_000);

  test('is told side by side to many', async () => {
    const shop = await stage.shop();
    const streams = await Promise.all(
      Array.from({ length: 20 }, () => follow(shop, '/events/stream?names=team.create')),
    );

    await makeTeams(shop, 'x', 'y', 'z');

    await until(() => streams.every(({ told }) => told.length === 3));
    for (const stream of streams) expect(namesIn(stream)).toEqual(['x', 'y', 'z']);
  }, 60_000);

  test('is for those who may read events, and says what is wrong', async () => {
    const shop = await stage.shop();
    const { body } = await shop.api.post('/tokens', { name: 'limited', scopes: ['chat:read'] });
    const asked = (lastEventId: string) =>
      shop.api.get('/events/stream', { headers: { 'last-event-id': lastEventId } });

    expectProblem(await shop.api.as(body.token).get('/events/stream'), 'forbidden');
    expectProblem(await shop.api.as('').get('/events/stream'), 'unauthorized');
    expectInvalid(await shop.api.get('/events/stream?after=-1'), 'after');
    expectInvalid(await asked('yesterday'), 'Last-Event-ID');
    expectInvalid(await asked('99999999999999999999'), 'Last-Event-ID');
    for (const wrong of ['after=1.5', 'after=99999999999999999999'])
      expectInvalid(await shop.api.get(`/events/stream?${wrong}`), 'after');
    for (const wrong of ['a%00b', 'chat.exploded', 'chat.create,nothing'])
      expectInvalid(await shop.api.get(`/events/stream?names=${wrong}`), 'names');
  });

  test('tells nobody of another API space', async () => {
    const [shop, other] = [await stage.shop(), await stage.shop()];
    const stream = await follow(shop, '/events/stream?names=team.create');

    await makeTeams(other, 'theirs');
    await makeTeams(shop, 'ours');

    await until(() => stream.told.length > 0);
    expect(namesIn(stream)).toEqual(['ours']);
  });

  test('ends when its token is revoked', async () => {
    const shop = await stage.shop();
    const { body } = await shop.api.post('/tokens', { name: 'short', scopes: ['events:read'] });
    const stream = await readStream(shop.api.as(body.token), '/events/stream');
    await shop.api.delete(`/tokens/${body.id}`);
    const ended = jest.fn();
    void stream.ended.then(ended);

    await until(() => ended.mock.calls.length > 0, { patienceMs: 20_000 });
  }, 25_000);
});
