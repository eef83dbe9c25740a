import { networkInterfaces } from 'node:os';
import { createEgress, type Egress } from '../../core/egress/egress';
import { EgressRefused } from '../../core/egress/errors';
import { internetLookup } from '../../core/egress/lookup';
import { type Policy, strictPolicy } from '../../core/egress/policy';
import { type Canary, startCanary } from './egress-canary';
import { type DnsAnswer, startDns, type TestDns } from './egress-dns';
import { type Listener, startListener } from './egress-listener';
import { postElsewhere } from './egress-process';

const POST = { headers: { 'content-type': 'application/json' }, body: '{}' };

/** As strict as it can be about addresses, so that nothing but them is what refuses a URL with a canary's port. */
const anyPort: Policy = { ...strictPolicy, plainHttp: true, allowsPort: () => true };

/** The same, but one address of loopback is the internet, with a receiver on it. */
const INTERNET = '127.0.0.2';
const withInternet: Policy = {
  ...anyPort,
  refusalOf: (address) => (address === INTERNET ? undefined : strictPolicy.refusalOf(address)),
};

let canary: Canary;
const opened: Egress[] = [];
const open = (options: Parameters<typeof createEgress>[0]) => {
  const egress = createEgress(options);
  opened.push(egress);
  return egress;
};

beforeAll(async () => {
  canary = await startCanary();
});
afterEach(() => {
  for (const egress of opened.splice(0)) egress.close();
  canary.forget();
});
afterAll(() => canary.close());

// Each of these reaches the canary where private addresses are allowed: a guard that misses one is found out.
const LEAD_TO_LOOPBACK = [
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '2130706433',
  '0x7f000001',
  '0x7f.1',
  '0X7F.0X0.0X0.0X1',
  '0177.0.0.1',
  '0177.1',
  '017700000001',
  '0000000000177.0.0.01',
  '127.0.0.1.',
  '0x7f.1.',
  '0',
  '0x0',
  '0.0.0.0',
  '00.0x0.0',
  '[::]',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[0000:0000:0000:0000:0000:0000:0000:0001]',
  '[::0.0.0.1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::FFFF:7F00:0001]',
  '[0:0:0:0:0:ffff:127.0.0.1]',
  '[::ffff:0.0.0.0]',
  '\uff11\uff12\uff17.\uff10.\uff10.\uff11', // full-width digits
  '127\u30020\u30020\u30021', // ideographic full stops
  '127\uff0e0\uff0e0\uff0e1', // full-width full stops
  '127\uff610\uff610\uff611', // half-width ideographic full stops
  '\u2460\u2461\u2466.\u24ea.\u24ea.\u2460', // circled digits
  '\uff10\uff58\uff17\uff46.1', // full-width 0x7f
  '%31%32%37.0.0.1',
  '127%2e0%2e0%2e1',
  '%30%78%37%66.1',
  '12\u00ad7.0.0.1', // a soft hyphen
  '1\u200b27.0.0.1', // a space without width
  'localhost',
  'LocalHost',
  '%6cocalhost',
  '\u24dbocalhost', // a circled l
  '\uff4c\uff4f\uff43\uff41\uff4c\uff48\uff4f\uff53\uff54', // full-width letters
  'loc\u00adalhost',
] as const;

const LEAD_ELSEWHERE_INSIDE = [
  'localhost.',
  'api.localhost',
  'api.localhost.',
  'localhost.localhost',
  '[::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b::127.0.0.1]',
  '[64:ff9b::a9fe:a9fe]',
  '[64:ff9b:1::7f00:1]',
  '[2002:7f00:1::]',
  '[2002:7f00:1::1]',
  '[2001:0:7f00:1::]',
  '[::ffff:0:127.0.0.1]',
  '[::ffff:169.254.169.254]',
  '[5f00::1]',
  '[100::1]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[fe80::1]',
  '[febf:ffff::1]',
  '[fec0::1]',
  '[ff02::1]',
  '[2001:db8::1]',
  '[3fff::1]',
  '[4000::1]',
  '169.254.169.254',
  '0xa9fea9fe',
  '2852039166',
  '0251.0376.0251.0376',
  '169.254.170.2',
  '168.63.129.16',
  '100.100.100.200',
  '100.64.0.1',
  '127.255.255.254',
  '10.0.0.1',
  '10.255.255.255',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '192.0.0.192',
  '192.0.2.1',
  '192.88.99.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
] as const;

