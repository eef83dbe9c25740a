import { setMaxListeners } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Agents, InPool } from './agents';
import { EgressFailed } from './errors';
import { failureOf, type Phase, timedOut } from './failures';
import { beginningOf } from './read-beginning';
import type { Target } from './target';

/** How long each phase of a request may take. */
export interface Limits {
  /** Name, connection and encryption together. */
  readonly connectMs: number;
  /** From the first byte to the status. */
  readonly wholeMs: number;
  /** For what we keep of the answer's body, once the status is known. */
  readonly bodyMs: number;
}

export interface Call {
  readonly method: 'GET' | 'POST';
  readonly target: Target;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** So much of the answer's body is kept. */
  readonly mostBytes: number;
  readonly agents: Agents;
  readonly lookup: LookupFunction;
  readonly limits: Limits;
  /** Any of them ends it. */
  readonly signals: readonly AbortSignal[];
}

export interface Received {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  /** Whether all of it is there. */
  readonly isWhole: boolean;
}

/** Asks once and gives the answer, whatever its status; everything else is thrown as EgressFailed or EgressRefused. */
export async function exchange(call: Call): Promise<Received> {
  const course: Course = { phase: 'waiting', giveUp: () => {} };
  const { target, limits, signals } = call;
  const onAbort = () => course.giveUp(givenUp());
  const timer = setTimeout(
    () => course.giveUp(timedOut(course.phase, target, limits.wholeMs)),
    limits.wholeMs,
  );
  // One signal may end any number of requests; Node would warn of a leak from the eleventh on.
  setMaxListeners(0, ...signals);
  for (const signal of signals) signal.addEventListener('abort', onAbort);
  try {
    for (;;) {
      const request = open(call);
      try {
        return await answerTo(request, call, course);
      } catch (error) {
        const failure = failureOf(error, course.phase, target);
        // The receiver closed a kept connection as we wrote to it: that says nothing about a new one.
        if (!(request.reusedSocket && failure.kind === 'reset')) throw failure;
      }
    }
  } finally {
    clearTimeout(timer);
    for (const signal of signals) signal.removeEventListener('abort', onAbort);
  }
}

/** Where a request is, and how it is ended from outside. */
interface Course {
  phase: Phase;
  giveUp: (error: EgressFailed) => void;
}

function givenUp(): EgressFailed {
  return new EgressFailed('aborted', 'given up by this gateway');
}

function open({ method, target, headers, body, agents, lookup }: Call): http.ClientRequest {
  const { hostname, port, path, isSecure, url } = target;
  const options: https.RequestOptions & InPool = {
    ...{ method, hostname, port, path, lookup, pool: url },
    agent: isSecure ? agents.secure : agents.plain,
    // RFC 6066 3: neither an address nor the dot at the end of a name.
    servername: isIP(hostname) ? '' : hostname.replace(/\.$/, ''),
    headers: { 'accept-encoding': 'identity', ...headers, ...(method === 'POST' ? lengthOf(body) : {}) },
  };
  return isSecure ? https.request(options) : http.request(options);
}

function lengthOf(body: string | Buffer) {
  return { 'content-length': Buffer.byteLength(body) };
}

async function answerTo(request: http.ClientRequest, call: Call, course: Course): Promise<Received> {
  const { body, limits, mostBytes, target, signals } = call;
  course.phase = 'waiting';
  course.giveUp = (error) => request.destroy(error);
  followConnection(request, call, course);
  const answer = firstAnswer(request, target);
  // It may be over before it began.
  if (signals.some((signal) => signal.aborted)) course.giveUp(givenUp());
  else request.end(body);
  const response = await answer;
  const { statusCode: status = 0, headers } = response;
  const beginning = await beginningOf(response, { mostBytes, limitMs: limits.bodyMs });
  // An answer that came before the receiver had taken everything: what is left of the request is of no use.
  if (!request.writableFinished) request.destroy();
  return { status, headers, body: beginning.text, isWhole: beginning.isWhole };
}

function followConnection(request: http.ClientRequest, { target, limits }: Call, course: Course): void {
  const enter = (phase: Phase) => () => {
    course.phase = phase;
  };
  request.once('socket', (socket) => {
    if (request.reusedSocket) return enter('answering')();
    enter('connecting')();
    const tooLate = () => course.giveUp(timedOut(course.phase, target, limits.connectMs));
    const timer = setTimeout(tooLate, limits.connectMs);
    const connected = () => {
      clearTimeout(timer);
      enter('answering')();
    };
    socket.once('close', () => clearTimeout(timer));
    socket.once('connect', target.isSecure ? enter('encrypting') : connected);
    if (target.isSecure) socket.once('secureConnect', connected);
  });
}

const MOST_INFORMATION = 10;

function firstAnswer(request: http.ClientRequest, target: Target): Promise<http.IncomingMessage> {
  let informed = 0;
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    // Nobody asked for another protocol; the status is an answer like any other.
    request.once('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response);
    });
    request.on('information', () => {
      informed += 1;
      if (informed > MOST_INFORMATION)
        request.destroy(
          new EgressFailed('answer', `"${target.host}" announces an answer that does not come`),
        );
    });
    // It stays, since a request can still fail when its answer is already here.
    request.on('error', reject);
  });
}
