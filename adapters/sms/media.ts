import type { Host, MediaStream } from '../../plugins/contract/index';
import { createDownloads } from '../../plugins/helpers/download';
import type { TwilioConfig } from './config';
import { mayBePublic, publicLookup } from './public-address';

/** Opens what inbound messages referred to, for one account. */
export interface MediaReader {
  open(ref: string, signal: AbortSignal): Promise<MediaStream>;
  close(): void;
}

/** Twilio keeps media behind the account's credentials and answers with a redirect to where the bytes lie. */
export function mediaReader(config: TwilioConfig, host: Host): MediaReader {
  const credentials = Buffer.from(`${config.accountSid}:${config.authToken}`).toString('base64');
  const origins = originsOf(host.apiUrl);
  const downloads = createDownloads({
    what: 'the media',
    mayHold: origins.mayHold,
    // The credentials are for the place that the message named, and for no other.
    headersFor: (url, named): Readonly<Record<string, string>> =>
      url.origin === named.origin ? { authorization: `Basic ${credentials}` } : {},
    lookupFor: (url) => (origins.isOwnHost(url) ? undefined : publicLookup),
    // 404 too is `unavailable`: right after the webhook the media may not be there yet.
    kinds: {
      400: 'rejected',
      401: 'unauthorized',
      403: 'unauthorized',
      410: 'rejected',
      429: 'rate_limited',
    },
    setting: 'authToken',
    retryAfterMs: 1_000,
  });
  return {
    async open(ref, signal) {
      const url = URL.canParse(ref) ? new URL(ref) : undefined;
      if (!url || !origins.isProvider(url)) throw downloads.refused('the media is not at Twilio');
      return downloads.open(url, signal);
    },
    close: () => downloads.close(),
  };
}

interface Origins {
  /** Twilio itself, or what the operator put in its place. */
  isProvider(url: URL): boolean;
  /** Where Twilio may send us for the bytes. */
  mayHold(url: URL): boolean;
  /** A simulator on loopback keeps its bytes on loopback too, at another port. */
  isOwnHost(url: URL): boolean;
}

function originsOf(apiUrl: string | undefined): Origins {
  const own = apiUrl === undefined ? undefined : new URL(apiUrl);
  const isOwnHost = (url: URL): boolean => url.hostname === own?.hostname;
  const isSecure = (url: URL): boolean => url.protocol === 'https:' || url.protocol === own?.protocol;
  const isPlain = (url: URL): boolean => url.username === '' && url.password === '';
  return {
    isOwnHost,
    isProvider: (url) =>
      isPlain(url) &&
      (url.origin === own?.origin ||
        (url.protocol === 'https:' && url.port === '' && url.hostname.endsWith('.twilio.com'))),
    mayHold: (url) => isPlain(url) && isSecure(url) && (isOwnHost(url) || mayBePublic(url.hostname)),
  };
}
