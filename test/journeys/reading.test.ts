import { expectInvalid, expectProblem } from '../support/problems';
import { aCustomer, type Body, onEachGateway, type Shop, says } from '../support/shop';
import { until } from '../support/until';

onEachGateway('reading and noting', (stage) => {
  describe('the messages of a chat', () => {
    test('are read backward, page by page, until earliestEventId is 0', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      const { id } = await shop.chatFrom(customer, 'm1');
      for (let n = 2; n <= 7; n += 1) await shop.text(customer, `m${n}`);
      const page = async (from = '') => (await shop.api.get(`/chats/${id}/messages?limit=3${from}`)).body;

      const newest = await page();
      const middle = await page(`&from=${newest.earliestEventId - 1}`);
      const oldest = await page(`&from=${middle.earliestEventId - 1}`);

      expect([newest, middle, oldest].map(textsOf)).toEqual([['m5', 'm6', 'm7'], ['m2', 'm3', 'm4'], ['m1']]);
      expect([newest, middle, oldest].map(({ earliestEventId }) => earliestEventId)).toEqual([5, 2, 0]);
      expect([newest, middle, oldest].map(({ latestEventId }) => latestEventId)).toEqual([7, 4, 1]);
    });

    test('come with the status events whose message is on another page', async () => {
      const shop = await stage.shop();
      stage.sim.autoCallbacks(false);
      const customer = aCustomer();
      const { id, customerId } = await shop.chatFrom(customer, 'm1');
      const { body: posted } = await shop.answer(id, 'm2');
      const { externalIds } = await shop.messageOnce(id, posted.id, 'sent');
      await shop.text(customer, 'm3');
      await stage.sim.callback(externalIds[0], 'delivered');
      await shop.text(customer, 'm5');

      const { body: newest } = await shop.api.get(`/chats/${id}/messages?limit=2`);
      const { body: all } = await shop.api.get(`/chats/${id}/messages?limit=100`);

      expect(textsOf(newest)).toEqual(['m3', 'm5']);
      expect(newest.orphanedEvents).toMatchObject([
        { id: 4, data: { name: 'chatMessage.delivered', profileId: customerId, payload: { id: posted.id } } },
      ]);
      expect(textsOf(all)).toEqual(['m1', 'm2', 'm3', 'm5']);
      expect(all.orphanedEvents).toEqual([]);
      expect(all).toMatchObject({ earliestEventId: 0, latestEventId: 5 });
    });

    test('of which the page ends with status events only, still say where it begins', async () => {
      const shop = await stage.shop();
      stage.sim.autoCallbacks(false);
      const { id } = await shop.chatFrom(aCustomer(), 'm1');
      const { body: posted } = await shop.answer(id, 'm2');
      const { externalIds } = await shop.messageOnce(id, posted.id, 'sent');
      await stage.sim.callback(externalIds[0], 'delivered');
      await stage.sim.callback(externalIds[0], 'read');
      await shop.messageOnce(id, posted.id, 'read');

      const { body } = await shop.api.get(`/chats/${id}/messages?limit=1`);

      expect(body).toMatchObject({ earliestEventId: 2, latestEventId: 4, orphanedEvents: [] });
      expect(textsOf(body)).toEqual(['m2']);
    });

    test('cannot be asked for without a limit, above a hundred, or before the start', async () => {
      const shop = await stage.shop();
      const { id } = await shop.chatFrom(aCustomer());

      expectInvalid(await shop.api.get(`/chats/${id}/messages`), 'limit');
      expectInvalid(await shop.api.get(`/chats/${id}/messages?limit=101`), 'limit');
      expectInvalid(await shop.api.get(`/chats/${id}/messages?limit=0`), 'limit');
      expectInvalid(await shop.api.get(`/chats/${id}/messages?limit=1&from=-1`), 'from');
      expectInvalid(await shop.api.get(`/chats/${id}/messages?limit=1&from=x`), 'from');
      expect((await shop.api.get(`/chats/${id}/messages?limit=1&from=0`)).body).toMatchObject({
        earliestEventId: 0,
        messages: [],
      });
    });
  });

  describe('the events of a chat', () => {
    test('run 1, 2, 3 without gaps, forward from any of them', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      const { id } = await shop.chatFrom(customer, 'm1');
      for (let n = 1; n <= 5; n += 1) {
        const { body } = await shop.answer(id, `answer ${n}`);
        await shop.messageOnce(id, body.id, 'delivered');
        await shop.text(customer, `question ${n}`);
      }

      const all = await shop.events(id);
      const { body: some } = await shop.api.get(`/chats/${id}/events?from=4&limit=3`);

      expect(all.map((event) => event.id)).toEqual(
        Array.from({ length: all.length }, (_, index) => index + 1),
      );
      expect(all).toHaveLength(16);
      expect(some).toEqual(all.slice(3, 6));
      expect((await shop.api.get(`/chats/${id}/events?from=1000&limit=3`)).body).toEqual([]);
    });

    test('need to be told from where and how many', async () => {
      const shop = await stage.shop();
      const { id } = await shop.chatFrom(aCustomer());

      expectInvalid(await shop.api.get(`/chats/${id}/events`), 'from', 'limit');
      expectInvalid(await shop.api.get(`/chats/${id}/events?from=0&limit=0`), 'limit');
      expect((await shop.api.get(`/chats/${id}/events?from=0&limit=1`)).body).toHaveLength(1);
    });
  });

  describe('a status update by the API', () => {
    const update = (shop: Shop, id: string, ...posts: object[]) =>
      shop.api.post(`/chats/${id}/messages/statusupdates`, posts);
    const timestamp = '2026-01-31T12:00:00.000Z';

    test('notes what the agent has read, once, as an event of the chat', async () => {
      const shop = await stage.shop();
      const { id, lastMessage } = await shop.chatFrom(aCustomer());
      await shop.answer(id, 'hello', 'ann');
      const read = { messageIds: [lastMessage.id], status: 'read', timestamp };

      const first = await update(shop, id, read);
      const second = await update(shop, id, read);

      expect([first.status, second.status]).toEqual([200, 200]);
      const message = await shop.message(id, lastMessage.id);
      expect(message).toMatchObject({
        status: 'received',
        statusUpdates: { ann: { status: 'read', on: timestamp } },
      });
      const reads = (await shop.events(id)).filter(({ data }) => data.name === 'chatMessage.read');
      expect(reads).toMatchObject([
        { data: { profileId: 'ann', payload: { id: lastMessage.id, chatId: id } } },
      ]);
    });

    test('does not take "read" back', async () => {
      const shop = await stage.shop();
      const { id, lastMessage } = await shop.chatFrom(aCustomer());
      await shop.answer(id, 'hello', 'ann');
      const messageIds = [lastMessage.id];

      await update(shop, id, { messageIds, status: 'read', timestamp });
      await update(shop, id, { messageIds, status: 'delivered', timestamp });

      const { statusUpdates } = await shop.message(id, lastMessage.id);
      expect(statusUpdates).toEqual({ ann: { status: 'read', on: timestamp } });
    });

    test('for what was sent speaks for the customer', async () => {
      const shop = await stage.shop();
      stage.sim.autoCallbacks(false);
      const { id, customerId } = await shop.chatFrom(aCustomer());
      const { body: posted } = await shop.answer(id, 'hello');
      await shop.messageOnce(id, posted.id, 'sent');

      await update(shop, id, { messageIds: [posted.id], status: 'read', timestamp });

      const message = await shop.message(id, posted.id);
      expect(message).toMatchObject({
        status: 'read',
        statusUpdates: { [customerId]: { status: 'read', on: timestamp } },
      });
    });

    test('covers several messages of both directions in one call, and counts each event', async () => {
      const shop = await stage.shop();
      stage.sim.autoCallbacks(false);
      const customer = aCustomer();
      const { id, lastMessage } = await shop.chatFrom(customer, 'one');
      const { body: answer } = await shop.answer(id, 'two');
      await shop.messageOnce(id, answer.id, 'sent');

      const { status } = await update(
        shop,
        id,
        { messageIds: [lastMessage.id, answer.id], status: 'delivered', timestamp },
        { messageIds: [lastMessage.id, answer.id], status: 'read', timestamp },
      );
      await shop.text(customer, 'three');

      expect(status).toBe(200);
      const events = await shop.events(id);
      expect(events.map((event) => event.id)).toEqual([1, 2, 3, 4, 5, 6, 7]);
      expect(events.at(-1)?.data.payload.parts[0].data).toBe('three');
    });

    test('of a message that is not in the chat is a 400, and nothing of the call holds', async () => {
      const shop = await stage.shop();
      const other = await shop.chatFrom(aCustomer());
      const { id, lastMessage } = await shop.chatFrom(aCustomer());

      const refused = await update(
        shop,
        id,
        { messageIds: [lastMessage.id], status: 'read', timestamp },
        { messageIds: [other.lastMessage.id], status: 'read', timestamp },
      );

      expectInvalid(refused, 'messageIds');
      expect((await shop.message(id, lastMessage.id)).statusUpdates).toEqual({});
      expectInvalid(await update(shop, id, { messageIds: ['x'], status: 'read', timestamp }), 'messageIds');
    });

    test('names what is wrong with it', async () => {
      const shop = await stage.shop();
      const { id, lastMessage } = await shop.chatFrom(aCustomer());

      const wrong = await update(shop, id, { messageIds: [], status: 'seen', timestamp: 'now' });
      const none = await shop.api.post(`/chats/${id}/messages/statusupdates`, []);

      expectInvalid(wrong, '0.messageIds', '0.status', '0.timestamp');
      expectProblem(none, 'validation-failed');
      expect((await shop.message(id, lastMessage.id)).statusUpdates).toEqual({});
    });
  });

  describe('the list of chats', () => {
    test('shows active ones, the newest first, and by wish the closed and the deleted', async () => {
      const shop = await stage.shop();
      const [first, second, third] = [
        await shop.chatFrom(aCustomer()),
        await shop.chatFrom(aCustomer()),
        await shop.chatFrom(aCustomer()),
      ];
      await shop.api.put(`/chats/${first.id}/close`, { bypassMessage: true });
      await shop.api.delete(`/chats/${second.id}`);
      const ids = async (query: string) => (await shop.api.get(`/chats?idsOnly=true${query}`)).body;

      expect(await ids('')).toEqual([third.id]);
      expect(await ids('&includeClosed=true')).toEqual([third.id, first.id]);
      expect(await ids('&includeDeleted=true')).toEqual([third.id, second.id]);
      expect(await ids('&status=closed')).toEqual([first.id]);
      expect(await ids('&includeClosed=true&includeDeleted=true')).toEqual([third.id, second.id, first.id]);
    });

    test('is filtered by status, team, agent, channel, person and time', async () => {
      const shop = await stage.shop();
      const fresh = await shop.chatFrom(aCustomer());
      const anns = await shop.chatFrom(aCustomer());
      await shop.answer(anns.id, 'hello', 'ann');
      const away = await shop.chatFrom(aCustomer());
      await shop.api.put(`/chats/${away.id}/assign`, { teamId: 'support' });
      const ids = async (query: string) => new Set((await shop.api.get(`/chats?idsOnly=true&${query}`)).body);

      expect(await ids('status=replied')).toEqual(new Set([anns.id]));
      expect(await ids('teamId=support')).toEqual(new Set([away.id]));
      expect(await ids('teamId=sales&status=new')).toEqual(new Set([fresh.id]));
      expect(await ids('agentId=ann')).toEqual(new Set([anns.id]));
      expect(await ids('channelId=sms')).toEqual(new Set([fresh.id, anns.id, away.id]));
      expect(await ids('channelId=email')).toEqual(new Set());
      expect(await ids(`scope=profile&profileId=${fresh.customerId}`)).toEqual(new Set([fresh.id]));
      expect(await ids('scope=profile&profileId=ann')).toEqual(new Set([anns.id]));
      expect(await ids('scope=all&profileId=ann')).toEqual(new Set([fresh.id, anns.id, away.id]));
      expect(
        await ids(`updatedSince=${encodeURIComponent(new Date(Date.now() + 60_000).toISOString())}`),
      ).toEqual(new Set());
      expectInvalid(await shop.api.get('/chats?scope=profile'), 'profileId');
      expectInvalid(await shop.api.get('/chats?status=open&limit=0'), 'status', 'limit');
    });

    test('is searched in names, descriptions and addresses, with every character meaning itself', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      const byAddress = await shop.chatFrom(customer);
      const named = await shop.chatFrom(aCustomer());
      await shop.api.put(`/chats/${named.id}`, { name: '100% Größe_7', description: "O'Neill's \\ order" });
      const search = async (q: string) =>
        (await shop.api.get(`/chats?idsOnly=true&q=${encodeURIComponent(q)}`)).body;

      expect(await search(customer)).toEqual([byAddress.id]);
      expect(await search('100%')).toEqual([named.id]);
      expect(await search('e_7')).toEqual([named.id]);
      expect(await search("o'neill")).toEqual([named.id]);
      expect(await search("'s \\ ORDER")).toEqual([named.id]);
      expect(await search('1__%')).toEqual([]);
      expect(await search('%')).toEqual([named.id]);
    });

    test('is given in pages that the Link header leads through', async () => {
      const shop = await stage.shop();
      const all: string[] = [];
      for (let n = 0; n < 7; n += 1) all.unshift((await shop.chatFrom(aCustomer())).id);
      const pages: Body[] = [];

      let next: string | undefined = `${shop.api.base}/chats?idsOnly=true&limit=3`;
      while (next !== undefined) {
        const answer = await fetch(stage.gateway.origin + next, {
          headers: { authorization: `Bearer ${shop.api.token}` },
        });
        pages.push(await answer.json());
        const link: string | undefined = /^<([^>]+)>; rel="next"$/.exec(
          answer.headers.get('link') ?? '',
        )?.[1];
        next = link && new URL(link).pathname + new URL(link).search;
      }

      expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
      expect(pages.flat()).toEqual(all);
    });

    test('comes without a Link header when it is all there is', async () => {
      const shop = await stage.shop();
      await shop.chatFrom(aCustomer());

      expect((await shop.api.get('/chats?limit=1')).headers.get('link')).toBeNull();
      expect((await shop.api.get('/chats')).headers.get('link')).toBeNull();
    });
  });

  describe('describing a chat', () => {
    test('changes its name, description, context and labels, and tells of it', async () => {
      const shop = await stage.shop();
      const { id } = await shop.chatFrom(aCustomer());
      const description = {
        name: 'Order 7',
        description: 'late',
        context: { order: 7 },
        labels: ['vip', 'late'],
      };

      const { status, body } = await shop.api.put(`/chats/${id}`, description);

      expect({ status, body }).toMatchObject({ status: 200, body: description });
      const [told] = await shop.logged('chat.updated');
      expect(told?.payload).toMatchObject({
        id,
        name: 'Order 7',
        description: 'late',
        labels: ['vip', 'late'],
      });
    });

    test('without context and labels keeps them, without description drops it', async () => {
      const shop = await stage.shop();
      const { id } = await shop.chatFrom(aCustomer());
      await shop.api.put(`/chats/${id}`, { name: 'a', description: 'b', context: { c: 1 }, labels: ['d'] });

      const { body } = await shop.api.put(`/chats/${id}`, { name: 'e' });

      expect(body).toMatchObject({ name: 'e', context: { c: 1 }, labels: ['d'] });
      expect(body.description).toBeUndefined();
    });

    test('needs a name, and the present ETag where one is given', async () => {
      const shop = await stage.shop();
      const { id } = await shop.chatFrom(aCustomer());
      const etag = (await shop.api.get(`/chats/${id}`)).headers.get('etag') ?? '';
      const put = (ifMatch: string) =>
        shop.api.put(`/chats/${id}`, { name: 'new' }, { headers: { 'if-match': ifMatch } });

      expectInvalid(await shop.api.put(`/chats/${id}`, { description: 'x' }), 'name');
      expect((await put(etag)).status).toBe(200);
      expectProblem(await put(etag), 'precondition-failed');
      expect((await put('*')).status).toBe(200);
    });
  });

  describe('typing', () => {
    test('is taken for a chat that is there, also where the channel cannot show it', async () => {
      const shop = await stage.shop();
      const { id } = await shop.chatFrom(aCustomer());

      expect((await shop.api.post(`/chats/${id}/typing`)).status).toBe(204);
      expect((await shop.api.delete(`/chats/${id}/typing`)).status).toBe(204);
      expectProblem(await shop.api.post('/chats/none/typing'), 'not-found');
    });
  });

  describe('a message by its id', () => {
    test('is found in its own chat only', async () => {
      const shop = await stage.shop();
      const other = await shop.chatFrom(aCustomer());
      const { id, lastMessage } = await shop.chatFrom(aCustomer());

      expect((await shop.api.get(`/chats/${id}/messages/${lastMessage.id}`)).status).toBe(200);
      expectProblem(await shop.api.get(`/chats/${other.id}/messages/${lastMessage.id}`), 'not-found');
      expectProblem(await shop.api.get(`/chats/${id}/messages/nonsense`), 'not-found');
    });

    test('shows that it waits, and for how long, while the provider cannot be reached', async () => {
      const shop = await stage.shop();
      const { id } = await shop.chatFrom(aCustomer());
      await stage.sim.fail('refused');

      const { body: posted } = await shop.api.post(`/chats/${id}/messages`, says('hello'));

      const waiting = await until(async () => {
        const message = await shop.message(id, posted.id);
        return message.attempts.length > 0 && message.nextAttemptOn ? message : undefined;
      });
      expect(waiting).toMatchObject({
        status: 'accepted',
        attempts: [
          { piece: 0, attempt: 1, outcome: 'retry', kind: 'unavailable', detail: expect.any(String) },
        ],
      });
      await stage.sim.clear();
      await shop.messageOnce(id, posted.id, 'delivered');
    });
  });
});

function textsOf(page: Body): string[] {
  return page.messages.map((message: Body) => message.parts[0].data);
}
