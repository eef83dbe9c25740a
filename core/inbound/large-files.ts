import {
  type InboundMedia,
  type InboundMessage,
  type KeptFile,
  MOST_BYTES_ALONG,
} from '../../plugins/contract/index';

/** What all files of a message that are stored with it may have together. */
const MOST_BYTES_TOGETHER = 4 * MOST_BYTES_ALONG;

/** Keeps a file; the same name again replaces it. */
export type Keep = (name: string, data: Uint8Array) => Promise<KeptFile>;

/** Has it files that came along and are too large for the database? */
export function hasLargeFiles(message: InboundMessage): boolean {
  // Most messages have no files at all.
  return (message.media.length > 0 || message.raw !== undefined) && largeFilesOf(message).length > 0;
}

/** Keeps what is too large to be stored with its message before the message is: none refers to a file that is not there. */
export async function withLargeFilesApart(message: InboundMessage, keep: Keep): Promise<InboundMessage> {
  const apart = new Map<InboundMedia, InboundMedia>();
  for (const file of largeFilesOf(message)) {
    const { data, ...about } = file;
    // The same each time, so that a message that comes again leaves no second copy.
    const kept = await keep(`along \0${message.externalId}\0${apart.size}`, data);
    apart.set(file, { ...about, ref: kept.ref, bytes: kept.bytes });
  }
  const now = (file: InboundMedia) => apart.get(file) ?? file;
  return { ...message, media: message.media.map(now), ...(message.raw && { raw: now(message.raw) }) };
}

type AlongMedia = Extract<InboundMedia, { data: Uint8Array }>;

function largeFilesOf({ media, raw }: InboundMessage): AlongMedia[] {
  let together = 0;
  return [...media, ...(raw ? [raw] : [])].filter(isAlong).filter(({ data: { byteLength } }) => {
    if (byteLength > MOST_BYTES_ALONG || together + byteLength > MOST_BYTES_TOGETHER) return true;
    together += byteLength;
    return false;
  });
}

function isAlong(file: InboundMedia): file is AlongMedia {
  return file.data !== undefined;
}
