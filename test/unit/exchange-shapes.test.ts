import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import express from 'express';
import { exchangesOf } from '../../core/http/exchange-shapes';

setFlagsFromString('--allow-natives-syntax');
const haveSameShape = new Function('one', 'other', 'return %HaveSameMap(one, other)');

const met: { request: IncomingMessage; response: ServerResponse }[] = [];

async function twoCalls(isMadeFor: boolean): Promise<void> {
  const app = express();
  app.get('/greeting', (request, response) => {
    met.push({ request, response });
    response.status(201).json({ to: request.query['to'], from: request.app === app });
  });
  const server = createServer(isMadeFor ? exchangesOf(app) : {}, app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  for (const to of ['zoe', 'ann']) {
    const answer = await fetch(`http://127.0.0.1:${port}/greeting?to=${to}`);
    expect([answer.status, await answer.json()]).toEqual([201, { to, from: true }]);
  }
  await new Promise((resolve) => server.close(resolve));
}

function shapesAreShared(): { readonly requests: boolean; readonly responses: boolean } {
  const [first, second] = met.splice(0);
  return {
    requests: haveSameShape(first?.request, second?.request),
    responses: haveSameShape(first?.response, second?.response),
  };
}

describe('requests and answers that are made for express', () => {
  it('are alike for the engine, and do all that those of express do', async () => {
    await twoCalls(true);

    expect(shapesAreShared()).toEqual({ requests: true, responses: true });
  });

  it('would not be, as node:http makes them', async () => {
    await twoCalls(false);

    expect(shapesAreShared()).toEqual({ requests: false, responses: false });
  });
});
