import { Worker } from 'node:worker_threads';
import { workerFile } from '../../../plugins/helpers/worker-file';
import { Flow, type StoreFile, UnreadableMail } from './flow';
import type { FromReader, ToReader } from './job';
import type { ReadMail } from './mail';
import type { WholeMail } from './whole';

/** A reader that says nothing for so long hangs in something that somebody built to hang it. */
const SILENT_MS = 10_000;
// A larger young generation would be filled, by every reader, and save a twentieth of the processor time.
const LIMITS = { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 };
const RESTS_AFTER_MS = 30_000;

/** One reading thread, for one mail at a time. */
export class Reader {
  private readonly worker = new Worker(workerFile(__dirname), {
    resourceLimits: LIMITS,
    stdout: false,
    stderr: false,
  });
  private hear: (message: FromReader) => void = () => {};
  private fail: (error: Error) => void = () => {};
  private timer: NodeJS.Timeout | undefined;

  constructor() {
    this.worker.on('message', (message: FromReader) => this.hear(message));
    this.worker.on('error', (error) => this.fail(new UnreadableMail(`reading it failed: ${codeOf(error)}`)));
    this.worker.on('exit', () => this.fail(new UnreadableMail('reading it ended without a word')));
  }

  async read(source: AsyncIterable<Uint8Array>, store: StoreFile): Promise<ReadMail> {
    const flow = new Flow((message, transfer) => this.worker.postMessage(message, transfer), store);
    try {
      return await new Promise<ReadMail>((resolve, reject) => {
        this.fail = reject;
        this.hear = (message) => {
          this.listenFor(flow, reject);
          flow.hear(message, { resolve, reject });
          if (message.is === 'read' || message.is === 'unreadable') this.hush();
        };
        flow.send(source, () => this.listenFor(flow, reject)).catch(reject);
      });
    } finally {
      this.hush();
      this.hear = () => {};
      this.fail = () => {};
    }
  }

  /** Reads small mails, one after the other. */
  async readWhole(sources: readonly Uint8Array[]): Promise<readonly WholeMail[]> {
    try {
      return await new Promise<readonly WholeMail[]>((resolve, reject) => {
        this.fail = reject;
        this.hear = (message) => {
          if (message.is === 'mails-read') resolve(message.mails);
        };
        this.expectWord(reject);
        this.worker.postMessage({ is: 'mails', sources } satisfies ToReader);
      });
    } finally {
      this.hush();
      this.hear = () => {};
      this.fail = () => {};
    }
  }

  /** Lets the process end although this thread is there, and ends it after a while. */
  rest(onEnd: () => void): void {
    this.worker.unref();
    this.timer = setTimeout(onEnd, RESTS_AFTER_MS).unref();
  }

  wake(): void {
    this.hush();
    this.worker.ref();
  }

  end(): void {
    this.hush();
    this.fail = () => {};
    void this.worker.terminate();
  }

  private listenFor(flow: Flow, reject: (error: Error) => void): void {
    this.hush();
    // While it waits for us, its silence means nothing.
    if (flow.isReadersTurn()) this.expectWord(reject);
  }

  private expectWord(reject: (error: Error) => void): void {
    this.timer = setTimeout(() => reject(new UnreadableMail('reading it took too long')), SILENT_MS);
  }

  private hush(): void {
    clearTimeout(this.timer);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
