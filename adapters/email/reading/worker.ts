import { parentPort } from 'node:worker_threads';
import { FILE_WINDOW_BYTES, type FromReader, type ToReader } from './job';
import type { FileSink } from './mail-files';
import { readMail } from './read-mail';
import { problemOf, readWhole, type WholeMail } from './whole';

/** The thread that reads mail of strangers: it may be slow, run out of memory or hang, and only itself is lost. */
function serve(port: NonNullable<typeof parentPort>): void {
  const say = (message: FromReader, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
  let job: Job | undefined;
  port.on('message', (message: ToReader) => {
    if (message.is === 'mails') {
      readAll(message.sources)
        .then((mails) => say({ is: 'mails-read', mails }))
        .catch(() => undefined); // the port is closed: nobody listens any more
      return;
    }
    if (!job) {
      const started = new Job(say);
      job = started;
      started
        .run()
        .then(
          (mail) => say({ is: 'read', mail }),
          (error: unknown) => say({ is: 'unreadable', problem: problemOf(error) }),
        )
        .finally(() => {
          job = undefined;
        })
        .catch(() => undefined); // the port is closed: nobody listens any more
    }
    job.hear(message);
  });
}

// One after the other: side by side they would only share the processor.
async function readAll(sources: readonly Uint8Array[]): Promise<WholeMail[]> {
  const mails: WholeMail[] = [];
  for (const source of sources) mails.push(await readWhole(source));
  return mails;
}

type Say = (message: FromReader, transfer?: ArrayBuffer[]) => void;

/** One mail, from its first byte to what it says. */
class Job {
  private readonly say: Say;
  private readonly chunks: Uint8Array[] = [];
  private hasEnded = false;
  private wakeReader: () => void = () => {};
  private onItsWay = 0;
  private wakeSink: () => void = () => {};

  constructor(say: Say) {
    this.say = say;
  }

  run() {
    return readMail(this.source(), this.sink);
  }

  hear(message: ToReader): void {
    if (message.is === 'chunk') this.chunks.push(message.data);
    else if (message.is === 'end') this.hasEnded = true;
    else if (message.is === 'stored') this.onItsWay -= message.bytes;
    if (message.is === 'stored') this.wakeSink();
    else this.wakeReader();
  }

  private async *source(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = this.chunks.shift();
      if (chunk) {
        yield* inSmallPieces(chunk);
        this.say({ is: 'more' });
      } else if (this.hasEnded) return;
      else
        await new Promise<void>((resolve) => {
          this.wakeReader = resolve;
        });
    }
  }

  private readonly sink: FileSink = async (file, body) => {
    this.say({ is: 'file', file });
    let bytes = 0;
    for await (const chunk of inLargeChunks(body)) {
      bytes += chunk.byteLength;
      this.onItsWay += chunk.byteLength;
      this.say({ is: 'bytes', data: chunk }, [chunk.buffer]);
      while (this.onItsWay > FILE_WINDOW_BYTES)
        await new Promise<void>((resolve) => {
          this.wakeSink = resolve;
        });
    }
    this.say({ is: 'file-end' });
    return bytes;
  };
}

const PIECE_BYTES = 64 * 1024;

// The parser copies what it has not come to yet: of a megabyte at once that costs twice the time.
function* inSmallPieces(chunk: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < chunk.byteLength; at += PIECE_BYTES) yield chunk.subarray(at, at + PIECE_BYTES);
}

const CHUNK_BYTES = 256 * 1024;

// A decoder gives a line at a time: each would cost a message, and a write to the disk. What comes out is nobody else's.
async function* inLargeChunks(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let chunks: Uint8Array[] = [];
  let bytes = 0;
  const joined = () => Uint8Array.from(Buffer.concat(chunks));
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes < CHUNK_BYTES) continue;
    yield joined();
    chunks = [];
    bytes = 0;
  }
  if (bytes > 0) yield joined();
}

if (parentPort) serve(parentPort);
