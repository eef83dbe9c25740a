import { FILE_WINDOW_BYTES, type FromReader, type ToReader } from './job';
import type { MailFile, ReadMail } from './mail';
import { Pipe } from './pipe';

/** Stores one file of a mail, and resolves when it is stored. */
export type StoreFile = (file: Omit<MailFile, 'bytes'>, body: AsyncIterable<Uint8Array>) => Promise<void>;

/** The mail is not one that can be read: it is shown as such, and the mailbox goes on. */
export class UnreadableMail extends Error {
  override readonly name = 'UnreadableMail';
}

const CHUNKS_AHEAD = 8;

interface Ends {
  readonly resolve: (mail: ReadMail) => void;
  readonly reject: (error: Error) => void;
}

/** The traffic of one mail between the two threads, neither of which may run far ahead of the other. */
export class Flow {
  private readonly post: (message: ToReader, transfer: ArrayBuffer[]) => void;
  private readonly store: StoreFile;
  private ahead = 0;
  private hasSentAll = false;
  private wakeSender: () => void = () => {};
  private file: Pipe | undefined;
  private unstored = 0;
  private storing: Promise<void> = Promise.resolve();

  constructor(post: (message: ToReader, transfer: ArrayBuffer[]) => void, store: StoreFile) {
    this.post = post;
    this.store = store;
  }

  /** Whether the reader has what it needs to say something. */
  isReadersTurn(): boolean {
    return (this.ahead > 0 || this.hasSentAll) && this.unstored <= FILE_WINDOW_BYTES;
  }

  async send(source: AsyncIterable<Uint8Array>, onSent: () => void): Promise<void> {
    for await (const chunk of source) {
      const data = Uint8Array.from(chunk);
      this.ahead += 1;
      this.post({ is: 'chunk', data }, [data.buffer]);
      onSent();
      while (this.ahead >= CHUNKS_AHEAD)
        await new Promise<void>((resolve) => {
          this.wakeSender = resolve;
        });
    }
    this.hasSentAll = true;
    this.post({ is: 'end' }, []);
    onSent();
  }

  hear(message: FromReader, ends: Ends): void {
    if (message.is === 'more') {
      this.ahead -= 1;
      this.wakeSender();
    } else if (message.is === 'file') this.begin(message.file, ends);
    else if (message.is === 'bytes') {
      this.unstored += message.data.byteLength;
      this.file?.push(message.data);
    } else if (message.is === 'file-end') this.file?.end();
    else if (message.is === 'unreadable') ends.reject(new UnreadableMail(message.problem));
    // Nothing is read before its files are stored.
    else if (message.is === 'read') this.storing.then(() => ends.resolve(message.mail), ends.reject);
  }

  private begin(file: Omit<MailFile, 'bytes'>, ends: Ends): void {
    const pipe = new Pipe((bytes) => {
      this.unstored -= bytes;
      this.post({ is: 'stored', bytes }, []);
    });
    this.file = pipe;
    const stored = this.store(file, pipe);
    stored.catch(ends.reject);
    this.storing = Promise.all([this.storing, stored]).then(() => undefined);
    this.storing.catch(() => undefined); // told above
  }
}
