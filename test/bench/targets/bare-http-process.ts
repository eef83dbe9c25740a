import { createServer } from 'node:http';
import { answerQuestions } from '../helper';
import { listen } from './listen';

// The limit of the machine: reads a body and answers, and nothing else.
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const size = Buffer.concat(chunks).length;
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': '2' });
    response.end(size > 0 ? 'ok' : 'no');
  });
});

answerQuestions(() => listen(server));
