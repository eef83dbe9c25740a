import type { z } from 'zod';
import type { Caller } from '../services/caller';
import type { Context } from '../services/context';
import type { Scope } from '../services/tokens';

/** Whose token a route takes: an API space's, the partner's that owns the space, or either. */
export type Audience = 'space' | 'partner' | 'either';

/** The caller of a route, with the partner behind it. */
export interface HttpCaller extends Caller {
  readonly partnerId: string;
  readonly tokenId: string;
}

/** One request, checked. */
export interface Call<P = unknown, Q = unknown, B = unknown> {
  readonly context: Context;
  readonly caller: HttpCaller;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly ifMatch: string | undefined;
  readonly lastEventId: string | undefined;
  /** Whether the caller may still do this; for what goes on for long. */
  readonly isStillAllowed: () => Promise<boolean>;
  readonly publicUrl: string;
  /** Path and query as requested, for links to further pages. */
  readonly url: string;
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of a body: written piece by piece, until it ends or the client goes. */
  readonly stream?: (signal: AbortSignal) => AsyncIterable<string>;
}

export interface Answer {
  readonly description: string;
  readonly schema?: z.ZodType;
  readonly etag?: boolean;
  /** JSON, if nothing is said. */
  readonly mediaType?: string;
}

/** One call of the API: the same declaration checks requests, makes the OpenAPI document, and handles the call. */
export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Below the origin, with `{names}`. */
  readonly path: string;
  readonly audience: Audience;
  readonly scope?: Scope;
  readonly tag: string;
  readonly summary: string;
  readonly params: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly takesIfMatch?: boolean;
  readonly answers: Readonly<Record<number, Answer>>;
  /** It calls out, so its effect and its kept answer cannot be one transaction. */
  readonly callsOut?: boolean;
  /** The names of all that it touches: calls with a name in common are handled one after the other. */
  readonly touches?: (call: Call) => Promise<readonly string[]>;
  /** Calls that touch something else may share its transaction: see `Store.shared`. */
  readonly sharesTransaction?: boolean;
  readonly handle: (call: Call) => Promise<Reply>;
}

type Output<T> = T extends z.ZodType ? z.output<T> : undefined;

interface TypedRoute<
  P extends z.ZodObject,
  Q extends z.ZodObject | undefined,
  B extends z.ZodType | undefined,
> extends Omit<Route, 'params' | 'query' | 'body' | 'touches' | 'handle'> {
  readonly params: P;
  readonly query?: Q;
  readonly body?: B;
  readonly touches?: (call: Call<Output<P>, Output<Q>, Output<B>>) => Promise<readonly string[]>;
  readonly handle: (call: Call<Output<P>, Output<Q>, Output<B>>) => Promise<Reply>;
}

/** Declares a route; the handler sees the types of its schemas. */
export function route<
  P extends z.ZodObject,
  Q extends z.ZodObject | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(declared: TypedRoute<P, Q, B>): Route {
  return declared as unknown as Route;
}
