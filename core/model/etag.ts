import type { Instant } from './instant';
import { Problem } from './problem';

/** A strong validator of one state of one entity (RFC 9110 8.8.3), with its quotes. */
export function etagOf(entity: { readonly revision: number; readonly updatedOn: Instant }): string {
  return `"${entity.revision.toString(36)}-${entity.updatedOn.toString(36)}"`;
}

/** Throws a 412 when the caller read another state than the present one. RFC 9110 13.1.1: strong comparison, any of a list. */
export function checkMatch(ifMatch: string | undefined, etag: string): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return;
  const read = ifMatch.split(',').map((value) => value.trim());
  // The published clients send the tag back as they got it, or without its quotes.
  if (read.includes(etag) || read.includes(etag.slice(1, -1))) return;
  throw new Problem('precondition-failed', 'it has changed since you read it; read it again', {
    extra: { etag },
  });
}
