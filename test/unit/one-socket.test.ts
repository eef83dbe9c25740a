import type { AddressInfo } from 'node:net';
import { type ClientOptions, WebSocket, WebSocketServer } from 'ws';
import { OneSocket } from '../../core/sockets/one-socket';
import { until } from '../support/until';

const OWNER = {
  ...{ spaceId: 'space', accountId: 'account', channelId: 'appMessaging', sessionId: 'session' },
  ...{ profileId: 'ada', isAgent: false, expiresOn: Number.MAX_SAFE_INTEGER },
};

describe('one socket of an app', () => {
  let server: WebSocketServer;
  const sockets: OneSocket[] = [];
  const ended: OneSocket[] = [];
  const apps: WebSocket[] = [];

  beforeAll(async () => {
    server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    server.on('connection', (ws) =>
      sockets.push(
        new OneSocket(ws, {
          ...{ owner: OWNER, now: Date.now, understands: () => true },
          onEnd: (socket) => ended.push(socket),
        }),
      ),
    );
    await new Promise((resolve) => server.once('listening', resolve));
  });
  afterEach(() => {
    for (const app of apps.splice(0)) app.terminate();
    sockets.length = 0;
    ended.length = 0;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const open = async (options: ClientOptions = {}): Promise<{ app: WebSocket; socket: OneSocket }> => {
    const app = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, options);
    apps.push(app);
    app.on('error', () => undefined);
    await new Promise((resolve) => app.once('open', resolve));
    return { app, socket: await until(() => sockets.at(-1)) };
  };
  /** One more round of pings that the app has seen, whether or not it answered. */
  const pinged = async ({ app, socket }: { app: WebSocket; socket: OneSocket }): Promise<void> => {
    const seen = new Promise((resolve) => app.once('ping', resolve));
    socket.ping();
    await seen;
  };

  test('whose app says nothing any more is cut off, without a word, in the third round of pings', async () => {
    const gone = await open({ autoPong: false });
    await pinged(gone);
    await pinged(gone);
    expect(ended).toEqual([]);
    const closed = new Promise((resolve) => gone.app.once('close', resolve));
    gone.socket.ping();
    expect(await closed).toBe(1006);
    await until(() => ended.includes(gone.socket));
  });

  test('whose app answers, or says anything at all, stays open', async () => {
    const answers = await open();
    const talks = await open({ autoPong: false });
    for (let round = 0; round < 6; round += 1) {
      await pinged(answers);
      await pinged(talks);
      const heard = new Promise((resolve) => talks.app.once('pong', resolve));
      talks.app.send('{"name":"echo"}');
      // What came before it in the line is heard before it is answered.
      talks.app.ping();
      const answered = new Promise((resolve) => answers.app.once('pong', resolve));
      answers.app.ping();
      await Promise.all([heard, answered]);
    }
    for (const { app } of [answers, talks]) expect(app.readyState).toBe(WebSocket.OPEN);
    expect(ended).toEqual([]);
  });
});
