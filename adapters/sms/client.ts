import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Twilio } from 'twilio';
import { ChannelError, type Host } from '../../plugins/contract/index';
import type { TwilioConfig } from './config';
import { failureOf } from './failures';

/** One account's way to Twilio: the SDK, its sockets, and how they end. */
export interface TwilioClient {
  /** Where media and messages live: Twilio, or what the operator put in its place. */
  readonly apiUrl: string;
  /** Runs one request of the SDK; the signal drops its socket, and whatever fails is a ChannelError. */
  call<T>(signal: AbortSignal, request: (sdk: Twilio) => Promise<T>): Promise<T>;
  /** Ends every socket; afterwards every call fails. */
  close(): void;
}

const TIMEOUT_MS = 10_000;

/** Wires one SDK client for one account; the SDK itself is loaded by the first call. */
export function createClient(config: TwilioConfig, host: Host): TwilioClient {
  let connection: Connection | undefined;
  let closed = false;
  const underWay = new Set<() => void>();

  async function call<T>(signal: AbortSignal, request: (sdk: Twilio) => Promise<T>): Promise<T> {
    if (closed) throw new ChannelError('unavailable', 'the account was closed');
    if (signal.aborted) throw new ChannelError('unavailable', 'given up before anything was sent');
    connection ??= connect(config, host.apiUrl);
    const stopping = new AbortController();
    const track: Track = { signal: stopping.signal, creates: false, connected: false, waited: false };
    const stop = (): void => {
      track.waited = stillWaits(track);
      stopping.abort();
    };
    const timer = setTimeout(stop, TIMEOUT_MS);
    signal.addEventListener('abort', stop);
    underWay.add(stop);
    try {
      return await request(connection.sdkOf(track));
    } catch (error) {
      throw failureOf(error, { ...track, mayHaveArrived: mayHaveArrived(track, error), now: host.now() });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      underWay.delete(stop);
    }
  }

  return {
    apiUrl: (host.apiUrl ?? 'https://api.twilio.com').replace(/\/+$/, ''),
    call,
    close() {
      closed = true;
      for (const stop of underWay) stop();
      for (const agent of connection?.agents ?? []) agent.destroy();
    },
  };
}

/** Follows one call through the SDK, which knows neither signals nor what became of the bytes. */
interface Track {
  readonly signal: AbortSignal;
  /** It makes something at Twilio; reading is never in doubt. */
  creates: boolean;
  socket?: Socket;
  connected: boolean;
  /** When it was given up, nothing had left this process yet. */
  waited: boolean;
  retryAfter?: string;
}

// What Node says of a connection that never came about.
const NEVER_CONNECTED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPROTO|CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|(DEPTH_ZERO_)?SELF_SIGNED_CERT)/;

/** In doubt yes: a message that is wrongly taken for unsent is sent twice. */
function mayHaveArrived(track: Track, error: unknown): boolean {
  if (!track.creates || track.waited) return false;
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return track.connected || !NEVER_CONNECTED.test(code);
}

function stillWaits({ socket }: Track): boolean {
  return socket === undefined || (socket.connecting && socket.writableLength > 0);
}

interface Connection {
  /** The SDK for one call, over the sockets of all. */
  sdkOf(track: Track): Twilio;
  readonly agents: readonly { destroy(): void }[];
}

function connect(config: TwilioConfig, apiUrl: string | undefined): Connection {
  const createSdk = loadSdk();
  const httpClient = new createSdk.RequestClient({ timeout: TIMEOUT_MS, autoRetry: false });
  const { axios } = httpClient;
  const plain = new http.Agent({ keepAlive: true, timeout: TIMEOUT_MS });
  axios.defaults.httpAgent = plain;
  return {
    sdkOf: (track) =>
      createSdk(config.accountSid, config.authToken, {
        // The SDK takes nothing along to its requests. An AsyncLocalStorage would, and slow down every promise of the process.
        httpClient: Object.assign(Object.create(httpClient), { axios: followed(axios, track, apiUrl) }),
      }),
    agents: [plain, axios.defaults.httpsAgent],
  };
}

type Axios = Twilio['httpClient']['axios'];

/** Runs requests of one call, which it follows. */
function followed(axios: Axios, track: Track, apiUrl: string | undefined) {
  return async (request: Parameters<Axios['request']>[0] & { transport?: object }) => {
    request.url = reroute(request.url ?? '', apiUrl);
    request.transport = watched(request.url, track);
    request.signal = track.signal;
    track.creates ||= request.method?.toLowerCase() === 'post';
    const response = await axios.request(request);
    const asked: unknown = response.headers['retry-after'];
    if (typeof asked === 'string') track.retryAfter = asked;
    return response;
  };
}

// On first use: it costs 120 ms and 12 MB, which an installation without SMS need not pay.
function loadSdk(): typeof import('twilio') {
  return require('twilio');
}

/** Puts the operator's base URL in the place of Twilio's, on each of its domains (api, messaging). */
export function reroute(url: string, apiUrl: string | undefined): string {
  if (!apiUrl) return url;
  const target = new URL(url);
  const base = new URL(apiUrl);
  // A regional edge: api.dublin.ie1.twilio.com stands for messaging.dublin.ie1.twilio.com as well.
  const edge = /^api(\.(?:[^.]+\.)*twilio\.com)$/.exec(base.hostname)?.[1];
  const origin = edge ? `https://${target.hostname.split('.')[0]}${edge}` : base.origin;
  return `${origin}${base.pathname.replace(/\/+$/, '')}${target.pathname}${target.search}`;
}

/** Node's own transport, watched for when the bytes of a request may have left this machine. */
function watched(url: string, track: Track): object {
  const { request } = url.startsWith('https:') ? https : http;
  return {
    request(options: https.RequestOptions, onResponse: (response: http.IncomingMessage) => void) {
      const outgoing = request(options, onResponse);
      outgoing.once('socket', (socket) => {
        track.socket = socket;
        track.connected = !socket.connecting;
        if (track.connected) return; // a kept one
        socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => {
          track.connected = true;
        });
      });
      return outgoing;
    },
  };
}
