import type { z } from 'zod';
import { CommandFailure, type Exit } from './failure';

/** The public API of a gateway below one path, with one token. */
export interface Api {
  /** What was answered, good or bad; a failure where nobody answers. */
  call(method: Method, path: string, body?: unknown): Promise<Answer>;
  /** What was answered, read by `shape`; whatever is not good is a failure with the gateway's own words. */
  get<T>(path: string, shape: z.ZodType<T>): Promise<T>;
  send<T>(
    method: Method,
    path: string,
    more: { readonly body?: unknown; readonly shape: z.ZodType<T> },
  ): Promise<T>;
  /** The answer as it comes. */
  open(path: string, signal: AbortSignal): Promise<Response>;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface ApiOptions {
  readonly url: string;
  readonly token: string;
  /** Before each path. */
  readonly base?: string;
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 30_000;

export function apiAt(options: ApiOptions): Api {
  const call = async (method: Method, path: string, body?: unknown): Promise<Answer> => {
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const response = await ask(options, path, {
      method,
      signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await readBody(response) };
  };
  const send: Api['send'] = async (method, path, { body, shape }) =>
    shape.parse(good(await call(method, path, body)));
  return {
    call,
    send,
    get: (path, shape) => send('GET', path, { shape }),
    async open(path, signal) {
      const response = await ask(options, path, { signal });
      if (!response.ok) good({ status: response.status, body: await readBody(response) });
      return response;
    },
  };
}

async function ask(
  { url, token, base = '', signal }: ApiOptions,
  path: string,
  init: RequestInit,
): Promise<Response> {
  const headers = {
    authorization: `Bearer ${token}`,
    ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  try {
    return await fetch(`${url}${base}${path}`, { ...init, headers });
  } catch (cause) {
    if (signal.aborted) throw new CommandFailure('interrupted', 'interrupted', { cause });
    throw new CommandFailure(
      'unavailable',
      `no gateway answers at ${url} (${reasonOf(cause)}); start one with \`parley start\`, or set PARLEY_URL`,
      { cause },
    );
  }
}

// What fetch itself says is "fetch failed".
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return error.name === 'TimeoutError' ? 'no answer in time' : error.message;
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  return isJson && text !== '' ? JSON.parse(text) : text;
}

const EXITS: Readonly<Record<number, Exit>> = { 401: 'notAllowed', 403: 'notAllowed', 503: 'unavailable' };

/** The body of a good answer. */
export function good({ status, body }: Answer): unknown {
  if (status >= 200 && status < 300) return body;
  throw new CommandFailure(EXITS[status] ?? 'failed', detailOf({ status, body }));
}

/** Why the gateway said no, in its words. */
export function detailOf({ status, body }: Answer): string {
  const hasDetail = typeof body === 'object' && body !== null && 'detail' in body;
  return hasDetail ? String(body.detail) : `the gateway answered ${status}`;
}
