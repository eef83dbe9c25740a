import { ChannelError, type RawRequest, type Webhook } from '../../plugins/contract/index';
import { fakeHost } from '../../plugins/testing/fake-host';
import vectors from './fixtures/signatures.json';
import { twilio } from './index';
import { type Fields, signedBody, signedRequest } from './simulator/sign';

const URL_CALLED = 'https://gateway.test/channels/acc_1/webhook?a=1';
const TOKEN = 'the-token-of-this-account';

function webhook(more: { authToken?: string; previousAuthToken?: string } = {}): Webhook {
  const config = { accountSid: `AC${'0'.repeat(32)}`, authToken: TOKEN, number: '+441632960001', ...more };
  const { webhook: created } = twilio.create(config, fakeHost());
  if (!created) throw new Error('no webhook');
  return created;
}

function isRefused(request: RawRequest, by: Webhook = webhook()): boolean {
  try {
    void by.verify(request);
    return false;
  } catch (error) {
    if (ChannelError.is(error) && error.kind === 'forbidden') return true;
    throw error;
  }
}

function form(url: string, params: Fields, signature: string): RawRequest {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(params))
    for (const one of typeof value === 'string' ? [value] : value) body.append(name, one);
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-twilio-signature': signature,
  };
  return { method: 'POST', url, headers, body: Buffer.from(body.toString()) };
}

describe('the vectors of Twilio’s own package', () => {
  const twilios = webhook({ authToken: vectors.token });

  test.each(vectors.forms)('form, $signature at $url', ({ url, signature, valid }) => {
    expect(isRefused(form(url, vectors.params, signature), twilios)).toBe(!valid);
  });

  test.each(vectors.bodies)('JSON body, $signature', ({ url, body, signature }) => {
    const headers = { 'content-type': 'application/json', 'x-twilio-signature': signature };
    const request = { method: 'POST', url, headers, body: Buffer.from(body) };
    expect(isRefused(request, twilios)).toBe(false);
    expect(isRefused({ ...request, body: Buffer.from(`${body} `) }, twilios)).toBe(true);
  });

  test.each(vectors.repeated)('repeated parameters, $signature', ({ url, params, signature }) => {
    expect(isRefused(form(url, { ...params }, signature), twilios)).toBe(false);
  });
});

describe('signatures', () => {
  const fields = { MessageSid: 'SM1', From: '+447911123456', To: '+441632960001', Body: 'hi' };

  test('the previous token is taken while tokens are rotated, and no third one', () => {
    const request = signedRequest('the-old-token', URL_CALLED, fields);
    expect(isRefused(request)).toBe(true);
    expect(isRefused(request, webhook({ previousAuthToken: 'the-old-token' }))).toBe(false);
    expect(isRefused(request, webhook({ previousAuthToken: 'an-older-token' }))).toBe(true);
  });

  test.each(['form', 'json', 'get'] as const)('a %s request is taken and its change refused', (as) => {
    const request = signedRequest(TOKEN, URL_CALLED, fields, as);
    expect(isRefused(request)).toBe(false);
    expect(isRefused({ ...request, url: `${request.url}&Body=bye` })).toBe(true);
    expect(webhook().parse(request)).toMatchObject([{ type: 'message', message: { text: 'hi' } }]);
  });

  test('a JSON body whose hash is not in the URL is refused, whatever the signature', () => {
    const { headers } = signedRequest(TOKEN, URL_CALLED, {}, 'get');
    const { url } = signedRequest(TOKEN, URL_CALLED, {}, 'get');
    const body = Buffer.from(JSON.stringify(fields));
    const json = { ...headers, 'content-type': 'application/json' };
    expect(isRefused({ method: 'POST', url, headers: json, body })).toBe(true);
  });

  test('the body of another JSON request is refused', () => {
    const one = signedRequest(TOKEN, URL_CALLED, fields, 'json');
    const other = signedRequest(TOKEN, URL_CALLED, { ...fields, Body: 'bye' }, 'json');
    expect(isRefused({ ...one, body: other.body })).toBe(true);
  });

  test('a signed GET does not vouch for a body that is posted to its URL', () => {
    const get = signedRequest(TOKEN, URL_CALLED, fields, 'get');
    const body = Buffer.from(new URLSearchParams({ ...fields, Body: 'forged' }).toString());
    const headers = { ...get.headers, 'content-type': 'application/x-www-form-urlencoded' };
    expect(isRefused({ ...get, method: 'POST', headers, body })).toBe(true);
    expect(webhook().parse({ ...get, body })).toMatchObject([{ message: { text: 'hi' } }]);
  });

  test('an address that is none is refused and does not throw', () => {
    const request = signedRequest(TOKEN, URL_CALLED, fields);
    for (const url of ['http://', '//', 'https://[bad/', '/webhook', ''])
      expect(isRefused({ ...request, url })).toBe(true);
    expect(isRefused({ ...request, method: 'GET', url: 'https://[bad/' })).toBe(true);
  });

  test('names that poison objects are signed like any other, and poison nothing', () => {
    const names = '__proto__=x&constructor=y&a%5Bb%5D=1&__proto__%5Bz%5D=2&__proto__=w&toString=v';
    const body = Buffer.from(`${new URLSearchParams(fields).toString()}&${names}`);
    const request = signedBody(TOKEN, URL_CALLED, body);
    expect(isRefused(request)).toBe(false);
    const [event] = webhook().parse(request);
    if (event?.type !== 'message') throw new Error('not a message');
    expect(event.message.text).toBe('hi');
    expect(event.message.metadata).toMatchObject({ 'a[b]': '1' });
    expect(Object.getPrototypeOf(event.message.metadata)).toBe(Object.prototype);
    expect(JSON.stringify(event.message.metadata)).not.toContain('"__proto__"');
    expect({}).not.toHaveProperty('z');
  });

  test('invalid UTF-8 in a signed body is verified over its raw bytes', () => {
    const broken = Buffer.from([0x42, 0x6f, 0x64, 0x79, 0x3d, 0xff, 0xfe]);
    const replaced = Buffer.from(broken.toString('utf8'));
    const json = signedRequest(TOKEN, URL_CALLED, {}, 'json');
    expect(isRefused({ ...json, body: broken })).toBe(true);
    expect(isRefused({ ...json, body: replaced })).toBe(true);
  });
});

describe('the answer', () => {
  const message = { MessageSid: 'SM1', From: '+447911123456', To: '+441632960001', Body: 'hi' };

  test('to a message is TwiML that says nothing, for any text would be sent to the customer', () => {
    expect(webhook().reply?.(signedRequest(TOKEN, URL_CALLED, message))).toEqual({
      status: 200,
      headers: { 'content-type': 'text/xml' },
      body: '<?xml version="1.0" encoding="UTF-8"?><Response/>',
    });
  });

  test('to a status callback is 204', () => {
    const callback = { ...message, MessageStatus: 'delivered', SmsStatus: 'delivered' };
    expect(webhook().reply?.(signedRequest(TOKEN, URL_CALLED, callback))).toEqual({ status: 204 });
  });
});

test('verifying and parsing one delivery is far from a millisecond', () => {
  const hook = webhook();
  const request = signedRequest(TOKEN, URL_CALLED, {
    MessageSid: 'SM1',
    From: '+447911123456',
    To: '1',
    Body: 'hi',
  });
  const rounds = 2_000;
  const start = performance.now();
  for (let round = 0; round < rounds; round += 1) {
    const delivered = { ...request };
    void hook.verify(delivered);
    hook.parse(delivered);
  }
  expect((performance.now() - start) / rounds).toBeLessThan(0.5);
});
