import type { Readable } from 'node:stream';
import type { AttachmentStream } from 'mailparser';
import { detectMimeType } from 'nodemailer/lib/mime-funcs';
import { decodeBytes } from './charset';
import { fileName, mimeTypeOf, nameByType } from './files';
import { decodeWords } from './headers';
import type { MailFile } from './mail';
import { type MailBody, readTnef } from './tnef';

/** Takes the bytes of one file of a mail; resolves with their number once it has them all. */
export type FileSink = (file: Omit<MailFile, 'bytes'>, body: AsyncIterable<Uint8Array>) => Promise<number>;

/** What was found in the files of a mail. */
export interface GatheredFiles {
  readonly files: readonly MailFile[];
  /** `message/delivery-status` and its like, by type. */
  readonly machine: ReadonlyMap<string, string>;
  /** The beginning of a mail that came back. */
  readonly returned: string;
  /** What the mail says inside of a `winmail.dat`. */
  readonly inside: MailBody;
  readonly notes: readonly string[];
}

const MOST_FILES = 500;

// What reports are read from; the rest of a mail that came back is nobody's business.
const MACHINE =
  /^message\/(?:delivery-status|global-delivery-status|feedback-report|disposition-notification)$/;
const RETURNED =
  /^(?:message\/(?:rfc822|global|rfc822-headers|global-headers|partial)|text\/rfc822-headers)$/;
const MOST_KEPT = 128 * 1024;
const MOST_TNEF = 30 * 1024 * 1024;

/** Hands the files of one mail on, one after the other, and keeps what reports are read from. */
export class Files {
  private readonly sink: FileSink;
  private readonly files: MailFile[] = [];
  private readonly machine = new Map<string, string>();
  private readonly notes: string[] = [];
  private returned = '';
  private inside: MailBody = {};

  constructor(sink: FileSink) {
    this.sink = sink;
  }

  async take(attachment: AttachmentStream): Promise<void> {
    const mimeType = mimeTypeOf(attachment.contentType);
    const content = attachment.content as Readable; // what mailparser gives is one; its types say Stream
    try {
      if (isTnef(mimeType, attachment.filename)) await this.takeTnef(content);
      else if (this.files.length < MOST_FILES) await this.takeFile(attachment, mimeType, content);
      else await this.leaveOut(content);
    } finally {
      attachment.release();
    }
  }

  result(): GatheredFiles {
    const { files, machine, returned, inside, notes } = this;
    return { files, machine, returned, inside, notes };
  }

  private async takeFile(attachment: AttachmentStream, mimeType: string, content: Readable): Promise<void> {
    const name = fileName(decodeWords(attachment.filename ?? '')) ?? nameByType(mimeType);
    const contentId = attachment.cid;
    const file = {
      index: this.files.length,
      mimeType,
      ...(name === undefined ? {} : { name }),
      ...(contentId === undefined || contentId === '' ? {} : { contentId: contentId.slice(0, 250) }),
    };
    const head = MACHINE.test(mimeType) || RETURNED.test(mimeType) ? new Head() : undefined;
    const bytes = await this.sink(file, head ? head.watch(content) : content);
    this.files.push({ ...file, bytes });
    if (!head) return;
    if (MACHINE.test(mimeType)) this.machine.set(mimeType, head.text());
    else if (this.returned === '') this.returned = head.text();
  }

  private async takeTnef(content: Readable): Promise<void> {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of content as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength;
      if (bytes <= MOST_TNEF) chunks.push(chunk);
    }
    const whole = Buffer.concat(chunks);
    const { files, body } = readTnef(bytes <= MOST_TNEF ? whole : new Uint8Array());
    this.inside = { ...body, ...this.inside };
    // Of one that only has words, nothing else is lost.
    const isRead = files.length > 0 || Object.keys(body).length > 0;
    const found = isRead ? files : [{ name: 'winmail.dat', data: whole }];
    for (const { name, data } of found) {
      const file = {
        index: this.files.length,
        mimeType: name === 'winmail.dat' ? 'application/ms-tnef' : detectMimeType(name),
        name: fileName(name) ?? 'file',
      };
      this.files.push({ ...file, bytes: await this.sink(file, once(data)) });
    }
  }

  private async leaveOut(content: Readable): Promise<void> {
    if (this.notes.length === 0)
      this.notes.push(`more than ${MOST_FILES} files: the others are in the raw mail`);
    for await (const _chunk of content) {
      // The parser goes on only when it is read.
    }
  }
}

function isTnef(mimeType: string, name: string | undefined): boolean {
  return /^application\/(?:vnd\.)?ms-tnef$/.test(mimeType) || name?.toLowerCase() === 'winmail.dat';
}

async function* once(data: Uint8Array): AsyncGenerator<Uint8Array> {
  yield data;
}

/** The beginning of a stream that goes elsewhere. */
class Head {
  private readonly chunks: Uint8Array[] = [];
  private bytes = 0;

  async *watch(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      if (this.bytes < MOST_KEPT)
        this.chunks.push(Uint8Array.from(chunk.subarray(0, MOST_KEPT - this.bytes)));
      this.bytes += chunk.byteLength;
      yield chunk;
    }
  }

  text(): string {
    const bytes = Buffer.concat(this.chunks);
    // Machines of Japan write their own charset where only ASCII may be.
    return bytes.includes('\x1b$') ? decodeBytes(bytes, 'iso-2022-jp') : bytes.toString('utf8');
  }
}
