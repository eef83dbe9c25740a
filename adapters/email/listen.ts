import type { ImapFlow } from 'imapflow';
import { ChannelError, type InboundEvent, type Inbox } from '../../plugins/contract/index';
import type { Account } from './account';
import { Budget, type Release } from './budget';
import { type Cursor, goOnFrom, writeCursor } from './cursor';
import { openImap } from './imap';
import { imapError, noSuchFolder } from './imap-errors';
import { batchesOf, memoryOf, mostAtOnce, type Waiting, waitingBehind } from './mailbox';
import { NotStored } from './not-stored';
import { stubOf } from './stub';
import { type BatchEvents, takeBatch } from './take-batch';

const POLL_MS = 60_000;

/** Takes a mailbox in, from where it was left, and then whatever comes; until it is told to stop or hung up on. */
export async function listen(account: Account, inbox: Inbox, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const since = connectedSince(account);
  const client = await openImap(account, signal);
  try {
    const listener = new Listener({ account, inbox, client, since });
    await listener.run(signal);
  } catch (error) {
    if (signal.aborted || account.closed.aborted) return;
    throw error instanceof NotStored ? error : imapError(error);
  } finally {
    client.close();
  }
  if (!signal.aborted && !account.closed.aborted)
    throw new ChannelError('unavailable', 'the IMAP server hung up');
}

// What comes while a password is being put right, or before a node listens for the first time, is no history.
function connectedSince({ host }: Account): Date {
  const since = new Date(host.connectedOn);
  // INTERNALDATE has whole seconds.
  since.setMilliseconds(0);
  return since;
}

interface ListenerOptions {
  readonly account: Account;
  readonly inbox: Inbox;
  readonly client: ImapFlow;
  readonly since: Date;
}

class Listener {
  private readonly options: ListenerOptions;
  private readonly folder: string;
  private cursor: Cursor = { uidValidity: '', lastUid: 0, liveFrom: 0 };

  constructor(options: ListenerOptions) {
    this.options = options;
    this.folder = options.account.config.imap.folder ?? 'INBOX';
  }

  async run(signal: AbortSignal): Promise<void> {
    const { account, client, inbox } = this.options;
    const { markSeen, moveTo } = account.config.imap;
    const mailbox = await client
      .mailboxOpen(this.folder, { readOnly: !markSeen && moveTo === undefined })
      .catch((error: unknown) => {
        throw Object(error).mailboxMissing === true ? noSuchFolder('imap.folder') : error;
      });
    const { uidValidity, uidNext } = mailbox;
    this.cursor = goOnFrom(inbox.cursor, { folder: this.folder, uidValidity: String(uidValidity), uidNext });
    inbox.ready();
    while (client.usable && !signal.aborted) {
      const news = newsOf(client);
      await this.takeAll(signal);
      await waitFor(client, news);
    }
  }

  private async takeAll(signal: AbortSignal): Promise<void> {
    const { account, client } = this.options;
    const waiting = await waitingBehind(client, this.cursor.lastUid);
    const batches = batchesOf(waiting, mostAtOnce(client));
    let done = 0;
    const coming: Promise<Prepared>[] = [];
    try {
      for (const [index, batch] of batches.entries()) {
        if (signal.aborted || !client.usable) return;
        const { events, release } = await (coming.shift() ?? this.prepare(batch, signal));
        // While these are stored, the next ones are read, and those behind them fetched.
        this.prepareAhead(batches.slice(index + 1), coming);
        await this.store(batch, events).finally(release);
        done += batch.length;
        if (waiting.length > 100)
          account.host.log.info({ done, of: waiting.length }, 'taking the mailbox in');
      }
    } finally {
      for (const one of coming) one.then(({ release }) => release()).catch(() => undefined); // nobody waits for it any more
    }
  }

  private async prepare(batch: readonly Waiting[], signal: AbortSignal): Promise<Prepared> {
    return this.prepareIn(await MAIL_IN_MEMORY.take(memoryOf(batch), signal), batch);
  }

  private prepareAhead(batches: readonly (readonly Waiting[])[], coming: Promise<Prepared>[]): void {
    for (const batch of batches.slice(coming.length, BATCHES_AHEAD)) {
      const release = MAIL_IN_MEMORY.tryTake(memoryOf(batch));
      if (!release) return;
      const preparing = this.prepareIn(release, batch);
      preparing.catch(() => undefined); // met when it is waited for, unless something else ends it all before
      coming.push(preparing);
    }
  }

