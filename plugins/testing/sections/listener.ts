import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { type Channel, ChannelError, type InboundEvent } from '../../contract/index';
import { HELP_ALONG, LONG_TEXT, mustBeSmall } from '../along';
import { failure, type Kit } from '../kit';
import { type MemoryInbox, memoryInbox } from '../memory-inbox';
import { settles, until } from '../until';

/** A channel that goes and gets its messages. */
export function listenerSection(kit: Kit): void {
  if (!kit.supports.has('listen')) return;

  kit.check(
    'listener: what is there and what comes is handed in, in order',
    'Hand in what waited since the cursor, then what comes, each with the cursor behind it; say `ready` when connected.',
    async () => {
      await push(kit, 'waiting');
      await push(kit, 'waiting too');
      const listening = listenFor(kit);
      await arrived(listening.inbox, ['waiting', 'waiting too']);
      await push(kit, 'live');
      await arrived(listening.inbox, ['waiting', 'waiting too', 'live']);
      assert.ok(listening.inbox.readies > 0, 'it never said `ready`');
      assert.ok(listening.inbox.cursor, 'it handed in no cursor');
      await listening.stop();
    },
  );

  kit.check(
    'listener: cut connections lose nothing and double nothing',
    'Start from `inbox.cursor` on every connection; when it breaks, throw and let the host restart you.',
    async () => {
      const listening = listenFor(kit);
      const expected: string[] = [];
      for (let cut = 0; cut < 5; cut += 1) {
        await kit.driver.listener?.drop();
        expected.push(`after cut ${cut}`);
        await push(kit, `after cut ${cut}`);
        await arrived(listening.inbox, expected);
      }
      await listening.stop();
    },
  );

  kit.check(
    'listener: what could not be stored comes again',
    'Await `inbox.accept` before you go on; when it rejects, stop: the cursor has not moved.',
    async () => {
      await push(kit, 'one');
      await push(kit, 'two');
      const listening = listenFor(kit, memoryInbox({ failing: 3 }));
      await arrived(listening.inbox, ['one', 'two']);
      await listening.stop();
    },
  );

  kit.check(
    'listener: the cursor never moves before what it stands for',
    'Hand in the events and the cursor behind them in one `inbox.accept`: a crash between two would lose what is between.',
    async () => {
      await push(kit, 'one');
      await push(kit, 'two');
      const listening = listenFor(kit, memoryInbox({ after: 1, failing: 1 }));
      await arrived(listening.inbox, ['one', 'two']);
      await listening.stop();
    },
  );

  kit.check('listener: what comes along with a message is small', HELP_ALONG, async () => {
    await push(kit, LONG_TEXT, 'long');
    const listening = listenFor(kit);
    const isMessage = ({ type }: InboundEvent): boolean => type === 'message';
    await until(() => listening.inbox.events.some(isMessage), 'the message did not arrive');
    mustBeSmall(listening.inbox.events);
    await listening.stop();
  });

  kit.check(
    'listener: wrong credentials end it',
    'Throw unauthorized: a wrong password that is tried for ever locks the account.',
    async () => {
      await kit.driver.fail('bad_credentials');
      const { kind } = await failure(() => listenOnce(kit, new AbortController().signal));
      assert.equal(kind, 'unauthorized');
    },
  );

  kit.check(
    'listener: a provider that is away is unavailable',
    'Throw unavailable when you cannot connect or are hung up on; do not wait and try again yourself.',
    async () => {
      await kit.driver.fail('refused');
      const { kind } = await failure(() => listenOnce(kit, new AbortController().signal));
      assert.equal(kind, 'unavailable');
    },
  );

  kit.check(
    'listener: a provider that hangs up is unavailable',
    'Throw when the connection breaks: a listener that just returns looks like one that was told to stop.',
    async () => {
      const inbox = memoryInbox();
      const ended = failure(() => listenOnce(kit, new AbortController().signal, inbox));
      await until(() => inbox.readies > 0, 'it never connected');
      await kit.driver.listener?.drop();
      assert.equal((await settles(ended, 'it did not notice')).kind, 'unavailable');
    },
  );

  kit.check(
    'listener: it stops when it is told to',
    'End soon after the signal, with the connection closed; also when it was aborted before it began.',
    async () => {
      const listening = listenFor(kit);
      await until(() => listening.inbox.readies > 0, 'it never connected');
      await listening.stop();
      const never = quietly(listenOnce(kit, AbortSignal.abort()));
      await settles(never, 'it listens although it was aborted');
    },
  );
}

function push(kit: Kit, words: string, id = words): Promise<void> {
  const { listener } = kit.driver;
  return (listener ?? assert.fail('the driver needs its `listener` part')).push({ id, text: words });
}

async function listenOnce(kit: Kit, signal: AbortSignal, inbox: MemoryInbox = memoryInbox()): Promise<void> {
  await kit.channel.listen?.(inbox, signal);
}

/** Keeps the listener running, as the host does. */
function listenFor(kit: Kit, inbox: MemoryInbox = memoryInbox()) {
  const stopping = new AbortController();
  kit.afterwards(() => stopping.abort());
  const done = keepListening(kit.channel, inbox, stopping.signal);
  return {
    inbox,
    async stop(): Promise<void> {
      stopping.abort();
      await settles(done, 'it did not stop');
    },
  };
}

async function keepListening(channel: Channel, inbox: MemoryInbox, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await channel.listen?.(inbox, signal);
    } catch (error) {
      if (ChannelError.is(error) && error.kind === 'unauthorized') throw error;
      await pause(10);
    }
  }
}

async function arrived(inbox: MemoryInbox, texts: readonly string[]): Promise<void> {
  const received = (): string[] =>
    inbox.events.flatMap((event) => (event.type === 'message' ? [event.message.text ?? ''] : []));
  await until(() => received().length >= texts.length, `${texts.length} messages did not all arrive`);
  assert.deepEqual(received(), texts);
}

async function quietly(work: Promise<void>): Promise<void> {
  await work.catch(() => {
    // Whether an aborted listener resolves or rejects is its own affair.
  });
}
