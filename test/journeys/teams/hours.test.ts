import { expectInvalid, expectProblem } from '../../support/problems';
import { onEachGateway } from '../../support/shop';
import { aTeamShop, must } from './team-world';

onEachGateway('working hours', (stage) => {
  const office = { days: 'Monday to Friday', from: '09:00', to: '17:00' };
  const path = '/chat/config/teams/sales';

  test('say whether a team is at work at a time, and until when', async () => {
    const shop = await aTeamShop(stage);
    const settings = { timeZone: 'Europe/Berlin', workingHours: [office], holidays: ['2026-03-30'] };
    await must(shop.api.put(`${path}/settings`, settings));
    const openAt = async (at: string) => (await must(shop.api.get(`${path}/open?at=${at}`))).body;

    expect(await openAt('2026-03-27T15:30:00Z')).toEqual({
      ...{ isOpen: true, at: '2026-03-27T15:30:00.000Z', timeZone: 'Europe/Berlin' },
      changesOn: '2026-03-27T16:00:00.000Z',
    });
    // Over the change to summer time and a holiday.
    expect(await openAt('2026-03-27T16:00:00Z')).toMatchObject({
      isOpen: false,
      changesOn: '2026-03-31T07:00:00.000Z',
    });
    expect(await openAt('2026-03-31T09:30:00%2B02:00')).toMatchObject({ isOpen: true });
    expectProblem(await shop.api.get('/chat/config/teams/nowhere/open'), 'not-found');
    expectInvalid(await shop.api.get(`${path}/open?at=noon`), 'at');
  });

  test('are open at any time for a team that says nothing', async () => {
    const shop = await aTeamShop(stage);

    const { body } = await shop.api.get(`${path}/open`);

    expect(body).toEqual({ isOpen: true, at: expect.any(String), timeZone: 'UTC' });
  });

  test.each([
    ['hours that end before they begin', { workingHours: [{ ...office, to: '08:00' }] }, 'workingHours.0.to'],
    ['hours that end when they begin', { workingHours: [{ ...office, to: '09:00' }] }, 'workingHours.0.to'],
    ['an hour that no clock shows', { workingHours: [{ ...office, from: '08:60' }] }, 'workingHours.0.from'],
    ['an unknown time zone', { timeZone: 'Mars/Olympus' }, 'timeZone'],
    ['a day that no calendar has', { holidays: ['2026-02-30'] }, 'holidays.0'],
    ['an exception that ends first', exception('12:00', '11:00'), 'exceptions.0.slots.0.to'],
  ])('are refused with %s, which is named', async (_what, settings, field) => {
    const shop = await aTeamShop(stage);

    expectInvalid(await shop.api.put(`${path}/settings`, settings), field);
  });

  test('hold back what waits until they begin, where a team wants that', async () => {
    const shop = await aTeamShop(stage, { outsideHours: 'wait' });
    const opensAt = Date.now() + 3_600_000;
    const today = new Date(opensAt).toISOString();
    // Closed but for the minute after next hour's; in UTC, where no clock is ever set.
    const exceptions = [
      { date: new Date(opensAt - 3_600_000).toISOString().slice(0, 10), slots: [] },
      { date: today.slice(0, 10), slots: [{ from: today.slice(11, 16), to: '24:00' }] },
    ];
    await must(shop.api.put(`${path}/settings`, { exceptions: Object.values(byDate(exceptions)) }));
    await shop.is('ann', 'available');
    const { id } = await shop.arrival();
    const { body } = await must(shop.api.put(`/chats/${id}/assign`, { teamId: 'support' }));
    const back = await must(shop.api.put(`/chats/${id}/assign`, { teamId: 'sales' }));
    expect([body.waits, back.body.waits]).toEqual([undefined, 'outsideHours']);
    expect(await shop.ownerOf(id)).toBeUndefined();

    stage.gateway.advance(3_600_000);

    await shop.ownedBy(id, 'ann');
  });
});

function exception(from: string, to: string) {
  return { exceptions: [{ date: '2026-12-24', slots: [{ from, to }] }] };
}

/** Of two for one date, the later one. */
function byDate<T extends { readonly date: string }>(all: readonly T[]): Readonly<Record<string, T>> {
  return Object.fromEntries(all.map((one) => [one.date, one]));
}
