import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { ChannelError, type FailureKind, type MediaStream } from '../contract/index';

/** How one provider hands out its files. */
export interface DownloadRules {
  /** Where a redirect may lead. */
  readonly mayHold: (url: URL) => boolean;
  /** What a request carries, at the place that was named and wherever it led from there. */
  readonly headersFor?: (url: URL, named: URL) => Readonly<Record<string, string>>;
  /** How the place's name becomes an address; an error with the code EPRIVATE refuses it. */
  readonly lookupFor?: (url: URL) => LookupFunction | undefined;
  /** The failure behind a status, where it is not `unavailable`. */
  readonly kinds: Readonly<Record<number, FailureKind>>;
  /** The setting that is at fault when it is `unauthorized`. */
  readonly setting?: string;
  /** How long to leave the provider alone when it is `rate_limited`. */
  readonly retryAfterMs: number;
  /** What the files are called in errors: "the media". */
  readonly what: string;
}

/** Downloads of one account. */
export interface Downloads {
  /** Follows redirects by hand, each judged, and streams what is there. Throws ChannelError, also in the middle of the bytes. */
  open(url: URL, signal: AbortSignal): Promise<MediaStream>;
  /** The ChannelError for what is not to be fetched at all. */
  refused(words: string): ChannelError;
  /** Ends what is under way. */
  close(): void;
}

const MOST_REDIRECTS = 3;
const TIMEOUT_MS = 10_000;

/** Opens the way to a provider's files; nothing is fetched yet, and no connection is kept. */
export function createDownloads(rules: DownloadRules): Downloads {
  const underWay = new Set<http.ClientRequest>();
  const follow = async (trip: Trip, url = trip.named, redirects = 0): Promise<http.IncomingMessage> => {
    const response = await get(rules, trip, url);
    const { statusCode = 0, headers } = response;
    if (statusCode < 300 || statusCode >= 400) return response;
    response.destroy();
    if (redirects === MOST_REDIRECTS) throw refused(`${rules.what} was redirected too often`);
    const { location } = headers;
    const target = location && URL.canParse(location, url.href) ? new URL(location, url) : undefined;
    if (!target || !rules.mayHold(target))
      throw refused(`${rules.what} was redirected to a place that is not safe`);
    return follow(trip, target, redirects + 1);
  };
  return {
    refused,
    open: async (named, signal) => streamOf(rules, await follow({ named, signal, underWay })),
    close() {
      for (const request of underWay) request.destroy();
    },
  };
}

interface Trip {
  readonly named: URL;
  readonly signal: AbortSignal;
  readonly underWay: Set<http.ClientRequest>;
}

function get(rules: DownloadRules, trip: Trip, url: URL): Promise<http.IncomingMessage> {
  const { named, signal, underWay } = trip;
  const lookup = rules.lookupFor?.(url);
  const options: http.RequestOptions = {
    ...{ signal, timeout: TIMEOUT_MS, agent: false, headers: { ...rules.headersFor?.(url, named) } },
    ...(lookup && { lookup }),
  };
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).get(url, options, resolve);
    underWay.add(request);
    request.on('close', () => underWay.delete(request));
    request.on('timeout', () => request.destroy(Object.assign(new Error('too slow'), { code: 'ETIMEDOUT' })));
    request.on('error', (error) => reject(interrupted(rules, error)));
  });
}

function streamOf(rules: DownloadRules, response: http.IncomingMessage): MediaStream {
  const { statusCode = 0, headers } = response;
  if (statusCode !== 200) {
    response.destroy();
    throw unanswered(rules, statusCode);
  }
  const bytes = Number(headers['content-length'] ?? Number.NaN);
  return {
    body: bytesOf(rules, response),
    mimeType: headers['content-type']?.split(';')[0]?.trim() || 'application/octet-stream',
    ...(Number.isSafeInteger(bytes) && { bytes }),
  };
}

async function* bytesOf(rules: DownloadRules, response: http.IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response) yield chunk;
  } catch (error) {
    throw interrupted(rules, error);
  }
}

function unanswered({ kinds, setting, retryAfterMs, what }: DownloadRules, status: number): ChannelError {
  const kind = kinds[status] ?? 'unavailable';
  return new ChannelError(kind, `${what} was not handed out (HTTP ${status})`, {
    providerCode: String(status),
    ...(kind === 'unauthorized' && setting !== undefined && { setting }),
    ...(kind === 'rejected' && { reason: 'bad_media' }),
    ...(kind === 'rate_limited' && { retryAfterMs }),
  });
}

function interrupted({ what }: DownloadRules, error: unknown): ChannelError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  if (code === 'EPRIVATE') return refused(`${what} is at a private address`);
  return new ChannelError('unavailable', `${what} could not be read (${code})`);
}

function refused(words: string): ChannelError {
  return new ChannelError('rejected', words, { reason: 'bad_media' });
}
