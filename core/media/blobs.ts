import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { MediaStream } from '../../plugins/contract/index';

/** A file in pieces, as they come or as they are there. */
export type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Where the bytes of files lie. */
export interface Blobs {
  /** Streams to disk and keeps it only when it is whole; throws BlobTooLarge above `maxBytes`. */
  write(id: string, body: Bytes, maxBytes: number): Promise<{ bytes: number; head: Buffer }>;
  read(id: string): AsyncIterable<Uint8Array>;
  remove(id: string): Promise<void>;
}

export class BlobTooLarge extends Error {
  override readonly name = 'BlobTooLarge';
}

// Enough for every signature that the type is told by.
const HEAD_BYTES = 4_100;

/** What lies elsewhere by its id, such as a small file in the database. */
export type Elsewhere = (id: string) => Promise<Uint8Array | undefined>;

/** Files below a folder, spread over 256 sub-folders; what is not there is read from `elsewhere`. */
export function createBlobs(folder: string, elsewhere: Elsewhere): Blobs {
  const fileOf = (id: string) => {
    const name = createHash('sha256').update(id).digest('hex');
    return path.join(folder, name.slice(0, 2), name);
  };
  // There are 256 of them: each is made once, and not asked for again with every file.
  const made = new Map<string, Promise<unknown>>();
  const make = (directory: string) => {
    const making = made.get(directory) ?? mkdir(directory, { recursive: true });
    made.set(directory, making);
    making.catch(() => made.delete(directory)); // whoever waits for it is told
    return making;
  };
  const underWay = new Set<string>();
  return {
    async write(id, body, maxBytes) {
      const file = fileOf(id);
      const temporary = freeName(file, underWay);
      try {
        await make(path.dirname(file));
        const written = await writeAll(temporary, body, maxBytes);
        await rename(temporary, file);
        return written;
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      } finally {
        underWay.delete(temporary);
      }
    },
    read: (id) => readFrom(fileOf(id), () => elsewhere(id)),
    remove: (id) => rm(fileOf(id), { force: true }),
  };
}

/** The same file may be written twice at once, and each has to be whole. What a crash has left is written over later. */
function freeName(file: string, taken: Set<string>): string {
  for (let place = 0; ; place += 1) {
    const name = `${file}.${process.pid}.${place}.part`;
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}

async function* readFrom(
  file: string,
  elsewhere: () => Promise<Uint8Array | undefined>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file);
  } catch (error) {
    const found = Object(error).code === 'ENOENT' ? await elsewhere() : undefined;
    if (!found) throw error;
    yield found;
  }
}

async function writeAll(
  file: string,
  body: Bytes,
  maxBytes: number,
): Promise<{ bytes: number; head: Buffer }> {
  const handle = await open(file, 'w');
  let bytes = 0;
  let head = Buffer.alloc(0);
  try {
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw new BlobTooLarge(`the file is larger than ${maxBytes} bytes`);
      if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.length)]);
      // All of it: a disk that is nearly full takes a part, and says so by the count alone.
      await handle.writeFile(chunk);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { bytes, head };
}

/** What an adapter gets to upload. */
export function openBlob(
  blobs: Blobs,
  file: { id: string; mimeType: string; bytes?: number | undefined },
): MediaStream {
  return {
    body: blobs.read(file.id),
    mimeType: file.mimeType,
    ...(file.bytes === undefined ? {} : { bytes: file.bytes }),
  };
}
