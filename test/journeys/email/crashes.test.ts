import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openSqlite, type TestDatabase } from '../../support/databases';
import { withDovecot } from '../../support/dovecot';
import { openMailShop } from '../../support/mail-shop';
import { type SpawnedGateway, spawnGateway } from '../../support/spawn-gateway';
import { until } from '../../support/until';

const ADA = 'ada@customer.example';
const SETTINGS = { PARLEY_ALLOW_PRIVATE_EGRESS: 'true', PARLEY_LOG_LEVEL: 'warn' };

withDovecot('a gateway that dies while it takes a mailbox in', (dovecot) => {
  let gateway: SpawnedGateway | undefined;
  let database: TestDatabase | undefined;
  const opened: { stop(): Promise<void> }[] = [];

  afterEach(async () => {
    await gateway?.kill('SIGKILL');
    await Promise.all(opened.splice(0).map((one) => one.stop()));
    await database?.drop();
    database = undefined;
  });

  test('has every mail once, in order, however often it is killed', async () => {
    database = await openSqlite();
    gateway = await spawnGateway({ database, settings: SETTINGS });
    const shop = await openMailShop(gateway, dovecot());
    opened.push(shop);
    const expected: string[] = [];
    const write = (count: number) => {
      for (let n = 0; n < count; n += 1) {
        expected.push(`mail ${expected.length}`);
        shop.receive({ from: ADA, text: expected.at(-1) ?? '' });
      }
    };
    write(1);
    const chat = await shop.chatWith(ADA);
    for (let round = 0; round < 4; round += 1) {
      const fetches = () => shop.imap.commands.filter((one) => one === 'UID FETCH').length;
      const before = fetches();
      write(40);
      // The second fetch brings the mails themselves: what it does with them is cut off somewhere.
      await until(() => fetches() >= before + 2);
      await new Promise((resolve) => setTimeout(resolve, round * 40));
      const { port } = gateway;
      await gateway.kill('SIGKILL');
      gateway = await spawnGateway({ database, port, settings: SETTINGS });
    }
    const texts = async () => {
      // By their ids: pages overlap by an event.
      const all = new Map<string, string>();
      for (let from = ''; ; ) {
        const { body } = await shop.api.get(`/chats/${chat.id}/messages?limit=100${from}`);
        for (const { id, parts } of body.messages.toReversed()) all.set(id, parts[0]?.data);
        if (body.earliestEventId === 0) return [...all.values()].reverse();
        from = `&from=${body.earliestEventId}`;
      }
    };
    await until(async () => (await texts()).length >= expected.length, { patienceMs: 60_000 });
    expect(await texts()).toEqual(expected);
  }, 180_000);

  const disk = smallDisk();
  const onDisk = 'whyNot' in disk ? test.skip : test;
  onDisk(
    'leaves the mail where it is while its disk is full, and takes it when there is room',
    async () => {
      if ('whyNot' in disk) return;
      const ballast = path.join(disk.folder, 'ballast');
      try {
        const onSmallDisk = { dataDir: disk.folder, drop: () => Promise.resolve() };
        gateway = await spawnGateway({ database: onSmallDisk, settings: SETTINGS });
        const shop = await openMailShop(gateway, dovecot());
        opened.push(shop);
        shop.receive({ from: ADA, text: 'small' });
        await shop.chatWith(ADA);
        fill(ballast);
        shop.receive({ from: ADA, text: `large ${'x'.repeat(900_000)}` });
        // It is fetched, cannot be kept, and is asked for again.
        const logins = () => shop.imap.commands.filter((one) => one === 'AUTHENTICATE').length;
        const before = logins();
        await until(() => logins() >= before + 2, { patienceMs: 30_000 });
        expect(dovecot().count(shop.address)).toBe(2);
        truncateSync(ballast, 0);
        const chat = await shop.chatWith(ADA, 2).catch(() => shop.chatWith(ADA, 2));
        expect(
          (await shop.messages(chat.id)).map((one: { parts: { data: string }[] }) =>
            one.parts[0]?.data.slice(0, 5),
          ),
        ).toEqual(['small', 'large']);
      } finally {
        await gateway?.kill('SIGKILL');
        disk.unmount();
      }
    },
    120_000,
  );
});

function fill(ballast: string): void {
  for (let megabytes = 30; megabytes > 0; megabytes -= 1)
    try {
      writeFileSync(ballast, Buffer.alloc(megabytes * 512 * 1024));
      return;
    } catch {
      truncateSync(ballast, 0); // that was too much
    }
}

function smallDisk(): { readonly folder: string; unmount(): void } | { readonly whyNot: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'parley-mail-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', folder], { stdio: 'pipe' });
  } catch (error) {
    rmSync(folder, { recursive: true });
    return { whyNot: String(error) };
  }
  return {
    folder,
    unmount() {
      execFileSync('umount', [folder]);
      rmSync(folder, { recursive: true });
    },
  };
}
