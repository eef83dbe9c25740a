import type { Log } from '../log';
import { type Hear, type Json, MOST_BYTES } from './bus';

/** The handlers of this node by topic. */
export class Topics {
  private readonly log: Log;
  private readonly handlers = new Map<string, Set<Hear>>();

  constructor(log: Log) {
    this.log = log;
  }

  /** The topics that somebody here listens to. */
  names(): IterableIterator<string> {
    return this.handlers.keys();
  }

  has(topic: string): boolean {
    return this.handlers.has(topic);
  }

  /** Gives a function that removes it again. */
  add(topic: string, hear: Hear): () => void {
    const own: Hear = (message, from) => hear(message, from); // the same function may listen twice
    const known = this.handlers.get(topic) ?? new Set();
    this.handlers.set(topic, known.add(own));
    return () => {
      known.delete(own);
      if (known.size === 0 && this.handlers.get(topic) === known) this.handlers.delete(topic);
    };
  }

  /** Calls the handlers of a topic; one that throws keeps nothing from the others. */
  deliver(topic: string, message: Json, from: string): void {
    for (const hear of [...(this.handlers.get(topic) ?? [])]) {
      try {
        hear(message, from);
      } catch (error) {
        this.log.error({ error, topic }, 'a message of the bus could not be handled');
      }
    }
  }

  /** The message as it travels, or undefined (and a line in the log) when it is too large. */
  written(topic: string, message: Json): string | undefined {
    const text = JSON.stringify(message);
    const bytes = Buffer.byteLength(text);
    if (bytes <= MOST_BYTES) return text;
    this.log.error({ topic, bytes, mostBytes: MOST_BYTES }, 'a message was too large for the bus');
    return undefined;
  }
}
