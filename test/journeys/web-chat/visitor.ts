import { randomUUID } from 'node:crypto';
import { type Answer, Api, type CallOptions } from '../../support/api';
import { type EventStream, readStream, type Told } from '../../support/event-stream';
import { until } from '../../support/until';

export interface VisitorOptions {
  /** Of the account: `{origin}/web-chat/{accountId}`. */
  readonly base: string;
  readonly origin: string;
  /** Where they come from, as a load balancer says it. */
  readonly address?: string;
}

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of an answer by asserting on it
type Body = any;

/** Somebody with a browser on a page of the site, as the widget speaks for them. */
export class Visitor {
  readonly options: VisitorOptions;
  /** What the browser keeps. */
  credential: string | undefined;
  session: Body;
  private readonly streams: EventStream[] = [];

  constructor(options: VisitorOptions) {
    this.options = options;
  }

  get token(): string {
    return this.session?.token ?? '';
  }

  get profileId(): string {
    return this.session.profileId;
  }

  call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const { origin, address, base } = this.options;
    const headers = { origin, ...(address && { 'x-forwarded-for': address }), ...options.headers };
    return new Api(base, this.token).call(method, path, { ...options, headers });
  }

  /** Opens a session: as whoever the browser remembers, or as a user that the site vouches for. */
  async open(jwt?: string): Promise<Answer> {
    const body = { visitor: this.credential, jwt };
    const answer = await this.call('POST', '/sessions', { body, token: '' });
    if (answer.status === 201) {
      this.session = answer.body;
      this.credential = answer.body.visitor;
    }
    return answer;
  }

  async say(data: string, more: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    if (!this.session) await this.open();
    const body = { ref: randomUUID(), parts: [{ type: 'text/plain', data }], ...more };
    return this.call('POST', '/messages', { body });
  }

  /** Sends a file, as the browser has it. */
  async sendFile(body: Uint8Array | string, type: string, name = 'a'): Promise<Answer> {
    const { base, origin } = this.options;
    const headers = {
      authorization: `Bearer ${this.token}`,
      origin,
      'content-type': type,
      'x-file-name': name,
    };
    const bytes = new Uint8Array(Buffer.from(body));
    const response = await fetch(`${base}/files`, { method: 'POST', body: bytes, headers });
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  async history(query = ''): Promise<Body> {
    return (await this.call('GET', `/messages${query}`)).body;
  }

  /** Opens a stream, and waits for its first word. */
  async listen(query = '', lastEventId?: string): Promise<EventStream> {
    const { base } = this.options;
    const stream = await readStream(
      new Api(base, this.token),
      `/stream${query}`,
      lastEventId === undefined ? {} : { lastEventId },
    );
    this.streams.push(stream);
    if (stream.status === 200) await until(() => stream.told.length > 0);
    return stream;
  }

  leave(): void {
    for (const stream of this.streams.splice(0)) stream.stop();
  }
}

/** What a stream told under a name. */
export function toldOf({ told }: EventStream, event: string): readonly Told[] {
  return told.filter((one) => one.event === event);
}
