import { IncomingMessage, type ServerOptions, ServerResponse } from 'node:http';
import type { Express } from 'express';

/**
 * Requests and answers that are express's from the moment a server makes them. It would else change the prototype of each
 * one that comes, and V8 gives an object whose prototype was changed a shape of its own: 2 kB for each as long as it is
 * open, and no two alike for all code that they go through.
 */
export function exchangesOf(app: Express): Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'> {
  class Incoming extends IncomingMessage {}
  class Answer<R extends IncomingMessage> extends ServerResponse<R> {}
  Object.setPrototypeOf(Incoming.prototype, app.request);
  Object.setPrototypeOf(Answer.prototype, app.response);
  // What it would change them to is what they are.
  Object.assign(app, { request: Incoming.prototype, response: Answer.prototype });
  return { IncomingMessage: Incoming, ServerResponse: Answer };
}
