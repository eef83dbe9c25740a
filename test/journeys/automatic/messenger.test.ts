import { openSqlite } from '../../support/databases';
import { until } from '../../support/until';
import { aPerson, must, type PageWorld, startPageWorld } from '../facebook/page-world';
import { speaks } from './speaking-shop';

const HOUR_MS = 3_600_000;

describe('what a team says by itself on Messenger', () => {
  let world: PageWorld;
  beforeAll(async () => {
    world = await startPageWorld(await openSqlite());
  });
  afterAll(() => world?.stop());

  const sentTo = (psid: string) => world.meta.sent().filter((sent) => sent.psid === psid);

  test('it asks by quick replies how it was, and a tap is the answer', async () => {
    const shop = await world.shop();
    await speaks(shop.api, {
      satisfaction: { question: 'How was it?', choices: ['Awful', 'Bad', 'So-so', 'Good', 'Great'] },
    });
    const zoe = aPerson();
    const { id } = await shop.chatFrom(zoe, 'hi');
    await must(shop.answer(id, 'hello'));
    await must(shop.api.put(`/chats/${id}/close`, {}));
    const asked = await until(() => sentTo(zoe).find(({ choices }) => choices.length > 0));
    expect(asked).toMatchObject({ text: 'How was it?' });
    expect(asked.choices.map(({ title }) => title)).toEqual(['Awful', 'Bad', 'So-so', 'Good', 'Great']);

    const payload = asked.choices[3]?.payload ?? '';
    const more = { quick_reply: { payload } };
    await world.meta.receive({ from: zoe, pageId: shop.pageId, text: 'Good', more });

    expect((await shop.api.get(`/chats/${id}/satisfaction`)).body).toMatchObject({
      rating: 4,
      by: 'buttons',
    });
    expect(await shop.chatsOf(zoe)).toHaveLength(1);
  });

  test('after 24 hours it says nothing any more, and closes all the same', async () => {
    const shop = await world.shop();
    await speaks(shop.api, { closeMessage: 'Goodbye!', satisfaction: { question: 'How was it?' } });
    const autoComplete = { afterMinutes: 25 * 60, warnMinutesBefore: 30, warning: 'Still there?' };
    await must(shop.api.put('/chat/config/teams/sales', { name: 'Sales', autoComplete }));
    const zoe = aPerson();
    const { id } = await shop.chatFrom(zoe, 'hi');
    await must(shop.answer(id, 'hello'));
    await until(() => sentTo(zoe).length === 1);

    world.advance(25 * HOUR_MS);

    await until(async () => (await shop.api.get(`/chats/${id}`)).body.status === 'closed');
    const other = await shop.chatFrom(aPerson(), 'hi');
    await must(shop.answer(other.id, 'hello'));
    await must(shop.api.put(`/chats/${other.id}/close`, {}));
    await until(async () => (await shop.said(other.id)).length === 4);
    expect(await shop.said(id)).toEqual([expect.stringMatching(/: hi$/), 'ann: hello']);
    expect(sentTo(zoe)).toHaveLength(1);
  });
});
