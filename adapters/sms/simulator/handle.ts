import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { createGate, type Gate } from '../../../plugins/helpers/simulator/gate';
import { visitOf, write } from './api';
import { type CallbackPlan, followPlan } from './callbacks';
import type { CdnRequest } from './cdn';
import { createFaults, type Faults, type Mishap } from './faults';
import { type Caller, createCaller } from './post';
import { createWorld, type SimulatedAccount, type SimulatedMessage, setStatus, type World } from './world';

/** All that moves in one simulator. */
export interface State {
  readonly world: World;
  readonly faults: Faults;
  readonly gate: Gate;
  readonly caller: Caller;
  readonly seen: CdnRequest[];
  readonly stopping: AbortController;
  plan: CallbackPlan | undefined;
  requests: number;
  pending: number;
}

export interface StateOptions {
  readonly autoCallbacks?: boolean | CallbackPlan;
  readonly resolve?: Readonly<Record<string, string>>;
}

export function createState(accounts: readonly SimulatedAccount[], options: StateOptions): State {
  return {
    world: createWorld(accounts),
    faults: createFaults(),
    gate: createGate(),
    caller: createCaller(options.resolve ?? {}),
    seen: [],
    stopping: new AbortController(),
    plan: planOf(options.autoCallbacks ?? true),
    requests: 0,
    pending: 0,
  };
}

export function planOf(plan: boolean | CallbackPlan): CallbackPlan | undefined {
  return plan === true ? {} : plan || undefined;
}

/** Answers what the API is asked, with whatever mishap waits for it. */
export function onRequest(state: State, cdnUrl: string): RequestListener {
  return (request, response) => {
    state.requests += 1;
    state.pending += 1;
    response.on('close', () => {
      state.pending -= 1;
    });
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
      handle(state, { request, response, form, cdnUrl }).catch((error: unknown) => {
        response.destroy(error instanceof Error ? error : undefined);
      });
    });
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly form: URLSearchParams;
  readonly cdnUrl: string;
}

async function handle(state: State, { request, response, form, cdnUrl }: Exchange): Promise<void> {
  const { world, faults, gate } = state;
  await gate.pass('before');
  const visit = visitOf(world, request, cdnUrl);
  const mishap = faults.take(visit.kind);
  if (mishap && !mishap.accepts) return end(response, mishap, form);
  const before = world.messages.length;
  const answer = visit.perform(form);
  const created = visit.kind === 'create' ? world.messages.slice(before) : [];
  for (const message of created) await afterCreate(state, message, { response, mishap });
  await gate.pass('after');
  if (mishap?.delayMs) await pause(mishap.delayMs, undefined, { signal: state.stopping.signal });
  end(response, { answer, ...mishap }, form);
}

function end(response: ServerResponse, mishap: Mishap, form: URLSearchParams): void {
  if (mishap.ends === 'reset') response.socket?.resetAndDestroy();
  if (mishap.ends || !mishap.answer) return;
  const { body } = mishap.answer;
  const quoted = typeof body === 'string' ? body.replace('{To}', form.get('To') ?? '') : body;
  write(response, { ...mishap.answer, body: quoted });
}

/** Callbacks never hold up what follows, unless they are to come before the answer. */
async function afterCreate(
  state: State,
  message: SimulatedMessage,
  { response, mishap }: { readonly response: ServerResponse; readonly mishap: Mishap | undefined },
): Promise<void> {
  const { world, caller, plan, stopping } = state;
  const { status, errorCode } = mishap?.outcome ?? {};
  if (status && !plan) setStatus(world, message, status, errorCode);
  if (!plan) return;
  const fate = status === undefined ? {} : { states: ['queued', status] };
  const code = errorCode === undefined ? {} : { errorCode };
  const follow = (): Promise<unknown> =>
    followPlan(world, caller, message, { ...plan, ...fate, ...code, signal: stopping.signal }).catch(() => {
      // Only the end of the simulator interrupts a plan.
    });
  if (plan.when === 'before_answer') await follow();
  // Twilio does not know that its answer is lost.
  else if (mishap?.ends) void follow();
  else response.once('close', () => void follow());
}
