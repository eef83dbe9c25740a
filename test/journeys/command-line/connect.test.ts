import { openSqlite } from '../../support/databases';
import { fakeChannel } from '../../support/fake-channel';
import { atTerminal, endTalks, parley, talkTo, withGateway } from '../../support/parley';
import { aSpace, startGateway } from '../../support/start-gateway';
import { aPerson, type PageWorld, startPageWorld } from '../facebook/page-world';

const PATIENCE_MS = 120_000;
jest.setTimeout(PATIENCE_MS);
afterAll(endTalks);

describe('connecting a page', () => {
  let world: PageWorld;
  beforeAll(async () => {
    world = await startPageWorld(await openSqlite());
  });
  afterAll(() => world?.stop());

  test('a person at a terminal is walked through it, mistakes included, until a message has gone both ways', async () => {
    const api = await aSpace(world.gateway);
    const { body: tokens } = await api.get('/tokens');
    const own = world.meta.config;
    const zoe = aPerson();
    const talk = atTerminal(['channel', 'connect', 'facebook'], withGateway(world.gateway));

    await talk.sees(/Create app/);
    await talk.sees(/What is the team called.*: /);
    talk.type('Sales');
    await talk.sees(/Page ID: $/);
    talk.type('my page');
    await talk.sees(/another form[\s\S]*Page ID: $/);
    talk.type(own.pageId);
    await talk.sees(/Page access token.*: $/);
    talk.type('');
    await talk.sees(/cannot be empty[\s\S]*Page access token.*: $/);
    talk.type(own.pageAccessToken);
    await talk.sees(/App secret.*: $/);
    talk.type('the secret of another app');
    await talk.sees(/further settings.*: $/);
    talk.type('no');
    // Meta is asked at once, and says which one is wrong.
    await talk.sees(/does not work yet.*app secret[\s\S]*App secret.*: $/i);
    talk.type(own.appSecret);
    const [, url = ''] = await talk.sees(/Callback URL +(\S+)/);
    const [, verifyToken = ''] = await talk.sees(/Verify token +(\S+)/);
    expect(url).toBe(`${world.gateway.origin.replace('127.0.0.1', 'localhost')}/channels/facebook/webhook`);
    expect((await world.meta.handshake(url, verifyToken, '42')).body).toBe('42');
    world.meta.route(own.pageId, url);
    await talk.sees(/Press Enter when that is done: $/);
    talk.type('');
    await talk.sees(/name of an agent: $/);
    talk.type('Ann');
    await talk.sees(/mail address: $/);
    talk.type('ann@shop.example');
    await talk.sees(/Now try it\. Write a message to the page/);
    await world.meta.receive({ from: zoe, text: 'is this on?' });
    await talk.sees(/It has arrived[\s\S]*a message has gone both ways/);

    expect((await talk.ended).code).toBe(0);
    const sent = world.meta.sent().filter(({ psid }) => psid === zoe);
    expect(sent.map(({ text }) => text)).toEqual([expect.stringMatching(/the channel is connected/)]);
    // What is typed as a secret is never shown, and the command leaves no token behind.
    for (const secret of [own.pageAccessToken, own.appSecret, 'the secret of another app'])
      expect(talk.shown()).not.toContain(secret);
    expect((await api.get('/tokens')).body).toEqual(
      tokens.map(({ id }: { id: string }) => expect.objectContaining({ id })),
    );
  });

  test('a program gives the settings by standard input; what does not work is said, with its own exit code', async () => {
    const api = await aSpace(world.gateway, 'Second');
    const environment = withGateway(world.gateway, { PARLEY_SPACE: api.base.split('/').at(-1) ?? '' });
    const [, second] = world.meta.pages;
    const settings = world.meta.configOf(second?.pageId ?? '');
    const connect = (given: object, more: readonly string[] = []) =>
      parley(
        ['channel', 'connect', 'FBMessenger', '--settings', '-', '--json', ...more],
        environment,
        JSON.stringify(given),
      );

    const without = await connect(settings);
    expect(without.code).toBe(2);
    expect(JSON.parse(without.err).error.message).toMatch(/--team/);
    await api.post('/chat/config/teams', { id: 'sales', name: 'Sales' });
    const incomplete = await connect({ pageId: settings.pageId });
    expect(incomplete.code).toBe(1);
    expect(JSON.parse(incomplete.err).error.message).toMatch(/settings\.appSecret/);
    const good = await connect(settings, ['--team', 'sales', '--name', 'The second page']);
    expect(good.code).toBe(0);
    expect(JSON.parse(good.out)).toMatchObject({
      name: 'The second page',
      teamId: 'sales',
      kind: 'fbMessenger',
    });

    const check = await parley(['channel', 'check', '--json'], environment);
    expect([check.code, JSON.parse(check.out)]).toEqual([0, [expect.objectContaining({ ok: true })]]);
    // A token that has ended is refused whenever it is shown, not only to the request that comes first.
    await world.meta.fail('bad_credentials', { times: Number.POSITIVE_INFINITY });
    const broken = await parley(['channel', 'check'], environment);
    await world.meta.clear();
    expect(broken.code).toBe(1);
    expect(broken.out).toMatch(/The second page: does not work: .*\(setting pageAccessToken\)/);
    const list = await parley(['channel', 'list'], environment);
    expect(list.out).toMatch(/fbMessenger +The second page +sales/);
    expect((await parley(['channel', 'connect', 'fax'], environment)).err).toMatch(
      /no channel "fax"; it has facebook/,
    );
  });
});

test('any other kind is asked for as its schema says, and the setting at fault is asked for again', async () => {
  const database = await openSqlite();
  const fake = fakeChannel({ id: 'carrier-pigeon' });
  const gateway = await startGateway({ database, definitions: [fake.definition] });
  try {
    const api = await aSpace(gateway);
    await api.post('/chat/config/teams', { id: 'sales', name: 'Sales' });
    const talk = talkTo(['channel', 'connect', '--json'], withGateway(gateway));
    await talk.sees(/Which one\?/);
    talk.type('1');
    await talk.sees(/name.*: $/i);
    talk.type('north tower');
    await talk.sees(/secret.*: $/i);
    talk.type('a-secret-of-pigeons');
    await talk.sees(/Give the provider this address: http/);

    const { code, out } = await talk.ended;
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ adapter: 'carrier-pigeon', isTried: false });
    const { body } = await api.get('/channels');
    expect(body).toEqual([
      expect.objectContaining({ settings: { name: 'north tower' }, secrets: ['secret'] }),
    ]);
  } finally {
    await gateway.stop();
    await database.drop();
  }
});
