import { RecentEvents } from '../../core/events/recent';
import { newId } from '../../core/model/id';
import { appendEvents, numberEvents } from '../../core/store/events';
import { forgetTexts } from '../../core/store/forgotten-words';
import type { Store } from '../../core/store/store';
import { anEvent, onEachStore } from '../support/stores';

onEachStore('the newest events', (store) => {
  let reads = 0;
  let elapsed = 0;
  let recent: RecentEvents;
  beforeEach(() => {
    [reads, elapsed] = [0, 0];
    recent = new RecentEvents({ store: counting(store()), present: () => [], elapsedMs: () => elapsed });
  });

  const counting = (real: Store): Pick<Store, 'read'> => ({
    read(work) {
      reads += 1;
      return real.read(work);
    },
  });
  /** A log of so many events, and a place in it. */
  const aLog = async (count: number, payload: Record<string, unknown> = {}) => {
    const spaceId = newId();
    const more = { spaceId, name: 'chatMessage.edited', chatId: newId(), messageId: newId(), payload };
    const events = Array.from({ length: count }, () => anEvent(more));
    await store().transaction((tx) => appendEvents(tx, events));
    while ((await store().transaction(numberEvents)) !== 0);
    return {
      place: { spaceId, partnerId: 'p' },
      events,
      message: { id: more.messageId, chatId: more.chatId },
    };
  };
  const all = { after: 0, limit: 250 };

  test('are read once for all who ask at the same time or a little later, and not again when they leave', async () => {
    const { place, events } = await aLog(5);

    const asked = await Promise.all([1, 2, 3].map(() => recent.after(place, { ...all, upTo: 5 })));
    const later = await recent.after(place, { after: 2, upTo: 5, limit: 2 });
    const [sent] = await recent.withSeqs(place, [4], () => []);

    const ids = events.map(({ eventId }) => eventId);
    for (const one of asked) expect(one.map(({ eventId }) => eventId)).toEqual(ids);
    expect(later.map(({ seq }) => seq)).toEqual([3, 4]);
    expect(JSON.parse(sent?.json() ?? '')).toMatchObject({ eventId: ids[3], seq: 4, accountId: 'p' });
    expect(reads).toBe(1);
  });

  test('are added to, without a gap, by what was written since', async () => {
    const { place } = await aLog(3);
    await recent.after(place, { ...all, upTo: 2 });
    elapsed = 1_000;

    const found = await recent.after(place, { ...all, upTo: 3 });

    expect(found.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(reads).toBe(2);
  });

  test('are read for what comes next as well, once for all who wait for it', async () => {
    const { place } = await aLog(6);

    const found = await Promise.all([1, 2, 3].map((seq) => recent.withSeqs(place, [seq], () => [2, 3, 4])));
    await recent.withSeqs(place, [4], () => []);

    expect(found.flat().map(({ event }) => event.seq)).toEqual([1, 2, 3]);
    expect(reads).toBe(1);
  });

  test('do not tell for long what was taken out of the log', async () => {
    const { place, message } = await aLog(1, { text: 'my card is 4111 1111' });
    await recent.after(place, { ...all, upTo: 1 });
    await store().transaction((tx) => forgetTexts(tx, message));
    elapsed = 2_000;

    const [taken] = await recent.after(place, { ...all, upTo: 1 });
    const [sent] = await recent.withSeqs(place, [1], () => []);

    expect(taken?.payload).toEqual({});
    expect(sent?.json()).not.toContain('4111 1111');
  });

  test('are forgotten, the oldest first, when they are large', async () => {
    const parts = [{ type: 'text/plain', data: 'x'.repeat(1_000_000) }];
    const { place } = await aLog(12, { parts });
    await recent.after(place, { ...all, upTo: 12 });

    await recent.withSeqs(place, [12], () => []);
    expect(reads).toBe(1);
    await recent.withSeqs(place, [1], () => []);
    expect(reads).toBe(2);
  });

  test('of one API space are not those of another', async () => {
    const [one, other] = [await aLog(1), await aLog(1)];
    await recent.after(one.place, { ...all, upTo: 1 });

    const [found] = await recent.after(other.place, { ...all, upTo: 1 });

    expect(found?.eventId).toBe(other.events[0]?.eventId);
  });

  test('that are not in the log are said to be missing', async () => {
    const { place } = await aLog(1);

    await expect(recent.withSeqs(place, [7], () => [])).rejects.toThrow('event 7 is not in the log');
  });
});
