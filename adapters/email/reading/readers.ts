import { type StoreFile, UnreadableMail } from './flow';
import type { ReadMail } from './mail';
import { Reader } from './reader';
import type { WholeMail } from './whole';

const MOST_READERS = 2;

interface Waiting {
  readonly resolve: (reader: Reader) => void;
}

// The threads are the node's and not an account's: hundreds of mailboxes share them, and nothing of a mail stays in one.
const idle: Reader[] = [];
const waiting: Waiting[] = [];
let running = 0;

/** Reads a mail in a thread of its own, with limits of time and memory. Rejects with UnreadableMail, or with what storing a file met. */
export function readApart(source: AsyncIterable<Uint8Array>, store: StoreFile): Promise<ReadMail> {
  return withReader((reader) => reader.read(source, store));
}

/** Reads small mails together, at the cost of one; one that breaks its reader costs only itself. */
export async function readTogether(sources: readonly Uint8Array[]): Promise<readonly WholeMail[]> {
  try {
    return await withReader((reader) => reader.readWhole(sources));
  } catch (error) {
    if (!(error instanceof UnreadableMail)) throw error;
    if (sources.length <= 1) return [{ problem: error.message }];
    const each = await Promise.all(sources.map((source) => readTogether([source])));
    return each.flat();
  }
}

async function withReader<T>(read: (reader: Reader) => Promise<T>): Promise<T> {
  const reader = await take();
  let isFit = false;
  try {
    const result = await read(reader);
    isFit = true;
    return result;
  } finally {
    giveBack(reader, isFit);
  }
}

function take(): Promise<Reader> {
  const free = idle.pop();
  if (free) {
    free.wake();
    return Promise.resolve(free);
  }
  if (running < MOST_READERS) {
    running += 1;
    return Promise.resolve(new Reader());
  }
  return new Promise((resolve) => waiting.push({ resolve }));
}

// Whoever failed in the middle of a mail may still hold some of it: a new one costs little.
function giveBack(used: Reader, isFit: boolean): void {
  if (!isFit) used.end();
  const next = waiting.shift();
  if (next) next.resolve(isFit ? used : new Reader());
  else if (isFit) rest(used);
  else running -= 1;
}

function rest(reader: Reader): void {
  idle.push(reader);
  reader.rest(() => {
    const at = idle.indexOf(reader);
    if (at < 0) return;
    idle.splice(at, 1);
    running -= 1;
    reader.end();
  });
}
