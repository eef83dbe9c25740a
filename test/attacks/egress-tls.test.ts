import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createEgress, type Egress } from '../../core/egress/egress';
import { describeWith } from '../support/tools';
import { postElsewhere } from './egress-process';

const POST = { headers: {}, body: '{}' };

describeWith(['openssl'], 'a receiver with TLS', () => {
  let folder: string;
  let egress: Egress;
  let server: Server;
  let requests = 0;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'parley-tls-'));
    server = await serve(certificate('good', '-days', '2'), () => {
      requests += 1;
    });
    egress = createEgress({ allowPrivate: true, lookup: async () => ['127.0.0.1'] });
  });
  beforeEach(() => {
    requests = 0;
  });
  afterAll(async () => {
    egress.close();
    await close(server);
    rmSync(folder, { recursive: true, force: true });
  });

  const certificate = (name: string, ...more: readonly string[]) => {
    const [key, cert] = [path.join(folder, `${name}.key`), path.join(folder, `${name}.pem`)];
    const how = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const what = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', ...more];
    execFileSync('openssl', [...how, '-keyout', key, '-out', cert, ...what], { stdio: 'ignore' });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  };
  const urlOf = (host: string, of = server) => `https://${host}:${(of.address() as AddressInfo).port}/hook`;

  test('that nobody vouches for hears nothing, whatever the environment says', async () => {
    const said = await postElsewhere([urlOf('localhost')], { NODE_TLS_REJECT_UNAUTHORIZED: '0' });

    expect(said).toEqual([
      expect.stringMatching(
        /^"localhost:\d+" has a certificate that it signed itself \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/,
      ),
    ]);
    await expect(egress.post(urlOf('localhost'), POST)).rejects.toMatchObject({ kind: 'tls' });
    expect(requests).toBe(0);
  });

  test('that speaks plain http fails', async () => {
    const { createServer: createPlain } = await import('node:http');
    const plain = createPlain().listen(0, '127.0.0.1');
    await once(plain, 'listening');
    const { port } = plain.address() as AddressInfo;
    await expect(egress.post(`https://127.0.0.1:${port}/`, POST)).rejects.toMatchObject({ kind: 'tls' });
    plain.close();
  });

  test('that the operator vouches for is called by its name only, over one connection', async () => {
    const connections = new Set<unknown>();
    server.on('request', ({ socket }) => connections.add(socket));

    const urls = ['localhost', 'localhost', 'localhost.', '127.0.0.1'].map((host) => urlOf(host));
    const said = await postElsewhere(urls, { NODE_EXTRA_CA_CERTS: path.join(folder, 'good.pem') });

    const wrongName = expect.stringMatching(/^"127\.0\.0\.1:\d+" has a certificate for another name/);
    expect(said).toEqual([200, 200, 200, wrongName]);
    expect(requests).toBe(3);
    expect(connections.size).toBe(2); // the name with a dot has its own
  });
});

async function serve(options: Parameters<typeof createServer>[0], heard: () => void): Promise<Server> {
  const server = createServer(options, (request, response) => {
    heard();
    request.resume();
    response.end('fine');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
