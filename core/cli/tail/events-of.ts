import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { z } from 'zod';

const envelope = z.looseObject({
  ...{ seq: z.number(), name: z.string(), timestamp: z.string() },
  payload: z.unknown(),
});

/** An event of the stream. */
export interface Told {
  readonly seq: number;
  readonly name: string;
  readonly timestamp: string;
  readonly payload: unknown;
  /** All of it, as it came. */
  readonly envelope: unknown;
}

/** The gateway says something every 15 seconds; a connection that is silent for longer is dead. */
const SILENCE_MS = 45_000;

/** The events of a stream of server-sent events, until it ends; throws when it breaks, or falls silent. */
export async function* eventsOf(response: Response): AsyncGenerator<Told> {
  if (!response.body) return;
  const waiting: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => void waiting.push(message) });
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  for (;;) {
    const { value, done } = await inTime(reader.read());
    if (done) return;
    parser.feed(decoder.decode(value, { stream: true }));
    for (const { data } of waiting.splice(0)) {
      const whole: unknown = JSON.parse(data);
      const { seq, name, timestamp, payload } = envelope.parse(whole);
      yield { seq, name, timestamp, payload, envelope: whole };
    }
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('nothing was heard for too long')), SILENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
