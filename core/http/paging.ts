import { isPlainText } from '../model/plain-text';
import { invalid } from '../model/problem';

/** Where a page ended, as an opaque word. */
export function toCursor(last: string): string {
  return Buffer.from(JSON.stringify([last])).toString('base64url');
}

/** Where a page is to begin; a 400 for a word that we did not give. */
export function fromCursor(cursor: string | undefined, isPossible = isPlainText): string | undefined {
  if (cursor === undefined) return undefined;
  const last = decode(cursor);
  if (last === undefined || !isPossible(last))
    throw invalid('cursor', 'it is not a cursor that this gateway gave; begin without one');
  return last;
}

function decode(cursor: string): string | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) && typeof value[0] === 'string' ? value[0] : undefined;
  } catch {
    return undefined; // not JSON, so none of ours
  }
}

/** One more row than asked for tells whether there is a further page. */
export function pageOf<T>(rows: readonly T[], limit: number): { items: T[]; hasMore: boolean } {
  return { items: rows.slice(0, limit), hasMore: rows.length > limit };
}

/** The `Link` header to the next page (RFC 8288); nothing on the last one. */
export function nextLink(
  call: { readonly publicUrl: string; readonly url: string },
  cursor: string | undefined,
): Record<string, string> {
  if (cursor === undefined) return {};
  // A request line may hold a whole address, of any host.
  const { pathname, search } = new URL(call.url, call.publicUrl);
  const url = new URL(pathname + search, call.publicUrl);
  url.searchParams.set('cursor', cursor);
  return { link: `<${url.href}>; rel="next"` };
}
