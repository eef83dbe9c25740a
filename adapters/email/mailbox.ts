import type { FetchMessageObject, ImapFlow } from 'imapflow';

/** A mail that waits, before it is fetched. */
export interface Waiting {
  readonly uid: number;
  readonly bytes: number;
  readonly arrivedOn: Date;
}

/** What waits behind a UID, in order. */
export async function waitingBehind(client: ImapFlow, lastUid: number): Promise<Waiting[]> {
  const found: Waiting[] = [];
  const most = mostAtOnce(client);
  for (let range = `${lastUid + 1}:*`; ; ) {
    const some = await listed(client, lastUid, range);
    found.push(...some);
    const lowest = some.reduce((low, { uid }) => Math.min(low, uid), Number.POSITIVE_INFINITY);
    if (some.length < most || lowest === lastUid + 1) break;
    range = `${lastUid + 1}:${lowest - 1}`;
  }
  return found.sort((a, b) => a.uid - b.uid);
}

async function listed(client: ImapFlow, lastUid: number, range: string): Promise<Waiting[]> {
  const some: Waiting[] = [];
  const query = { uid: true, size: true, internalDate: true };
  for await (const one of client.fetch(range, query, { uid: true })) {
    // RFC 3501 6.4.8: where nothing is new, such a range names the last message again.
    if (one.uid > lastUid) some.push({ uid: one.uid, bytes: one.size ?? 0, arrivedOn: dateOf(one) });
  }
  return some;
}

/** RFC 9738: of a command that names more messages than this, the server leaves out all but the last ones. */
export function mostAtOnce({ capabilities }: ImapFlow): number {
  const limits = [...capabilities.keys()].flatMap(
    (name) => /^MESSAGELIMIT=([1-9]\d*)$/.exec(name)?.[1] ?? [],
  );
  return Math.min(...limits.map(Number));
}

function dateOf({ internalDate }: FetchMessageObject): Date {
  const date = new Date(internalDate ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? new Date(0) : date;
}

const SMALL_BYTES = 2 * 1024 * 1024;
const BATCH_BYTES = 8 * 1024 * 1024;
// Of more at once much would live into the old generation, whose garbage stays for long.
const MOST_IN_A_BATCH = 64;

/** What waits in batches of at most so many that fit into memory; a large mail is one alone, and comes as a stream. */
export function batchesOf(waiting: readonly Waiting[], mostNamed: number): Waiting[][] {
  const most = Math.min(mostNamed, MOST_IN_A_BATCH);
  const batches: Waiting[][] = [];
  let bytes = 0;
  for (const one of waiting) {
    const last = batches.at(-1);
    const fits = last !== undefined && last.length < most && bytes + one.bytes <= BATCH_BYTES;
    if (fits && one.bytes <= SMALL_BYTES) {
      last.push(one);
      bytes += one.bytes;
    } else {
      batches.push([one]);
      bytes = one.bytes > SMALL_BYTES ? BATCH_BYTES : one.bytes;
    }
  }
  return batches;
}

/** What the mailbox gives of a mail: all of it, or of a large one a stream, which takes the connection until it was read. */
export type Source = Uint8Array | AsyncIterable<Uint8Array>;

/** The memory that a batch needs. */
export function memoryOf(batch: readonly Waiting[]): number {
  return Math.min(
    BATCH_BYTES,
    batch.reduce((sum, { bytes }) => sum + bytes, 0),
  );
}

/** The mails of a batch as they come, by UID; those that somebody deleted meanwhile are missing. */
export async function* fetchBatch(
  client: ImapFlow,
  batch: readonly Waiting[],
): AsyncGenerator<readonly [uid: number, source: Source]> {
  const [first] = batch;
  if (first && batch.length === 1 && first.bytes > SMALL_BYTES) {
    // Without a mark in the mailbox (BODY.PEEK), and never whole in memory.
    const { content } = await client.download(String(first.uid), undefined, {
      uid: true,
      chunkSize: 1024 * 1024,
    });
    if (content) yield [first.uid, content];
    return;
  }
  const uids = batch.map(({ uid }) => uid).join(',');
  for await (const one of client.fetch(uids, { uid: true, source: true }, { uid: true }))
    if (one.source) yield [one.uid, one.source];
}
