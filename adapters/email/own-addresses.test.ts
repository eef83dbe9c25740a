import { createHmac, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { EmailConfig } from './config';
import { keyOfMessageId, messageIdOf, referencesTo } from './message-ids';
import { ownAddresses } from './own-addresses';

const config: EmailConfig = {
  address: 'support@shop.example',
  aliases: ['Sales@Shop.example'],
  imap: { host: 'imap.shop.example', password: 'x' },
  smtp: { host: 'smtp.shop.example' },
  plusAddressing: true,
};
const host = (secret: string) => ({
  sign: (text: string) => createHmac('sha256', secret).update(text).digest('base64url'),
});
const own = ownAddresses(config, host('ours'));

test('a token proves the key that it was made of, in any case, and no other', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.integer({ min: 0, max: 255 }), (id, piece) => {
      const key = piece === 0 ? id : `${id}:${piece}`;
      const address = own.withToken('support@shop.example', key) ?? '';
      expect(own.keyIn(address)).toBe(key);
      expect(
        own.keyIn(
          address.toUpperCase().replace('SUPPORT', 'support').replace('@SHOP.EXAMPLE', '@shop.example'),
        ),
      ).toBe(key);
      expect(ownAddresses(config, host('theirs')).keyIn(address)).toBeUndefined();
      expect(own.keyOfMark(own.mark(key))).toBe(key);
      expect(ownAddresses(config, host('theirs')).keyOfMark(own.mark(key))).toBeUndefined();
    }),
  );
});

test('one letter changed proves nothing', () => {
  const address = own.withToken('support@shop.example', randomUUID()) ?? '';
  const start = address.indexOf('+r') + 2;
  for (let at = start; at < address.indexOf('@'); at += 1) {
    const other = address[at] === 'a' ? 'b' : 'a';
    const key = own.keyIn(address.slice(0, at) + other + address.slice(at + 1));
    expect(key).toBeUndefined();
  }
});

test('a token is no longer than a local part may be, or is left out', () => {
  expect(own.withToken('support@shop.example', randomUUID())?.split('@')[0]?.length).toBeLessThanOrEqual(64);
  expect(own.withToken(`${'x'.repeat(40)}@shop.example`, randomUUID())).toBeUndefined();
});

test('aliases and plus addresses are ours, and nobody else is', () => {
  expect(own.has('sales@shop.example')).toBe(true);
  expect(own.has('support+anything@shop.example')).toBe(true);
  expect(own.has('support@shop.example.evil.example')).toBe(false);
});

test('a Message-ID is the same for each attempt, and tells its key to us alone', () => {
  const key = `${randomUUID()}:3`;
  const id = messageIdOf(key, 'support@shop.example');
  expect(id).toBe(messageIdOf(key, 'support@shop.example'));
  expect(keyOfMessageId(id, ['support@shop.example'])).toBe(key);
  expect(keyOfMessageId(id, ['support@other.example'])).toBeUndefined();
});

test('of many references the first and the last are kept', () => {
  const many = Array.from({ length: 50 }, (_, index) => `${index}@x`);
  const kept = referencesTo('parent@x', many);
  expect(kept).toHaveLength(20);
  expect([kept[0], kept.at(-1)]).toEqual(['0@x', 'parent@x']);
});
