import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Express } from 'express';
import type { Blobs } from '../media/blobs';
import type { MediaLinks } from '../media/links';
import { isId } from '../model/id';
import { notFound, Problem } from '../model/problem';
import { findMedia, type Media } from '../store/media';
import type { Store } from '../store/store';

export interface MediaOptions {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly links: MediaLinks;
}

// What a browser may show in place; anything else it saves.
const SHOWN = /^(image\/(png|jpeg|gif|webp|avif)|audio\/|video\/)/;

/** Serves files under their signed links, so that nothing in them can act in a browser. */
export function serveMedia(app: Express, { store, blobs, links }: MediaOptions): void {
  app.get('/media/:id', async (request, response) => {
    const { id } = request.params;
    const { expires, signature } = request.query;
    if (!isId(id) || !links.isValid(id, String(expires ?? ''), String(signature ?? '')))
      throw new Problem('forbidden', 'this link is not valid or no longer; read the message for a fresh one');
    const media = await store.read((tx) => findMedia(tx, id));
    if (!media) throw notFound('file', id);
    mustBeStored(media);
    for (const [name, value] of Object.entries(headersOf(media))) response.setHeader(name, value);
    await pipeline(Readable.from(blobs.read(id)), response);
  });
}

function mustBeStored({ state }: Media): void {
  if (state === 'pending') throw new Problem('unavailable', 'the file is still being fetched');
  if (state === 'failed') throw new Problem('not-found', 'the file could not be fetched from the provider');
}

function headersOf(media: Media): Record<string, string> {
  const disposition = SHOWN.test(media.mimeType) ? 'inline' : 'attachment';
  return {
    'content-type': media.mimeType,
    'content-disposition': `${disposition}; filename*=UTF-8''${encodeURIComponent(media.name)}`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cache-control': 'private, max-age=3600',
    ...(media.bytes === undefined ? {} : { 'content-length': String(media.bytes) }),
  };
}
