import { FAKE_WEBHOOK_URL } from 'parley-gateway/testing';
import { normalizeAddress } from '../../../plugins/whatsapp/address';
import { split } from '../../../plugins/whatsapp/envelope';
import { delivery, messagesValue } from '../../../plugins/whatsapp/simulator/deliveries';
import { CUSTOMERS, NUMBERS } from '../../../plugins/whatsapp/simulator/world';
import { webhook } from '../../../plugins/whatsapp/webhook';

const [SHOP, BAKERY, SECOND] = NUMBERS;
const read = (value: object, field?: string) =>
  webhook(SHOP).parse(delivery(value, field === undefined ? {} : { field }));
const said = (message: object) => {
  const [event, ...more] = read(messagesValue(message));
  expect(more).toEqual([]);
  expect(event?.type).toBe('message');
  return event?.type === 'message' ? event.message : undefined;
};

describe('what customers send', () => {
  test('a text, with its writer, its time and what it answers', () => {
    expect(
      said({ id: 'wamid.1', text: { body: 'In blue?' }, context: { from: '4420', id: 'wamid.0' } }),
    ).toEqual({
      externalId: 'wamid.1',
      address: { own: SHOP.phoneNumberId, party: CUSTOMERS[0] },
      ...{ sender: { name: 'Bea' }, sentAt: new Date(1_767_323_045_000), media: [] },
      ...{ text: 'In blue?', inReplyTo: 'wamid.0' },
    });
  });

  test.each([
    ['image', { id: '7001', mime_type: 'image/jpeg', caption: 'mine' }, 'image/jpeg', 'mine'],
    ['audio', { id: '7001', mime_type: 'audio/ogg; codecs=opus', voice: true }, 'audio/ogg', undefined],
    ['video', { id: '7001', mime_type: 'video/mp4' }, 'video/mp4', undefined],
    ['sticker', { id: '7001', mime_type: 'image/webp', animated: false }, 'image/webp', undefined],
  ])('a file (%s)', (type, body, mimeType, text) => {
    const message = said({ type, [type]: body });
    expect(message).toMatchObject({ media: [{ ref: '7001', mimeType }] });
    expect(message?.text).toBe(text);
  });

  test('a document keeps its name', () => {
    const document = { id: '7001', mime_type: 'application/pdf', filename: 'order.pdf' };
    expect(said({ type: 'document', document })?.media).toEqual([
      { ref: '7001', mimeType: 'application/pdf', name: 'order.pdf' },
    ]);
  });

  test('a place and a card are words', () => {
    const location = { latitude: 51.5, longitude: -0.12, name: 'Our door', address: '1 High Street' };
    expect(said({ type: 'location', location })?.text).toBe('Our door\n1 High Street\ngeo:51.5,-0.12');
    const contacts = [
      {
        ...{ name: { formatted_name: 'Bo Birch' }, phones: [{ phone: '+44 7700 900200', type: 'CELL' }] },
        emails: [{ email: 'bo@shop.example' }],
      },
    ];
    expect(said({ type: 'contacts', contacts })?.text).toBe('Bo Birch\n+44 7700 900200\nbo@shop.example');
  });

  test('a tap on a button, on a row of a list and on a template is its choice', () => {
    const button = { type: 'button_reply', button_reply: { id: 'blue', title: 'Blue' } };
    const row = { type: 'list_reply', list_reply: { id: 'red', title: 'Red', description: 'Dark' } };
    expect(said({ type: 'interactive', interactive: button })).toMatchObject({
      text: 'Blue',
      choiceId: 'blue',
    });
    expect(said({ type: 'interactive', interactive: row })).toMatchObject({ text: 'Red', choiceId: 'red' });
    expect(said({ type: 'button', button: { text: 'Yes', payload: 'yes-7' } })).toMatchObject({
      ...{ text: 'Yes', choiceId: 'yes-7' },
    });
  });

  test('what nobody knows, orders and forms are seen, with all that they hold', () => {
    const order = {
      catalog_id: '1',
      product_items: [{ product_retailer_id: 'p7', quantity: 2 }],
      text: 'please',
    };
    expect(said({ type: 'order', order })).toMatchObject({
      text: 'please',
      unsupported: { kind: 'order', raw: { order } },
    });
    const form = { type: 'nfm_reply', nfm_reply: { response_json: '{"size":"L"}', body: 'Sent' } };
    expect(said({ type: 'interactive', interactive: form })?.unsupported).toMatchObject({
      kind: 'nfm_reply',
    });
    const refused = { errors: [{ code: 131_051 }], unsupported: { type: 'poll_creation' } };
    expect(said({ type: 'unsupported', ...refused })?.unsupported).toMatchObject({ kind: 'poll_creation' });
    expect(said({ type: 'image', errors: [{ code: 131_052 }] })?.unsupported).toMatchObject({
      kind: 'image',
    });
  });

  test('a new number belongs into the chat, and is no reason for one', () => {
    expect(
      said({ type: 'system', system: { body: 'Bea changed', type: 'user_changed_number' } }),
    ).toMatchObject({
      ...{ text: 'Bea changed', past: 'unless-active' },
    });
  });

  test('an advertisement, and who somebody is beside their number, is kept', () => {
    const contacts = [
      { profile: { name: 'Bea', username: 'bea' }, wa_id: CUSTOMERS[0], user_id: 'GB.1349120' },
    ];
    const [event] = read({
      ...messagesValue({ text: { body: 'hi' }, referral: { source_id: 'ad7' } }),
      contacts,
    });
    expect(event).toMatchObject({
      message: { metadata: { referral: { source_id: 'ad7' }, userId: 'GB.1349120', username: 'bea' } },
    });
  });

  test('whoever hides their number is known by the id that the business has of them', () => {
    const contacts = [{ profile: { name: 'Cy' }, user_id: 'GB.1349120' }];
    const messages = [{ from_user_id: 'GB.1349120', id: 'wamid.2', type: 'text', text: { body: 'hi' } }];
    expect(read({ contacts, messages })).toMatchObject([
      { message: { address: { party: 'GB.1349120' }, sender: { name: 'Cy' } } },
    ]);
  });

  test('reactions, edits and withdrawals change what was written before', () => {
    const edited = { type: 'text', text: { body: 'In red?' } };
    const done = [
      { type: 'reaction', reaction: { message_id: 'wamid.1', emoji: '👍' } },
      { type: 'reaction', reaction: { message_id: 'wamid.1' } },
      { type: 'edit', edit: { original_message_id: 'wamid.1', message: edited } },
      { type: 'revoke', revoke: { original_message_id: 'wamid.1' } },
    ];
    expect(read(messagesValue(...done))).toMatchObject(
      [
        { is: 'reaction', emoji: '👍' },
        { is: 'reaction' },
        { is: 'edit', text: 'In red?' },
        { is: 'unsend' },
      ].map((what) => ({ type: 'change', change: { externalId: 'wamid.1', by: 'customer', what } })),
    );
  });

  test('what our side wrote in the app for businesses comes as an echo', () => {
    const echo = {
      from: '442079460001',
      to: CUSTOMERS[0],
      id: 'wamid.3',
      type: 'text',
      text: { body: 'Yes' },
    };
    expect(read({ message_echoes: [echo] }, 'smb_message_echoes')).toMatchObject([
      { type: 'echo', message: { externalId: 'wamid.3', address: { party: CUSTOMERS[0] }, text: 'Yes' } },
    ]);
  });

  test('groups, other numbers and news of the account are told, and what was not understood can be read again', () => {
    const group = read(messagesValue({ group_id: 'g1', text: { body: 'all' } }));
    expect(group).toMatchObject([{ type: 'ignored', reason: 'a message of a group' }]);
    const [kept] = group;
    const again = kept?.type === 'ignored' ? kept.keep : undefined;
    const request = { ...delivery({}), body: Buffer.from(again ?? '') };
    expect(webhook(SHOP).parse(request)).toEqual(group);
    expect(webhook(SECOND).parse(delivery(messagesValue({ text: { body: 'hi' } })))).toMatchObject([
      { type: 'ignored', reason: 'for another number' },
    ]);
    expect(read({ event: 'APPROVED' }, 'message_template_status_update')).toEqual([
      { type: 'ignored', reason: 'about the account: message_template_status_update' },
    ]);
  });

  test('of the statuses each has its state, its time, its key, and its reason', () => {
    const status = { id: 'wamid.9', timestamp: '1767323050', biz_opaque_callback_data: 'key.0' };
    const failed = (code: number) => ({ ...status, status: 'failed', errors: [{ code }] });
    const statuses = [
      ...['sent', 'delivered', 'read', 'played'].map((one) => ({ ...status, status: one })),
      ...[131_047, 131_026, 131_050, 131_053, 131_042, 999_999].map(failed),
    ];
    const events = read({ statuses });
    expect(events[0]).toEqual({
      type: 'status',
      status: {
        target: { externalId: 'wamid.9', idempotencyKey: 'key.0' },
        ...{ state: 'sent', at: new Date(1_767_323_050_000) },
      },
    });
    expect(
      events.map((event) => event.type === 'status' && [event.status.state, event.status.reason]),
    ).toEqual([
      ...['sent', 'delivered', 'read', 'read'].map((state) => [state, undefined]),
      ...['outside_window', 'bad_address', 'not_permitted', 'bad_media', 'no_credit', 'unknown'].map(
        (reason) => ['failed', reason],
      ),
    ]);
  });
});

