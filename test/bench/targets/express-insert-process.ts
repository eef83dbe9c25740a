import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import express from 'express';
import { answerQuestions } from '../helper';
import { insertIntoPostgres, insertIntoSqlite } from './insert';
import { listen } from './listen';

const [, , kind, where = ''] = process.argv;

// The same afternoon's work with one durable insert per request.
async function start(): Promise<number> {
  const insert = kind === 'sqlite' ? await insertIntoSqlite(where) : await insertIntoPostgres(where);
  const app = express();
  app.use(express.json());
  app.post('/messages', async (request, response) => {
    const { From, To, Body } = request.body;
    await insert({
      ...{ id: randomUUID(), sender: String(From), recipient: String(To), body: String(Body) },
      ...{ raw: JSON.stringify(request.body), receivedOn: Date.now() },
    });
    response.json({ ok: true });
  });
  return listen(createServer(app));
}

answerQuestions(start);
