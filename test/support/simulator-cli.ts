import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { startTwilioSimulator, type TwilioSimulator } from '../../adapters/sms/simulator';

/** A pretend Twilio account and a pretend phone, for trying the gateway without owning a number. */
const ACCOUNT = {
  accountSid: 'AC00000000000000000000000000000001',
  authToken: 'a-pretend-auth-token',
  numbers: ['+441632960001'],
};
const API_PORT = 4010;
const PHONE_PORT = 4011;

async function main(): Promise<void> {
  const sim = await startTwilioSimulator({ port: API_PORT, accounts: [ACCOUNT] });
  const phone = createServer((request, response) => {
    serve(sim, request, response).catch((error: unknown) => {
      response.writeHead(400).end(`${error instanceof Error ? error.message : String(error)}\n`);
    });
  });
  phone.listen(PHONE_PORT, '127.0.0.1');
  const [number] = ACCOUNT.numbers;
  console.log(`A pretend Twilio answers at ${sim.apiUrl}; start the gateway with PARLEY_TWILIO_API_URL=${sim.apiUrl}
Its account: accountSid ${ACCOUNT.accountSid}, authToken ${ACCOUNT.authToken}, number ${number}
The pretend phone is at http://127.0.0.1:${PHONE_PORT}: POST webhook=, from= and text= to write, GET to read`);
}

/** POST: the customer writes. GET: what the customer received. */
async function serve(
  sim: TwilioSimulator,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method === 'POST') {
    const form = await formOf(request);
    const [to = ''] = ACCOUNT.numbers;
    const { status } = await sim.receive({
      from: form.get('from') ?? '+447700900123',
      to,
      body: form.get('text') ?? '',
      url: form.get('webhook') ?? '',
    });
    response.end(`the gateway answered ${status}\n`);
    return;
  }
  const lines = sim.sent().map(({ from, to, body }) => `${from} to ${to}: ${body}\n`);
  response.end(lines.join(''));
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

void main();
