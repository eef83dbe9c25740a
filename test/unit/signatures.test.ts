import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { secretProblem, signatureHeaders, standardSecret } from '../../core/events/signatures';
import { describeWith } from '../support/tools';

const now = () => new Date();
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const STANDARD = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const PLAIN = 'a secret of sixteen characters: schön';

describe('the signatures of a delivery', () => {
  test('are those of the published vectors', () => {
    // The example of the Standard Webhooks libraries, and test case 2 of RFC 2202.
    const standard = signatureHeaders({
      id: ID,
      timestamp: new Date(1_614_265_330_999),
      body: '{"test": 2432232314}',
      secrets: [STANDARD],
    });
    const published = signatureHeaders({
      id: ID,
      timestamp: now(),
      body: 'what do ya want for nothing?',
      secrets: ['Jefe'],
    });

    expect(standard).toEqual({
      'webhook-id': ID,
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      'x-comapi-signature': expect.stringMatching(/^[0-9a-f]{40}$/),
    });
    expect(published['x-comapi-signature']).toBe('effcdf6ae5eb2fa2d27416d5f184df9c259a7c79');
  });

  test('are verified by the standardwebhooks package, whatever the secret and the body', () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 });
    const chosen = text.filter((secret) => secret !== '' && !secret.startsWith('whsec_'));
    const generated = fc
      .tuple(fc.uint8Array({ minLength: 24, maxLength: 64 }), fc.boolean())
      .map(([bytes, isPadded]) =>
        Buffer.from(bytes)
          .toString('base64')
          .replace(isPadded ? '' : /=+$/, ''),
      )
      .map((encoded) => `whsec_${encoded}`);
    const asBytes = fc.boolean();

    fc.assert(
      fc.property(fc.oneof(chosen, generated), fc.json(), asBytes, (secret, json, isBuffer) => {
        const body = isBuffer ? Buffer.from(json) : json;
        const headers = signatureHeaders({ id: ID, timestamp: now(), body, secrets: [secret] });
        const receiver = new Webhook(standardSecret(secret));
        expect(receiver.verify(json, headers)).toEqual(JSON.parse(json));
        expect(() => receiver.verify(`${json} `, headers)).toThrow('No matching signature');
      }),
    );
  });

  test('are verified by the old secret and by the new one while both live, the published one by the new', () => {
    const body = '{}';
    const headers = signatureHeaders({ id: ID, timestamp: now(), body, secrets: [STANDARD, PLAIN] });

    for (const secret of [STANDARD, PLAIN])
      expect(new Webhook(standardSecret(secret)).verify(body, headers)).toEqual({});
    expect(() => new Webhook(standardSecret(`${PLAIN}.`)).verify(body, headers)).toThrow('No matching');
    const alone = signatureHeaders({ id: ID, timestamp: now(), body, secrets: [STANDARD] });
    expect(headers['x-comapi-signature']).toBe(alone['x-comapi-signature']);
  });

  test('cover the id and the time of Standard Webhooks', () => {
    const timestamp = now();
    const headers = signatureHeaders({ id: ID, timestamp, body: '{}', secrets: [STANDARD] });
    const receiver = new Webhook(STANDARD);
    const later = String(Number(headers['webhook-timestamp']) + 1);

    expect(() => receiver.verify('{}', { ...headers, 'webhook-id': 'msg_other' })).toThrow('No matching');
    expect(() => receiver.verify('{}', { ...headers, 'webhook-timestamp': later })).toThrow('No matching');
  });

  test('are left out when there is no secret', () => {
    const timestamp = new Date(1_000);
    expect(signatureHeaders({ id: ID, timestamp, body: '{}', secrets: [] })).toEqual({
      'webhook-id': ID,
      'webhook-timestamp': '1',
    });
  });
});

describeWith(['openssl'], 'the signatures of a delivery, computed by openssl', () => {
  test.each([
    ['plain text', PLAIN, Buffer.from(PLAIN)],
    ['a Standard Webhooks secret', STANDARD, Buffer.from(STANDARD.slice(6), 'base64')],
  ])('are the same, with %s', (_kind, secret, key) => {
    const body = Buffer.from('{"name":"chat.create","payload":{"text":"Grüße, 世界 🎉"}}');
    const timestamp = now();

    const headers = signatureHeaders({ id: ID, timestamp, body, secrets: [secret] });

    const seconds = Math.floor(timestamp.getTime() / 1000);
    const signed = Buffer.concat([Buffer.from(`${ID}.${seconds}.`), body]);
    expect(headers['x-comapi-signature']).toBe(
      opensslHmac('sha1', Buffer.from(secret), body).toString('hex'),
    );
    expect(headers['webhook-signature']).toBe(`v1,${opensslHmac('sha256', key, signed).toString('base64')}`);
  });
});

describe('a secret', () => {
  test.each([
    PLAIN,
    STANDARD,
    `whsec_${'A'.repeat(32)}`,
    `whsec_${'A'.repeat(83)}=`,
    `whsec_${'A'.repeat(43)}`,
    `whsec_${'A'.repeat(42)}`,
  ])('such as %s is fine, and a library takes it', (secret) => {
    expect(secretProblem(secret)).toBeUndefined();
    expect(() => new Webhook(standardSecret(secret))).not.toThrow();
  });

  test.each([
    'whsec_',
    'whsec_not base64 at all, but long enough',
    `whsec_${'A'.repeat(33)}`,
    `whsec_${'A'.repeat(28)}`,
    `whsec_${'A'.repeat(88)}`,
    `whsec_${'-_'.repeat(16)}`,
  ])('such as %s would fail in a library or is too short or too long, and that is said', (secret) => {
    expect(secretProblem(secret)).toBe('what begins with whsec_ must go on with 24 to 64 bytes in base64');
  });
});

function opensslHmac(hash: string, key: Buffer, input: Buffer): Buffer {
  const args = ['dgst', `-${hash}`, '-mac', 'HMAC', '-macopt', `hexkey:${key.toString('hex')}`, '-binary'];
  return execFileSync('openssl', args, { input });
}
