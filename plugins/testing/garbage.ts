/** What no channel takes for an address. */
export const GARBAGE_ADDRESSES: readonly string[] = [
  '',
  ' ',
  '\t\n',
  '\u0000',
  '+',
  '@',
  '-1',
  '💥',
  '<script>alert(1)</script>',
  "'; DROP TABLE chats; --",
  '../../etc/passwd',
  'http://169.254.169.254/',
  '__proto__',
  '\u202e12345',
  'x'.repeat(10_000),
  '9'.repeat(10_000),
];

const MEGABYTE = 1_000_000;

/** Bodies that a stranger, or a provider on a bad day, may send. */
export const GARBAGE_BODIES: Readonly<Record<string, Uint8Array>> = {
  empty: new Uint8Array(0),
  binary: Uint8Array.from({ length: 512 }, (_, index) => (index * 151) % 256),
  'invalid UTF-8': Uint8Array.from([0x42, 0x6f, 0x64, 0x79, 0x3d, 0xff, 0xfe, 0xc3, 0x28, 0xed, 0xa0, 0x80]),
  'a megabyte': new Uint8Array(MEGABYTE).fill(0x61),
  'a megabyte of separators': new Uint8Array(MEGABYTE).fill(0x26),
  'half a JSON': Buffer.from('{"entry":[{"id":"1","messaging":[{'),
  'the wrong JSON': Buffer.from('{"entry":{"0":null},"messages":"none","object":[]}'),
  'a JSON null': Buffer.from('null'),
  'a deep JSON': Buffer.from('['.repeat(20_000) + ']'.repeat(20_000)),
  'names of the prototype': Buffer.from(
    '__proto__=1&constructor=2&toString=3&hasOwnProperty=4&a[b]=5&__proto__[polluted]=6&__proto__=7',
  ),
  'names of the prototype in JSON': Buffer.from(
    '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
  ),
  'broken escapes': Buffer.from('%=%&%zz=%E0%A4%A&Body=%'),
};
