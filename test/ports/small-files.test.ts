import { newId } from '../../core/model/id';
import { contentOf, forgetMediaOf, insertMedia, type Media } from '../../core/store/media';
import { onEachStore } from '../support/stores';

const AT = 1_700_000_000_000;

const aFile = (more: Partial<Media> = {}): Media => ({
  ...{ spaceId: newId(), id: newId(), messageId: newId(), mimeType: 'message/rfc822', name: 'message.eml' },
  ...{ state: 'stored', attempts: 0, notBefore: AT, createdOn: AT },
  ...more,
});

onEachStore('a small file in the database', (store) => {
  const bytesOf = async ({ id }: Media) => {
    const found = await store().read((tx) => contentOf(tx, id));
    return found && [...found];
  };

  test('has the bytes that were given, whatever they are, beside files that lie elsewhere', async () => {
    const every = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    // A view of a part of something larger, as what comes from the net is.
    const [whole, part, empty] = [every, every.subarray(100, 103), new Uint8Array()].map((content) =>
      aFile({ content }),
    ) as [Media, Media, Media];
    const elsewhere = aFile();

    await store().transaction((tx) => insertMedia(tx, [whole, part, empty, elsewhere]));

    expect(await bytesOf(whole)).toEqual([...every]);
    expect(await bytesOf(part)).toEqual([100, 101, 102]);
    expect(await bytesOf(empty)).toEqual([]);
    expect(await bytesOf(elsewhere)).toBeUndefined();
    expect(await bytesOf(aFile())).toBeUndefined();
  });

  test('is gone when its author withdraws the message', async () => {
    const [mine, other] = [aFile({ content: Buffer.from('mine') }), aFile({ content: Buffer.from('other') })];
    await store().transaction((tx) => insertMedia(tx, [mine, other]));

    await store().transaction((tx) => forgetMediaOf(tx, mine.messageId ?? ''));

    expect(await bytesOf(mine)).toBeUndefined();
    expect(await bytesOf(other)).toEqual([...Buffer.from('other')]);
  });
});
