import type { MailFile, ReadMail } from './mail';
import { readMail } from './read-mail';

/** A small mail that was read whole, with what is in its files; or why it cannot be read. */
export type WholeMail =
  | { readonly mail: ReadMail; readonly files: readonly WholeFile[] }
  | { readonly problem: string };

export interface WholeFile {
  readonly file: Omit<MailFile, 'bytes'>;
  readonly data: Uint8Array;
}

/** Reads a mail that is small enough for its files to stay in memory. */
export async function readWhole(source: Uint8Array): Promise<WholeMail> {
  const files: WholeFile[] = [];
  try {
    const mail = await readMail(once(source), async (file, body) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of body) chunks.push(chunk);
      const data = Uint8Array.from(Buffer.concat(chunks));
      files.push({ file, data });
      return data.byteLength;
    });
    return { mail, files };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

async function* once(source: Uint8Array): AsyncGenerator<Uint8Array> {
  yield source;
}

/** Why a mail cannot be read, in a few words. */
export function problemOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 300) : 'it could not be read';
}
