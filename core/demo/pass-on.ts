import { request as ask, type IncomingMessage, type ServerResponse } from 'node:http';

/** Passes a request on to the gateway and its answer back, as it comes: also an answer that never ends. */
export function passOn(gatewayUrl: string, request: IncomingMessage, response: ServerResponse): void {
  const { method, url = '/', headers } = request;
  const { host: _, connection: __, ...passed } = headers;
  const onward = ask(new URL(url, gatewayUrl), { method, headers: passed }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  onward.on('error', () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502).end();
  });
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}
