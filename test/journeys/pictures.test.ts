import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expectProblem } from '../support/problems';
import { aCustomer, type Body, onEachGateway, type Shop } from '../support/shop';
import { until } from '../support/until';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const aPicture = { mimeType: 'image/png', bytes: PNG };

onEachGateway('files', (stage) => {
  const partsOf = async (shop: Shop, chatId: string): Promise<Body[]> =>
    (await shop.api.get(`/chats/${chatId}/messages?limit=10`)).body.messages.at(-1).parts;
  const fetched = (url: string) =>
    until(async () => {
      const response = await fetch(url);
      return response.status === 503 ? undefined : response;
    });

  describe('a picture from a customer', () => {
    test('without words is a message, with the picture as its only part', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();

      await shop.text(customer, '', { media: [aPicture] });

      const [chat] = await shop.chatsOf(customer);
      const parts = await partsOf(shop, chat.id);
      expect(parts).toMatchObject([
        { type: 'image/png', name: expect.stringMatching(/\.png$/), url: expect.any(String) },
      ]);
      expect(chat.lastMessage.direction).toBe('inbound');
    });

    test('is copied, and served under a link that needs no token', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      await shop.text(customer, 'look', { media: [aPicture] });
      const [chat] = await shop.chatsOf(customer);
      const [, picture] = await partsOf(shop, chat.id);

      const response = await fetched(picture.url);

      expect(response.status).toBe(200);
      expect(Buffer.from(await response.arrayBuffer())).toEqual(PNG);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': 'image/png',
        'content-length': String(PNG.length),
        'content-disposition': expect.stringMatching(/^inline; filename/),
        'x-content-type-options': 'nosniff',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
      });
    });

    test('is one of ten, and all of them arrive', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      const media = Array.from({ length: 10 }, (_, n) => ({
        mimeType: 'image/png',
        bytes: Buffer.concat([PNG, Buffer.from([n])]),
      }));

      await shop.text(customer, 'an album', { media });

      const [chat] = await shop.chatsOf(customer);
      const [text, ...pictures] = await partsOf(shop, chat.id);
      expect(text).toMatchObject({ type: 'text/plain', data: 'an album' });
      expect(pictures).toHaveLength(10);
      const bytes = await Promise.all(
        pictures.map(async ({ url }) => Buffer.from(await (await fetched(url)).arrayBuffer())),
      );
      expect(bytes).toEqual(media.map((one) => one.bytes));
    });

    test('is asked of Twilio with credentials, and of where that sends us without', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      const before = stage.sim.mediaRequests().length;
      await shop.text(customer, '', { media: [aPicture] });

      const [seen] = await until(() => {
        const requests = stage.sim.mediaRequests().slice(before);
        return requests.length > 0 ? requests : undefined;
      });

      expect(seen?.authorization).toBeUndefined();
    });

    test('that Twilio does not hand out at first is fetched later', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      await stage.sim.fail('busy', { on: 'media', times: 1 });

      await shop.text(customer, '', { media: [aPicture] });

      const [chat] = await shop.chatsOf(customer);
      const [picture] = await partsOf(shop, chat.id);
      const response = await fetched(picture.url);
      expect(response.status).toBe(200);
    });

    test('which is something else is served as what it is, and never shown in place', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      const page = Buffer.from('<html><script>alert(1)</script></html>');

      await shop.text(customer, '', {
        media: [
          { mimeType: 'text/html', bytes: page },
          { mimeType: 'image/svg+xml', bytes: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') },
          { mimeType: 'image/png', bytes: page },
        ],
      });

      const [chat] = await shop.chatsOf(customer);
      for (const { url } of await partsOf(shop, chat.id)) {
        const response = await fetched(url);
        expect(response.headers.get('content-type')).toBe('application/octet-stream');
        expect(response.headers.get('content-disposition')).toMatch(/^attachment/);
        await response.arrayBuffer();
      }
    });
  });

  describe('an address that is not Twilio’s', () => {
    let foreign: Server;
    let asked: { readonly url: string | undefined; readonly authorization: string | undefined }[];

    beforeEach(async () => {
      asked = [];
      foreign = createServer((request, response) => {
        asked.push({ url: request.url, authorization: request.headers.authorization });
        response.writeHead(200, { 'content-type': 'image/png' }).end(PNG);
      });
      await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
    });
    afterEach(async () => {
      foreign.closeAllConnections();
      await new Promise((resolve) => foreign.close(resolve));
    });

    test('is never called, with or without credentials; the part stays and its link says 404', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      const { port } = foreign.address() as AddressInfo;

      await shop.text(customer, 'click here', {
        fields: {
          NumMedia: '1',
          MediaUrl0: `http://127.0.0.1:${port}/steal`,
          MediaContentType0: 'image/png',
        },
      });

      const [chat] = await shop.chatsOf(customer);
      const [, part] = await partsOf(shop, chat.id);
      const response = await fetched(part.url);
      expect(response.status).toBe(404);
      expect(asked).toEqual([]);
    });
  });

  describe('a file from an agent', () => {
    const post = (shop: Shop, chatId: string, part: object) =>
      shop.api.post(`/chats/${chatId}/messages`, { from: { profileId: 'ann' }, parts: [part] });

    test('given as base64 reaches Twilio as a signed link to its bytes', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      const { id } = await shop.chatFrom(customer);

      await post(shop, id, { type: 'image/png', name: 'blue.png', data: PNG.toString('base64') });

      await until(() => shop.sentTo(customer).length === 1);
      const [link] = shop.sentTo(customer)[0]?.media ?? [];
      const response = await fetch(link ?? '');
      expect(response.headers.get('content-disposition')).toBe("inline; filename*=UTF-8''blue.png");
      expect(Buffer.from(await response.arrayBuffer())).toEqual(PNG);
    });

    test('is shown by its link and its size, not by its base64', async () => {
      const shop = await stage.shop();
      const { id } = await shop.chatFrom(aCustomer());

      const { body: posted } = await post(shop, id, { type: 'image/png', data: PNG.toString('base64') });

      const [part] = (await shop.message(id, posted.id)).parts;
      expect(part).toMatchObject({
        type: 'image/png',
        size: PNG.length,
        url: expect.stringContaining('/media/'),
      });
      expect(part.data).toBeUndefined();
    });

    test('given by its address goes as that address', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      const { id } = await shop.chatFrom(customer);

      await post(shop, id, { type: 'image/png', url: 'https://shop.example/blue.png' });

      await until(() => shop.sentTo(customer).length === 1);
      expect(shop.sentTo(customer)).toMatchObject([{ body: '', media: ['https://shop.example/blue.png'] }]);
    });

    test('that MMS does not carry goes as a link in the text', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      const { id } = await shop.chatFrom(customer);

      await post(shop, id, { type: 'application/zip', name: 'all.zip', url: 'https://shop.example/all.zip' });

      await until(() => shop.sentTo(customer).length === 1);
      expect(shop.sentTo(customer)).toMatchObject([
        { body: 'all.zip: https://shop.example/all.zip', media: [] },
      ]);
    });

    test('of eleven leaves in two messages, in order', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      const { id } = await shop.chatFrom(customer);
      const urls = Array.from({ length: 11 }, (_, n) => `https://shop.example/${n}.png`);

      await shop.api.post(`/chats/${id}/messages`, {
        from: { profileId: 'ann' },
        parts: [{ type: 'text/plain', data: 'an album' }, ...urls.map((url) => ({ type: 'image/png', url }))],
      });

      await until(() => shop.sentTo(customer).length === 2);
      expect(shop.sentTo(customer)).toMatchObject([
        { body: 'an album', media: urls.slice(0, 10) },
        { body: '', media: urls.slice(10) },
      ]);
    });
  });

  describe('a link', () => {
    test('that was tampered with, or has run out, is a 403', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      await shop.text(customer, '', { media: [aPicture, aPicture] });
      const [chat] = await shop.chatsOf(customer);
      const [one, other] = await partsOf(shop, chat.id);
      await fetched(one.url);
      const { pathname: path, search: query } = new URL(one.url);
      const ask = async (url: string) => {
        const response = await fetch(stage.gateway.origin + url);
        return { status: response.status, headers: response.headers, body: await response.json() };
      };

      expectProblem(await ask(path), 'forbidden');
      expectProblem(await ask(path + query.replace(/signature=./, 'signature=_')), 'forbidden');
      expectProblem(await ask(path + query.replace(/expires=\d/, 'expires=9')), 'forbidden');
      expectProblem(await ask(new URL(other.url).pathname + query), 'forbidden');
      expectProblem(await ask(`/media/none${query}`), 'forbidden');
      expectProblem(await ask(`${path}${query}&signature=x`), 'forbidden');
      stage.gateway.advance(49 * 3_600_000);
      expectProblem(await ask(path + query), 'forbidden');
      const [fresh] = await partsOf(shop, chat.id);
      expect((await fetch(fresh.url)).status).toBe(200);
    });
  });
});
