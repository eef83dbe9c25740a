import { createParser } from 'eventsource-parser';
import type { Api } from './api';
import type { Happening } from './shapes';

const AGAIN_MS = 1_000;

/** Tells every event of the API space from the first one on, each once; goes on where it was when the stream breaks off. */
export async function follow(api: Api, onEvent: (event: Happening) => void): Promise<never> {
  let last = '0';
  const parser = createParser({
    onEvent({ id, data }) {
      last = id ?? last;
      onEvent(JSON.parse(data));
    },
  });
  for (;;) {
    try {
      const response = await api.open('/events/stream', last);
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read())
        parser.feed(piece.value);
    } catch {
      // The gateway is away; asked again below.
    }
    parser.reset();
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}
