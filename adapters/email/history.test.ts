import { setTimeout as sleep } from 'node:timers/promises';
import { fakeHost } from '../../plugins/testing/index';
import { type MemoryInbox, memoryInbox } from '../../plugins/testing/memory-inbox';
import email from './index';
import { type MailSimulator, startMailSimulator } from './simulator';

let mailbox: MailSimulator;
beforeEach(async () => {
  mailbox = await startMailSimulator();
});
afterEach(() => mailbox.stop());

const write = (text: string) => mailbox.receive({ from: 'ben@customer.example', subject: 'Hello', text });

/** Listens until there are so many messages; gives for each whether it is taken for history. */
async function listened(inbox: MemoryInbox, connectedOn: Date, count: number): Promise<[string, boolean][]> {
  const channel = email.create(mailbox.config, fakeHost({ connectedOn }));
  const stop = new AbortController();
  const listening = channel.listen?.(inbox, stop.signal);
  const found = () => inbox.events.flatMap((event) => (event.type === 'message' ? [event.message] : []));
  while (found().length < count) await Promise.race([listening, sleep(20)]);
  stop.abort();
  await listening;
  await channel.close?.();
  return found().map(({ text = '', past }) => [text.trim(), past !== undefined]);
}

test('what comes before the account is connected is history; what comes before somebody listens is not', async () => {
  await write('before');
  // The times of a mailbox have whole seconds.
  await sleep(1_100);
  const connectedOn = new Date();
  await write('connected');
  await sleep(1_100);
  await write('not listened to');

  const inbox = memoryInbox();
  const found = await listened(inbox, connectedOn, 3);

  expect(found).toEqual([
    ['before', true],
    ['connected', false],
    ['not listened to', false],
  ]);
});
