import { setTimeout as sleep } from 'node:timers/promises';
import { ImapFlow } from 'imapflow';
import { readStream } from '../../support/event-stream';
import type { Bench } from '../bench';
import { below } from '../goals';
import type { Section } from '../sections/section';
import { quantile } from '../statistics';
import { PLAIN } from './letters';
import { type MailWorld, startMailWorld } from './mail-world';

const ADDRESS = 'idle@shop.example';
const MAILS = 500;
const QUICK_MAILS = 100;
const EVERY_MS = 100;
const GOAL_MS = 1_000;
const GIVE_UP_MS = 90_000;

/**
 * From the moment a mail lies in the mailbox until everybody who listens has heard of its message. Beside it: when the
 * server tells another client that idles there. Dovecot waits half a second first (NOTIFY_DELAY_MSECS, compiled in).
 */
export async function measureDelivery(bench: Bench): Promise<Pick<Section, 'facts' | 'verdicts'>> {
  bench.say('email: from delivery to chat');
  const world = await startMailWorld(bench);
  await world.connect(ADDRESS);
  const server = await listenBeside(bench, world);
  const heardAt: number[] = [];
  const stream = await readStream(world.api, '/events/stream', {
    hear: ({ event }) => event === 'chatMessage.sent' && heardAt.push(performance.now()),
  });
  const mails = bench.options.isQuick ? QUICK_MAILS : MAILS;
  const tookMs: number[] = [];
  const serverMs: number[] = [];
  // The first one tells that it listens.
  for (let index = 0; index <= mails; index += 1) {
    const startedAt = performance.now();
    world.fill(ADDRESS, PLAIN, { count: 1, from: index });
    while (heardAt.length <= index || server.toldAt() < startedAt) {
      if (performance.now() - startedAt > GIVE_UP_MS) throw new Error(`mail ${index} did not come in`);
      await sleep(1);
    }
    if (index > 0) {
      tookMs.push((heardAt[index] ?? Number.NaN) - startedAt);
      serverMs.push(server.toldAt() - startedAt);
    }
    await sleep(EVERY_MS);
  }
  stream.stop();
  const ownMs = tookMs.map((ms, index) => ms - (serverMs[index] ?? Number.NaN));
  const fact = (what: string, value: number) => ({ what, value, unit: 'ms' });
  const p99Ms = quantile(tookMs, 0.99);
  return {
    facts: [
      fact('p50 from delivery in the mailbox to the event', quantile(tookMs, 0.5)),
      fact('p50 of that until the server says that there is mail', quantile(serverMs, 0.5)),
      fact('p50 of what the gateway adds to it', quantile(ownMs, 0.5)),
      fact('p99 of what the gateway adds to it', quantile(ownMs, 0.99)),
    ],
    verdicts: [below('p99 from delivery in the mailbox to the event', p99Ms, { goal: GOAL_MS, unit: 'ms' })],
  };
}

interface Beside {
  /** When the server last said that there is mail. */
  toldAt(): number;
}

async function listenBeside(bench: Bench, { dovecot }: MailWorld): Promise<Beside> {
  const client = new ImapFlow({
    ...{ host: '127.0.0.1', port: dovecot.port, secure: false, doSTARTTLS: false, logger: false as const },
    auth: { user: ADDRESS, pass: dovecot.password },
  });
  await client.connect();
  bench.belongings.keep(() => client.logout());
  await client.mailboxOpen('INBOX', { readOnly: true });
  let toldAt = 0;
  client.on('exists', () => {
    toldAt = performance.now();
  });
  client.idle().catch((error: unknown) => bench.say(`nobody idles any more: ${String(error)}`));
  return { toldAt: () => toldAt };
}
