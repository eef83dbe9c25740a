import { createServer } from 'node:http';
import express from 'express';
import { answerQuestions } from '../helper';
import { listen } from './listen';

// What one would write in an afternoon, without the part that stores anything.
const app = express();
app.use(express.json());
app.post('/messages', (_request, response) => {
  response.json({ ok: true });
});

answerQuestions(() => listen(createServer(app)));
