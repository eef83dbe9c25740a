import fc from 'fast-check';
import { isAlphanumericSender, normalizeAddress } from './address';

test.each([
  ['+447911123456', '+447911123456'],
  ['+44 7911 123456', '+447911123456'],
  ['+44 (0)7911 123-456', '+447911123456'],
  ['+1 (415) 555-2671', '+14155552671'],
  ['+1.415.555.2671', '+14155552671'],
  ['+33\u00a06\u00a012\u00a034\u00a056\u00a078', '+33612345678'],
  [' +15005550006 ', '+15005550006'],
  ['60777', '60777'],
  ['PARLEY', 'PARLEY'],
  ['whatsapp:+44 7911 123456', 'whatsapp:+447911123456'],
  ['WhatsApp:+447911123456', 'whatsapp:+447911123456'],
])('%j is %s', (raw, canonical) => {
  expect(normalizeAddress(raw)).toBe(canonical);
});

test.each([
  '07911 123456',
  '+44',
  '+44 7911 123456 ext. 5',
  '+4479111234567890123',
  '+0000000000',
  'call +44 7911 123456 now',
  'ann@example.test',
  'TWELVELETTER',
  'whatsapp:ann',
  'whatsapp:',
  '12',
  '123456789',
  '+12+34',
])('%j is no address', (raw) => {
  expect(normalizeAddress(raw)).toBeUndefined();
});

test('a canonical address is its own canonical form, whatever was typed', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\+?[0-9 ().-]{3,20}$/)), (raw) => {
      const canonical = normalizeAddress(raw);
      if (canonical !== undefined) expect(normalizeAddress(canonical)).toBe(canonical);
    }),
  );
});

test('only a sender with letters leads nowhere', () => {
  expect(['PARLEY', 'Royal Mail', '2degrees'].every(isAlphanumericSender)).toBe(true);
  expect(['+447911123456', '60777', 'whatsapp:+447911123456', 'rcs:agent'].some(isAlphanumericSender)).toBe(
    false,
  );
});
