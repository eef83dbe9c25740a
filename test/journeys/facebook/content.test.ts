import { onEachDatabase } from '../../support/databases';
import { until } from '../../support/until';
import { aPerson, type PageShop, type PageWorld, startPageWorld } from './page-world';

onEachDatabase('what customers do on Messenger', (open) => {
  let world: PageWorld;
  let shop: PageShop;

  beforeAll(async () => {
    world = await startPageWorld(await open());
    shop = await world.shop();
  });
  afterAll(() => world?.stop());

  const happens = (psid: string, what: object, at?: Date) =>
    world.meta.deliver([world.meta.happening(what, { psid, ...(at && { at }) })]);
  const last = async (psid: string) => {
    const [chat] = await shop.chatsOf(psid);
    return (await shop.messages(chat.id)).at(-1);
  };
  const unsupported = { type: 'application/vnd.parley.unsupported+json' };

  test('a file, a sticker and a picture without a word are copied at once', async () => {
    const zoe = aPerson();
    const bytes = Uint8Array.from(Buffer.from(PIXEL, 'base64'));
    await world.meta.receive({
      from: zoe,
      files: [
        { mimeType: 'image/png', bytes },
        { mimeType: 'image/png', kind: 'sticker', bytes },
        { mimeType: 'application/pdf', kind: 'file', bytes: Buffer.from('%PDF-1.4 test') },
      ],
    });
    const { parts } = await last(zoe);
    expect(parts).toHaveLength(3);
    for (const [index, { url }] of parts.entries()) {
      const copy = await until(async () => {
        const response = await fetch(url.replace(/^https?:\/\/[^/]+/, world.gateway.origin));
        return response.status === 200 ? response : undefined;
      });
      expect(Buffer.from(await copy.arrayBuffer()).length).toBe(index === 2 ? 13 : bytes.length);
    }
  });

  test('a tapped button says what it said', async () => {
    const zoe = aPerson();
    const postback = { mid: 'm_tap1', title: 'Opening hours', payload: 'HOURS', referral: { ref: 'qr' } };
    await happens(zoe, { postback });
    await happens(zoe, { postback });
    const [chat] = await shop.chatsOf(zoe);
    const said = await shop.messages(chat.id);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatchObject({
      parts: [{ data: 'Opening hours' }],
      metadata: { choiceId: 'HOURS', referral: { ref: 'qr' } },
    });
  });

  test('a tap without an id is the same tap when it is delivered again', async () => {
    const zoe = aPerson();
    const at = new Date();
    const tap = { postback: { title: 'Yes', payload: 'YES' } };
    await happens(zoe, tap, at);
    await happens(zoe, tap, at);
    await happens(zoe, tap, new Date(at.getTime() + 5_000));
    const [chat] = await shop.chatsOf(zoe);
    expect(await shop.messages(chat.id)).toHaveLength(2);
  });

  test.each([
    [
      'location',
      { title: 'Here', payload: { coordinates: { lat: 48.1, long: 11.5 } } },
      'Here\ngeo:48.1,11.5',
    ],
    [
      'fallback',
      { title: 'Shop', url: 'https://shop.example/', payload: null },
      'Shop\nhttps://shop.example/',
    ],
    [
      'reel',
      { payload: { title: 'A reel', url: 'https://www.facebook.com/reel/1' } },
      'A reel\nhttps://www.facebook.com/reel/1',
    ],
    ['post', { payload: { url: 'https://www.facebook.com/post/1' } }, 'https://www.facebook.com/post/1'],
    ['ig_post', { payload: { url: 'https://www.instagram.com/p/1' } }, 'https://www.instagram.com/p/1'],
  ])('a %s is shown in words', async (type, attachment, words) => {
    const zoe = aPerson();
    await world.meta.receive({ from: zoe, more: { attachments: [{ type, ...attachment }] } });
    expect((await last(zoe)).parts).toMatchObject([{ type: 'text/plain', data: words }]);
  });

  test.each(['template', 'appointment_booking', 'hologram', 'fallback'])(
    'a %s of which nothing is known is visible, with all that Meta said',
    async (type) => {
      const zoe = aPerson();
      await world.meta.receive({ from: zoe, more: { attachments: [{ type, payload: { beam: 1 } }] } });
      const { parts } = await last(zoe);
      expect(parts).toMatchObject([{ ...unsupported, name: type }]);
      expect(JSON.parse(parts[0].data)).toMatchObject({ payload: { beam: 1 } });
    },
  );

  test('the preview of a link adds nothing to the words that hold it', async () => {
    const zoe = aPerson();
    const text = 'see https://shop.example/';
    const preview = { type: 'fallback', title: 'Shop', url: 'https://shop.example/', payload: null };
    await world.meta.receive({ from: zoe, text, more: { attachments: [preview] } });
    expect((await last(zoe)).parts).toMatchObject([{ data: text }]);
  });

  test.each([
    ['referral', { referral: { ref: 'ad 7', source: 'ADS', type: 'OPEN_THREAD' } }],
    ['optin', { optin: { type: 'notification_messages', payload: 'x' } }],
  ])('a %s is visible', async (name, what) => {
    const zoe = aPerson();
    const at = new Date();
    await happens(zoe, what, at);
    await happens(zoe, what, at);
    const [chat] = await shop.chatsOf(zoe);
    expect(await shop.messages(chat.id)).toMatchObject([{ parts: [{ ...unsupported, name }] }]);
  });

  test('the other form of an event, with its time as a text, says the same', async () => {
    const zoe = aPerson();
    const value = {
      ...{ sender: { id: zoe }, recipient: { id: shop.pageId }, timestamp: String(Date.now()) },
      postback: { mid: 'm_form', title: 'Hi', payload: 'HI' },
    };
    const body = {
      object: 'page',
      entry: [{ id: shop.pageId, time: 1, changes: [{ field: 'messaging_postbacks', value }] }],
    };
    const { headers, body: bytes } = world.meta.signed(Buffer.from(JSON.stringify(body)), shop.webhookUrl);
    const reply = await fetch(shop.webhookUrl, { method: 'POST', headers, body: Buffer.from(bytes) });
    expect(reply.status).toBe(200);
    expect(await last(zoe)).toMatchObject({ parts: [{ data: 'Hi' }] });
  });

  test('an answer to one message says to which', async () => {
    const zoe = aPerson();
    const { mid } = await world.meta.receive({ from: zoe, text: 'one' });
    await world.meta.receive({ from: zoe, text: 'two', more: { reply_to: { mid } } });
    expect((await last(zoe)).metadata.inReplyTo).toBe(mid);
  });

  test('reactions come, change and go, to our messages too', async () => {
    const zoe = aPerson();
    const chat = await shop.chatFrom(zoe);
    const { body } = await shop.answer(chat.id, 'how do you like it?');
    const { externalIds } = await shop.messageOnce(chat.id, body.id, 'sent');
    const react = (emoji: string, action: string, at: number) =>
      happens(zoe, { reaction: { mid: externalIds[0], action, emoji, reaction: 'other' } }, new Date(at));
    const now = Date.parse(chat._createdOn);
    const reactions = async () => (await shop.message(chat.id, body.id)).reactions;

    await react('👍', 'react', now + 1);
    expect(await reactions()).toMatchObject([{ profileId: chat.customerId, emoji: '👍' }]);
    await react('❤', 'react', now + 3);
    await react('❤', 'react', now + 3);
    await react('👍', 'react', now + 2); // late
    expect(await reactions()).toMatchObject([{ emoji: '❤' }]);
    await react('', 'unreact', now + 4);
    expect(await reactions()).toBeUndefined();
    const told = (await shop.log('chatMessage.reaction')).filter(({ payload }) => payload.id === body.id);
    expect(told.map(({ payload }) => payload.emoji)).toEqual(['👍', '❤', undefined]);
    const { body: events } = await shop.api.get(`/chats/${chat.id}/events?from=1&limit=100`);
    expect(events.map(({ id }: { id: number }) => id)).toEqual(
      events.map((_: unknown, at: number) => at + 1),
    );
  });

  test('an edit changes the words, and a withdrawal leaves nothing of them', async () => {
    const zoe = aPerson();
    const secret = 'my card is 4111';
    const files = [{ mimeType: 'image/png', bytes: Buffer.from(PIXEL, 'base64') }];
    const { mid } = await world.meta.receive({ from: zoe, text: secret, files });
    const [chat] = await shop.chatsOf(zoe);
    const [{ id }] = await shop.messages(chat.id);
    const { url } = (await shop.message(chat.id, id)).parts[1];
    const local = url.replace(/^https?:\/\/[^/]+/, world.gateway.origin);
    await until(async () => (await fetch(local)).status === 200);

    await happens(zoe, { message_edit: { mid, text: `${secret}111`, num_edit: 1 } });
    const edited = await shop.message(chat.id, id);
    expect(edited.parts[0].data).toBe(`${secret}111`);
    expect(edited.parts).toHaveLength(2);
    expect(edited.editedOn).toBeTruthy();

    await happens(zoe, { message: { mid, is_deleted: true } });
    await happens(zoe, { message_edit: { mid, text: 'too late', num_edit: 2 } });
    const gone = await shop.message(chat.id, id);
    expect(gone.parts).toMatchObject([{ type: 'application/vnd.parley.unsent' }]);
    expect(gone.unsentOn).toBeTruthy();
    await until(async () => (await fetch(local)).status !== 200);
    expect(JSON.stringify(await shop.log())).not.toContain(secret);
    expect(JSON.stringify(await shop.messages(chat.id))).not.toContain(secret);
    const names = (await shop.log('chatMessage.edited', 'chatMessage.unsent'))
      .filter(({ payload }) => payload.id === id)
      .map(({ name }) => name);
    expect(names).toEqual(['chatMessage.edited', 'chatMessage.unsent']);
  });

  test('what is done to a message before it arrives is done when it has', async () => {
    const zoe = aPerson();
    const event = world.meta.event({ from: zoe, text: 'the words', mid: 'm_reordered' });
    await happens(zoe, { message_edit: { mid: 'm_reordered', text: 'better words', num_edit: 1 } });
    await world.meta.deliver([event]);
    await until(async () => (await last(zoe)).parts[0].data === 'better words');
  });

  test('names are fetched after the message, and never held against it', async () => {
    const [zoe, silent] = [aPerson(), aPerson()];
    const picture = world.meta.event({
      from: aPerson(),
      files: [{ mimeType: 'image/png', bytes: Buffer.from(PIXEL, 'base64') }],
    });
    const { attachments } = Object(picture.event['message']);
    const profilePic = attachments[0].payload.url;
    world.meta.person(zoe, { first_name: 'Zoë', last_name: 'Müller', profile_pic: profilePic });
    const chat = await shop.chatFrom(zoe);
    const unnamed = await shop.chatFrom(silent);
    expect(chat.name).toBe(zoe);
    await until(async () => (await shop.chatsOf(zoe))[0].name === 'Zoë Müller');
    const { body: profile } = await shop.api.get(`/profiles/${chat.customerId}`);
    expect(profile.name).toBe('Zoë Müller');
    const url = profile.pictureUrl.replace(/^https?:\/\/[^/]+/, world.gateway.origin);
    await until(async () => (await fetch(url)).status === 200);
    expect((await shop.chatsOf(silent))[0].name).toBe(unnamed.name);
    // Whoever is forgotten takes their picture along.
    await shop.api.delete(`/profiles/${chat.customerId}`);
    expect((await fetch(url)).status).toBe(404);
  });

  test('hostile strings come back as they were', async () => {
    const strings = [
      '﷽'.repeat(50),
      '\u202eabc',
      '{"$gt":""}',
      "'; drop table message; --",
      '𝕳𝖊𝖑𝖑𝖔',
      'a\u0000b',
    ];
    const zoe = aPerson();
    for (const text of strings) await world.meta.receive({ from: zoe, text });
    const [chat] = await shop.chatsOf(zoe);
    const said = (await shop.messages(chat.id)).map(({ parts }) => parts[0].data);
    expect(said).toEqual(strings);
  });
});

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
