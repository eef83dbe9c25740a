import type { RequestListener } from 'node:http';
import type { World } from './world';

/** What was asked of the host to which Twilio redirects for media. */
export interface CdnRequest {
  readonly path: string;
  readonly authorization: string | undefined;
}

/** Hands out media to anyone who knows its name, as the real one does, and notes who came with what. */
export function cdn(world: World, seen: CdnRequest[]): RequestListener {
  return (request, response) => {
    const path = request.url ?? '/';
    seen.push({ path, authorization: request.headers.authorization });
    const found = world.media.get(path.slice(1));
    if (!found) {
      response.writeHead(404).end();
      return;
    }
    const { mimeType, bytes } = found.media;
    response.writeHead(200, { 'content-type': mimeType, 'content-length': bytes.byteLength }).end(bytes);
  };
}
