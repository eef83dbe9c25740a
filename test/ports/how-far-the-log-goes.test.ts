import { newId } from '../../core/model/id';
import { appendEvents, lastSeqs, numberEvents } from '../../core/store/events';
import type { LastSeqs } from '../../core/store/log-statement';
import { anEvent, onPostgresStore } from '../support/stores';

onPostgresStore('how far the log goes', (store) => {
  const append = (spaceIds: readonly string[]) =>
    store().transaction((tx) =>
      appendEvents(
        tx,
        spaceIds.map((spaceId) => anEvent({ spaceId })),
      ),
    );
  const told = async (work: () => Promise<unknown>) => {
    const all: { readonly areNumbered: boolean; readonly lastSeqs: LastSeqs | undefined }[] = [];
    const hearNoMore = store().onCommitted((_events, areNumbered, lastSeqs) =>
      all.push({ areNumbered, lastSeqs }),
    );
    await work();
    hearNoMore();
    return all;
  };
  /** Spaces whose counters are there. */
  const twoSpaces = async () => {
    const spaceIds = [newId(), newId()] as const;
    await append(spaceIds);
    while ((await store().transaction(numberEvents)) !== 0);
    return spaceIds;
  };

  it('is told with the commit, for each space of it', async () => {
    const [shop, bank] = await twoSpaces();

    const heard = await told(() => append([shop, bank, shop]));

    expect(heard).toEqual([{ areNumbered: true, lastSeqs: { [shop]: 3, [bank]: 2 } }]);
    expect(await store().read((tx) => lastSeqs(tx, [shop, bank]))).toEqual(
      new Map([
        [shop, 3],
        [bank, 2],
      ]),
    );
  });

  it('is not known where events have no numbers yet', async () => {
    const spaceWithoutCounter = newId();

    const heard = await told(() => append([spaceWithoutCounter]));

    expect(heard).toEqual([{ areNumbered: false, lastSeqs: undefined }]);
  });

  it('is behind all of a transaction that others share', async () => {
    const [shop, bank] = await twoSpaces();
    const say = (spaceId: string) =>
      store().shared((tx) => appendEvents(tx, [anEvent({ spaceId })]), [spaceId]);

    const heard = await told(() => Promise.all([say(shop), say(bank), say(shop), say(bank)]));

    const highest = (spaceId: string) => Math.max(...heard.map((one) => one.lastSeqs?.[spaceId] ?? 0));
    expect([highest(shop), highest(bank)]).toEqual([3, 3]);
    expect(heard.every(({ areNumbered }) => areNumbered)).toBe(true);
  });
});
