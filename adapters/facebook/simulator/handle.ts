import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createGate, type Gate } from '../../../plugins/helpers/simulator/gate';
import { visitOf, write } from './api';
import { envelope, messageEvent, type PageEvent } from './events';
import { createFaults, type Faults, type Mishap } from './faults';
import { type Caller, createCaller, type WebhookReply } from './post';
import { metaJson, type SignedRequest, signedRequest } from './sign';
import { createWorld, pageOf, type SimulatedMessage, type SimulatedPage, type World } from './world';

/** When the echo of a sent message is delivered, as to the answer. */
export type Echoes = 'after' | 'before' | 'never';

/** All that moves in one simulator. */
export interface State {
  readonly world: World;
  readonly faults: Faults;
  readonly gate: Gate;
  readonly caller: Caller;
  readonly stopping: AbortController;
  echoes: Echoes;
  requests: number;
  pending: number;
}

export interface StateOptions {
  readonly echoes?: Echoes;
  readonly now?: () => Date;
  readonly resolve?: Readonly<Record<string, string>>;
}

export function createState(pages: readonly SimulatedPage[], options: StateOptions): State {
  const stopping = new AbortController();
  return {
    world: createWorld(pages, options.now ?? (() => new Date())),
    faults: createFaults(),
    gate: createGate(),
    caller: createCaller(options.resolve ?? {}, stopping.signal),
    stopping,
    echoes: options.echoes ?? 'after',
    requests: 0,
    pending: 0,
  };
}

/** Answers what the API is asked, with whatever mishap waits for it. */
export function onRequest(state: State): RequestListener {
  return (request, response) => {
    state.requests += 1;
    state.pending += 1;
    response.on('close', () => {
      state.pending -= 1;
    });
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      handle(state, { request, response, body: Buffer.concat(chunks).toString('utf8') }).catch(
        (error: unknown) => {
          response.destroy(error instanceof Error ? error : undefined);
        },
      );
    });
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: string;
}

async function handle(state: State, { request, response, body }: Exchange): Promise<void> {
  const { world, faults, gate } = state;
  await gate.pass('before');
  const visit = visitOf(world, request);
  const params = read(body);
  const psid = String(Object(params['recipient'])['id'] ?? '');
  const mishap = faults.take(visit.kind, visit.pageId);
  if (mishap && !mishap.accepts) return end(response, mishap, { pageId: visit.pageId, psid });
  const before = world.messages.length;
  const answer = visit.perform(params);
  const sent = visit.kind === 'send' ? world.messages.slice(before) : [];
  for (const message of sent) await echo(state, message, { response, mishap });
  await gate.pass('after');
  end(response, { answer: () => answer, ...mishap }, { pageId: visit.pageId, psid });
}

function read(body: string): Readonly<Record<string, unknown>> {
  return body === '' ? {} : JSON.parse(body);
}

function end(
  response: ServerResponse,
  mishap: Mishap,
  { pageId, psid }: { readonly pageId: string; readonly psid: string },
): void {
  if (mishap.ends === 'reset') response.socket?.resetAndDestroy();
  if (mishap.ends || !mishap.answer) return;
  write(response, mishap.answer(pageId, psid));
}

/** Meta does not know that its answer is lost; the echo comes all the same. */
async function echo(
  state: State,
  message: SimulatedMessage,
  { response, mishap }: { readonly response: ServerResponse; readonly mishap: Mishap | undefined },
): Promise<void> {
  const page = pageOf(state.world, message.pageId);
  const isTold = page.webhookUrl !== undefined && page.subscribed.includes('message_echoes');
  if (state.echoes === 'never' || !isTold) return;
  const tell = (): Promise<unknown> =>
    deliver(state, [messageEvent(message)]).catch(() => {
      // Only the end of the simulator interrupts a delivery.
    });
  if (state.echoes === 'before') await tell();
  else if (mishap?.ends) void tell();
  else response.once('close', () => void tell());
}

export interface DeliverOptions {
  /** Instead of the webhook of the first page's app. */
  readonly url?: string;
  /** Signed by this app's secret instead. */
  readonly appSecret?: string;
  /** How long Meta waits before each further try. */
  readonly retryAfterMs?: readonly number[];
}

/** One POST with all these events. */
export function deliver(
  state: State,
  events: readonly PageEvent[],
  options: DeliverOptions = {},
): Promise<WebhookReply> {
  return state.caller.call(requestOf(state, events, options), options.retryAfterMs);
}

export function requestOf(
  { world }: State,
  events: readonly PageEvent[],
  { url, appSecret }: DeliverOptions = {},
): SignedRequest {
  const page = pageOf(world, events[0]?.pageId ?? '');
  const address = url ?? page.webhookUrl;
  if (address === undefined) throw new Error(`page ${page.pageId} has no webhook; call route() first`);
  return signedRequest(appSecret ?? page.appSecret, address, metaJson(envelope(events, world.now())));
}
