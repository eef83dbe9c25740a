import { BlobTooLarge } from '../../media/blobs';
import { sniffedType } from '../../media/file-type';
import { isId, newId } from '../../model/id';
import { isOfType } from '../../model/mime-type';
import { plainText } from '../../model/plain-text';
import { Problem } from '../../model/problem';
import { findMedia, insertMedia } from '../../store/media';
import type { ClientAccount, ClientActor, ClientsContext } from './context';

/** The largest file that an app may give us. */
export const MOST_CONTENT_BYTES = 25 * 1024 * 1024;

/** A file that we keep, and where it can be had. */
export interface Content {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly url: string;
}

/** Keeps a file; what it is said to be counts only where its bytes do not say otherwise. */
export async function keep(
  { context, account }: ClientActor,
  file: { readonly name: string; readonly type: string; readonly body: Uint8Array },
  types: readonly string[] = ['*/*'],
): Promise<Content> {
  const id = newId();
  const type = await sniffedType(file.body, plainText(file.type, 200).toLowerCase());
  if (!types.some((pattern) => isOfType(type, pattern)))
    throw new Problem('unsupported-media-type', `it is ${type}; what may be sent is ${types.join(', ')}`);
  const { bytes } = await write(context.blobs, id, file.body);
  const name = plainText(file.name, 200) || 'file';
  const now = context.now();
  await context.store.transaction((tx) =>
    insertMedia(tx, [
      {
        ...{ spaceId: account.spaceId, id, mimeType: type, name, bytes, state: 'stored' },
        ...{ attempts: 0, notBefore: now, createdOn: now },
      },
    ]),
  );
  return { id, name, type, size: bytes, url: context.links.link(id) };
}

/** A file of the space that is kept here. */
export async function find(
  { store, links }: ClientsContext,
  { spaceId }: ClientAccount,
  id: string,
): Promise<Content | undefined> {
  const media = isId(id) ? await store.read((tx) => findMedia(tx, id)) : undefined;
  if (media?.spaceId !== spaceId || media.state !== 'stored') return undefined;
  const { name, mimeType: type, bytes: size = 0 } = media;
  return { id, name, type, size, url: links.link(id) };
}

async function write(blobs: ClientActor['context']['blobs'], id: string, body: Uint8Array) {
  try {
    return await blobs.write(id, once(body), MOST_CONTENT_BYTES);
  } catch (error) {
    if (!(error instanceof BlobTooLarge)) throw error;
    throw new Problem('body-too-large', `a file has at most ${MOST_CONTENT_BYTES} bytes`);
  }
}

async function* once(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body;
}
