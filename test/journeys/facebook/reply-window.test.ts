import { aPage } from '../../../adapters/facebook/simulator/world';
import type { Answer } from '../../support/api';
import { onEachDatabase } from '../../support/databases';
import { until } from '../../support/until';
import { aPerson, must, type PageShop, type PageWorld, startPageWorld } from './page-world';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

onEachDatabase('the time to answer on Messenger', (open) => {
  let world: PageWorld;
  /** Its app has the Human Agent feature. */
  let human: PageShop;
  /** This one's has not. */
  let plain: PageShop;

  beforeAll(async () => {
    const appId = '900000000000009';
    const pages = [aPage({ pageId: '201' }), aPage({ pageId: '202', appId, humanAgent: false })];
    world = await startPageWorld(await open(), { pages });
    human = await world.shop({ pageId: '201', settings: { humanAgent: true } });
    plain = await world.shop({ pageId: '202' });
  });
  afterAll(() => world?.stop());

  const RULE = { isAutomatedSend: true };
  const sentTo = (psid: string) => world.meta.sent().filter((sent) => sent.psid === psid);
  const arrives = async (shop: PageShop, chat: { id: string }, posted: Answer) => {
    expect(posted.status).toBe(200);
    return shop.messageOnce(chat.id, posted.body.id, 'sent');
  };

  test('a person answers at once, after 23:59, after 24:01 as a human agent, and after 7 days not at all', async () => {
    const zoe = aPerson();
    const chat = await human.chatFrom(zoe);
    await arrives(human, chat, await human.answer(chat.id, 'at once'));
    world.advance(23 * HOUR_MS + 59 * MINUTE_MS);
    await arrives(human, chat, await human.answer(chat.id, 'after 23:59'));
    world.advance(2 * MINUTE_MS);
    await arrives(human, chat, await human.answer(chat.id, 'after 24:01'));
    world.advance(6 * DAY_MS - 2 * MINUTE_MS);
    await arrives(human, chat, await human.answer(chat.id, 'after 6 days 23:59'));
    world.advance(2 * MINUTE_MS);
    const late = await human.answer(chat.id, 'after 7 days');

    expect(late.status).toBe(409);
    expect(late.body.type).toMatch(/#outside-window$/);
    expect(sentTo(zoe).map(({ text, tag }) => [text, tag])).toEqual([
      ['at once', undefined],
      ['after 23:59', undefined],
      ['after 24:01', 'HUMAN_AGENT'],
      ['after 6 days 23:59', 'HUMAN_AGENT'],
    ]);
  });

  test('a rule answers for 24 hours only', async () => {
    const zoe = aPerson();
    const chat = await human.chatFrom(zoe);
    await arrives(human, chat, await human.answer(chat.id, 'hello', RULE));
    world.advance(23 * HOUR_MS + 59 * MINUTE_MS);
    await arrives(human, chat, await human.answer(chat.id, 'still there?', RULE));
    world.advance(2 * MINUTE_MS);
    const late = await human.answer(chat.id, 'anybody?', RULE);
    expect(late.status).toBe(409);
    expect(late.body.detail).toMatch(/24 hours/);
    // The person may still, and the body says how long.
    expect(Date.parse(late.body.canReplyUntil)).toBeGreaterThan(Date.now());
    expect(sentTo(zoe).map(({ tag }) => tag)).toEqual([undefined, undefined]);
  });

  test('without the feature a person has 24 hours too', async () => {
    const zoe = aPerson();
    const chat = await plain.chatFrom(zoe);
    world.advance(23 * HOUR_MS + 59 * MINUTE_MS);
    await arrives(plain, chat, await plain.answer(chat.id, 'in time'));
    world.advance(2 * MINUTE_MS);
    expect((await plain.answer(chat.id, 'too late')).status).toBe(409);
    expect(sentTo(zoe)).toHaveLength(1);
    // When the customer writes again, it goes on.
    await world.meta.receive({ from: zoe, pageId: plain.pageId, text: 'hello?' });
    await arrives(plain, chat, await plain.answer(chat.id, 'here we are'));
  });

  test('an answer that waits past the end is not sent, and says why', async () => {
    const zoe = aPerson();
    const chat = await plain.chatFrom(zoe);
    world.advance(23 * HOUR_MS + 59 * MINUTE_MS);
    await world.meta.fail('rate_limited', { pageId: plain.pageId, on: 'send' });
    const { body } = await plain.answer(chat.id, 'it waits');
    await until(async () => {
      const { attempts } = await plain.message(chat.id, body.id);
      return attempts.length === 1;
    });
    world.advance(2 * MINUTE_MS);
    const failed = await plain.messageOnce(chat.id, body.id, 'failed');
    expect(failed.failure.reason).toBe('outside_window');
    expect(sentTo(zoe)).toEqual([]);
  });

  test('an answer that waits past the 24 hours leaves as a human agent’s', async () => {
    const zoe = aPerson();
    const chat = await human.chatFrom(zoe);
    world.advance(23 * HOUR_MS + 59 * MINUTE_MS);
    await world.meta.fail('rate_limited', { pageId: human.pageId, on: 'send' });
    const { body } = await human.answer(chat.id, 'it waits');
    await until(async () => (await human.message(chat.id, body.id)).attempts.length === 1);
    world.advance(2 * MINUTE_MS);
    await human.messageOnce(chat.id, body.id, 'sent');
    expect(sentTo(zoe).map(({ tag }) => tag)).toEqual(['HUMAN_AGENT']);
  });

  test('the chat shows until when, and an event says so an hour before, once', async () => {
    const [zoe, max] = [aPerson(), aPerson()];
    const chat = await plain.chatFrom(zoe);
    const longer = await human.chatFrom(max);
    const end = Date.parse(chat.canReplyUntil);
    expect(Math.abs(end - Date.parse(chat._createdOn) - DAY_MS)).toBeLessThan(5_000);
    expect(Date.parse(longer.canReplyUntil) - end).toBeGreaterThan(6 * DAY_MS - HOUR_MS);
    const { body: listed } = await plain.api.get(`/chats/${chat.id}`);
    expect(listed.canReplyUntil).toBe(chat.canReplyUntil);

    const warnings = async () =>
      (await plain.log('chat.replyWindowEnding')).filter(({ payload }) => payload.id === chat.id);
    world.advance(22 * HOUR_MS);
    expect(await warnings()).toEqual([]);
    world.advance(HOUR_MS + MINUTE_MS);
    const [warning] = await until(async () => {
      const found = await warnings();
      return found.length > 0 ? found : undefined;
    });
    expect(warning.payload).toMatchObject({
      teamId: 'sales',
      channelId: 'fbMessenger',
      status: 'new',
      canReplyUntil: chat.canReplyUntil,
    });
    // Written again, it counts anew, and is warned of anew.
    await world.meta.receive({ from: zoe, pageId: plain.pageId, text: 'hello?' });
    world.advance(23 * HOUR_MS + MINUTE_MS);
    await until(async () => (await warnings()).length === 2);
    expect(await human.log('chat.replyWindowEnding')).toEqual([]);
  });

  test('what is delivered late counts from when it was written', async () => {
    const zoe = aPerson();
    const chat = await plain.chatFrom(aPerson());
    const now = Date.parse(chat._createdOn);
    await world.meta.receive({
      from: zoe,
      pageId: plain.pageId,
      text: 'written long ago',
      at: new Date(now - 25 * HOUR_MS),
    });
    const [late] = await plain.chatsOf(zoe);
    expect(Date.parse(late.canReplyUntil)).toBeLessThan(now);
    expect((await plain.answer(late.id, 'too late')).status).toBe(409);
    const [{ context }] = await plain.messages(late.id);
    expect(Date.parse(context.sentOn)).toBe(now - 25 * HOUR_MS);
  });

  test('a refusal names the other channels that the customer has; moved there, the answer goes', async () => {
    const zoe = aPerson();
    const chat = await plain.chatFrom(zoe);
    const settings = { accountSid: `AC${'7'.repeat(32)}`, authToken: 'any', number: '+441632960077' };
    const { body: phone } = await must(
      plain.api.post('/channels', { kind: 'sms', name: 'Phone', teamId: 'sales', settings }),
    );
    world.advance(25 * HOUR_MS);
    const alone = await plain.answer(chat.id, 'too late');
    expect(alone.body.alternatives).toEqual([]);

    const address = '+447900900123';
    await must(plain.api.put(`/chats/${chat.id}/channel`, { channelId: 'sms', address }));
    await must(plain.api.put(`/chats/${chat.id}/channel`, { channelId: 'fbMessenger' }));
    const refused = await plain.answer(chat.id, 'too late');
    expect(refused.status).toBe(409);
    // It came back to Messenger without a new word of the customer: moving to and fro opens no window.
    expect(refused.body.alternatives).toEqual([{ channelId: 'sms', accountId: phone.id, address }]);
    expect(refused.body.detail).toMatch(/sms/);
    const preflight = await plain.api.post(`/chats/${chat.id}/messages/preflight`, {
      from: { profileId: 'ann' },
      parts: [{ type: 'text/plain', data: 'too late' }],
    });
    expect(preflight.body).toMatchObject({ allowed: false, problem: { code: 'outside-window' } });
    expect(preflight.body.problem.alternatives).toHaveLength(1);
  });

  test('a new chat with a customer who wrote in an earlier one keeps the time of that one', async () => {
    const zoe = aPerson();
    const chat = await plain.chatFrom(zoe);
    await must(plain.api.put(`/chats/${chat.id}/close`, { bypassMessage: true }));
    world.advance(HOUR_MS);
    const again = await must(
      plain.api.post('/chats', {
        ...{ name: 'Zoe again', teamId: 'sales', channelId: 'fbMessenger' },
        participants: [{ id: chat.customerId, role: 'participant' }],
      }),
    );
    expect(again.body.canReplyUntil).toBe(chat.canReplyUntil);
    await arrives(plain, again.body, await plain.answer(again.body.id, 'one more thing'));
  });

  test('to a stranger nobody writes first', async () => {
    const stranger = await plain.api.post('/chats', {
      ...{ name: 'Stranger', teamId: 'sales', channelId: 'fbMessenger', address: aPerson() },
      message: { from: { profileId: 'ann' }, parts: [{ type: 'text/plain', data: 'hi' }] },
    });
    expect(stranger.status).toBe(409);
    expect(stranger.body.type).toMatch(/#outside-window$/);
  });
});
