import type { MediaStream } from '../../plugins/contract/index';
import { createDownloads } from '../../plugins/helpers/download';

/** Opens what inbound messages referred to, for one page. */
export interface MediaReader {
  open(ref: string, signal: AbortSignal): Promise<MediaStream>;
  close(): void;
}

/** Where Meta keeps the files of messages. */
const HOSTS = ['fbcdn.net', 'fbsbx.com', 'facebook.com', 'cdninstagram.com'];

/** Meta's links need no credentials, and none are sent; they end, so the file is fetched at once. */
export function mediaReader(apiUrl: string | undefined): MediaReader {
  const simulated = apiUrl === undefined ? undefined : new URL(apiUrl).origin;
  const isMetas = (url: URL): boolean => {
    if (url.username !== '' || url.password !== '') return false;
    if (url.origin === simulated) return true;
    const isKnown = HOSTS.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`));
    return url.protocol === 'https:' && url.port === '' && isKnown;
  };
  const downloads = createDownloads({
    what: 'the file',
    mayHold: isMetas,
    // 404 is `unavailable`: right after the webhook the file may not be everywhere yet. 403 is a link that has ended.
    kinds: { 400: 'rejected', 403: 'rejected', 410: 'rejected', 429: 'rate_limited' },
    retryAfterMs: 5_000,
  });
  return {
    async open(ref, signal) {
      const url = URL.canParse(ref) ? new URL(ref) : undefined;
      if (!url || !isMetas(url)) throw downloads.refused('the file is not at Meta');
      return downloads.open(url, signal);
    },
    close: () => downloads.close(),
  };
}
