import type { InboundMedia } from '../../plugins/contract/index';
import type { Account } from './account';
import { NotStored } from './not-stored';
import type { MailFile } from './reading/mail';
import type { FileBody, Mail } from './taken';

/** What the files of a mail are kept under: the same names, however often it is taken. */
export function nameOf({ uidValidity, uid }: Mail): string {
  return `${uidValidity}.${uid}`;
}

/** Keeps a file of a mail. A disk that is full is no fault of the mail, nor of its server: that is NotStored. */
export async function keep({ host }: Account, name: string, body: AsyncIterable<Uint8Array>) {
  let isSourceAtFault = false;
  async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      yield* body;
    } catch (error) {
      isSourceAtFault = true;
      throw error;
    }
  }
  try {
    return await host.keep(name, watched());
  } catch (cause) {
    throw isSourceAtFault ? cause : new NotStored('a file could not be kept', { cause });
  }
}

/** A file as a message names it. */
export function mediaOf(file: Omit<MailFile, 'bytes'>, body: FileBody): InboundMedia {
  const { mimeType, name, contentId } = file;
  return {
    ...{ ...body, mimeType },
    ...(name === undefined ? {} : { name }),
    ...(contentId === undefined ? {} : { contentId }),
  };
}
