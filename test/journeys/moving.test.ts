import { fakeChannel } from '../support/fake-channel';
import { expectInvalid, expectProblem } from '../support/problems';
import { aCustomer, onEachGateway, type Shop } from '../support/shop';
import { until } from '../support/until';

const post = fakeChannel({ id: 'post' });
const mail = fakeChannel({ id: 'mail', capabilities: { text: { maxLength: 1_000, subject: true } } });
const pager = fakeChannel({ id: 'pager', capabilities: { canStart: false } });

onEachGateway(
  'moving a chat to another channel',
  (stage) => {
    const move = (shop: Shop, id: string, to: object) => shop.api.put(`/chats/${id}/channel`, to);

    test('sends the next answer there, and the customer may answer on it', async () => {
      const shop = await stage.shop();
      const { accountId, webhookUrl } = await shop.connect(post);
      const { id } = await shop.chatFrom(aCustomer(), 'hello');

      const moved = await move(shop, id, { channelId: 'post', address: 'Zoe' });
      await shop.answer(id, 'on paper now');

      expect(moved).toMatchObject({
        status: 200,
        body: { id, channelId: 'post', route: { accountId, address: 'zoe' } },
      });
      await until(() => post.sent().some((sent) => sent.message.text === 'on paper now'));
      await post.write(webhookUrl, { from: 'zoe', text: 'thanks for the letter' });
      expect(await shop.said(id)).toEqual(['hello', 'on paper now', 'thanks for the letter']);
    });

    test('is told with the channel before and the way after', async () => {
      const shop = await stage.shop();
      const { accountId } = await shop.connect(post);
      const { id } = await shop.chatFrom(aCustomer());

      await move(shop, id, { channelId: 'post', address: 'zoe' });

      const [told] = await shop.logged('chat.channelUpdated');
      expect(told?.payload).toEqual({
        id,
        channelId: 'post',
        previousChannelId: 'sms',
        route: { accountId, address: 'zoe' },
      });
    });

    test('has the name of the team as its first subject: the chat has only that of the customer', async () => {
      const shop = await stage.shop();
      await shop.connect(mail);
      const { id } = await shop.chatFrom(aCustomer(), 'hello');

      await move(shop, id, { channelId: 'mail', address: 'zoe' });
      await shop.answer(id, 'by mail now');

      const { message } = await until(() => mail.sent()[0]);
      const team = (await shop.api.get('/chat/config/teams/sales')).body;
      expect(message.subject).toBe(team.name);
    });

    test('needs no address where one is known', async () => {
      const shop = await stage.shop();
      const { webhookUrl } = await shop.connect(pager);
      await pager.write(webhookUrl, { from: 'kim', text: 'from the pager' });
      const [chat] = await shop.chatsOf('kim');
      await move(shop, chat.id, { channelId: 'sms', address: aCustomer() });

      const back = await move(shop, chat.id, { channelId: 'pager' });

      expect(back).toMatchObject({ status: 200, body: { channelId: 'pager', route: { address: 'kim' } } });
    });

    test('back to where the customer writes by itself: their next message decides the way', async () => {
      const shop = await stage.shop();
      await shop.connect(post);
      const customer = aCustomer();
      const { id } = await shop.chatFrom(customer);
      await move(shop, id, { channelId: 'post', address: 'zoe' });

      await shop.text(customer, 'I am on the road again');
      await shop.answer(id, 'then by phone');

      await until(() => shop.sentTo(customer).length === 1);
      expect((await shop.api.get(`/chats/${id}`)).body).toMatchObject({
        channelId: 'sms',
        route: { accountId: shop.accountId, address: customer },
      });
    });

    test('is a 400 where the customer has no address there', async () => {
      const shop = await stage.shop();
      await shop.connect(post);
      const { id } = await shop.chatFrom(aCustomer());

      expectInvalid(await move(shop, id, { channelId: 'post' }), 'channelId');
      expectInvalid(await move(shop, id, { channelId: 'post', address: 'no such address!' }), 'address');
      expect((await shop.api.get(`/chats/${id}`)).body).toMatchObject({ channelId: 'sms' });
    });

    test('is a 400 where the channel cannot start a conversation', async () => {
      const shop = await stage.shop();
      await shop.connect(pager);
      const { id } = await shop.chatFrom(aCustomer());

      expectInvalid(await move(shop, id, { channelId: 'pager', address: 'zoe' }), 'channelId');
    });

    test('is a 400 where no account of the channel is set up, or not the named one', async () => {
      const shop = await stage.shop();
      const { id } = await shop.chatFrom(aCustomer());

      expectInvalid(await move(shop, id, { channelId: 'post', address: 'zoe' }), 'channelId');
      await shop.connect(post);
      const accountId = '00000000-0000-7000-8000-000000000000';
      expectInvalid(await move(shop, id, { channelId: 'post', address: 'zoe', accountId }), 'accountId');
      expectInvalid(await move(shop, id, {}), 'channelId');
    });

    test("is a 400 where the address is somebody else's", async () => {
      const shop = await stage.shop();
      const { webhookUrl } = await shop.connect(post);
      await post.write(webhookUrl, { from: 'zoe', text: 'I am Zoe' });
      const { id } = await shop.chatFrom(aCustomer());

      expectInvalid(await move(shop, id, { channelId: 'post', address: 'zoe' }), 'address');
    });

    test('picks the named account among several', async () => {
      const shop = await stage.shop();
      await shop.connect(post, { name: 'first desk' });
      const second = await shop.connect(post, { name: 'second desk' });
      const { id } = await shop.chatFrom(aCustomer());

      await move(shop, id, { channelId: 'post', address: 'zoe', accountId: second.accountId });
      await shop.answer(id, 'from the second desk');

      const sent = await until(() => post.sent().find((one) => one.message.text === 'from the second desk'));
      expect(sent.own).toBe('second desk');
    });

    test('leaves what was accepted before to the old channel', async () => {
      const shop = await stage.shop();
      await shop.connect(post);
      const customer = aCustomer();
      const { id } = await shop.chatFrom(customer);
      stage.sim.hold('before');
      await shop.answer(id, 'still by phone');
      await until(() => stage.sim.held() === 1);
      await shop.answer(id, 'also by phone');
      await move(shop, id, { channelId: 'post', address: 'zoe' });
      await shop.answer(id, 'and this on paper');

      stage.sim.release();

      await until(() => post.sent().some((sent) => sent.message.text === 'and this on paper'));
      expect(shop.sentTo(customer).map((sent) => sent.body)).toEqual(['still by phone', 'also by phone']);
    });

    test('with the ETag of an older state is a 412', async () => {
      const shop = await stage.shop();
      await shop.connect(post);
      const { id } = await shop.chatFrom(aCustomer());
      const stale = (await shop.api.get(`/chats/${id}`)).headers.get('etag') ?? '';
      await shop.answer(id, 'hello');

      const late = await shop.api.put(
        `/chats/${id}/channel`,
        { channelId: 'post', address: 'zoe' },
        { headers: { 'if-match': stale } },
      );

      expectProblem(late, 'precondition-failed');
    });

    test('to where it is already changes nothing', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      const chat = await shop.chatFrom(customer);

      const { status, body } = await move(shop, chat.id, { channelId: 'sms' });

      expect({ status, body }).toEqual({ status: 200, body: chat });
    });

    test('gives the customer one chat, wherever they write', async () => {
      const shop = await stage.shop();
      const { webhookUrl } = await shop.connect(post);
      const customer = aCustomer();
      const { id } = await shop.chatFrom(customer, 'by phone');
      await shop.api.put(`/chats/${id}/channel`, { channelId: 'post', address: 'zoe' });

      await post.write(webhookUrl, { from: 'zoe', text: 'on paper' });
      await shop.text(customer, 'by phone again');

      expect((await shop.api.get('/chats')).body).toMatchObject([{ id }]);
      expect(await shop.said(id)).toEqual(['by phone', 'on paper', 'by phone again']);
    });
  },
  { fakes: [post, mail, pager] },
);
