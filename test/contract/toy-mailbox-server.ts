import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import type { Accepted, Fault, ProviderDriver } from '../../plugins/testing/index';
import type { ToyMailboxConfig } from './toy-mailbox';

const PASSWORD = 'toy-secret-password';

/** The other end of the toy mailbox, as the contract kit drives it. */
export async function startToyMailbox(): Promise<ProviderDriver<ToyMailboxConfig>> {
  const state: State = { mails: [], sockets: new Map(), accepted: new Map(), requests: 0, pending: 0 };
  const server = createServer((socket) => serve(state, socket));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const stop = (): Promise<void> => shut(server, state);
  return {
    config: { port, user: 'me', password: PASSWORD },
    otherConfig: { port, user: 'other', password: `${PASSWORD}-2` },
    customer: { own: 'me', party: 'ann' },
    otherCustomer: { own: 'me', party: 'bob' },
    spellings: [' ann '],
    says: { rate_limited: { retryAfterMs: 2_000 }, opted_out: { reason: 'opted_out' } },
    accepted: () => [...state.accepted.values()],
    requests: () => state.requests,
    pending: () => state.pending,
    async fail(fault) {
      if (fault === 'refused') await stop();
      else state.fault = fault;
    },
    stop,
    listener: {
      push({ text }) {
        state.mails.push(text);
        for (const [socket, listens] of state.sockets)
          if (listens) socket.write(`${state.mails.length} ann ${text}\n`);
        return Promise.resolve();
      },
      drop() {
        for (const socket of state.sockets.keys()) socket.destroy();
        return Promise.resolve();
      },
    },
  };
}

interface State {
  readonly mails: string[];
  /** Every connection, and whether it listens. */
  readonly sockets: Map<Socket, boolean>;
  readonly accepted: Map<string, Accepted>;
  fault?: Fault | undefined;
  requests: number;
  pending: number;
}

function serve(state: State, socket: Socket): void {
  state.sockets.set(socket, false);
  socket.on('close', () => state.sockets.delete(socket));
  socket.on('error', () => socket.destroy());
  let heard = '';
  socket.on('data', (data) => {
    heard += data.toString();
    if (!heard.endsWith('\n')) return;
    const request = heard.trim();
    heard = '';
    answer(state, socket, request);
  });
}

/** What is answered instead; a fault that is not listed takes the message first. */
const REFUSALS: Partial<Readonly<Record<Fault, string>>> = {
  busy: 'NO BUSY',
  rate_limited: 'NO SLOW',
  bad_credentials: 'NO LOGIN',
  bad_content: 'NO BAD',
  no_such_customer: 'NO NOBODY',
  opted_out: 'NO STOPPED',
};

function answer(state: State, socket: Socket, request: string): void {
  const { fault } = state;
  state.fault = undefined;
  state.requests += 1;
  if (fault === 'silent') {
    state.pending += 1;
    socket.on('close', () => {
      state.pending -= 1;
    });
    return;
  }
  const [verb, , password = '', ...rest] = request.split(' ');
  const refusal = (fault && REFUSALS[fault]) ?? (password.startsWith(PASSWORD) ? undefined : 'NO LOGIN');
  if (refusal) socket.write(`${refusal}\n`);
  else if (verb === 'LOGIN') listenFrom(state, socket, Number(rest[1]));
  else reply(socket, verb === 'SEND' ? take(state, rest) : '', fault);
}

function reply(socket: Socket, id: string, fault: Fault | undefined): void {
  if (fault === 'reset_after_accept') socket.resetAndDestroy();
  else socket.write(fault === undefined ? `OK ${id}\n` : `${fault === 'no_id' ? 'OK' : 'WHAT'}\n`);
}

function listenFrom(state: State, socket: Socket, since: number): void {
  socket.write('OK\n');
  state.sockets.set(socket, true);
  for (const [index, mail] of state.mails.entries())
    if (index + 1 > since) socket.write(`${index + 1} ann ${mail}\n`);
}

function take(state: State, [to = '', key = '', ...words]: readonly string[]): string {
  const known = state.accepted.get(key);
  if (known) return known.externalId;
  const externalId = `toy-${state.accepted.size + 1}`;
  const text: unknown = JSON.parse(words.join(' '));
  state.accepted.set(key, { externalId, to, text: String(text), media: [] });
  return externalId;
}

function shut(server: Server, state: State): Promise<void> {
  return new Promise((done) => {
    for (const socket of state.sockets.keys()) socket.destroy();
    if (server.listening) server.close(() => done());
    else done();
  });
}
