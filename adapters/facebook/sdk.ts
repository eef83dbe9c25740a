import { createRequire } from 'node:module';
import type { Answer } from './answer';

/** What is used of `facebook-nodejs-business-sdk`: it carries requests, and nothing else. */
export interface Sdk {
  readonly FacebookAdsApi: new (
    accessToken: string,
    locale: string,
    // Its crash reporter would take over uncaughtException and send stacks to Meta.
    crashLog: false,
  ) => { call(method: string, url: string, params: object): Promise<unknown> };
}

/** A request of the SDK on its way to its HTTP client. */
export interface InterceptedRequest {
  url?: string;
  method?: string;
  onAnswer?: (answer: Answer) => void;
  onProblem?: (code: string) => void;
}

interface HttpClient {
  readonly interceptors: {
    readonly request: { use(onRequest: (request: InterceptedRequest) => InterceptedRequest): void };
    readonly response: {
      use(onAnswer: (response: Answered) => Answered, onError: (error: unknown) => never): void;
    };
  };
}

interface Answered {
  readonly status: number;
  readonly headers: object;
  readonly data: unknown;
  readonly config: InterceptedRequest;
}

const loaded = new Map<string, Sdk>();

/** Loads the SDK, once; `onRequest` sees every request that it makes. It costs 120 ms, which only Facebook accounts pay. */
export function loadSdk(onRequest: (request: InterceptedRequest) => InterceptedRequest): Sdk {
  const known = loaded.get('sdk');
  if (known) return known;
  const sdk: Sdk = require('facebook-nodejs-business-sdk');
  intercept(httpClientOfSdk(), onRequest);
  loaded.set('sdk', sdk);
  return sdk;
}

// The SDK has no door to its HTTP client, and no timeout, signal or agent of its own: it takes the client's defaults.
function httpClientOfSdk(): HttpClient {
  return createRequire(require.resolve('facebook-nodejs-business-sdk'))('axios');
}

function intercept(client: HttpClient, onRequest: (request: InterceptedRequest) => InterceptedRequest): void {
  client.interceptors.request.use(onRequest);
  client.interceptors.response.use(
    (response) => {
      const { status, data, config } = response;
      config.onAnswer?.({ status, headers: { ...response.headers }, body: data });
      return response;
    },
    (error) => {
      if (isBroken(error)) error.config.onProblem?.(error.code ?? 'unknown');
      throw error;
    },
  );
}

function isBroken(error: unknown): error is { readonly config: InterceptedRequest; readonly code?: string } {
  return typeof error === 'object' && error !== null && 'config' in error && Boolean(error.config);
}
