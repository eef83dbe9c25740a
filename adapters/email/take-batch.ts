import type { ImapFlow } from 'imapflow';
import type { InboundEvent } from '../../plugins/contract/index';
import type { Account } from './account';
import { fetchBatch, type Source, type Waiting } from './mailbox';
import { takeMail } from './take-mail';
import { isSmall, MOST_TOGETHER, type SmallMail, takeTogether } from './take-together';
import type { Mail } from './taken';

/** The events of each mail of a batch, in order; of what somebody deleted meanwhile there are none. */
export type BatchEvents = readonly (readonly InboundEvent[])[];

/** Fetches and keeps the mails of a batch, and says what each is: those that came are read while the next ones come. */
export async function takeBatch(
  account: Account,
  client: ImapFlow,
  batch: readonly (Waiting & Mail)[],
): Promise<BatchEvents> {
  const mails = new Map(batch.map((mail) => [mail.uid, mail]));
  const events = new Map<number, readonly InboundEvent[]>();
  const reading: Promise<void>[] = [];
  const read = (task: Promise<ReadonlyMap<number, readonly InboundEvent[]>>) => {
    const done = task.then((found) => {
      for (const [uid, one] of found) events.set(uid, one);
    });
    done.catch(() => undefined); // met below, unless fetching the next ones fails before
    reading.push(done);
  };
  let small: SmallMail[] = [];
  for await (const [uid, source] of fetchBatch(client, batch)) {
    const mail = mails.get(uid);
    if (!mail) continue;
    if (isSmall(source)) small.push({ ...mail, source });
    else read(takeAlone(account, mail, source));
    if (small.length < MOST_TOGETHER) continue;
    read(takeTogether(account, small));
    small = [];
  }
  if (small.length > 0) read(takeTogether(account, small));
  await Promise.all(reading);
  return batch.map(({ uid }) => events.get(uid) ?? []);
}

async function takeAlone(account: Account, mail: Mail, source: Source) {
  const stream = source instanceof Uint8Array ? once(source) : source;
  return new Map([[mail.uid, await takeMail(account, { ...mail, source: stream })]]);
}

async function* once(source: Uint8Array): AsyncGenerator<Uint8Array> {
  yield source;
}
