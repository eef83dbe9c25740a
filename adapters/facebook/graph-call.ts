import { createHmac } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { ChannelError, type Host } from '../../plugins/contract/index';
import type { Answer } from './answer';
import { type FacebookConfig, GRAPH_VERSION } from './config';
import { failureOf, noAnswer } from './failures';
import { isRecord, type Json } from './json';
import { type InterceptedRequest, loadSdk, type Sdk } from './sdk';
import { createUsage, type Usage } from './usage';
import { mayHaveLeft, newWire, stillWaits, type Wire, watched } from './wire';

/** One question to the Graph API. */
export interface GraphRequest {
  readonly method: 'GET' | 'POST';
  /** Below the version: `123/messages`. */
  readonly path: string;
  /** In the query of a GET, in the body of a POST. */
  readonly params?: Json;
  /** It has an effect at Meta that must not happen twice. */
  readonly creates?: boolean;
  /** Done another time as well: it is refused here, as rate limited, while little is left of what Meta allows. */
  readonly canWait?: boolean;
  readonly attempt?: number;
  /** Instead of the page's own token. */
  readonly accessToken?: string;
  readonly signal: AbortSignal;
}

/** One page's way to Meta. */
export interface Graph {
  readonly config: FacebookConfig;
  readonly host: Host;
  /** Asks once, within ten seconds; whatever goes wrong is a ChannelError that tells no secret. */
  graphCall(request: GraphRequest): Promise<Json>;
  /** Ends every socket; afterwards every call fails. */
  close(): void;
}

const TIMEOUT_MS = 10_000;
const META = 'https://graph.facebook.com';

/** Wires one page's way to Meta; the SDK is loaded by the first call, because it is large. */
export function createGraph(config: FacebookConfig, host: Host): Graph {
  const agents = { http: new http.Agent({ keepAlive: true }), https: new https.Agent({ keepAlive: true }) };
  const underWay = new Set<() => void>();
  const usage = createUsage(config.pageId);
  let sdk: Sdk | undefined;
  let isClosed = false;
  return {
    config,
    host,
    async graphCall(request) {
      if (isClosed) throw new ChannelError('unavailable', 'the account was closed');
      if (request.signal.aborted) throw new ChannelError('unavailable', 'given up before anything was sent');
      mustBeAllowed(usage, request, host.now());
      sdk ??= loadSdk(onRequest);
      const call = newCall(agents);
      const stop = (): void => stopCall(call);
      const timer = setTimeout(stop, TIMEOUT_MS);
      request.signal.addEventListener('abort', stop);
      underWay.add(stop);
      try {
        return await answered(sdk, { config, host, call, request });
      } finally {
        if (call.answer) usage.note(call.answer, host.now());
        clearTimeout(timer);
        request.signal.removeEventListener('abort', stop);
        underWay.delete(stop);
      }
    },
    close() {
      isClosed = true;
      for (const stop of underWay) stop();
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

// A call that Meta would refuse counts against the page all the same, and makes it wait longer.
function mustBeAllowed(usage: Usage, { canWait = false }: GraphRequest, now: Date): void {
  const waitMs = usage.waitMs({ canWait }, now);
  if (waitMs > 0)
    throw new ChannelError('rate_limited', 'most of what Meta allows is used up, so it was not asked', {
      retryAfterMs: waitMs,
    });
}

interface Agents {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

/** Follows one call through the SDK, which knows neither signals nor agents, and loses the status of what it cannot read. */
interface Call {
  readonly agents: Agents;
  readonly wire: Wire;
  readonly stopping: AbortController;
  /** When it was given up, nothing had left this machine. */
  waited: boolean;
  answer: Answer | undefined;
  problem: string | undefined;
}

function newCall(agents: Agents): Call {
  const stopping = new AbortController();
  return { agents, wire: newWire(), stopping, waited: false, answer: undefined, problem: undefined };
}

function stopCall(call: Call): void {
  call.waited = stillWaits(call.wire);
  call.stopping.abort();
}

interface Asking {
  readonly config: FacebookConfig;
  readonly host: Host;
  readonly call: Call;
  readonly request: GraphRequest;
}

async function answered(sdk: Sdk, asking: Asking): Promise<Json> {
  const { call, request, config } = asking;
  const { url, body } = addressed(asking);
  try {
    // A whole URL keeps the version ours. Never `init`: that would make one page's token everybody's default.
    const api = new sdk.FacebookAdsApi(request.accessToken ?? config.pageAccessToken, 'en_US', false);
    await marked(call, (mark) => api.call(request.method, url + mark, body));
  } catch {
    // What the SDK throws holds the token in its URL, and a SyntaxError in place of an answer that is no JSON.
  }
  const { answer } = call;
  const creates = request.creates === true;
  if (!answer) {
    const code = call.problem ?? 'no answer in time';
    throw noAnswer(code, creates && !call.waited && mayHaveLeft(call.wire, code));
  }
  const isGood = answer.status >= 200 && answer.status < 300 && isRecord(answer.body);
  if (isGood && isRecord(answer.body) && !('error' in answer.body)) return answer.body;
  throw failureOf(answer, { creates, attempt: request.attempt ?? 1, pageId: config.pageId });
}

/** Where the token travels as the SDK sends it, in the query; with the proof that we hold the app secret. */
function addressed({ config, host, request }: Asking): { readonly url: string; readonly body: object } {
  const token = request.accessToken ?? config.pageAccessToken;
  const proof = { appsecret_proof: createHmac('sha256', config.appSecret).update(token).digest('hex') };
  const base = (host.apiUrl ?? META).replace(/\/+$/, '');
  const url = new URL(`${base}/${config.graphVersion ?? GRAPH_VERSION}/${request.path}`);
  url.searchParams.set('access_token', token);
  if (request.method === 'POST') return { url: url.href, body: { ...request.params, ...proof } };
  for (const [name, value] of Object.entries({ ...request.params, ...proof }))
    url.searchParams.set(name, String(value));
  return { url: url.href, body: {} };
}

const calls = new Map<string, Call>();
let made = 0;

/**
 * Lets the interceptor know which call a request is of, by a fragment behind its URL, which it takes off again: the SDK
 * hands nothing else through. An AsyncLocalStorage would slow down every promise of the process.
 */
async function marked(call: Call, send: (mark: string) => Promise<unknown>): Promise<void> {
  made += 1;
  const mark = `#call-${made}`;
  calls.set(mark, call);
  try {
    await send(mark);
  } finally {
    calls.delete(mark);
  }
}

const MARK = /#call-\d+$/;
const MOST_BYTES = 20_000_000;

/** Runs inside of the SDK for each request; those of others, which share its HTTP client, pass as they are. */
function onRequest(request: InterceptedRequest): InterceptedRequest {
  const [mark = ''] = MARK.exec(request.url ?? '') ?? [];
  const call = calls.get(mark);
  if (!call) return request;
  const url = (request.url ?? '').slice(0, -mark.length);
  return Object.assign(request, {
    url,
    httpAgent: call.agents.http,
    httpsAgent: call.agents.https,
    transport: watched(url, call.wire),
    signal: call.stopping.signal,
    maxRedirects: 0,
    maxContentLength: MOST_BYTES,
    proxy: false,
    // A GET has no body; the SDK sends `{}`.
    ...(request.method?.toLowerCase() === 'get' && { data: undefined }),
    validateStatus: () => true,
    onAnswer: (answer: Answer) => {
      call.answer = answer;
    },
    onProblem: (code: string) => {
      call.problem = code;
    },
  });
}
