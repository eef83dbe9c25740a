import fc from 'fast-check';
import { refusalOf } from '../../core/egress/guard';

// Another way to the same answer than the guard's: numbers and masks.
const REFUSED_IPV4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24'],
  ...['203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4', '168.63.129.16/32'],
];
const REFUSED_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

describe('an address', () => {
  test.each(REFUSED_IPV4)('at the edges of %s is refused, and beyond them as the neighbour is', (subnet) => {
    const { first, last } = rangeOf(subnet, 32);
    for (const inside of [first, last, (first + last) / 2n]) expect(refusalOf(ipv4(inside))).toMatch(/^an? /);
    for (const beyond of [first - 1n, last + 1n].filter((value) => value >= 0n && value < 1n << 32n))
      expect(refusalOf(ipv4(beyond)) === undefined).toBe(!isIn(beyond, REFUSED_IPV4, 32));
  });

  test('of IPv4 is refused if it is in one of the ranges, and else not', () => {
    const near = fc.constantFrom(...REFUSED_IPV4.map((subnet) => rangeOf(subnet, 32).first));
    const anywhere = fc.bigInt({ min: 0n, max: (1n << 32n) - 1n });
    const nearby = fc
      .tuple(near, fc.bigInt({ min: -300n, max: 300n }))
      .map(([a, b]) => BigInt.asUintN(32, a + b));
    fc.assert(
      fc.property(fc.oneof(anywhere, nearby), (value) => {
        expect(refusalOf(ipv4(value)) !== undefined).toBe(isIn(value, REFUSED_IPV4, 32));
      }),
      { numRuns: 5_000 },
    );
  });

  test('of IPv6 is refused unless it is global unicast without a special purpose', () => {
    const anywhere = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n });
    const global = anywhere.map((value) => (value >> 3n) | (1n << 125n));
    const near = fc.constantFrom(...[...REFUSED_IPV6, '2000::/3'].map((subnet) => rangeOf(subnet, 128)));
    const nearby = fc
      .tuple(near, fc.boolean(), fc.bigInt({ min: -5n, max: 5n }))
      .map(([{ first, last }, isFirst, step]) => BigInt.asUintN(128, (isFirst ? first : last) + step));
    fc.assert(
      fc.property(fc.oneof(anywhere, global, nearby), (value) => {
        const isPublic = isIn(value, ['2000::/3'], 128) && !isIn(value, REFUSED_IPV6, 128);
        expect(refusalOf(ipv6(value)) === undefined).toBe(isPublic);
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    ['::ffff:8.8.8.8', 'an IPv4 address in the form of IPv6'],
    ['::ffff:808:808', 'an IPv4 address in the form of IPv6'],
    ['64:ff9b::8.8.8.8', 'an IPv4 address in the form of IPv6'],
    ['::8.8.8.8', 'an IPv4 address in the form of IPv6'],
    ['2002:808:808::1', 'an IPv4 address in the form of IPv6'],
    ['5f00::1', 'not a public address'],
    ['fe80::1%eth0', 'an address of a local network'],
    ['2606:4700::1%eth0', 'an address of a local network'],
    ['', 'not an address'],
    ['example.com', 'not an address'],
    ['127.1', 'not an address'],
    ['8.8.8.8 ', 'not an address'],
    ['010.8.8.8', 'not an address'],
  ])('%s is %s', (address, what) => {
    expect(refusalOf(address)).toBe(what);
  });
});

function rangeOf(subnet: string, bits: 32 | 128) {
  const [network = '', length] = subnet.split('/');
  const size = 1n << BigInt(bits - Number(length));
  const first = bits === 32 ? numberOf(network.split('.'), 10, 8n) : numberOf(groups(network), 16, 16n);
  return { first, last: first + size - 1n };
}

function groups(network: string): string[] {
  const [head = '', tail = ''] = network.split('::');
  const [left, right] = [head, tail].map((text) => (text === '' ? [] : text.split(':'))) as [
    string[],
    string[],
  ];
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => '0'), ...right];
}

function numberOf(digits: readonly string[], base: 10 | 16, bits: bigint): bigint {
  return digits.reduce((sum, digit) => (sum << bits) + BigInt(base === 16 ? `0x${digit}` : digit), 0n);
}

function isIn(value: bigint, subnets: readonly string[], bits: 32 | 128): boolean {
  return subnets
    .map((subnet) => rangeOf(subnet, bits))
    .some(({ first, last }) => value >= first && value <= last);
}

function ipv4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
}

function ipv6(value: bigint): string {
  return Array.from({ length: 8 }, (_, n) => ((value >> BigInt(112 - 16 * n)) & 0xffffn).toString(16)).join(
    ':',
  );
}
