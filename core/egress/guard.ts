import { BlockList, isIP } from 'node:net';

/** Says what an address is when a tenant may not make us call it; undefined for what the internet reaches. */
export function refusalOf(address: string): string | undefined {
  const family = isIP(address);
  if (family === 0) return 'not an address';
  // A zone (fe80::1%eth0) names one of our own interfaces.
  if (address.includes('%')) return 'an address of a local network';
  if (family === 4) return REFUSED_IPV4.find(({ list }) => list.check(address, 'ipv4'))?.what;
  // Whatever is not global unicast, whether it has a meaning today or not: mapped and compatible IPv4, NAT64
  // (64:ff9b::/96 and 64:ff9b:1::/48), SRv6 (5f00::/16), unique local, link-local, site-local, multicast.
  if (!GLOBAL_UNICAST.check(address, 'ipv6')) return describeIPv6(address);
  return REFUSED_IPV6.find(({ list }) => list.check(address, 'ipv6'))?.what;
}

interface Refused {
  readonly what: string;
  readonly list: BlockList;
}

function refused(family: 'ipv4' | 'ipv6', what: string, ...subnets: readonly string[]): Refused {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [network = '', prefix] = subnet.split('/');
    list.addSubnet(network, Number(prefix), family);
  }
  return { what, list };
}

// IANA IPv4 Special-Purpose Address Registry (RFC 6890), but for the two ranges in it that anyone may announce.
const REFUSED_IPV4 = [
  refused('ipv4', 'a loopback address', '127.0.0.0/8'),
  refused('ipv4', 'an address of this machine or network', '0.0.0.0/8'),
  refused('ipv4', 'a private address', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'),
  refused('ipv4', 'a link-local address', '169.254.0.0/16'),
  // Azure answers every virtual machine here, although the address looks public.
  refused('ipv4', "an address of a cloud's own services", '168.63.129.16/32'),
  refused('ipv4', 'an address for documentation', '192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24'),
  refused('ipv4', 'a multicast or broadcast address', '224.0.0.0/4', '240.0.0.0/4'),
  refused('ipv4', 'an address with a special purpose', '192.0.0.0/24', '192.88.99.0/24', '198.18.0.0/15'),
];

const GLOBAL_UNICAST = new BlockList();
GLOBAL_UNICAST.addSubnet('2000::', 3, 'ipv6');

// Inside of global unicast: Teredo, ORCHID and benchmarks (2001::/23), documentation (RFC 3849, RFC 9637), 6to4.
const REFUSED_IPV6 = [
  refused('ipv6', 'an address with a special purpose', '2001::/23'),
  refused('ipv6', 'an address for documentation', '2001:db8::/32', '3fff::/20'),
  refused('ipv6', 'an IPv4 address in the form of IPv6', '2002::/16'),
];

const NAMED_IPV6 = [
  refused('ipv6', 'a loopback address', '::/127'),
  refused('ipv6', 'an IPv4 address in the form of IPv6', '::/96', '::ffff:0:0/96', '64:ff9b::/96'),
  refused('ipv6', 'a private address', 'fc00::/7', 'fec0::/10', '64:ff9b:1::/48'),
  refused('ipv6', 'a link-local address', 'fe80::/10'),
  refused('ipv6', 'a multicast or broadcast address', 'ff00::/8'),
];

function describeIPv6(address: string): string {
  const named = NAMED_IPV6.find(({ list }) => list.check(address, 'ipv6'));
  return named?.what ?? 'not a public address';
}