describe('a URL of a tenant that spells an inner address', () => {
  test.each([...LEAD_TO_LOOPBACK, ...LEAD_ELSEWHERE_INSIDE])('as %s is refused', async (host) => {
    const egress = open({ allowPrivate: false, policy: anyPort });
    const url = `http://${host}:${canary.port}/hook?token=of-the-tenant`;

    expect(() => egress.check(url)).toThrow(EgressRefused);
    await expect(egress.resolveCheck(url)).rejects.toThrow(EgressRefused);
    const refusal = await egress.post(url, POST).catch((error: unknown) => error);

    expect(refusal).toBeInstanceOf(EgressRefused);
    expect(refusal).toHaveProperty(
      'message',
      expect.stringMatching(/^".+" is .+; give one that the internet reaches$/),
    );
    expect(refusal).toHaveProperty('message', expect.not.stringContaining('of-the-tenant'));
    expect(canary.heard()).toBe(0);
  });

  const hasIPv6 = Object.values(networkInterfaces()).some((all) =>
    all?.some(({ address }) => address === '::1'),
  );
  const reachable = LEAD_TO_LOOPBACK.filter((host) => hasIPv6 || !host.startsWith('['));

  test.each(reachable)('as %s is called where the operator allows it', async (host) => {
    const egress = open({ allowPrivate: true });

    const { status } = await egress.post(`http://${host}:${canary.port}/`, POST);

    expect(status).toBe(200);
    expect(canary.heard()).toBe(1);
  });
});

describe('a URL that is not what it seems', () => {
  test.each([
    ['a user name', 'http://example.com@127.0.0.1:PORT/'],
    ['only a user name', 'https://user@example.com/'],
    ['only a password', 'https://:pass@example.com/'],
    ['a user name and a password', 'https://user:pass@example.com/'],
    ['an encoded user name', 'http://example.com%2f@127.0.0.1:PORT/'],
    ['a user name with a port', 'http://example.com:443@127.0.0.1:PORT/'],
    ['another host behind a backslash', 'http://127.0.0.1:PORT\\@example.com/'],
    ['backslashes for slashes', 'http:\\\\127.0.0.1:PORT/'],
    ['no slashes', 'http:127.0.0.1:PORT/'],
    ['one slash', 'http:/127.0.0.1:PORT/'],
    ['three slashes', 'http:///127.0.0.1:PORT/'],
    ['another host behind a hash', 'http://127.0.0.1:PORT#@example.com/'],
    ['another host behind a question mark', 'http://127.0.0.1:PORT?@example.com/'],
    ['a tab', 'http://127.0.\t0.1:PORT/'],
    ['a line break in the scheme', 'ht\ntp://127.0.0.1:PORT/'],
    ['a space in front', ' http://127.0.0.1:PORT/'],
    ['a header behind a line break', 'http://example.com/\r\nHost: 127.0.0.1'],
    ['a NUL', 'http://127.0.0.1\0.example.com:PORT/'],
    ['a zone', 'http://[fe80::1%25lo]:PORT/'],
    ['a zone of loopback', 'http://[::1%lo]:PORT/'],
    ['a number too large for an address', 'http://4294967297:PORT/'],
    ['too many numbers', 'http://127.0.0.1.1:PORT/'],
    ['no host', 'http://:PORT/'],
    ['nothing', ''],
    ['only a path', '/hook'],
    ['no scheme', '//127.0.0.1:PORT/'],
    ['a file', 'file:///etc/passwd'],
    ['data', 'data:text/plain,x'],
    ['gopher', 'gopher://127.0.0.1:PORT/_x'],
    ['ftp', 'ftp://127.0.0.1:PORT/'],
    ['a socket of the system', 'http+unix://%2Fvar%2Frun%2Fdocker.sock/'],
    ['a script', 'javascript:alert(1)'],
    ['3,000 characters', `https://example.com/${'a'.repeat(3_000)}`],
    ['a name of 300 characters', `https://${'a.'.repeat(150)}example.com/`],
  ])('%s: is refused', async (_name, pattern) => {
    const url = pattern.replace('PORT', String(canary.port));
    for (const policy of [anyPort, strictPolicy]) {
      const egress = open({ allowPrivate: false, policy });
      expect(() => egress.check(url)).toThrow(EgressRefused);
      await expect(egress.post(url, POST)).rejects.toThrow(EgressRefused);
    }
    expect(canary.heard()).toBe(0);
  });

  test('plain http is refused, and https is not', () => {
    const egress = open({ allowPrivate: false });
    expect(() => egress.check('http://example.com/hook')).toThrow('must begin with https://');
    expect(() => egress.check('HTTPS://example.com/hook')).not.toThrow();
  });

  test.each([0, 1, 21, 22, 25, 53, 80, 110, 1023, 2375, 3306, 5432, 6379, 6667, 9200, 11_211, 27_017])(
    'port %i is refused',
    (port) => {
      const egress = open({ allowPrivate: false });
      expect(() => egress.check(`https://example.com:${port}/hook`)).toThrow(`must not use port ${port}`);
    },
  );

  test.each(['', ':443', ':0443', ':1024', ':3000', ':4443', ':8080', ':8443', ':65535'])(
    'port "%s" is fine',
    (port) => {
      expect(() => open({ allowPrivate: false }).check(`https://example.com${port}/hook`)).not.toThrow();
    },
  );

  test.each([
    'https://8.8.8.8/',
    'https://[2606:4700:4700::1111]/',
    'https://bücher.example/',
    'https://a.b.c/?x=1#y',
  ])('%s is fine', (url) => {
    expect(() => open({ allowPrivate: false }).check(url)).not.toThrow();
  });
});

