import type { InboundMedia } from '../../plugins/contract/index';

/** A mail as it lies in the mailbox. */
export interface Mail {
  readonly uidValidity: string;
  readonly uid: number;
  readonly bytes: number;
  /** When it arrived there. */
  readonly arrivedOn: Date;
  /** Older than the account. */
  readonly isPast: boolean;
}

/** What was done with a mail before its words were looked at. */
export interface Taken extends Pick<Mail, 'arrivedOn' | 'isPast'> {
  readonly raw: InboundMedia;
  /** By the index that its reader gave them. */
  readonly files: ReadonlyMap<number, InboundMedia>;
}

/** A file as it was kept, or as it comes along with its message. */
export type FileBody = { readonly bytes: number } & (
  | { readonly ref: string }
  | { readonly data: Uint8Array }
);

/** A file that comes along. */
export function along(data: Uint8Array): FileBody {
  return { data, bytes: data.byteLength };
}

/** With the raw mail. */
export function takenOf(
  { arrivedOn, isPast }: Mail,
  body: FileBody,
  files: ReadonlyMap<number, InboundMedia>,
): Taken {
  return { raw: { ...body, mimeType: 'message/rfc822', name: 'message.eml' }, files, arrivedOn, isPast };
}
