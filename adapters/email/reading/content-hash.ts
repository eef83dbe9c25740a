import { createHash } from 'node:crypto';
import type { MailHeaders } from './headers';

/** Tells mails apart by what they say and not by how they travelled: copies of one mail differ in their trace only. */
export class ContentHash {
  private readonly body = createHash('sha256');
  private tail = Buffer.alloc(0);
  private isInBody = false;

  add(chunk: Uint8Array): void {
    if (this.isInBody) {
      this.body.update(chunk);
      return;
    }
    const known = Buffer.concat([this.tail, chunk]);
    const match = /\r?\n\r?\n/.exec(known.toString('latin1'));
    if (match) {
      this.isInBody = true;
      this.body.update(known.subarray(match.index + match[0].length));
      return;
    }
    this.tail = known.subarray(Math.max(0, known.length - 3));
  }

  digest(headers: MailHeaders): string {
    for (const name of ['message-id', 'from', 'date', 'subject'])
      this.body.update(`\0${headers.last(name) ?? ''}`);
    return this.body.digest('hex');
  }
}
