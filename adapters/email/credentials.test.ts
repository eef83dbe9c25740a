import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ChannelError } from '../../plugins/contract/index';
import { fakeHost } from '../../plugins/testing/fake-host';
import type { EmailConfig } from './config';
import { credentialsOf } from './credentials';

/** A token server that gives token-1, token-2 ... for an hour, and a new refresh token with each. */
async function tokenServer() {
  const asked: string[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      asked.push(new URLSearchParams(body).get('refresh_token') ?? '');
      response.writeHead(status, { 'content-type': 'application/json' });
      const count = asked.length;
      response.end(
        JSON.stringify({
          access_token: `token-${count}`,
          expires_in: 3600,
          refresh_token: `refresh-${count}`,
        }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const tokenUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  return {
    asked,
    answer: (next: number) => {
      status = next;
    },
    config: {
      address: 'support@shop.example',
      imap: {
        host: 'imap.example',
        oauth: { tokenUrl, clientId: 'app', clientSecret: 'shh', refreshToken: 'refresh-0' },
      },
      smtp: { host: 'smtp.example' },
    } satisfies EmailConfig,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

const signal = () => AbortSignal.timeout(5_000);

test('a token is fetched once, for both servers, and again ahead of its end', async () => {
  const server = await tokenServer();
  let now = Date.now();
  const host = fakeHost({ now: () => new Date(now) });
  const credentials = credentialsOf(server.config, host);
  const [imap, smtp] = await Promise.all([
    credentials.login('imap', signal()),
    credentials.login('smtp', signal()),
  ]);
  expect([imap, smtp]).toEqual(
    Array(2).fill({ user: 'support@shop.example', accessToken: 'token-1', isFresh: true }),
  );
  now += 56 * 60_000;
  expect(await credentials.login('imap', signal())).toMatchObject({ accessToken: 'token-2' });
  expect(server.asked).toEqual(['refresh-0', 'refresh-1']);
  await server.stop();
});

test('a refresh token that was replaced outlives a restart, sealed', async () => {
  const server = await tokenServer();
  const host = fakeHost();
  await credentialsOf(server.config, host).login('imap', signal());
  await credentialsOf(server.config, host).login('imap', signal());
  expect(server.asked).toEqual(['refresh-0', 'refresh-1']);
  expect(await host.store.get('oauth refresh token')).not.toContain('refresh');
  await server.stop();
});

test('a refused refresh token names the setting; a server in trouble does not', async () => {
  const server = await tokenServer();
  const credentials = credentialsOf(server.config, fakeHost());
  const failure = () => credentials.login('imap', signal()).catch((error: unknown) => error);
  server.answer(400);
  const refused = await failure();
  expect(ChannelError.is(refused) && [refused.kind, refused.detail.setting]).toEqual([
    'unauthorized',
    'imap.oauth.refreshToken',
  ]);
  server.answer(503);
  const busy = await failure();
  expect(ChannelError.is(busy) && busy.kind).toBe('unavailable');
  await server.stop();
});
