import { createConnection } from 'node:net';

/** Sends these bytes as they are and gives whatever comes back until the other side hangs up, or falls silent. */
export function sendRaw(
  origin: string,
  bytes: string | Uint8Array,
  options: { readonly silenceMs?: number } = {},
): Promise<string> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve) => {
    let received = '';
    const socket = createConnection({ host: hostname, port: Number(port) });
    socket.setTimeout(options.silenceMs ?? 1_000, () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
    });
    // A connection that is reset answers as well.
    socket.on('error', () => {});
    socket.on('close', () => resolve(received));
    socket.write(bytes);
  });
}

/** The status in the first line of an answer; 0 when there is none. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
}
