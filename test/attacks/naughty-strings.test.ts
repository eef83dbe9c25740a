import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expectInvalid } from '../support/problems';
import { aCustomer, type Body, onEachGateway, onOneGateway, type Shop } from '../support/shop';
import { until } from '../support/until';

const file = path.join(__dirname, 'fixtures/naughty-strings/blns.json');
const NAUGHTY: readonly string[] = JSON.parse(readFileSync(file, 'utf8'));
const SAYING_SOMETHING = NAUGHTY.filter((text) => text !== '');

onEachGateway(
  'the big list of naughty strings',
  (stage) => {
    test('comes in by SMS, every one of them as it was', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      const { id } = await shop.chatFrom(customer, 'first');

      const replies = await inGroups(NAUGHTY, (text) => shop.text(customer, text));

      expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([200]));
      expect(sorted(await textsOf(shop, id))).toEqual(sorted(['first', ...NAUGHTY]));
      expect((await shop.api.get('/quarantine')).body).toEqual([]);
    }, 60_000);

    test('is put in by the API as what the customer said, and is kept', async () => {
      const shop = await stage.shop();
      const { id, customerId } = await shop.chatFrom(aCustomer(), 'first');

      const answers = await inGroups(SAYING_SOMETHING, (data) =>
        shop.api.post(`/chats/${id}/messages`, {
          ...{ from: { profileId: customerId, name: data }, metadata: { [data]: data } },
          parts: [{ type: 'text/plain', data, name: data }],
        }),
      );

      expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
      expect(sorted(await textsOf(shop, id))).toEqual(sorted(['first', ...SAYING_SOMETHING]));
    }, 60_000);

    test('names and describes things, and is found again', async () => {
      const shop = await stage.shop();
      const { id } = await shop.chatFrom(aCustomer());
      const some = SAYING_SOMETHING.filter((_, index) => index % 5 === 0);

      for (const text of some) {
        const description = {
          name: text,
          description: text,
          labels: [text.slice(0, 100)],
          context: { [text]: text },
        };
        const { status, body } = await shop.api.put(`/chats/${id}`, description);
        expect({ text, status }).toEqual({ text, status: 200 });
        expect(body).toMatchObject({ name: text, description: text, labels: description.labels });
        expect(body.context[text]).toBe(text);
        const found = await shop.api.get(`/chats?idsOnly=true&q=${encodeURIComponent(text.slice(0, 200))}`);
        expect({ text, status: found.status }).toEqual({ text, status: 200 });
      }
    }, 60_000);

    test('makes profiles, teams and agents', async () => {
      const { api } = await stage.shop();
      const some = SAYING_SOMETHING.filter((text, index) => index % 7 === 0 && text.length <= 200);

      const made = await inGroups(some, async (text) => [
        await api.post('/profiles', { name: text, note: { [text]: text } }),
        await api.post('/chat/config/teams', { name: text }),
        await api.post('/chat/config/agents', { name: text, email: 'n@shop.example' }),
      ]);

      for (const [index, [profile, team, agent]] of made.entries()) {
        const text = some[index] ?? '';
        expect([profile, team, agent].map((answer) => answer?.status)).toEqual([201, 201, 201]);
        expect([profile, team, agent].map((answer) => answer?.body.name)).toEqual([text, text, text]);
        expect((await api.get(`/profiles/${profile?.body.id}`)).body.note).toEqual({ [text]: text });
      }
    }, 60_000);

    test('is the name of a file, and its link does no harm', async () => {
      const shop = await stage.shop();
      const { id } = await shop.chatFrom(aCustomer());
      const some = SAYING_SOMETHING.filter((_, index) => index % 20 === 0);
      const data = Buffer.from('%PDF-1.4').toString('base64');

      for (const name of [...some, 'a\r\nSet-Cookie: x=1', '../../etc/passwd', '"; filename="x.html']) {
        const { body: posted } = await shop.api.post(`/chats/${id}/messages`, {
          ...{ from: { profileId: 'ann' }, parts: [{ type: 'application/pdf', name, data }] },
        });
        const [part] = (await shop.message(id, posted.id)).parts;
        const response = await fetch(part.url);
        await response.arrayBuffer();
        expect({ name, status: response.status }).toEqual({ name, status: 200 });
        expect(response.headers.get('set-cookie')).toBeNull();
        expect(response.headers.get('content-disposition')).toMatch(
          /^attachment; filename\*=UTF-8''[^\s;"]*$/,
        );
      }
    }, 60_000);
  },
  { simulator: { autoCallbacks: false } },
);

// What leaves does not depend on the database.
onOneGateway(
  'the big list of naughty strings, as answers',
  (stage) => {
    test('reaches the provider, every one of them as it was', async () => {
      const shop = await stage.shop();
      const customers = Array.from({ length: 16 }, aCustomer);
      const chats = await Promise.all(customers.map((customer) => shop.chatFrom(customer)));

      const answers = await inGroups(SAYING_SOMETHING, (text, index) =>
        shop.answer(chats[index % chats.length].id, text),
      );

      expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
      await until(() => stage.sim.sent().length === SAYING_SOMETHING.length, { patienceMs: 60_000 });
      const sent = stage.sim.sent().map(({ body }) => body);
      expect(sorted(sent)).toEqual(sorted(SAYING_SOMETHING));
      expectInvalid(await shop.answer(chats[0].id, ''), 'parts.0');
    }, 90_000);
  },
  { simulator: { autoCallbacks: false } },
);

async function inGroups<T>(
  texts: readonly string[],
  run: (text: string, index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  for (let start = 0; start < texts.length; start += 32) {
    const group = texts.slice(start, start + 32);
    results.push(...(await Promise.all(group.map((text, index) => run(text, start + index)))));
  }
  return results;
}

async function textsOf(shop: Shop, chatId: string): Promise<string[]> {
  const texts: string[] = [];
  for (let from = ''; ; ) {
    const { body } = await shop.api.get(`/chats/${chatId}/messages?limit=100${from}`);
    texts.unshift(...body.messages.map((message: Body) => message.parts[0].data));
    if (body.earliestEventId === 0) return texts;
    from = `&from=${body.earliestEventId - 1}`;
  }
}

function sorted(texts: readonly string[]): string[] {
  return [...texts].sort((a, b) => (a < b ? -1 : Number(a > b)));
}
