import type { RawRequest, SharedPart } from '../../plugins/contract/index';
import { isRecord, type Json, numberAt, recordAt, recordsAt, textAt } from './json';

/** One event of a delivery: what happened on which page. */
export interface Item {
  /** Absent where the delivery does not say. */
  readonly pageId: string | undefined;
  readonly event: Json;
  /** Another app has the conversation; we are only told. */
  readonly isStandby: boolean;
  /** When Meta made the delivery, in milliseconds. */
  readonly time: number | undefined;
}

// Read once for routing and once for parsing: the same request is not read twice.
const known = new WeakMap<RawRequest, { readonly items: readonly Item[] | undefined }>();

/** What a delivery consists of; undefined when it is none of a page. */
export function itemsOf(request: RawRequest): readonly Item[] | undefined {
  const before = known.get(request);
  if (before) return before.items;
  const items = readItems(parseJson(textOf(request)));
  known.set(request, { items });
  return items;
}

function readItems(body: unknown): readonly Item[] | undefined {
  if (!isRecord(body)) return undefined;
  // The "Test" button of the app dashboard sends a field without an entry around it.
  if (!('entry' in body))
    return textAt(body, 'field') === undefined ? undefined : fieldItems(body, undefined);
  if (body['object'] !== 'page' || !Array.isArray(body['entry'])) return undefined;
  return recordsAt(body, 'entry').flatMap(entryItems);
}

/** The text of a delivery, as it came. */
export function textOf({ body }: RawRequest): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
}

/** A body that holds one event alone. */
export function alone({ pageId, event, isStandby, time }: Item): string {
  const list = isStandby ? 'standby' : 'messaging';
  return JSON.stringify({ object: 'page', entry: [{ id: pageId, time, [list]: [event] }] });
}

/** The parts of a delivery by page: one for each, in the order in which the pages come. */
export function split(request: RawRequest): readonly SharedPart[] {
  const items = itemsOf(request) ?? [];
  const pages = new Set(items.map(({ pageId }) => pageId ?? ''));
  if (pages.size <= 1) return [...pages].map((identity) => ({ identity, request }));
  return [...pages].map((identity) => {
    const own = items.filter(({ pageId }) => (pageId ?? '') === identity);
    return { identity, request: { ...request, body: Buffer.from(together(own)) } };
  });
}

function together(items: readonly Item[]): string {
  const entry = items.map(({ pageId, event, isStandby, time }) => ({
    id: pageId,
    time,
    [isStandby ? 'standby' : 'messaging']: [event],
  }));
  return JSON.stringify({ object: 'page', entry });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // `itemsOf` says that it is no delivery
  }
}

function entryItems(entry: Json): Item[] {
  const pageId = textAt(entry, 'id');
  const time = instantOf(entry, 'time');
  const items = (['messaging', 'standby'] as const).flatMap((list) =>
    listAt(entry, list).map((event) => ({ pageId, event, isStandby: list === 'standby', time })),
  );
  const fields = textAt(entry, 'field') === undefined ? [] : fieldItems(entry, pageId, time);
  const changes = recordsAt(entry, 'changes').flatMap((change) => fieldItems(change, pageId, time));
  const all = [...items, ...fields, ...changes];
  return all.length > 0 ? all : [{ pageId, event: entry, isStandby: false, time }];
}

// What is no object is an event too: one that nobody can read.
function listAt(entry: Json, name: string): Json[] {
  const list = Object.hasOwn(entry, name) ? entry[name] : undefined;
  if (!Array.isArray(list)) return [];
  return list.map((item: unknown) => (isRecord(item) ? item : { unreadable: item }));
}

/** The other form of an event: `{field: "messaging_postbacks", value: {...}}`. */
function fieldItems(change: Json, pageId: string | undefined, time?: number): Item[] {
  const value = recordAt(change, 'value');
  const isStandby = textAt(change, 'field') === 'standby';
  if (!value) return [{ pageId, event: change, isStandby, time }];
  const recipient = recordAt(value, 'recipient');
  const named = pageId ?? (recipient && textAt(recipient, 'id'));
  return [{ pageId: named, event: value, isStandby, time }];
}

const FIRST_MILLISECOND = 100_000_000_000;

/** A time of Meta's in milliseconds; it comes as a number or a text, and in places in seconds. */
export function instantOf(json: Json, name: string): number | undefined {
  const at = numberAt(json, name);
  if (at === undefined || at <= 0) return undefined;
  const ms = at < FIRST_MILLISECOND ? at * 1_000 : at;
  return Number.isNaN(new Date(ms).getTime()) ? undefined : ms;
}
