import { ChannelError, type OutboundMessage } from 'parley-gateway/plugin';
import { fakeHost } from 'parley-gateway/testing';
import type { WhatsAppConfig } from '../../../plugins/whatsapp/config';
import { FAILURES } from '../../../plugins/whatsapp/error-codes';
import { failureOf } from '../../../plugins/whatsapp/failures';
import { whatsapp } from '../../../plugins/whatsapp/index';
import { contentOf } from '../../../plugins/whatsapp/outgoing';
import { WhatsAppServer } from '../../../plugins/whatsapp/simulator/server';
import { CUSTOMERS, NUMBERS } from '../../../plugins/whatsapp/simulator/world';

const [SHOP, BAKERY] = NUMBERS;

function aMessage(more: Partial<OutboundMessage> = {}): OutboundMessage {
  const to = { own: SHOP.phoneNumberId, party: CUSTOMERS[0] };
  return { ...{ to, text: 'hi', media: [], choices: [], automatic: false }, ...more };
}

function aFile(mimeType: string, bytes: number): OutboundMessage['media'][number] {
  async function* body(): AsyncGenerator<Uint8Array> {
    yield Uint8Array.from({ length: 40 }, () => 7);
    await Promise.resolve();
  }
  const open = () => Promise.resolve({ body: body(), mimeType });
  return { url: 'https://gateway.test/media/7', name: 'order 7', mimeType, bytes, open };
}

describe('what Meta refuses', () => {
  const refusal = (
    code: number,
    more: { status?: number; headers?: Record<string, string>; subcode?: number } = {},
  ) =>
    failureOf(
      {
        ...{ status: more.status ?? 400, headers: new Headers(more.headers) },
        body: { error: { code, message: '(#1) 447700900123', error_subcode: more.subcode } },
      },
      true,
    );

  test.each([
    [131_047, 'unreachable', 'outside_window'],
    [470, 'unreachable', 'outside_window'],
    [131_026, 'unreachable', 'bad_address'],
    [131_049, 'unreachable', 'filtered'],
    [131_050, 'unreachable', 'not_permitted'],
    [131_051, 'rejected', 'unknown'],
    [131_053, 'rejected', 'bad_media'],
    [132_000, 'rejected', 'unknown'],
    [132_001, 'rejected', 'unknown'],
    [132_005, 'rejected', 'too_long'],
    [132_015, 'rejected', 'not_permitted'],
    [190, 'unauthorized', 'not_permitted'],
    [368, 'unauthorized', 'not_permitted'],
    [131_042, 'unauthorized', 'no_credit'],
    [219, 'unauthorized', 'not_permitted'],
    [131_000, 'unavailable', undefined],
  ])('%d is %s, %s', (code, kind, reason) => {
    const error = refusal(code);
    expect([error.kind, error.detail.reason]).toEqual([kind, reason]);
    expect(error.message).not.toContain('447700900123');
  });

  test('whatever is too fast says how long to wait, and for one customer holds up nobody else', () => {
    expect(refusal(130_429).detail).toMatchObject({ retryAfterMs: 2_000 });
    expect(refusal(131_056)).toMatchObject({
      kind: 'rate_limited',
      detail: { retryAfterMs: 6_000, customerOnly: true },
    });
    const usage = JSON.stringify({ 7: [{ type: 'whatsapp', estimated_time_to_regain_access: 3 }] });
    expect(refusal(80_007, { headers: { 'x-business-use-case-usage': usage } }).detail.retryAfterMs).toBe(
      180_000,
    );
    expect(refusal(4, { headers: { 'retry-after': '7' } }).detail.retryAfterMs).toBe(7_000);
  });

  test('the setting at fault is named', () => {
    expect(refusal(190).detail.setting).toBe('accessToken');
    expect(refusal(100, { subcode: 33 }).detail.setting).toBe('phoneNumberId');
    expect(refusal(133_010).detail.setting).toBe('phoneNumberId');
    const known = Object.keys(whatsapp.configSchema['properties'] ?? {});
    for (const { setting } of Object.values(FAILURES)) if (setting) expect(known).toContain(setting);
  });

  test('of a code from the future only the status tells, and of a server’s trouble nobody knows', () => {
    expect(refusal(999_999).kind).toBe('rejected');
    expect(refusal(999_999, { status: 500 }).detail.maybeSent).toBe(true);
    expect(refusal(1, { status: 500 }).detail.maybeSent).toBe(true);
    expect(refusal(131_016, { status: 503 }).detail.maybeSent).toBeUndefined();
  });
});

