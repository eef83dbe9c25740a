import type { MailFile, ReadMail } from './mail';
import type { WholeMail } from './whole';

/** What the storing thread tells the reading one. */
export type ToReader =
  | { readonly is: 'chunk'; readonly data: Uint8Array }
  | { readonly is: 'end' }
  /** Mails that are small, whole. */
  | { readonly is: 'mails'; readonly sources: readonly Uint8Array[] }
  /** So many bytes of files were stored: as many more may follow. */
  | { readonly is: 'stored'; readonly bytes: number };

/** What the reading thread tells the storing one. */
export type FromReader =
  /** More of the mail may follow. */
  | { readonly is: 'more' }
  | { readonly is: 'file'; readonly file: Omit<MailFile, 'bytes'> }
  | { readonly is: 'bytes'; readonly data: Uint8Array }
  | { readonly is: 'file-end' }
  | { readonly is: 'read'; readonly mail: ReadMail }
  /** All that were given whole, in their order. */
  | { readonly is: 'mails-read'; readonly mails: readonly WholeMail[] }
  | { readonly is: 'unreadable'; readonly problem: string };

/** Bytes of a file that may be on their way from the reader at once. */
export const FILE_WINDOW_BYTES = 1024 * 1024;