  private async prepareIn(release: Release, batch: readonly Waiting[]): Promise<Prepared> {
    const { account, client, since } = this.options;
    const { uidValidity, liveFrom } = this.cursor;
    const mails = batch.map((one) => {
      const isPast = one.uid < liveFrom && one.arrivedOn < since;
      return { ...one, uidValidity, isPast };
    });
    try {
      return { events: await takeBatch(account, client, mails), release };
    } catch (error) {
      release();
      throw error;
    }
  }

  private async store(batch: readonly Waiting[], events: BatchEvents): Promise<void> {
    const { account, client } = this.options;
    const lastUid = batch.at(-1)?.uid ?? this.cursor.lastUid;
    await this.handIn(batch, events);
    this.cursor = { ...this.cursor, lastUid };
    await tidyUp(account, client, batch);
  }

  /** All together; when that fails, one by one, so that what cannot be stored costs only itself. */
  private async handIn(batch: readonly Waiting[], events: BatchEvents): Promise<void> {
    const { inbox } = this.options;
    const upTo = (uid: number) => writeCursor(this.folder, { ...this.cursor, lastUid: uid });
    const last = batch.at(-1);
    if (!last) return;
    try {
      await inbox.accept(events.flat(), upTo(last.uid));
    } catch (cause) {
      const [first] = batch;
      if (batch.length > 1 || !first) {
        for (const [index, one] of batch.entries()) await this.handIn([one], [events[index] ?? []]);
        return;
      }
      await this.handInStub(first, events.flat(), cause);
    }
  }

  // A store that takes everything but this mail will never take it: then it is shown that there is one.
  private async handInStub(one: Waiting, events: readonly InboundEvent[], cause: unknown): Promise<void> {
    const { account, inbox } = this.options;
    const [uid, count = '0'] = ((await account.host.store.get(FAILED)) ?? '').split(' ');
    const failures = uid === String(one.uid) ? Number(count) + 1 : 1;
    await account.host.store.set(FAILED, `${one.uid} ${failures}`).catch((error: unknown) => {
      throw new NotStored('nothing can be stored', { cause: error });
    });
    const message = events.find((event) => event.type === 'message')?.message;
    if (failures < MOST_FAILURES || !message?.raw)
      throw new NotStored('a mail could not be stored', { cause });
    account.host.log.error({ uid: one.uid }, 'a mail is stored as a stub');
    const taken = {
      raw: message.raw,
      files: new Map(),
      arrivedOn: one.arrivedOn,
      isPast: message.past === 'always',
    };
    const head = `From: <${message.address.party}>\nX-Uid: ${one.uid}\n`;
    const stub = stubOf(account, { head, problem: 'it could not be stored' }, taken);
    await inbox.accept([stub], writeCursor(this.folder, { ...this.cursor, lastUid: one.uid }));
  }
}

// One is read while the one behind it is fetched.
const BATCHES_AHEAD = 2;
// Of all mailboxes of the node together, however many are behind.
const MAIL_IN_MEMORY = new Budget(64 * 1024 * 1024);

/** A batch that was fetched, read and kept; what it takes in memory is given back once it is stored. */
interface Prepared {
  readonly events: BatchEvents;
  readonly release: Release;
}

const FAILED = 'uid that was not stored';
const MOST_FAILURES = 4;

interface News {
  readonly promise: Promise<void>;
  readonly stop: () => void;
}

// Listening begins before the mailbox is looked at: what comes in between is not missed.
function newsOf(client: ImapFlow): News {
  let stop = () => {};
  const promise = new Promise<void>((resolve) => {
    stop = resolve;
    client.once('exists', resolve);
    client.once('close', resolve);
  });
  return {
    promise: promise.finally(() => {
      client.removeListener('exists', stop);
      client.removeListener('close', stop);
    }),
    stop,
  };
}

async function waitFor(client: ImapFlow, news: News): Promise<void> {
  // `exists` may be missed, and some servers never say it: after a while the mailbox is looked at anyway.
  const timer = setTimeout(news.stop, POLL_MS).unref();
  // It ends with the next command, or with the connection.
  const idling = client.usable ? client.idle().catch(() => false) : undefined;
  await news.promise;
  clearTimeout(timer);
  if (!client.usable) await idling;
}

async function tidyUp({ config, host }: Account, client: ImapFlow, batch: readonly Waiting[]): Promise<void> {
  const { markSeen, moveTo } = config.imap;
  if (!markSeen && moveTo === undefined) return;
  const uids = batch.map(({ uid }) => uid).join(',');
  try {
    if (markSeen) await client.messageFlagsAdd(uids, ['\\Seen'], { uid: true });
    if (moveTo !== undefined) await client.messageMove(uids, moveTo, { uid: true });
  } catch (error) {
    // They are stored; that the mailbox does not show it is no reason to stop.
    host.log.warn({ error: imapError(error).message }, 'mails not marked or moved');
  }
}
