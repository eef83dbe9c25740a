import { openSqlite } from '../../support/databases';
import { endTalks, parley, talkTo, withGateway } from '../../support/parley';
import { aPerson, type PageWorld, startPageWorld } from '../facebook/page-world';

jest.setTimeout(120_000);
afterAll(endTalks);

let world: PageWorld;
beforeAll(async () => {
  world = await startPageWorld(await openSqlite());
});
afterAll(() => world?.stop());

test('events are followed over a restart of the gateway, each of them once', async () => {
  const shop = await world.shop();
  const space = shop.api.base.split('/').at(-1) ?? '';
  const names = 'chat.create,chatMessage.sent';
  const environment = withGateway(world.gateway, { PARLEY_SPACE: space });
  const talk = talkTo(['events', 'tail', '--json', '--names', names, '--after', '0'], environment);
  const chat = await shop.chatFrom(aPerson(), 'before');
  await talk.sees(/"data":"before"/);

  await world.restart();
  await world.meta.receive({ from: chat.route.address, text: 'after' });
  await talk.sees(/connection was lost; going on after \d+/);
  await talk.sees(/"data":"after"/);

  talk.signal('SIGINT');
  const { code, out, err } = await talk.ended;
  expect(code).toBe(0);
  const told = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(told.map(({ name }) => name)).toEqual(['chat.create', 'chatMessage.sent', 'chatMessage.sent']);
  expect(err).toContain(`parley events tail --after ${told.at(-1).seq}`);

  const words = await parley(
    ['events', 'tail', '--after', '0', '--names', 'chat.create', '--most', '1'],
    environment,
  );
  expect([words.code, words.out]).toEqual([
    0,
    expect.stringMatching(/^ *\d+ {2}\S+Z {2}chat\.create {2}\{.*\n$/),
  ]);
  const wrong = await parley(['events', 'tail'], { ...environment, PARLEY_TOKEN: 'at_nothing' });
  expect(wrong.code).toBe(77);
});