describe('one app with many numbers', () => {
  test('each number gets its own part of a delivery, signed as a whole', () => {
    const parts = [SHOP, SECOND].map((config) =>
      delivery(messagesValue({ text: { body: 'hi' } }), { config }),
    );
    const entry = parts.flatMap(({ body }) => JSON.parse(Buffer.from(body).toString()).entry);
    const whole = {
      ...delivery({}),
      body: Buffer.from(JSON.stringify({ object: 'whatsapp_business_account', entry })),
    };
    const shares = split(whole);
    expect(shares.map(({ identity }) => identity)).toEqual([SHOP.phoneNumberId, SECOND.phoneNumberId]);
    for (const [index, config] of [SHOP, SECOND].entries()) {
      const share = shares[index];
      expect(share && webhook(config).parse(share.request)).toMatchObject([
        { type: 'message', message: { address: { own: config.phoneNumberId } } },
      ]);
    }
  });
});

describe('the handshake', () => {
  const ask = (token: string, url = FAKE_WEBHOOK_URL) =>
    webhook(BAKERY).challenge?.({
      ...{ method: 'GET', headers: {}, body: new Uint8Array() },
      url: `${url}?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=12345`,
    });

  test('gives the challenge back to whoever knows the verify token, as plain text', () => {
    expect(ask(BAKERY.verifyToken)).toMatchObject({ status: 200, body: '12345' });
    expect(ask(BAKERY.verifyToken)?.headers?.['content-type']).toMatch(/^text\/plain/);
    expect(ask('guessed')?.status).toBe(403);
  });
});

describe('addresses', () => {
  test.each([
    ['+55 21 8765-4321', '5521987654321'],
    ['5521987654321', '5521987654321'],
    ['+55 21 3765-4321', '552137654321'],
    ['+52 55 1234 5678', '5215512345678'],
    ['5215512345678', '5215512345678'],
    ['+54 11 5874 9895', '5491158749895'],
    ['5491158749895', '5491158749895'],
    ['+1 (555) 010-0001', '15550100001'],
    ['US.13491208655302741918', 'US.13491208655302741918'],
    ['US.ENT.11815799212886844830', 'US.ENT.11815799212886844830'],
  ])('%s is %s', (raw, canonical) => {
    expect(normalizeAddress(raw)).toBe(canonical);
    expect(normalizeAddress(canonical)).toBe(canonical);
  });
});
