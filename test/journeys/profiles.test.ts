import { expectInvalid, expectProblem } from '../support/problems';
import { aCustomer, type Body, onEachGateway } from '../support/shop';

onEachGateway('profiles', (stage) => {
  test('keep whatever the business keeps with a person', async () => {
    const { api } = await stage.shop();

    const made = await api.post('/profiles', {
      id: 'zoe',
      name: 'Zoe',
      email: 'zoe@home.example',
      vip: true,
    });
    const read = await api.get('/profiles/zoe');

    expect(made).toMatchObject({
      status: 201,
      body: { id: 'zoe', name: 'Zoe', email: 'zoe@home.example', vip: true },
    });
    expect(read.body).toEqual({ ...made.body, addresses: [] });
  });

  test('are replaced by PUT and added to by PATCH', async () => {
    const { api } = await stage.shop();
    await api.post('/profiles', { id: 'zoe', name: 'Zoe', vip: true });

    const patched = await api.call('PATCH', '/profiles/zoe', { body: { city: 'Leeds' } });
    const put = await api.put('/profiles/zoe', { city: 'York' });

    expect(patched.body).toMatchObject({ name: 'Zoe', vip: true, city: 'Leeds' });
    expect(put.body).toMatchObject({ id: 'zoe', city: 'York' });
    expect(put.body).not.toHaveProperty('vip');
    expect(put.body).not.toHaveProperty('name');
  });

  test('cannot have their own history written by a client, who may send it back', async () => {
    const { api } = await stage.shop();
    const { body: made } = await api.post('/profiles', { id: 'zoe', name: 'Zoe' });

    const { status, body } = await api.put('/profiles/zoe', {
      ...made,
      _createdBy: 'me',
      id: 'other',
      name: 'Z',
    });

    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: 'zoe',
      name: 'Z',
      _createdBy: made._createdBy,
      _createdOn: made._createdOn,
    });
  });

  test('exist once: a taken id is a 409', async () => {
    const { api } = await stage.shop();
    await api.post('/profiles', { id: 'zoe' });

    expectProblem(await api.post('/profiles', { id: 'zoe' }), 'already-exists');
    expectInvalid(await api.post('/profiles', { id: '', name: 7 }), 'id', 'name');
  });

  test('are deleted with their addresses', async () => {
    const shop = await stage.shop();
    const customer = aCustomer();
    const chat = await shop.chatFrom(customer);
    await shop.api.put(`/chats/${chat.id}/close`, { bypassMessage: true });

    const { status } = await shop.api.delete(`/profiles/${chat.customerId}`);
    const fresh = await shop.chatFrom(customer);

    expect(status).toBe(204);
    expectProblem(await shop.api.get(`/profiles/${chat.customerId}`), 'not-found');
    expect(fresh.customerId).not.toBe(chat.customerId);
  });

  test('are listed in pages, and found by their name', async () => {
    const { api } = await stage.shop();
    for (let n = 0; n < 5; n += 1) await api.post('/profiles', { id: `p${n}`, name: n % 2 ? 'Odd' : 'Even' });
    const page = (query: string) => api.get(`/profiles?${query}`);

    const first = await page('limit=5');
    const cursor = /cursor=([^&>]+)/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const second = await page(`limit=5&cursor=${cursor}`);

    const ids = [...first.body, ...second.body].map((profile: Body) => profile.id);
    expect(ids).toEqual(['ann', 'bob', 'cid', 'p0', 'p1', 'p2', 'p3', 'p4']);
    expect(second.headers.get('link')).toBeNull();
    expect((await page('name=Odd')).body.map((profile: Body) => profile.id)).toEqual(['p1', 'p3']);
  });
});
