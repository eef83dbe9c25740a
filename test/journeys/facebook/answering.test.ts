import { onEachDatabase } from '../../support/databases';
import { until } from '../../support/until';
import { aPerson, type PageShop, type PageWorld, startPageWorld } from './page-world';

const MINUTE_MS = 60_000;

onEachDatabase('answers on Messenger', (open) => {
  let world: PageWorld;
  let shop: PageShop;

  beforeAll(async () => {
    world = await startPageWorld(await open());
    shop = await world.shop();
  });
  afterEach(async () => {
    await world.meta.clear();
    world.meta.echoes('after');
  });
  afterAll(() => world?.stop());

  const sentTo = (psid: string) => world.meta.sent().filter((sent) => sent.psid === psid);
  const count = async (text: string, chatId: string) =>
    (await shop.said(chatId)).filter((line) => line.endsWith(`: ${text}`)).length;

  test.each(['after', 'before'] as const)('our own echo %s the answer adds nothing', async (when) => {
    world.meta.echoes(when);
    const zoe = aPerson();
    const chat = await shop.chatFrom(zoe);
    const { body } = await shop.answer(chat.id, 'hello Zoe');
    await shop.messageOnce(chat.id, body.id, 'sent');
    const [sent] = sentTo(zoe);
    expect(sent?.metadata).toBe(body.id);
    // Meta repeats it, as it does.
    if (sent) await world.meta.deliver([echoOf(sent, body.id), echoOf(sent, body.id)]);
    expect(await count('hello Zoe', chat.id)).toBe(1);
    expect((await shop.message(chat.id, body.id)).externalIds).toEqual([sent?.mid]);
  });

  const echoOf = (sent: { mid: string; psid: string; appId?: string }, metadata: string) =>
    world.meta.happening(
      {
        message: { mid: sent.mid, text: 'hello Zoe', is_echo: true, app_id: Number(sent.appId), metadata },
      },
      { psid: sent.psid, by: 'page' },
    );

  test.each(['reset_after_accept', 'silent_after_accept', 'nonsense', 'no_id', 'empty'] as const)(
    'after %s the echo proves the send, and nothing goes out twice',
    async (fault) => {
      const zoe = aPerson();
      const chat = await shop.chatFrom(zoe);
      await world.meta.fail(fault, { on: 'send' });
      const { body } = await shop.answer(chat.id, `after ${fault}`);
      const { body: next } = await shop.answer(chat.id, 'and this');
      await shop.messageOnce(chat.id, next.id, 'sent');
      const message = await shop.message(chat.id, body.id);
      expect(message.status).toBe('sent');
      expect(message.attempts).toHaveLength(1);
      expect(sentTo(zoe).map(({ text }) => text)).toEqual([`after ${fault}`, 'and this']);
      expect(await count(`after ${fault}`, chat.id)).toBe(1);
    },
  );

  test('without an echo a lost answer is found in the conversation', async () => {
    world.meta.echoes('never');
    const zoe = aPerson();
    const chat = await shop.chatFrom(zoe);
    await world.meta.fail('reset_after_accept', { on: 'send' });
    const { body } = await shop.answer(chat.id, 'is it there?');
    await until(() => sentTo(zoe).length === 1);
    await until(async () => {
      world.advance(3_000);
      return (await shop.message(chat.id, body.id)).status === 'sent';
    });
    expect((await shop.message(chat.id, body.id)).externalIds).toEqual([sentTo(zoe)[0]?.mid]);
    expect(sentTo(zoe)).toHaveLength(1);
  });

  test('what was never taken goes out again once that is sure', async () => {
    const zoe = aPerson();
    const chat = await shop.chatFrom(zoe);
    await world.meta.fail('reset', { on: 'send' });
    const { body } = await shop.answer(chat.id, 'once only');
    await shop.messageOnce(chat.id, body.id, 'unknown');
    world.advance(2 * MINUTE_MS);
    await shop.messageOnce(chat.id, body.id, 'sent');
    expect(sentTo(zoe).map(({ text }) => text)).toEqual(['once only']);
  });

  test('what is typed in the page’s own inbox is an external agent’s message, once', async () => {
    const zoe = aPerson();
    const chat = await shop.chatFrom(zoe);
    const { mid } = await world.meta.typed({ to: zoe, text: 'from the inbox' });
    const event = world.meta.happening(
      { message: { mid, text: 'from the inbox', is_echo: true, app_id: 26390203743090 } },
      { psid: zoe, by: 'page' },
    );
    await Promise.all([world.meta.deliver([event]), world.meta.deliver([event, event])]);

    const [, said, ...more] = await shop.messages(chat.id);
    expect(more).toEqual([]);
    expect(said.context).toMatchObject({
      direction: 'outbound',
      from: { id: 'external' },
      sentBy: 'external',
    });
    expect(said.status).toBe('sent');
    const { body: after } = await shop.api.get(`/chats/${chat.id}`);
    expect(after.status).toBe('replied');
    // It opens no window, and the next answer still leaves.
    expect(after.canReplyUntil).toBe(chat.canReplyUntil);
    expect((await shop.answer(chat.id, 'and by us')).status).toBe(200);
  });

  test('an answer of the inbox to somebody new begins a chat', async () => {
    const zoe = aPerson();
    expect((await world.meta.typed({ to: zoe, text: 'are you there?' })).status).toBe(200);
    const [chat] = await shop.chatsOf(zoe);
    expect(chat.status).toBe('replied');
    expect((await shop.answer(chat.id, 'hi')).status).toBe(409); // the customer writes first
  });

  test('watermarks mark all that was sent until then, and never go back', async () => {
    const zoe = aPerson();
    const chat = await shop.chatFrom(zoe);
    const ids: string[] = [];
    for (const text of ['one', 'two', 'three']) {
      const { body } = await shop.answer(chat.id, text);
      await shop.messageOnce(chat.id, body.id, 'sent');
      ids.push(body.id);
    }
    const statuses = () => Promise.all(ids.map(async (id) => (await shop.message(chat.id, id)).status));
    const [, second] = sentTo(zoe);
    const now = world.meta.world.now().getTime();
    const mark = (what: object) => world.meta.deliver([world.meta.happening(what, { psid: zoe })]);

    await mark({ delivery: { mids: [second?.mid], watermark: 1_600_000_000_000 } });
    expect(await statuses()).toEqual(['sent', 'delivered', 'sent']);
    await mark({ delivery: { watermark: now } }); // without mids, as Meta may
    expect(await statuses()).toEqual(['delivered', 'delivered', 'delivered']);
    await mark({ read: { watermark: now } });
    expect(await statuses()).toEqual(['read', 'read', 'read']);
    await mark({ delivery: { watermark: now + 1 } });
    await mark({ read: { watermark: now - 60_000 } });
    expect(await statuses()).toEqual(['read', 'read', 'read']);
    const told = (await shop.log('chatMessage.read')).filter(({ payload }) => payload.chatId === chat.id);
    expect(told).toHaveLength(3);
  });

  test('a watermark proves nothing of what Meta may not have', async () => {
    const zoe = aPerson();
    const chat = await shop.chatFrom(zoe);
    await world.meta.fail('reset', { on: 'send' });
    const { body } = await shop.answer(chat.id, 'perhaps');
    await shop.messageOnce(chat.id, body.id, 'unknown');
    const watermark = world.meta.world.now().getTime() + 10_000;
    await world.meta.deliver([world.meta.happening({ read: { watermark } }, { psid: zoe })]);
    expect((await shop.message(chat.id, body.id)).status).toBe('unknown');
    world.advance(2 * MINUTE_MS);
    await until(() => sentTo(zoe).length === 1);
  });

  test('a read that comes before our request has its answer counts afterwards', async () => {
    const zoe = aPerson();
    const chat = await shop.chatFrom(zoe);
    world.meta.echoes('never');
    world.meta.hold('after');
    const { body } = await shop.answer(chat.id, 'quickly read');
    await until(() => world.meta.held() > 0);
    const watermark = world.meta.world.now().getTime() + 1;
    await world.meta.deliver([world.meta.happening({ read: { watermark } }, { psid: zoe })]);
    expect((await shop.message(chat.id, body.id)).status).not.toBe('read');
    world.meta.release();
    await shop.messageOnce(chat.id, body.id, 'read');
  });

  test('a long text leaves in whole characters, choices as quick replies, files before their words', async () => {
    const zoe = aPerson();
    const chat = await shop.chatFrom(zoe);
    const family = '👨‍👩‍👧‍👦';
    const long = family.repeat(400);
    const { body: posted } = await shop.answer(chat.id, long);
    await shop.messageOnce(chat.id, posted.id, 'sent');
    const pieces = sentTo(zoe).map(({ text }) => text);
    expect(pieces.join('')).toBe(long);
    expect(pieces.length).toBeGreaterThan(2);
    for (const piece of pieces) {
      expect(piece.length).toBeLessThanOrEqual(2_000);
      expect(piece.replaceAll(family, '')).toBe('');
    }
    const choices = [
      { id: 'yes', label: 'Yes, please' },
      { id: 'no', label: 'No' },
    ];
    const { body: asked } = await shop.answer(chat.id, '', {
      parts: [
        { type: 'text/plain', data: 'Shall we?' },
        { type: 'image/png', name: 'plan.png', data: PIXEL },
        { type: 'application/vnd.parley.choices+json', data: JSON.stringify(choices) },
      ],
    });
    await shop.messageOnce(chat.id, asked.id, 'sent');
    const [file, words, ...more] = sentTo(zoe).slice(pieces.length);
    expect(more).toEqual([]);
    expect(file?.files[0]).toMatchObject({ kind: 'image' });
    expect((await fetch(file?.files[0]?.url ?? '')).status).toBe(200);
    expect(words?.text).toBe('Shall we?');
    expect(words?.choices).toEqual([
      { title: 'Yes, please', payload: 'yes' },
      { title: 'No', payload: 'no' },
    ]);
    await world.meta.receive({ from: zoe, text: 'Yes, please', more: { quick_reply: { payload: 'yes' } } });
    const tapped = (await shop.messages(chat.id)).at(-1);
    expect(tapped.metadata.choiceId).toBe('yes');
  });

  test('the customer sees that somebody types, and that their message was read', async () => {
    const zoe = aPerson();
    const chat = await shop.chatFrom(zoe);
    const seen = () =>
      world.meta.world.actions.filter(({ psid }) => psid === zoe).map(({ action }) => action);
    await shop.api.post(`/chats/${chat.id}/typing`);
    await until(() => seen().length === 1);
    await shop.api.delete(`/chats/${chat.id}/typing`);
    await until(() => seen().length === 2);
    const [{ id }] = await shop.messages(chat.id);
    const timestamp = new Date().toISOString();
    await shop.api.post(`/chats/${chat.id}/messages/statusupdates`, [
      { messageIds: [id], status: 'read', timestamp },
    ]);
    await until(() => seen().length === 3);
    expect(seen()).toEqual(['typing_on', 'typing_off', 'mark_seen']);
  });

  test.each([
    ['no_such_customer', 'bad_address'],
    ['opted_out', 'blocked'],
    ['outside_window', 'outside_window'],
  ] as const)('%s fails the message alone, and says why', async (fault, reason) => {
    const zoe = aPerson();
    const chat = await shop.chatFrom(zoe);
    await world.meta.fail(fault, { on: 'send' });
    const { body } = await shop.answer(chat.id, 'never');
    const failed = await shop.messageOnce(chat.id, body.id, 'failed');
    expect(failed.failure.reason).toBe(reason);
    const { body: next } = await shop.answer(chat.id, 'the next');
    await shop.messageOnce(chat.id, next.id, 'sent');
    // A customer who blocked the page has not opted out of anything: when they write again, it goes on.
    expect((await shop.account()).health.state).toBe('connected');
  });
});

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
