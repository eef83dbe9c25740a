import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerQuestions } from './helper';

/** What the receiver of events can be asked. */
export type ReceiverQuestion =
  | { readonly ask: 'listen' }
  /** How many deliveries came to a path. */
  | { readonly ask: 'count'; readonly path: string }
  /** Everything that came to a path, which is forgotten then. */
  | { readonly ask: 'take'; readonly path: string };

export interface ReceiverAnswer {
  readonly port: number;
  readonly count: number;
  /** Only to `take`. */
  readonly taken: readonly Delivered[];
}

/** One delivery of one event. */
export interface Delivered {
  readonly eventId: string;
  /** Its number in the log. */
  readonly seq: number;
  readonly chatId: string;
  /** Its number at this endpoint. */
  readonly sequence: number;
  /** When it happened and when it was here, by the clock that all processes share, in epoch milliseconds. */
  readonly happenedAt: number;
  readonly arrivedAt: number;
}

/** Whoever posts below this path never gets an answer. */
export const HANGING = '/hanging';

interface Raw {
  readonly sequence: number;
  readonly arrivedAt: number;
  readonly body: Buffer;
}

const arrived = new Map<string, Raw[]>();
let port: Promise<number> | undefined;

answerQuestions(async (question: ReceiverQuestion): Promise<ReceiverAnswer> => {
  port ??= listen();
  const raw = question.ask === 'listen' ? [] : (arrived.get(question.path) ?? []);
  if (question.ask === 'take') arrived.delete(question.path);
  return { port: await port, count: raw.length, taken: question.ask === 'take' ? raw.map(read) : [] };
});

function listen(): Promise<number> {
  const server = createServer(take);
  server.keepAliveTimeout = 60_000;
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function take(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const path = request.url ?? '';
    const known = arrived.get(path) ?? [];
    arrived.set(path, known);
    known.push({
      sequence: Number(request.headers['x-parley-sequence']),
      arrivedAt: performance.timeOrigin + performance.now(),
      // It is read when the measurement is over: the receiver must not be what is slow.
      body: Buffer.concat(chunks),
    });
    if (!path.startsWith(HANGING)) response.writeHead(204).end();
  });
}

function read({ sequence, arrivedAt, body }: Raw): Delivered {
  const { eventId, seq, timestamp, payload } = JSON.parse(body.toString());
  return {
    ...{ eventId, seq, chatId: payload.context.chatId, sequence, arrivedAt },
    happenedAt: Date.parse(timestamp),
  };
}
