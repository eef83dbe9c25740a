import { randomUUID } from 'node:crypto';
import { expectInvalid, expectProblem } from '../support/problems';
import { aCustomer, onEachGateway, says } from '../support/shop';
import { aSpace } from '../support/start-gateway';
import { until } from '../support/until';

const HOUR_MS = 3_600_000;

onEachGateway('an Idempotency-Key', (stage) => {
  const keyed = (key = randomUUID() as string) => ({ headers: { 'idempotency-key': key } });

  test('gives the first answer again, and has one effect', async () => {
    const shop = await stage.shop();
    const customer = aCustomer();
    const { id } = await shop.chatFrom(customer);
    const key = keyed();

    const first = await shop.api.post(`/chats/${id}/messages`, says('hello'), key);
    const again = await shop.api.post(`/chats/${id}/messages`, says('hello'), key);

    expect({ status: again.status, body: again.body }).toEqual({ status: 200, body: first.body });
    expect([first, again].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
    expect(await shop.said(id)).toEqual(['hello', 'hello']);
    await until(() => shop.sentTo(customer).length === 1);
  });

  test('holds for twenty requests at once', async () => {
    const shop = await stage.shop();
    const customer = aCustomer();
    const { id } = await shop.chatFrom(customer, 'hi');
    const key = keyed();

    const answers = await Promise.all(
      Array.from({ length: 20 }, () => shop.api.post(`/chats/${id}/messages`, says('once'), key)),
    );

    // Whoever came while the first was under way may be told so; nobody gets another answer.
    const done = answers.filter((answer) => answer.status === 200);
    expect(new Set(done.map((answer) => answer.body.id)).size).toBe(1);
    for (const other of answers.filter((answer) => answer.status !== 200)) expectProblem(other, 'conflict');
    expect(await shop.said(id)).toEqual(['hi', 'once']);
    await until(() => shop.sentTo(customer).length === 1);
  });

  test('gives the whole answer again, with its ETag', async () => {
    const shop = await stage.shop();
    const key = keyed();
    const chat = { name: 'Order', teamId: 'sales', channelId: 'sms', address: aCustomer() };

    const first = await shop.api.post('/chats', chat, key);
    const again = await shop.api.post('/chats', chat, key);

    expect(again).toMatchObject({ status: 201, body: first.body });
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
  });

  test('with another body, or at another call, is a 422', async () => {
    const shop = await stage.shop();
    const { id } = await shop.chatFrom(aCustomer(), 'hi');
    const key = keyed();
    await shop.api.post(`/chats/${id}/messages`, says('one'), key);

    const body = await shop.api.post(`/chats/${id}/messages`, says('two'), key);
    const path = await shop.api.post(`/chats/${id}/messages/preflight`, says('one'), key);

    expectProblem(body, 'idempotency-key-reused');
    expectProblem(path, 'idempotency-key-reused');
    expect(await shop.said(id)).toEqual(['hi', 'one']);
  });

  test('keeps a refusal that the state of things decided, also after that has changed', async () => {
    const shop = await stage.shop();
    const { id } = await shop.chatFrom(aCustomer());
    await shop.answer(id, 'hello', 'ann');
    const [asBob, nowhere] = [keyed(), keyed()];
    const first = await shop.api.post(`/chats/${id}/messages`, says('me too', 'bob'), asBob);
    const second = await shop.api.post('/chats/none/messages', says('x'), nowhere);
    await shop.api.put(`/chats/${id}/assign`, { teamId: 'sales', agentId: 'bob' });

    const again = await shop.api.post(`/chats/${id}/messages`, says('me too', 'bob'), asBob);

    expectProblem(first, 'third-participant');
    expectProblem(again, 'third-participant');
    expect(again.body).toMatchObject({ detail: first.body.detail, agentId: 'ann' });
    expectProblem(second, 'not-found');
    expectProblem(await shop.api.post('/chats/none/messages', says('x'), nowhere), 'not-found');
    expectProblem(await shop.api.post('/chats/none/messages', says('y'), nowhere), 'idempotency-key-reused');
  });

  test('does not hold for a request that was malformed: mended, it is begun', async () => {
    const shop = await stage.shop();
    const { id } = await shop.chatFrom(aCustomer());
    const key = keyed();

    const broken = await shop.api.post(`/chats/${id}/messages`, { ...says('x'), parts: [] }, key);
    const mended = await shop.api.post(`/chats/${id}/messages`, says('x'), key);

    expectInvalid(broken, 'parts');
    expect(mended.status).toBe(200);
  });

  test('is kept for 48 hours', async () => {
    const shop = await stage.shop();
    const key = keyed();
    const team = { id: 'late', name: 'Late' };
    const first = await shop.api.post('/chat/config/teams', team, key);
    stage.gateway.advance(48 * HOUR_MS - 60_000);

    const again = await shop.api.post('/chat/config/teams', team, key);

    expect({ status: again.status, body: again.body }).toEqual({ status: 201, body: first.body });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  test('belongs to its API space', async () => {
    const [one, other] = [await aSpace(stage.gateway), await aSpace(stage.gateway)];
    const key = keyed();

    const first = await one.post('/chat/config/teams', { id: 't', name: 'One' }, key);
    const second = await other.post('/chat/config/teams', { id: 't', name: 'Other' }, key);

    expect([first, second].map(({ status, body }) => [status, body.name])).toEqual([
      [201, 'One'],
      [201, 'Other'],
    ]);
  });

  test('works on every POST: teams, agents, profiles, channels, tokens, status updates, spaces', async () => {
    const shop = await stage.shop();
    const { id, lastMessage } = await shop.chatFrom(aCustomer());
    const update = { messageIds: [lastMessage.id], status: 'read', timestamp: '2026-01-31T12:00:00Z' };
    const posts: [string, unknown][] = [
      ['/chat/config/teams', { name: 'T' }],
      ['/chat/config/agents', { name: 'A', email: 'a@shop.example' }],
      ['/chat/config/agents/ann/sessions', {}],
      ['/profiles', { name: 'P' }],
      ['/tokens', { name: 'k' }],
      [`/channels/${shop.accountId}/check`, {}],
      [`/chats/${id}/messages/statusupdates`, [update]],
      [`/chats/${id}/typing`, {}],
    ];

    for (const [path, body] of posts) {
      const key = keyed();
      const first = await shop.api.post(path, body, key);
      const again = await shop.api.post(path, body, key);
      expect({ path, status: first.status < 300 }).toEqual({ path, status: true });
      expect({ path, status: again.status, body: again.body }).toEqual({
        path,
        status: first.status,
        body: first.body,
      });
    }
    const key = keyed();
    const first = await stage.gateway.partner.post('/apispaces', { name: 'Twice' }, key);
    const again = await stage.gateway.partner.post('/apispaces', { name: 'Twice' }, key);
    expect(again.body).toEqual(first.body);
  });

  test('twenty different ones at once are all served, whatever the call', async () => {
    const shop = await stage.shop();
    const { id } = await shop.chatFrom(aCustomer());

    const answers = await Promise.all(
      Array.from({ length: 20 }, () => shop.api.post(`/chats/${id}/messages/preflight`, says('x'), keyed())),
    );

    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
  });

  test('that is empty, too long or not ASCII is a 400 that names it', async () => {
    const shop = await stage.shop();

    for (const key of ['', 'k'.repeat(256), 'clé']) {
      const answer = await shop.api.post('/chat/config/teams', { name: 'T' }, keyed(key));
      expectInvalid(answer, 'Idempotency-Key');
    }
    expect((await shop.api.post('/chat/config/teams', { name: 'T' }, keyed('k'.repeat(255)))).status).toBe(
      201,
    );
  });
});
