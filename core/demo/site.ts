import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import path from 'node:path';
import { z } from 'zod';
import { type Listening, listenOn } from './listen-on';
import { passOn } from './pass-on';

/** A call of the demo's page: takes its body, or its query, and gives what is answered. */
export interface Call {
  readonly body: unknown;
  readonly query: URLSearchParams;
}

export interface SiteOptions {
  readonly port: number;
  readonly gatewayUrl: () => string;
  /** By method and path, such as `POST /devices`. */
  readonly calls: Readonly<Record<string, (call: Call) => Promise<unknown>>>;
  /** What `GET /news` tells whenever it has changed. */
  readonly news: () => unknown;
}

/** The built page. */
const FILES = path.join(__dirname, 'page');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};
const MOST_BYTES = 100_000;
const LOOK_EVERY_MS = 200;

/** Serves the demo's page, its calls, and below `/apispaces/` the public API of the gateway. */
export async function startSite(options: SiteOptions): Promise<Listening> {
  const server = createServer((request, response) => {
    answer(options, request, response).catch((error: unknown) => {
      const words = error instanceof Error ? error.message : String(error);
      if (response.headersSent) response.destroy();
      else json(response, 400, { detail: words });
    });
  });
  return listenOn(server, options.port);
}

async function answer(
  options: SiteOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // Pages of elsewhere get nothing, also those that gave their own name this address.
  if (!/^(localhost|127\.0\.0\.1)(:\d+)?$/.test(request.headers.host ?? '')) {
    response.writeHead(403).end();
    return;
  }
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://demo');
  if (pathname.startsWith('/apispaces/')) return passOn(options.gatewayUrl(), request, response);
  if (request.method === 'GET' && pathname === '/news') return tell(options.news, response);
  const call = options.calls[`${request.method} ${pathname}`];
  if (!call) return sendFile(pathname, response);
  const body = request.method === 'POST' ? await readJson(request) : undefined;
  json(response, 200, (await call({ body, query })) ?? {});
}

async function sendFile(pathname: string, response: ServerResponse): Promise<void> {
  const name = { '/': 'index.html', '/app/': 'app.html' }[pathname] ?? pathname.slice(1);
  const type = TYPES[path.extname(name)];
  if (type === undefined || !/^[\w.-]+$/.test(name)) {
    response.writeHead(404).end();
    return;
  }
  const content = await readFile(path.join(FILES, name)).catch(() => undefined); // missing: the same 404
  if (!content) response.writeHead(404).end();
  else response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' }).end(content);
}

/** As server-sent events, each the whole of it. */
function tell(news: () => unknown, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  let last = '';
  const look = () => {
    const now = JSON.stringify(news());
    if (now === last) return;
    last = now;
    response.write(`data: ${now}\n\n`);
  };
  look();
  const timer = setInterval(look, LOOK_EVERY_MS);
  response.on('close', () => clearInterval(timer));
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  // A form of a foreign page cannot say this.
  if (!request.headers['content-type']?.startsWith('application/json')) throw new Error('expected JSON');
  let text = '';
  for await (const chunk of request as AsyncIterable<Buffer>) {
    text += chunk.toString('utf8');
    if (text.length > MOST_BYTES) throw new Error('that is too long');
  }
  return z.json().parse(JSON.parse(text));
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
