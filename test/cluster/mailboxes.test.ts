import { onPostgres, type TestDatabase } from '../support/databases';
import { withDovecot } from '../support/dovecot';
import { type MailShop, openMailShop } from '../support/mail-shop';
import { type FreezableServer, startRedis } from '../support/servers';
import { type SpawnedGateway, spawnGateway } from '../support/spawn-gateway';
import { until } from '../support/until';

const NODES = 3;
const MAILBOXES = 9;
const ADA = 'ada@customer.example';
const PATIENCE = { patienceMs: 90_000 };
/** A node that is silent for longer has lost its mailboxes to the others. */
const FROZEN_MS = 20_000;

withDovecot('mailboxes', (dovecot) => {
  onPostgres('of three nodes', (open) => {
    let database: TestDatabase;
    let redis: FreezableServer;
    const nodes: SpawnedGateway[] = [];
    const shops: (MailShop & { stop(): Promise<void> })[] = [];
    const written = new Map<MailShop, string[]>();

    const start = (port?: number) =>
      spawnGateway({
        ...{ database, ...(port === undefined ? {} : { port }) },
        settings: {
          ...{ REDIS_URL: redis.url, PARLEY_ALLOW_PRIVATE_EGRESS: 'true', PARLEY_LOG_LEVEL: 'warn' },
        },
      });
    const at = (place: number): SpawnedGateway => {
      const node = nodes[place];
      if (!node) throw new Error(`there is no node ${place}`);
      return node;
    };

    /** Each mailbox is listened to by one connection. */
    const oneListens = () =>
      until(
        () => shops.every(({ imap }) => imap.connections() === 1 && imap.commands.includes('IDLE')),
        PATIENCE,
      );

    beforeAll(async () => {
      database = await open();
      redis = await startRedis();
      for (let place = 0; place < NODES; place += 1) nodes.push(await start());
      // The last node is the one that is asked; it stays.
      for (let n = 0; n < MAILBOXES; n += 1) shops.push(await openMailShop(at(NODES - 1), dovecot()));
      for (const shop of shops) written.set(shop, []);
    }, 240_000);
    afterAll(async () => {
      await Promise.all(nodes.map((node) => node.kill('SIGKILL')));
      await Promise.all(shops.map((shop) => shop.stop()));
      await redis?.stop();
      await database?.drop();
    });

    /** One more mail to each mailbox. */
    const write = () => {
      for (const [shop, texts] of written) {
        const text = `mail ${texts.length}`;
        texts.push(text);
        shop.receive({ from: ADA, text });
      }
    };
    const untilAllIn = async () => {
      for (const [shop, texts] of written)
        await until(async () => {
          const [chat] = await shop.chatsOf(ADA);
          const found = chat ? await shop.messages(chat.id) : [];
          return found.length >= texts.length;
        }, PATIENCE);
    };
    /** What came in, once and in order, in one chat of each mailbox. */
    const check = async () => {
      for (const [shop, texts] of written) {
        const chats = await shop.chatsOf(ADA);
        expect(chats).toHaveLength(1);
        const found = await shop.messages(chats[0].id);
        expect(found.map(({ parts }) => parts[0].data)).toEqual(texts);
      }
    };
    /** Writes all the while, as customers do. */
    const whileWriting = async (work: () => Promise<void>) => {
      const writing = (async () => {
        for (let n = 0; n < 12; n += 1) {
          write();
          await new Promise((resolve) => setTimeout(resolve, 250));
        }
      })();
      await Promise.all([work(), writing]);
    };
    /** All is in, once and in order, and each mailbox is listened to by one connection. */
    const isInOrder = async () => {
      await untilAllIn();
      await check();
      await oneListens();
    };

    test('are each listened to by one of them', async () => {
      write();
      await isInOrder();
    }, 240_000);

    test.each(['SIGKILL', 'SIGTERM'] as const)(
      'lose nothing and double nothing when a node is ended by %s',
      async (signal) => {
        await whileWriting(async () => {
          const { port } = at(0);
          await at(0).kill(signal);
          nodes[0] = await start(port);
        });
        await isInOrder();
      },
      240_000,
    );

    test('nor when one is frozen, loses its mailboxes, and wakes', async () => {
      await whileWriting(async () => {
        at(1).process.kill('SIGSTOP');
        await new Promise((resolve) => setTimeout(resolve, FROZEN_MS));
        at(1).process.kill('SIGCONT');
      });
      write();
      await isInOrder();
    }, 240_000);
  });
});
