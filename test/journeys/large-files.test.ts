import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { MOST_BYTES_ALONG } from '../../plugins/contract/index';
import { fakeChannel } from '../support/fake-channel';
import { onEachGateway, type Shop } from '../support/shop';
import { until } from '../support/until';

const courier = fakeChannel({ id: 'courier' });

const bytes = (length: number, first: number) =>
  Uint8Array.from({ length }, (_, index) => (first + index) % 251);
const along = (data: Uint8Array, name: string) => ({ data, name, mimeType: 'application/octet-stream' });

onEachGateway(
  'files that a channel hands over with a message',
  (stage) => {
    /** The sizes of the files on the disk, the smallest first. */
    const onDisk = (): number[] => {
      const folder = path.join(stage.database.dataDir, 'media');
      if (!existsSync(folder)) return [];
      const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) =>
        one.isFile(),
      );
      return files
        .map(({ parentPath, name }) => statSync(path.join(parentPath, name)).size)
        .toSorted((a, b) => a - b);
    };
    const newOnDisk = (before: readonly number[]): number[] => {
      const left = [...before];
      return onDisk().filter((size) => {
        const at = left.indexOf(size);
        if (at >= 0) left.splice(at, 1);
        return at < 0;
      });
    };
    const filesOf = async (shop: Shop, chatId: string): Promise<Uint8Array[]> => {
      const { messages } = (await shop.api.get(`/chats/${chatId}/messages?limit=10`)).body;
      const parts = messages[0].parts.filter((part: { url?: string }) => part.url !== undefined);
      return Promise.all(
        parts.map(async ({ url, size }: { url: string; size: number }) => {
          const file = new Uint8Array(await (await fetch(url)).arrayBuffer());
          expect(file.byteLength).toBe(size);
          return file;
        }),
      );
    };

    test('and that are too large for the database are files of their own, and nothing is lost or refused', async () => {
      const shop = await stage.shop();
      const { webhookUrl } = await shop.connect(courier);
      const before = onDisk();
      const small = bytes(MOST_BYTES_ALONG, 1);
      const large = bytes(MOST_BYTES_ALONG + 1, 2);
      const huge = bytes(300_000, 3);

      const reply = await courier.write(webhookUrl, {
        ...{ from: 'kim', externalId: 'a', text: 'three files' },
        media: [along(large, 'large'), along(small, 'small')],
        raw: along(huge, 'raw'),
      });

      expect(reply.status).toBe(200);
      const [chat] = await shop.chatsOf('kim');
      expect(await filesOf(shop, chat.id)).toEqual([large, small]);
      expect(newOnDisk(before)).toEqual([large.byteLength, huge.byteLength]);
    });

    test('and that are small alone, but many, are not all stored in the database', async () => {
      const shop = await stage.shop();
      const { webhookUrl } = await shop.connect(courier);
      const before = onDisk();
      const files = [0, 1, 2, 3, 4, 5].map((first) => bytes(60_000, first));

      await courier.write(webhookUrl, {
        from: 'kim',
        media: files.map((data, n) => along(data, `file ${n}`)),
      });

      const [chat] = await shop.chatsOf('kim');
      expect(await filesOf(shop, chat.id)).toEqual(files);
      expect(newOnDisk(before)).toEqual([60_000, 60_000]);
    });

    test('and hands over again leave no second copy, and no first one of what was withdrawn', async () => {
      const shop = await stage.shop();
      const { webhookUrl } = await shop.connect(courier);
      const before = onDisk();
      const message = { from: 'kim', externalId: 'b', media: [along(bytes(100_000, 1), 'large')] };
      await Promise.all([1, 2, 3].map(() => courier.write(webhookUrl, message)));
      const [chat] = await shop.chatsOf('kim');
      expect(await filesOf(shop, chat.id)).toEqual([message.media[0]?.data]);
      expect(newOnDisk(before)).toEqual([100_000]);

      const address = { own: 'courier', party: 'kim' };
      const change = { externalId: 'b', address, by: 'customer', what: { is: 'unsend' } } as const;
      await courier.deliver(webhookUrl, [{ type: 'change', change }]);
      await until(() => newOnDisk(before).length === 0);
      await courier.write(webhookUrl, message);

      expect(newOnDisk(before)).toEqual([]);
    });

    test('are not overtaken by what the customer said next', async () => {
      const shop = await stage.shop();
      const { webhookUrl } = await shop.connect(courier);
      const said = ['one', 'two', 'three', 'four'].map((text, n) => ({
        type: 'message' as const,
        message: {
          ...{ externalId: text, address: { own: 'courier', party: 'kim' }, sender: {}, text },
          media: n % 2 === 0 ? [along(bytes(200_000, n), text)] : [],
        },
      }));

      await courier.deliver(webhookUrl, said);

      const [chat] = await shop.chatsOf('kim');
      expect(await shop.said(chat.id)).toEqual(['one', 'two', 'three', 'four']);
    });
  },
  { fakes: [courier] },
);
