import { GRACE_MS } from '../../../core/model/presence';
import { until } from '../../support/until';
import { type AppShop, must, onEachAppGateway } from '../app-messaging/app-world';

onEachAppGateway('an agent’s page', (stage) => {
  const openPage = async (shop: AppShop, agent: string) => {
    const page = await shop.install(agent, {
      answer: async () => (await must(shop.api.post(`/chat/config/agents/${agent}/sessions`))).body.token,
    });
    await page.listen();
    return page;
  };
  const becomes = (shop: AppShop, expected: Readonly<Record<string, unknown>>, agent = 'ann') =>
    until(async () => {
      const { body } = await shop.api.get(`/presence?id=${agent}`);
      expect(body[0]).toMatchObject(expected);
      return true;
    });

  it('of a customer says whether their app is open', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    await ada.listen();
    const online = async (query: string) => (await shop.api.get(`/presence/appmessaging${query}`)).body;

    await until(async () => (await online('?id=ada'))[0].status === 'online');
    expect(await online('?id=ada,eve')).toEqual([
      { profileId: 'ada', status: 'online' },
      { profileId: 'eve', status: 'offline' },
    ]);
    await ada.leave();
    await until(async () => (await online(''))[0].status === 'offline');
  });

  it('makes its agent available, who is gone when it stays away for longer than the grace', async () => {
    const shop = await stage.shop();
    const page = await openPage(shop, 'ann');
    await becomes(shop, { status: 'available', isConnected: true });

    await page.leave();
    await becomes(shop, { status: 'available', isConnected: false });
    stage.gateway.advance(GRACE_MS);

    await becomes(shop, { status: 'offline', isConnected: false });
  });

  it('that comes back in time changes nothing, and later brings its agent back as they were', async () => {
    const shop = await stage.shop();
    const first = await openPage(shop, 'ann');
    await becomes(shop, { status: 'available', isConnected: true });
    await must(shop.api.put('/presence/ann', { status: 'away' }));
    await first.leave();
    await becomes(shop, { isConnected: false });

    const second = await openPage(shop, 'ann');
    await becomes(shop, { status: 'away', isConnected: true });
    await second.leave();
    await becomes(shop, { isConnected: false });
    stage.gateway.advance(GRACE_MS);
    await becomes(shop, { status: 'offline' });
    await openPage(shop, 'ann');

    await becomes(shop, { status: 'away', isConnected: true });
  });

  it('beside another one of the same agent may close without a word', async () => {
    const shop = await stage.shop();
    const [first] = [await openPage(shop, 'bob'), await openPage(shop, 'bob')];
    await becomes(shop, { status: 'available', isConnected: true }, 'bob');
    await first.leave();
    // The first page's end is noted before this is answered by somebody who came later.
    await openPage(shop, 'ann');
    await becomes(shop, { status: 'available', isConnected: true });

    await becomes(shop, { status: 'available', isConnected: true }, 'bob');
  });
});
