import type { RawRequest } from '../../plugins/contract/index';

/** What Twilio says in one request, by name; a repeated parameter is a list. Has no prototype. */
export type Params = Readonly<Record<string, string | readonly string[]>>;

// Verifying and parsing one delivery read its body once.
const known = new WeakMap<RawRequest, Params>();

/** The parameters of a form, of a query (GET) or of a JSON body; of a body that is none of these, none. */
export function paramsOf(request: RawRequest): Params {
  const before = known.get(request);
  if (before) return before;
  const params = read(request);
  known.set(request, params);
  return params;
}

/** The value of a parameter; the first one where it is repeated, and none where it is empty. */
export function first(params: Params, name: string): string | undefined {
  const value = params[name];
  return (typeof value === 'string' ? value : value?.[0]) || undefined;
}

/** The query of a URL, as received; of one that is none, nothing. */
export function queryOf(url: string): URLSearchParams {
  const start = url.indexOf('?');
  return new URLSearchParams(start < 0 ? '' : url.slice(start + 1));
}

/** True when the body is JSON: such a one is signed by its hash, a form by its parameters. */
export function isJson(headers: RawRequest['headers']): boolean {
  return /^application\/json\b/i.test(headers['content-type'] ?? '');
}

function read(request: RawRequest): Params {
  if (request.method === 'GET') return collect(queryOf(request.url));
  const body = Buffer.from(request.body.buffer, request.body.byteOffset, request.body.byteLength);
  if (isJson(request.headers)) return collect(jsonEntries(body.toString('utf8')));
  return collect(new URLSearchParams(body.toString('utf8')));
}

function collect(entries: Iterable<readonly [string, string]>): Params {
  const params: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of entries) {
    const before = params[name];
    if (before === undefined) params[name] = value;
    else if (typeof before === 'string') params[name] = [before, value];
    else before.push(value);
  }
  return params;
}

function jsonEntries(body: string): [string, string][] {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return [];
    return Object.entries(parsed).map(([name, value]) => [name, asText(value)]);
  } catch {
    return [];
  }
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
}
