import { fakeChannel } from '../../support/fake-channel';
import { aCustomer, type Body, onEachGateway, type Shop } from '../../support/shop';
import { until } from '../../support/until';
import { must } from '../teams/team-world';
import { isSaid, speaks } from './speaking-shop';

const DAY_MS = 86_400_000;
const tapping = fakeChannel({ id: 'tapping', capabilities: { choices: { max: 13, maxLabel: 20 } } });

onEachGateway(
  'how it was, asked after a chat',
  (stage) => {
    /** A chat that ann has answered and closed. */
    const closedChat = async (satisfaction: object) => {
      const shop = await stage.shop();
      await speaks(shop.api, { closeMessage: 'Bye!', satisfaction });
      const customer = aCustomer();
      const { id } = await shop.chatFrom(customer, 'hi');
      await shop.answer(id, 'hello');
      await must(shop.api.put(`/chats/${id}/close`, {}));
      return { shop, customer, id: String(id) };
    };
    const asked = (shop: Shop, customer: string) =>
      until(() => shop.sentTo(customer).find(({ body }) => body?.includes('How was')));
    const satisfactionOf = (shop: Shop, id: string) => shop.api.get(`/chats/${id}/satisfaction`);

    test('a link leads to a page; what is sent there is kept, told as an event, and may be changed', async () => {
      const { shop, customer, id } = await closedChat({ question: 'How was {{agentName}}? {{link}}' });
      const { body: text } = await asked(shop, customer);
      const [path] = /\/rate\/[\w-]+/.exec(String(text)) ?? [];
      const url = `${stage.gateway.origin}${path}`;

      const page = await fetch(url, { headers: { 'accept-language': 'de-AT,de;q=0.9' } });
      expect(page.status).toBe(200);
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(await page.text()).toContain('<html lang="de" dir="ltr">');
      expect((await satisfactionOf(shop, id)).body.rating).toBeUndefined();

      const send = (fields: Readonly<Record<string, string>>) =>
        fetch(url, { method: 'POST', body: new URLSearchParams(fields) });
      expect((await send({ comment: 'x' })).status).toBe(400);
      expect((await send({ rating: '9' })).status).toBe(400);
      expect((await send({ rating: '4', comment: '<b>quick</b>' })).status).toBe(200);
      expect((await satisfactionOf(shop, id)).body).toMatchObject({
        ...{ rating: 4, comment: '<b>quick</b>', by: 'link', teamId: 'sales', agentId: 'ann' },
      });
      const again = await (await fetch(url)).text();
      expect(again).toContain('value="4" required checked');
      expect(again).toContain('&lt;b&gt;quick&lt;/b&gt;');
      await send({ rating: '5', comment: '<b>quick</b>' });
      const told = await shop.logged('chat.rated', 2);
      expect(told.map(({ payload }: Body) => payload.rating)).toEqual([4, 5]);
      expect(await shop.chatsOf(customer)).toHaveLength(1);

      expect((await fetch(url.replace(/.$/, 'x'))).status).toBe(404);
      stage.gateway.advance(15 * DAY_MS);
      expect((await fetch(url)).status).toBe(404);
      expect((await send({ rating: '1' })).status).toBe(404);
    });

    test('numbers in a text are answered by a number, which starts no chat and is thanked for', async () => {
      const { shop, customer, id } = await closedChat({
        ...{ question: 'How was it?', by: 'buttons', thanks: 'Thank you!' },
        choices: ['Awful', 'Bad', 'So-so', 'Good', 'Great'],
      });
      const { body } = await asked(shop, customer);
      expect(body).toBe('How was it?\n1. Awful\n2. Bad\n3. So-so\n4. Good\n5. Great');

      await shop.text(customer, '5');
      await isSaid(shop, id, 'hi', 'hello', 'Bye!', 'How was it?', '5', 'Thank you!');
      expect((await satisfactionOf(shop, id)).body).toMatchObject({ rating: 5, by: 'list' });
      expect((await shop.chatsOf(customer)).map((chat) => chat.status)).toEqual(['closed']);

      await shop.text(customer, 'One more thing');
      await shop.text(customer, '4');
      expect((await shop.chatsOf(customer)).map((chat) => chat.status)).toEqual(['new', 'closed']);
      expect((await satisfactionOf(shop, id)).body.rating).toBe(5);
    });

    test('the buttons of a channel are tapped, also long after, and by nobody else', async () => {
      const shop = await stage.shop();
      await speaks(shop.api, { satisfaction: { question: 'How was it?' } });
      const { webhookUrl } = await shop.connect(tapping);
      await tapping.write(webhookUrl, { from: 'kim', text: 'hi' });
      const [{ id }] = await shop.chatsOf('kim');
      await shop.answer(id, 'hello');
      await must(shop.api.put(`/chats/${id}/close`, {}));
      const question = await until(() => tapping.sent().find(({ message }) => message.choices.length > 0));
      const { choices } = question.message;
      expect(choices.map(({ label }) => label)).toEqual(['★', '★★', '★★★', '★★★★', '★★★★★']);

      await tapping.write(webhookUrl, { from: 'eve', text: '★', choiceId: choices[0]?.id ?? '' });
      await tapping.write(webhookUrl, { from: 'kim', text: 'by the way' });
      await tapping.write(webhookUrl, { from: 'kim', text: '★★★★★', choiceId: choices[4]?.id ?? '' });

      expect((await satisfactionOf(shop, id)).body).toMatchObject({ rating: 5, by: 'buttons' });
      const [open] = await shop.chatsOf('kim');
      expect(await shop.said(open.id)).toEqual(['by the way']);
    });

    test('nobody is asked who got no answer, or whose chat was closed without a word', async () => {
      const shop = await stage.shop();
      await speaks(shop.api, { satisfaction: { question: 'How was it?' } });
      const [silent, quiet] = [aCustomer(), aCustomer()];
      const unanswered = await shop.chatFrom(silent, 'hi');
      await must(shop.api.put(`/chats/${unanswered.id}/close`, {}));
      const bypassed = await shop.chatFrom(quiet, 'hi');
      await shop.answer(bypassed.id, 'hello');
      await must(shop.api.put(`/chats/${bypassed.id}/close`, { bypassMessage: true }));
      const other = await shop.chatFrom(aCustomer(), 'hi');
      await shop.answer(other.id, 'hello');
      await must(shop.api.put(`/chats/${other.id}/close`, {}));
      await until(async () => (await shop.said(other.id)).length === 3);

      expect(await shop.said(unanswered.id)).toEqual(['hi']);
      expect(await shop.said(bypassed.id)).toEqual(['hi', 'hello']);
    });
  },
  { fakes: [tapping] },
);
