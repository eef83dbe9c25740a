import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expectInvalid, expectProblem } from '../../support/problems';
import { onEachGateway, onOneGateway, type Shop } from '../../support/shop';
import { until } from '../../support/until';
import { must } from './team-world';

const PRIVATE = { settings: { PARLEY_ALLOW_PRIVATE_EGRESS: 'true' } };
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let open: (() => void)[] = [];
afterEach(() => {
  for (const close of open) close();
  open = [];
});

/** Serves a feed from loopback; what it answers can be changed. */
async function aFeed(answer: RequestListener) {
  const feed = { answer };
  const server = createServer((request, response) => feed.answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { feed, url: `http://127.0.0.1:${port}/holidays.ics` };
}

function says(...dates: readonly string[]): RequestListener {
  const events = dates.flatMap((date) => [
    ...['BEGIN:VEVENT', `UID:${date}`, `DTSTART;VALUE=DATE:${date.replaceAll('-', '')}`, 'END:VEVENT'],
  ]);
  const text = ['BEGIN:VCALENDAR', 'VERSION:2.0', ...events, 'END:VCALENDAR'].join('\r\n');
  return (_request, response) => response.writeHead(200, { 'content-type': 'text/calendar' }).end(text);
}

const dayIn = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

onEachGateway(
  'holidays by an iCalendar feed',
  (stage) => {
    const settings = (shop: Shop, holidayCalendarUrl?: string) =>
      shop.api.put('/chat/config/teams/sales/settings', { timeZone: 'Europe/Berlin', holidayCalendarUrl });
    const calendar = async (shop: Shop) => (await shop.api.get('/chat/config/teams/sales/calendar')).body;
    const isOpenOn = async (shop: Shop, date: string) =>
      (await shop.api.get(`/chat/config/teams/sales/open?at=${date}T12:00:00Z`)).body.isOpen;

    test('close the team, are fetched again, and stay as they were while the feed fails, which is shown', async () => {
      const shop = await stage.shop();
      const [first, second] = [dayIn(10), dayIn(20)];
      const { feed, url } = await aFeed(says(first));
      await must(settings(shop, url));
      expect([await isOpenOn(shop, first), await isOpenOn(shop, second)]).toEqual([false, true]);
      expect(await calendar(shop)).toMatchObject({ url, state: 'ok', days: [first], periods: [] });

      feed.answer = says(first, second);
      stage.gateway.advance(6 * HOUR_MS);
      await until(async () => !(await isOpenOn(shop, second)));

      feed.answer = (_request, response) => response.writeHead(503).end();
      stage.gateway.advance(6 * HOUR_MS);
      await until(async () => (await calendar(shop)).state === 'failing');
      expect(await calendar(shop)).toMatchObject({
        ...{ problem: 'cannot be fetched: its server answers with 503', days: [first, second] },
        failingSince: expect.any(String),
      });
      expect(await isOpenOn(shop, second)).toBe(false);
      const [told] = (await shop.log('team.calendarChanged')).slice(-1);
      expect(told.payload).toMatchObject({
        id: 'sales',
        problem: expect.stringMatching(/503/),
        by: 'gateway',
      });

      feed.answer = says(second);
      stage.gateway.advance(HOUR_MS);
      await until(async () => (await calendar(shop)).state === 'ok');
      expect([await isOpenOn(shop, first), await isOpenOn(shop, second)]).toEqual([true, false]);

      await must(settings(shop));
      expect(await isOpenOn(shop, second)).toBe(true);
      expectProblem(await shop.api.get('/chat/config/teams/sales/calendar'), 'not-found');
    });
  },
  PRIVATE,
);

onOneGateway(
  'a feed that is no good',
  (stage) => {
    test('is refused when it is set up, with the field and what is wrong', async () => {
      const shop = await stage.shop();
      const { feed, url } = await aFeed(says());
      const put = () => shop.api.put('/chat/config/teams/sales/settings', { holidayCalendarUrl: url });
      const refused = async (answer: RequestListener, words: RegExp) => {
        feed.answer = answer;
        const refusal = await put();
        expectInvalid(refusal, 'holidayCalendarUrl');
        expect(refusal.body.validationFailures[0].message).toMatch(words);
      };

      await refused((_request, response) => response.writeHead(404).end(), /answers with 404/);
      await refused((_request, response) => response.end('<html></html>'), /is no iCalendar feed/);
      await refused((_request, response) => response.socket?.destroy(), /hung up/);
      let sent = 0;
      await refused((_request, response) => {
        response.writeHead(200, { 'content-length': 100_000_000 });
        const more = () => {
          if (response.destroyed || sent >= 100_000_000) return;
          sent += 1_000_000;
          if (response.write('x'.repeat(1_000_000))) setImmediate(more);
          else response.once('drain', more);
        };
        more();
      }, /larger than 2 MB/);
      expect(sent).toBeLessThan(50_000_000);
      await refused((_request, response) => response.writeHead(302, { location: url }).end(), /redirects/);
      // A rule that is true of no day: whoever looks for one by hand looks for ever.
      const endless = ['BEGIN:VEVENT', 'UID:1', 'DTSTART;VALUE=DATE:20260101'];
      const rule = 'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31';
      const text = ['BEGIN:VCALENDAR', ...endless, rule, 'END:VEVENT', 'END:VCALENDAR'].join('\r\n');
      feed.answer = (_request, response) => response.end(text);
      const { status } = await put();
      expect([200, 400]).toContain(status);
      expect((await shop.api.get('/chats')).status).toBe(200);
    }, 60_000);
  },
  PRIVATE,
);

onOneGateway('a feed on a private address', (stage) => {
  test('is refused with the field', async () => {
    const shop = await stage.shop();
    for (const url of [
      'https://127.0.0.1/x.ics',
      'https://169.254.169.254/x.ics',
      'http://example.com/x.ics',
    ])
      expectInvalid(
        await shop.api.put('/chat/config/teams/sales/settings', { holidayCalendarUrl: url }),
        'holidayCalendarUrl',
      );
  });
});
