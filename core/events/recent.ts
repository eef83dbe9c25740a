import { eventsAfter, eventsWithSeqs, type LoggedEvent } from '../store/events';
import type { Store } from '../store/store';
import { type Envelope, type EnvelopeOptions, envelopeOf } from './envelope';

/** Whatever was taken out of the log or out of a message is no longer told after this. */
const FRESH_MS = 2_000;
const MOST_WEIGHT = 16_000_000;
/** Of an event beside its texts. */
const LEAST_WEIGHT = 2_000;

/** A fact of the log, and its envelope as text, made once for all who get it. */
export interface RecentEvent {
  readonly event: LoggedEvent;
  readonly json: () => string;
}

interface Kept extends RecentEvent {
  readonly weight: number;
  readonly readAt: number;
}

export interface RecentEventsOptions {
  readonly store: Pick<Store, 'read'>;
  readonly present: EnvelopeOptions['present'];
  /** Of a clock that never goes back. */
  readonly elapsedMs?: () => number;
}

/** Where in the log somebody is. */
export interface Place {
  readonly spaceId: string;
  readonly partnerId: string;
}

/**
 * The part of the log that was just read, so that it is read once for all endpoints of this node, and neither again
 * when it leaves. It forgets within seconds; then the log is read again.
 */
export class RecentEvents {
  private readonly options: RecentEventsOptions;
  /** The oldest first. */
  private readonly kept = new Map<string, Kept>();
  private readonly reading = new Map<string, Promise<ReadonlyMap<number, RecentEvent>>>();
  private weight = 0;

  constructor(options: RecentEventsOptions) {
    this.options = options;
  }

  /** The facts after a number up to another one, in their order. */
  async after(
    place: Place,
    { after, upTo, limit }: { readonly after: number; readonly upTo: number; readonly limit: number },
  ): Promise<LoggedEvent[]> {
    const events: LoggedEvent[] = [];
    const most = Math.min(limit, upTo - after);
    for (let seq = after + 1; events.length < most; seq += 1) {
      const known = this.find(place, seq);
      if (!known) break;
      events.push(known.event);
    }
    if (events.length === most) return events;
    const from = after + events.length;
    const rest = await this.once(`${place.spaceId} after ${from}`, place, () =>
      this.options.store.read((tx) =>
        eventsAfter(tx, { spaceId: place.spaceId, after: from, limit: most - events.length }),
      ),
    );
    return [...events, ...[...rest.values()].map(({ event }) => event)];
  }

  /** The facts with these numbers, in their order; whoever has to read the log for them reads `ahead` as well. */
  async withSeqs(
    place: Place,
    seqs: readonly number[],
    ahead: () => readonly number[],
  ): Promise<RecentEvent[]> {
    const known = seqs.map((seq) => this.find(place, seq));
    if (!known.includes(undefined)) return known.filter((one) => one !== undefined);
    const found = await this.readWith(place, seqs, ahead);
    return seqs.map((seq) => {
      const one = found.get(seq);
      if (!one) throw new Error(`event ${seq} is not in the log of the API space ${place.spaceId}`);
      return one;
    });
  }

  private async readWith(place: Place, seqs: readonly number[], ahead: () => readonly number[]) {
    const { spaceId } = place;
    const underWay = this.reading.get(keyOf(spaceId, seqs[0] ?? 0));
    if (underWay !== undefined) {
      const found = await underWay;
      if (seqs.every((seq) => found.has(seq))) return found;
    }
    const wanted = [...new Set([...seqs, ...ahead()])];
    const read = this.keepAll(place, () =>
      this.options.store.read((tx) => eventsWithSeqs(tx, spaceId, wanted)),
    );
    const keys = wanted.map((seq) => keyOf(spaceId, seq));
    for (const key of keys) this.reading.set(key, read);
    try {
      return await read;
    } finally {
      for (const key of keys) if (this.reading.get(key) === read) this.reading.delete(key);
    }
  }

  /** Whoever asks for the same meanwhile gets the same answer. */
  private async once(key: string, place: Place, read: () => Promise<LoggedEvent[]>) {
    const underWay = this.reading.get(key) ?? this.keepAll(place, read);
    this.reading.set(key, underWay);
    try {
      return await underWay;
    } finally {
      this.reading.delete(key);
    }
  }

  private async keepAll(
    { spaceId, partnerId }: Place,
    read: () => Promise<LoggedEvent[]>,
  ): Promise<ReadonlyMap<number, RecentEvent>> {
    const readAt = this.elapsedMs();
    const events = await read();
    const { present } = this.options;
    const found = new Map<number, RecentEvent>();
    for (const event of events) {
      const seq = event.seq ?? 0;
      const one = { event, json: lazily(event, { partnerId, present }), weight: weightOf(event), readAt };
      found.set(seq, one);
      this.keep(keyOf(spaceId, seq), one);
    }
    return found;
  }

  private find({ spaceId }: Place, seq: number): RecentEvent | undefined {
    const known = this.kept.get(keyOf(spaceId, seq));
    return known && this.isFresh(known) ? known : undefined;
  }

  private keep(key: string, one: Kept): void {
    this.drop(key);
    this.kept.set(key, one);
    this.weight += one.weight;
    for (const [oldest, { readAt }] of this.kept) {
      if (this.weight <= MOST_WEIGHT && this.isFresh({ readAt })) return;
      this.drop(oldest);
    }
  }

  private drop(key: string): void {
    this.weight -= this.kept.get(key)?.weight ?? 0;
    this.kept.delete(key);
  }

  private isFresh({ readAt }: Pick<Kept, 'readAt'>): boolean {
    return this.elapsedMs() - readAt < FRESH_MS;
  }

  private elapsedMs(): number {
    return (this.options.elapsedMs ?? (() => performance.now()))();
  }
}

function keyOf(spaceId: string, seq: number): string {
  return `${spaceId} ${seq}`;
}

function lazily(event: LoggedEvent, options: EnvelopeOptions): () => string {
  let json: string | undefined;
  return () => (json ??= JSON.stringify(envelopeOf(event, options) satisfies Envelope));
}

/** Texts can be long; all else of an event is small. */
function weightOf({ message, payload }: LoggedEvent): number {
  const parts: unknown = message?.parts ?? payload?.['parts'];
  if (!Array.isArray(parts)) return LEAST_WEIGHT;
  return parts.reduce((sum: number, part: unknown) => sum + textLengthOf(part), LEAST_WEIGHT);
}

// Once as it is, and once in its envelope.
function textLengthOf(part: unknown): number {
  if (typeof part !== 'object' || part === null || !('data' in part)) return 0;
  return typeof part.data === 'string' ? 2 * part.data.length : 0;
}
