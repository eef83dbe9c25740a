import { createHash } from 'node:crypto';
import { sniffedType } from '../media/file-type';
import { newId } from '../model/id';
import type { Part } from '../model/message';
import { mimeTypeOf } from '../model/mime-type';
import { plainText } from '../model/plain-text';
import type { Media } from '../store/media';
import type { Context } from './context';

/** Types whose `data` is a file in base64; everything else is text that stays where it is. */
const FILES =
  /^(image|audio|video|font)\/|^application\/(pdf|zip|octet-stream|msword|vnd\.(ms-|openxmlformats|oasis))/;
const BASE64 = /^(?:data:[^,]{0,100};base64,)?([A-Za-z0-9+/\s]+={0,2}\s*)$/;
const MOST_BYTES = 25 * 1024 * 1024;

/** Takes files out of the parts into the media folder; the parts then name them. */
export async function keepFiles(
  context: Context,
  spaceId: string,
  given: readonly Part[],
): Promise<{ parts: Part[]; files: Media[] }> {
  const parts: Part[] = [];
  const files: Media[] = [];
  for (const part of given) {
    const file = await keep(context, spaceId, part);
    if (file) files.push(file);
    parts.push(
      file
        ? { name: file.name, type: file.mimeType, url: `media:${file.id}`, size: file.bytes }
        : withSize(part),
    );
  }
  return { parts, files };
}

function withSize(part: Part): Part {
  if (part.size !== undefined || part.data === undefined) return part;
  return { ...part, size: Buffer.byteLength(part.data) };
}

/** Whether the data of a part is a file, where it can be read as one. */
export function holdsFile(part: Part): boolean {
  return part.url === undefined && FILES.test(mimeTypeOf(part));
}

async function keep(context: Context, spaceId: string, part: Part): Promise<Media | undefined> {
  const declared = mimeTypeOf(part);
  const encoded = holdsFile(part) ? BASE64.exec(part.data ?? '')?.[1] : undefined;
  if (encoded === undefined) return undefined;
  const body = Buffer.from(encoded, 'base64');
  const id = newId();
  const { bytes, head } = await context.blobs.write(id, [body], MOST_BYTES);
  const now = context.now();
  return {
    spaceId,
    id,
    mimeType: await sniffedType(head, declared),
    name: plainText(part.name ?? `file-${createHash('sha1').update(id).digest('hex').slice(0, 6)}`, 200),
    bytes,
    state: 'stored',
    attempts: 0,
    notBefore: now,
    createdOn: now,
  };
}
