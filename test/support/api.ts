/** An answer of the API with its body read. The body is whatever the test expects of it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of an answer by asserting on it
  readonly body: any;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string;
}

/** Calls the API as a client would. */
export class Api {
  readonly origin: string;
  readonly token: string;
  readonly base: string;

  constructor(origin: string, token: string, base = '') {
    this.origin = origin;
    this.token = token;
    this.base = base;
  }

  /** The same API with another token, below the same path. */
  as(token: string): Api {
    return new Api(this.origin, token, this.base);
  }

  /** The same API at another node. */
  at(origin: string): Api {
    return new Api(origin, this.token, this.base);
  }

  get(path: string, options?: CallOptions): Promise<Answer> {
    return this.call('GET', path, options);
  }
  post(path: string, body?: unknown, options?: CallOptions): Promise<Answer> {
    return this.call('POST', path, { ...options, body });
  }
  put(path: string, body?: unknown, options?: CallOptions): Promise<Answer> {
    return this.call('PUT', path, { ...options, body });
  }
  delete(path: string, options?: CallOptions): Promise<Answer> {
    return this.call('DELETE', path, options);
  }

  async call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const { body, headers, token = this.token } = options;
    const response = await fetch(this.origin + this.base + path, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  }
}
