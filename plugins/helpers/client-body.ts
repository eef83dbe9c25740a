import { ClientRefusal, type HttpReply, type RawRequest } from '../contract/index';

/** JSON that was sent to us. */
export type Fields = Readonly<Record<string, unknown>>;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const DEEPEST = 64;

/** The JSON in a body; a 400 that says what is wrong with it. */
export function jsonOf({ body }: RawRequest): unknown {
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(body));
  } catch {
    throw new ClientRefusal(400, 'the body is not valid JSON in UTF-8');
  }
  mustBeStorable(value);
  return value;
}

/** The object in a body. */
export function fieldsOf(request: RawRequest): Fields {
  return asFields(jsonOf(request), 'body');
}

export function asFields(value: unknown, field: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(field, 'an object');
  return { ...value };
}

export function asList(value: unknown, field: string, most: number): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(field, 'a list');
  if (value.length > most) throw new ClientRefusal(400, `it has at most ${most} entries`, field);
  return value;
}

export function asText(value: unknown, field: string, most: number): string {
  if (typeof value !== 'string') throw wrong(field, 'a text');
  if (value.length > most) throw new ClientRefusal(400, `it has at most ${most} characters`, field);
  return value;
}

/** Absent and null are the same to the published clients. */
export function maybeText(value: unknown, field: string, most: number): string | undefined {
  return value === undefined || value === null ? undefined : asText(value, field, most);
}

export function asFlag(value: unknown, field: string): boolean {
  if (typeof value !== 'boolean') throw wrong(field, 'true or false');
  return value;
}

/** A point in time; RFC 3339, as JSON.stringify writes a Date. */
export function asDate(value: unknown, field: string): Date {
  const date = new Date(asText(value, field, 100));
  if (Number.isNaN(date.getTime())) throw wrong(field, 'a time such as 2026-01-31T12:00:00Z');
  return date;
}

export function wrong(field: string, wanted: string): ClientRefusal {
  return new ClientRefusal(400, `it must be ${wanted}`, field);
}

/** A number in a query: the nearest one that is allowed, since the published clients ask for any. */
export function queryNumber(
  query: URLSearchParams,
  name: string,
  { least, most }: { readonly least: number; readonly most: number },
): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^-?\d{1,15}$/.test(text)) throw wrong(name, 'a whole number');
  return Math.min(Math.max(Number(text), least), most);
}

export function queryOf({ url }: RawRequest): URLSearchParams {
  return new URL(url).searchParams;
}

/** An answer in JSON. */
export function json(status: number, body: unknown, etag?: string): HttpReply {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    ...(etag === undefined ? {} : { etag }),
  };
  return { status, headers, body: JSON.stringify(body) };
}

export const NO_CONTENT: HttpReply = { status: 204 };

// Deeper than any sensible document, it would overflow the stack of whoever walks it; NUL fits no database's text.
function mustBeStorable(root: unknown): void {
  const waiting = [{ value: root, depth: 0 }];
  for (let place = waiting.pop(); place; place = waiting.pop()) {
    const { value, depth } = place;
    if (typeof value === 'string' && value.includes('\0'))
      throw new ClientRefusal(400, 'NUL characters cannot be stored; leave them out');
    if (typeof value !== 'object' || value === null) continue;
    if (depth === DEEPEST) throw new ClientRefusal(400, `it is nested deeper than ${DEEPEST} levels`);
    for (const [key, inner] of Object.entries(value))
      waiting.push({ value: key, depth }, { value: inner, depth: depth + 1 });
  }
}