describe('a name of a tenant', () => {
  let dns: TestDns;
  let receiver: Listener;
  let said: Record<string, DnsAnswer | (() => DnsAnswer)>;

  beforeAll(async () => {
    receiver = await startListener({ host: INTERNET });
    dns = await startDns((name) => {
      const answer = said[name] ?? 'no such name';
      return typeof answer === 'function' ? answer() : answer;
    });
  });
  beforeEach(() => {
    said = {};
    receiver.reset();
  });
  afterAll(async () => {
    await dns.close();
    await receiver.close();
  });

  const outside = (policy = withInternet) =>
    open({ allowPrivate: false, policy, lookup: internetLookup({ servers: [dns.server] }) });

  test('that leads to the internet is called there', async () => {
    said = { 'hooks.example': [INTERNET] };
    const egress = outside();

    await expect(egress.resolveCheck(`http://hooks.example:${receiver.port}/`)).resolves.toBeUndefined();
    const { status } = await egress.post(`http://hooks.example:${receiver.port}/in`, POST);

    expect(status).toBe(200);
    expect(receiver.requests()).toEqual([expect.objectContaining({ url: '/in', body: '{}' })]);
  });

  test.each<[string, readonly string[]]>([
    ['to loopback', ['127.0.0.1']],
    ['to loopback by IPv6', ['::1']],
    ['nowhere', ['0.0.0.0']],
    ['to loopback as mapped IPv4', ['::ffff:7f00:1']],
    ['to a private network', ['10.1.2.3']],
    ['to where clouds keep their metadata', ['169.254.169.254']],
    ['to loopback through NAT64', ['64:ff9b::7f00:1']],
    ['to the internet and to loopback', [INTERNET, '127.0.0.1']],
    ['to loopback and to the internet', ['127.0.0.1', INTERNET]],
    ['to the internet and to loopback by IPv6', [INTERNET, '::1']],
    ['to twenty public addresses and a private one', [...many(20), '192.168.1.1']],
  ])('that leads %s is refused', async (_where, addresses) => {
    said = { 'hooks.example': addresses };
    const url = `http://hooks.example:${canary.port}/`;
    const egress = outside();

    await expect(egress.resolveCheck(url)).rejects.toThrow(EgressRefused);
    const refusal = await egress.post(url, POST).catch((error: unknown) => error);

    expect(refusal).toBeInstanceOf(EgressRefused);
    expect(refusal).toHaveProperty('message', expect.stringMatching(/^"hooks\.example" leads to an? /));
    // Which address it was is for the operator: the name may be one of their own network.
    for (const address of addresses) expect(String(refusal)).not.toContain(address);
    expect(canary.heard()).toBe(0);
  });

  test('that changes its answer after the check is refused at the connection', async () => {
    let asked = 0;
    said = { 'rebind.example': () => (asked++ < 2 ? [INTERNET] : ['127.0.0.1']) };
    const url = `http://rebind.example:${canary.port}/`;
    const egress = outside();

    await expect(egress.resolveCheck(url)).resolves.toBeUndefined();
    await expect(egress.post(url, POST)).rejects.toThrow(EgressRefused);

    expect(canary.heard()).toBe(0);
  });

  test('that changes its answer at every question is asked once, and its first answer is used', async () => {
    let asked = 0;
    // A question for each family is one look-up.
    said = { 'rebind.example': () => (asked++ < 2 ? [INTERNET] : ['127.0.0.1']) };

    const { status } = await outside().post(`http://rebind.example:${receiver.port}/`, POST);

    expect(status).toBe(200);
    expect(receiver.requests()).toHaveLength(1);
    expect(asked).toBe(2);
  });

  test('stays where its kept connection leads, and is judged again for the next connection', async () => {
    said = { 'hooks.example': [INTERNET] };
    const url = `http://hooks.example:${receiver.port}/`;
    const egress = outside();

    await egress.post(url, POST);
    said = { 'hooks.example': ['127.0.0.1'] };
    await egress.post(url, POST);
    const connections = receiver.connections();
    await receiver.hangUp();
    const refusal = await egress.post(url, POST).catch((error: unknown) => error);

    expect(connections).toBe(1);
    expect(refusal).toBeInstanceOf(EgressRefused);
    expect(receiver.requests()).toHaveLength(2);
    expect(canary.heard()).toBe(0);
  });

  test.each([301, 302, 303, 307, 308])('whose receiver answers %i is not followed', async (status) => {
    said = { 'hooks.example': [INTERNET] };
    receiver.answer = (_request, response) => {
      response
        .writeHead(status, { location: `http://127.0.0.1:${canary.port}/secret`, refresh: '0' })
        .end('over there');
    };

    const answer = await outside().post(`http://hooks.example:${receiver.port}/`, POST);

    expect(answer).toMatchObject({ status, body: 'over there' });
    expect(canary.heard()).toBe(0);
    expect(receiver.requests()).toHaveLength(1);
  });

  test('that does not exist fails, and may be set up all the same', async () => {
    const url = `http://nowhere.example:${canary.port}/`;
    const egress = outside();

    await expect(egress.resolveCheck(url)).resolves.toBeUndefined();
    await expect(egress.post(url, POST)).rejects.toMatchObject({
      kind: 'dns',
      message: 'the name "nowhere.example" cannot be resolved (ENOTFOUND)',
    });
  });

  test('whose name server is silent fails by itself, and holds up nobody who needs a name', async () => {
    said = { 'silent.example': 'silence', 'hooks.example': [INTERNET] };
    const egress = outside();
    const silent = Array.from({ length: 20 }, (_, n) =>
      egress.post(`http://silent.example:${canary.port}/${n}`, POST).catch((error: unknown) => error),
    );

    const { status, durationMs } = await egress.post(`http://hooks.example:${receiver.port}/`, POST);

    expect(status).toBe(200);
    expect(durationMs).toBeLessThan(1_000);
    for (const failure of await Promise.all(silent)) expect(failure).toMatchObject({ kind: 'dns' });
  });
});

test('no proxy of the environment is used', async () => {
  const receiver = await startListener();
  const names = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'];
  const proxy = Object.fromEntries(names.map((name) => [name, `http://127.0.0.1:${canary.port}`]));

  const said = await postElsewhere([`http://hooks.example:${receiver.port}/`], {
    ...proxy,
    NODE_USE_ENV_PROXY: '1',
  });

  expect(said).toEqual([200]);
  expect(receiver.requests()).toHaveLength(1);
  expect(canary.heard()).toBe(0);
  await receiver.close();
});

function many(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `93.184.216.${n + 1}`);
}
