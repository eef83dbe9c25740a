import type { Api } from './api';
import type { Body } from './shop';

/** One message of a stream of server-sent events. */
export interface Told {
  readonly id: string;
  readonly event: string;
  readonly data: Body;
}

export interface EventStream {
  readonly status: number;
  readonly contentType: string | null;
  /** Everything that was told so far. */
  readonly told: readonly Told[];
  /** Resolves when the gateway ends it. */
  readonly ended: Promise<void>;
  stop(): void;
}

/** Reads a stream of server-sent events as a browser would. */
export async function readStream(
  api: Api,
  path: string,
  { lastEventId, hear }: { readonly lastEventId?: string; readonly hear?: (told: Told) => void } = {},
): Promise<EventStream> {
  const stop = new AbortController();
  const response = await fetch(api.origin + api.base + path, {
    headers: {
      authorization: `Bearer ${api.token}`,
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
    signal: stop.signal,
  });
  const told: Told[] = [];
  return {
    status: response.status,
    contentType: response.headers.get('content-type'),
    told,
    ended: read(response, told, hear).catch((error: unknown) => {
      if (!stop.signal.aborted) throw error;
    }),
    stop: () => stop.abort(),
  };
}

async function read(response: Response, told: Told[], hear?: (told: Told) => void): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(
        block
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      );
      const { id = '', event = '', data } = Object.fromEntries(fields);
      if (data === undefined) continue;
      const one = { id, event, data: JSON.parse(data) };
      told.push(one);
      hear?.(one);
    }
  }
}
