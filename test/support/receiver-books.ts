import type { IncomingHttpHeaders } from 'node:http';
import type { Body } from './shop';

/** One POST that arrived. */
export interface Arrived {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The events in it; a heartbeat too. */
  readonly envelopes: readonly Body[];
  /** The number of its first event at this endpoint; 0 for what has none. */
  readonly sequence: number;
  readonly attempt: number;
  /** By the monotonic clock. */
  readonly at: number;
  /** What was answered; absent when nothing was. */
  readonly status?: number;
}

/** What a receiver can know of its own completeness. */
export interface Books {
  /** Different events that were taken with a 2xx. */
  readonly events: number;
  /** The highest number that was seen, or stated by a heartbeat. */
  readonly highest: number;
  /** Numbers up to the highest that were never taken. */
  readonly missing: readonly number[];
  /** Events that were taken more than once. */
  readonly repeated: number;
  /** Chats whose events came in another order than they happened. */
  readonly disordered: readonly string[];
  /** What must never be, in words: numbers given twice, wrong counts. */
  readonly faults: readonly string[];
}

/** Keeps the books over everything that arrived, in order. */
export function booksOf(arrived: readonly Arrived[]): Books {
  const numbered = arrived.filter(({ sequence }) => sequence > 0);
  const taken = numbered.filter(isTaken);
  const events = taken.flatMap(({ envelopes }) => envelopes);
  const ids = new Set(events.map(({ eventId }) => eventId));
  const numbers = new Set(taken.flatMap(numbersOf));
  const stated = beatsOf(arrived).map(({ sequence }) => sequence);
  const highest = [...numbered.flatMap(numbersOf), ...stated].reduce((most, one) => Math.max(most, one), 0);
  return {
    events: ids.size,
    highest,
    missing: Array.from({ length: highest }, (_, index) => index + 1).filter((one) => !numbers.has(one)),
    repeated: events.length - ids.size,
    disordered: disorderOf(events),
    faults: faultsOf(numbered),
  };
}

/** The payloads of the heartbeats that were taken, in order. */
export function beatsOf(arrived: readonly Arrived[]): Body[] {
  return arrived
    .filter(isTaken)
    .flatMap(({ envelopes }) => envelopes)
    .filter(({ name }) => name === 'webhook.heartbeat')
    .map(({ payload }) => payload);
}

/** Whether a delivery was answered 2xx. */
export function isTaken({ status = 0 }: Pick<Arrived, 'status'>): boolean {
  return status >= 200 && status < 300;
}

function numbersOf({ sequence, envelopes }: Arrived): number[] {
  return envelopes.map((_, index) => sequence + index);
}

function disorderOf(events: readonly Body[]): string[] {
  const last = new Map<string, number>();
  const seen = new Set<string>();
  const disordered = new Set<string>();
  for (const event of events) {
    if (seen.has(event.eventId)) continue; // a repetition comes late by its nature
    seen.add(event.eventId);
    const chat = chatOf(event);
    if (chat === undefined) continue;
    if ((last.get(chat) ?? 0) > event.seq) disordered.add(chat);
    last.set(chat, event.seq);
  }
  return [...disordered];
}

function chatOf({ name, payload }: Body): string | undefined {
  if (name.startsWith('chat.')) return payload.id;
  return payload.context?.chatId ?? payload.chatId;
}

// At every attempt a number belongs to the same delivery, and a delivery says how many events it holds.
function faultsOf(numbered: readonly Arrived[]): string[] {
  const owners = new Map<number, string>();
  const faults = new Set<string>();
  for (const one of numbered) {
    const id = String(one.headers['webhook-id']);
    const count = Number(one.headers['x-parley-count'] ?? 1);
    if (count !== one.envelopes.length)
      faults.add(`delivery ${id} says that it holds ${count} events and holds ${one.envelopes.length}`);
    for (const number of numbersOf(one)) {
      const owner = owners.get(number) ?? id;
      if (owner !== id) faults.add(`the number ${number} was given to ${owner} and to ${id}`);
      owners.set(number, owner);
    }
  }
  return [...faults];
}
