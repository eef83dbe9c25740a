import type { InboundEvent, InboundMedia } from '../../plugins/contract/index';
import type { Account } from './account';
import { eventsOf } from './inbound';
import { keep, mediaOf, nameOf } from './keep';
import { UnreadableMail } from './reading/flow';
import { readApart } from './reading/readers';
import { HEAD_BYTES, unreadable } from './stub';
import { type Mail, takenOf } from './taken';
import { tee } from './tee';

/** A mail that is read as it comes in. */
export interface ComingMail extends Mail {
  readonly source: AsyncIterable<Uint8Array>;
}

/** Keeps a mail and its files, and says what it is. Rejects only when it could not be kept or fetched: then nothing is lost. */
export async function takeMail(account: Account, mail: ComingMail): Promise<readonly InboundEvent[]> {
  const name = nameOf(mail);
  const files = new Map<number, InboundMedia>();
  const head = new Head();
  const [kept, read] = await tee(
    head.watch(mail.source),
    (body) => keep(account, `${name}.eml`, body),
    (body) =>
      readApart(body, async (file, content) => {
        files.set(file.index, mediaOf(file, await keep(account, `${name}.${file.index}`, content)));
      }),
  );
  const taken = takenOf(mail, kept, files);
  if (read.status === 'fulfilled') return eventsOf(account, read.value, taken);
  if (!(read.reason instanceof UnreadableMail)) throw read.reason;
  return unreadable(account, mail, { head: head.text(), problem: read.reason.message, taken });
}

/** The first bytes of a mail, for saying something of one that cannot be read. */
class Head {
  private readonly chunks: Uint8Array[] = [];
  private bytes = 0;

  async *watch(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      if (this.bytes < HEAD_BYTES)
        this.chunks.push(Uint8Array.from(chunk.subarray(0, HEAD_BYTES - this.bytes)));
      this.bytes += chunk.byteLength;
      yield chunk;
    }
  }

  text(): string {
    return Buffer.concat(this.chunks).toString('latin1');
  }
}
