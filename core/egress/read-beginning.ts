import type { IncomingMessage } from 'node:http';

/** What was read of an answer. */
export interface Beginning {
  readonly text: string;
  /** Whether the answer ended there. */
  readonly isWhole: boolean;
}

/**
 * The first bytes of an answer as text. Cuts the connection when there is more, or when the rest does not come: the
 * status is known, and whatever goes wrong from there on changes nothing.
 */
export function beginningOf(
  response: IncomingMessage,
  { mostBytes, limitMs }: { readonly mostBytes: number; readonly limitMs: number },
): Promise<Beginning> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const done = (isWhole: boolean) => {
      clearTimeout(timer);
      resolve({ text: textOf(Buffer.concat(chunks)), isWhole });
    };
    const cut = () => {
      done(false);
      response.destroy();
    };
    const timer = setTimeout(cut, limitMs);
    response.on('data', (chunk: Buffer) => {
      if (bytes < mostBytes) chunks.push(chunk.subarray(0, mostBytes - bytes));
      bytes += chunk.length;
      if (bytes > mostBytes) cut();
    });
    response.on('end', () => done(bytes <= mostBytes));
    response.on('close', () => done(false));
    response.on('error', () => done(false));
  });
}

// NUL fits no database's text. A character that was cut in half is left out rather than replaced.
function textOf(beginning: Buffer): string {
  return new TextDecoder().decode(beginning, { stream: true }).replaceAll('\0', '\ufffd');
}
