import { setTimeout as sleep } from 'node:timers/promises';
import { fakeHost } from '../../plugins/testing/index';
import { memoryInbox } from '../../plugins/testing/memory-inbox';
import email from './index';
import { startMailSimulator } from './simulator';

const MAILS = ['1', '2', '3', '4', '5', '6', '7', '8'];

test.each([1, 3, 4, 8, 9])(
  'all mails are taken in order from a server that shows %i at once',
  async (mostAtOnce) => {
    const mailbox = await startMailSimulator({ mostAtOnce });
    const inbox = memoryInbox();
    const texts = () =>
      inbox.events.flatMap((event) => (event.type === 'message' ? [event.message.text?.trim()] : []));
    for (const text of MAILS) await mailbox.receive({ from: 'ben@customer.example', subject: 'Hello', text });
    const channel = email.create(mailbox.config, fakeHost());
    const stop = new AbortController();

    const listening = channel.listen?.(inbox, stop.signal);
    while (!texts().includes('8')) await Promise.race([listening, sleep(20)]);
    stop.abort();
    await listening;

    expect(texts()).toEqual(MAILS);
    await channel.close?.();
    await mailbox.stop();
  },
);