describe('what goes out', () => {
  test('a template has its language, its blanks by place or by name, and what else it takes', () => {
    const extra = [
      { type: 'header', parameters: [{ type: 'image', image: { link: 'https://x.example/a.png' } }] },
    ];
    const template = { name: 'order_ready', language: 'en_GB', values: ['Bea', '7'], extra };
    expect(contentOf(aMessage({ template }), SHOP, undefined)).toEqual({
      type: 'template',
      template: {
        ...{ name: 'order_ready', language: { code: 'en_GB' } },
        components: [
          { type: 'body', parameters: ['Bea', '7'].map((text) => ({ type: 'text', text })) },
          ...extra,
        ],
      },
    });
    const named = { name: 'order_ready', language: 'en_GB', values: { name: 'Bea' } };
    expect(contentOf(aMessage({ template: named }), SHOP, undefined)).toMatchObject({
      template: { components: [{ parameters: [{ type: 'text', text: 'Bea', parameter_name: 'name' }] }] },
    });
    const bare = { name: 'order_ready' };
    expect(() => contentOf(aMessage({ template: bare }), SHOP, undefined)).toThrow(ChannelError);
  });

  test('up to three short choices are buttons, others a list with the words of the settings', () => {
    const choices = ['a', 'b', 'c', 'd'].map((id) => ({ id, label: `Choice ${id}` }));
    const offered = (more: Partial<OutboundMessage>) =>
      Object(contentOf(aMessage(more), { ...SHOP, listButton: 'Choose' }, undefined)).interactive;
    expect(offered({ choices: choices.slice(0, 3) })).toMatchObject({ type: 'button', body: { text: 'hi' } });
    expect(offered({ choices })).toMatchObject({ type: 'list', action: { button: 'Choose' } });
    expect(offered({ choices: [{ id: 'x', label: 'x'.repeat(24) }] })).toMatchObject({ type: 'list' });
    expect(offered({ choices: choices.slice(0, 2), text: 'x'.repeat(1_025) })).toMatchObject({
      type: 'list',
    });
    expect(() => offered({ choices: [{ id: 'x'.repeat(257), label: 'x' }] })).toThrow(/longer than 256/);
  });

  test('a picture that is too large for one is a document, which keeps its name', () => {
    const at = { link: 'https://gateway.test/media/7' };
    const sent = (mimeType: string, bytes: number) =>
      contentOf(aMessage({ media: [aFile(mimeType, bytes)] }), SHOP, at);
    expect(sent('image/png', 5_000_000)).toEqual({ type: 'image', image: at });
    expect(sent('image/png', 5_000_001)).toEqual({
      type: 'document',
      document: { ...at, filename: 'order 7' },
    });
    expect(sent('audio/ogg', 9)).toEqual({ type: 'audio', audio: at });
    expect(sent('video/mp4', 9)).toEqual({ type: 'video', video: at });
  });
});

describe('a number', () => {
  const signal = AbortSignal.timeout(60_000);
  let server: WhatsAppServer;
  let apiUrl: string;
  beforeEach(async () => {
    server = new WhatsAppServer();
    apiUrl = await server.listen();
  });
  afterEach(() => server.stop());
  const connect = (config: WhatsAppConfig) => whatsapp.create(config, fakeHost({ apiUrl }));
  const send = (config: WhatsAppConfig, message: OutboundMessage) =>
    connect(config).send(message, { idempotencyKey: 'key.0', attempt: 1, signal });

  test('hands files over where Meta cannot fetch them', async () => {
    await send({ ...SHOP, sendFiles: 'upload' }, aMessage({ media: [aFile('application/pdf', 40)] }));
    const [sent] = server.accepted;
    const [{ id }] = [Object(sent?.raw['document'])];
    expect(sent?.type).toBe('document');
    const file = await connect(SHOP).openMedia?.(id, signal);
    expect(file).toMatchObject({ mimeType: 'application/pdf', bytes: 40 });
  });

  test('an upload that fails is surely no message', async () => {
    await server.fail('reset_after_accept');
    const error = await send(
      { ...SHOP, sendFiles: 'upload' },
      aMessage({ media: [aFile('application/pdf', 40)] }),
    ).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'unavailable' });
    expect(Object(error).detail.maybeSent).not.toBe(true);
    expect(server.accepted).toEqual([]);
  });

  test('answers a message where it stands, with the key that its statuses bring back', async () => {
    await send(SHOP, aMessage({ inReplyTo: 'wamid.7' }));
    expect(server.accepted).toMatchObject([{ answers: 'wamid.7', key: 'key.0' }]);
  });

  test('writes to somebody who hides their number', async () => {
    const to = { own: SHOP.phoneNumberId, party: 'GB.1349120' };
    await send(SHOP, aMessage({ to }));
    expect(server.accepted[0]?.raw).toMatchObject({ recipient: 'GB.1349120' });
    expect(server.accepted[0]?.raw).not.toHaveProperty('to');
  });

  test('shows that it read, and that somebody answers what the customer wrote last', async () => {
    const channel = connect(SHOP);
    await channel.markRead?.(aMessage().to, 'wamid.1');
    await channel.typing?.(aMessage().to, true, { answers: 'wamid.2' });
    await channel.typing?.(aMessage().to, false, { answers: 'wamid.2' });
    await channel.typing?.(aMessage().to, true);
    expect(server.read).toEqual([
      { messageId: 'wamid.1', isTyping: false },
      { messageId: 'wamid.2', isTyping: true },
    ]);
  });

  test('is checked: each setting that is wrong is named, and the account is made to call the app', async () => {
    const check = (config: WhatsAppConfig) => connect(config).check(signal);
    const settingOf = async (config: WhatsAppConfig) => {
      const error = await check(config).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      return Object(error).detail?.setting;
    };
    expect((await check(SHOP)).warnings).toHaveLength(1);
    expect(server.subscribed).toEqual(new Set([SHOP.businessAccountId]));
    expect((await check(SHOP)).warnings).toEqual([]);
    expect(await settingOf({ ...SHOP, accessToken: 'EAAnone' })).toBe('accessToken');
    expect(await settingOf({ ...SHOP, appSecret: 'another' })).toBe('appSecret');
    expect(await settingOf({ ...SHOP, phoneNumberId: '999' })).toBe('phoneNumberId');
    expect(await settingOf({ ...SHOP, businessAccountId: '999' })).toBe('businessAccountId');
    expect(await settingOf({ ...SHOP, businessAccountId: BAKERY.businessAccountId })).toBe(
      'businessAccountId',
    );
  });
});
