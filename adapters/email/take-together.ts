import type { InboundEvent } from '../../plugins/contract/index';
import type { Account } from './account';
import { eventsOf } from './inbound';
import { mediaOf } from './keep';
import type { Source } from './mailbox';
import { readTogether } from './reading/readers';
import type { WholeMail } from './reading/whole';
import { HEAD_BYTES, unreadable } from './stub';
import { along, type Mail, takenOf } from './taken';

/** A mail that is there already, whole and small. */
export interface SmallMail extends Mail {
  readonly source: Uint8Array;
}

const MOST_SMALL_BYTES = 64 * 1024;
/** As many as a reader is given at once. */
export const MOST_TOGETHER = 16;

/** What is larger goes to its reader as a stream. */
export function isSmall(source: Source): source is Uint8Array {
  return source instanceof Uint8Array && source.byteLength <= MOST_SMALL_BYTES;
}

/** Says what each of some small mails is; they and their files are stored with their messages. */
export async function takeTogether(
  account: Account,
  mails: readonly SmallMail[],
): Promise<ReadonlyMap<number, readonly InboundEvent[]>> {
  const read = await readTogether(mails.map(({ source }) => source));
  return new Map(
    mails.map((mail, index) => {
      const whole = read[index];
      if (!whole) throw new Error('a mail was neither read nor refused');
      return [mail.uid, eventsOfOne(account, mail, whole)];
    }),
  );
}

function eventsOfOne(account: Account, mail: SmallMail, whole: WholeMail): readonly InboundEvent[] {
  const raw = along(mail.source);
  if ('problem' in whole) {
    const head = Buffer.from(mail.source.subarray(0, HEAD_BYTES)).toString('latin1');
    return unreadable(account, mail, { head, problem: whole.problem, taken: takenOf(mail, raw, new Map()) });
  }
  const files = whole.files.map(({ file, data }) => [file.index, mediaOf(file, along(data))] as const);
  return eventsOf(account, whole.mail, takenOf(mail, raw, new Map(files)));
}
