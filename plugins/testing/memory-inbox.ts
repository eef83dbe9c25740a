import type { InboundEvent, Inbox } from '../contract/index';

/** An inbox that keeps what it is given, and fails as often as it is told. */
export interface MemoryInbox extends Inbox {
  readonly events: readonly InboundEvent[];
  /** How often the listener said that it is connected. */
  readonly readies: number;
}

export interface MemoryInboxOptions {
  /** So many times nothing can be stored. */
  readonly failing?: number;
  /** So many times it can, before that. */
  readonly after?: number;
}

export function memoryInbox({ failing = 0, after = 0 }: MemoryInboxOptions = {}): MemoryInbox {
  const events: InboundEvent[] = [];
  let asked = 0;
  let cursor: string | undefined;
  let readies = 0;
  return {
    events,
    get cursor() {
      return cursor;
    },
    get readies() {
      return readies;
    },
    ready() {
      readies += 1;
    },
    accept(given, next) {
      asked += 1;
      if (asked > after && asked <= after + failing) return Promise.reject(new Error('the database is down'));
      events.push(...given);
      cursor = next ?? cursor;
      return Promise.resolve();
    },
  };
}
