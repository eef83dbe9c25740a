import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Reply } from './route';

/** Writes a stream as fast as the client reads it; ends it when the client goes. */
export async function sendStream(
  response: ServerResponse,
  { status, headers }: Reply,
  pieces: (signal: AbortSignal) => AsyncIterable<string>,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  response.writeHead(status, headers);
  response.flushHeaders();
  try {
    for await (const piece of pieces(gone.signal)) {
      if (gone.signal.aborted) return;
      // What a client does not take, nobody keeps for it: it is read again when there is room.
      if (!response.write(piece)) await once(response, 'drain', { signal: gone.signal });
    }
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  } finally {
    response.end();
  }
}
