import type { Request, Response } from 'express';

/** What the reader of a stream of events is told; all else is for documents and single answers. */
const KEPT = /^(access-control-|vary$|x-request-id$|x-content-type-options$|x-ratelimit-)/;

/** An answer that goes on for hours: lets go of what was only needed to begin it, so that thousands of them fit. */
export function makeLongLived(request: Request, response: Response): void {
  for (const name of response.getHeaderNames()) if (!KEPT.test(name)) response.removeHeader(name);
  request.headers = {};
  request.rawHeaders.length = 0;
  // Express would keep its whole way to here.
  request.next = undefined;
  request.params = {};
}
