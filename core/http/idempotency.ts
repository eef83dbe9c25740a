import { createHash } from 'node:crypto';
import { invalid, Problem } from '../model/problem';
import { findAnswer, type KeptAnswer, keepAnswer, reserveKey } from '../store/idempotency';
import type { Tx } from '../store/tx';
import { statusOfProblem } from './problems';
import type { Call, Reply, Route } from './route';

/** A request that carries an `Idempotency-Key`. */
export interface Keyed {
  readonly key: string;
  readonly path: string;
  readonly body: Uint8Array;
}

/**
 * Handles a keyed request once: its effect and its answer are one transaction, and whoever asks again within 48 hours
 * gets that first answer. The same key with another request is a 422. Keys of different callers are different keys.
 */
export async function handleOnce(route: Route, call: Call, keyed: Keyed): Promise<Reply> {
  const { store } = call.context;
  const blank = blankAnswer(route, call, keyed);
  const kept = await store.read((tx) => findAnswer(tx, blank.spaceId, blank.key));
  if (kept) return replay(call, kept, blank);
  try {
    return await handle(route, call, blank);
  } catch (error) {
    if (!(error instanceof Problem) || !isKept(error)) throw error;
    const refused = filled(call, blank, { status: statusOfProblem(error.code), refusal: refusalOf(error) });
    await store.transaction((tx) => reserveKey(tx, refused));
    throw error;
  }
}

const LONGEST_KEY = 255;

function blankAnswer(route: Route, call: Call, { key, path, body }: Keyed): KeptAnswer {
  if (key === '' || key.length > LONGEST_KEY || !/^[\x20-\x7e]+$/.test(key))
    throw invalid('Idempotency-Key', `expected 1 to ${LONGEST_KEY} visible ASCII characters`);
  const hash = createHash('sha256').update(body).digest('hex');
  return {
    spaceId: call.caller.spaceId,
    key: `${call.caller.by} ${key}`,
    request: `${route.method} ${path} ${hash}`,
    status: 0,
    answer: '',
    createdOn: call.context.now(),
  };
}

async function handle(route: Route, call: Call, blank: KeptAnswer): Promise<Reply> {
  const { store } = call.context;
  // A call that goes out to a provider cannot hold a transaction meanwhile: its answer is kept after it.
  if (route.callsOut) {
    const reply = await route.handle(call);
    await store.transaction((tx) => reserveKey(tx, filled(call, blank, reply)));
    return reply;
  }
  return call.caller.transaction(async (tx) => {
    const join = <T>(work: (own: Tx) => Promise<T>) => work(tx);
    const isFirst = await reserveKey(tx, blank);
    if (!isFirst) return replayFrom(tx, call, blank);
    const caller = { ...call.caller, transaction: join, read: join };
    const reply = await route.handle({ ...call, caller });
    await keepAnswer(tx, filled(call, blank, reply));
    return reply;
  });
}

async function replayFrom(tx: Tx, call: Call, blank: KeptAnswer): Promise<Reply> {
  const kept = await findAnswer(tx, blank.spaceId, blank.key);
  if (!kept || kept.status === 0)
    throw new Problem('conflict', 'a request with this key is under way; ask again');
  return replay(call, kept, blank);
}

type Refusal = Pick<Problem, 'code' | 'failures' | 'extra'> & { readonly detail: string };
type KeptReply = Pick<Reply, 'body' | 'headers'> & { readonly refusal?: Refusal };

function replay({ context }: Call, kept: KeptAnswer, blank: KeptAnswer): Reply {
  if (kept.request !== blank.request)
    throw new Problem('idempotency-key-reused', 'this key was used for another request; take a new one');
  const { body, headers, refusal } = context.vault.open(kept.answer, kept.key) as KeptReply;
  if (refusal) throw new Problem(refusal.code, refusal.detail, refusal);
  return { status: kept.status, body, headers: { ...headers, 'idempotent-replayed': 'true' } };
}

// Sealed, because some answers show a secret this once.
function filled(call: Call, blank: KeptAnswer, reply: KeptReply & { readonly status: number }): KeptAnswer {
  const { status, ...shown } = reply;
  return { ...blank, status, answer: call.context.vault.seal(shown, blank.key) };
}

// A refusal that the state of things decided is the first answer too. A malformed request was never begun.
function isKept(problem: Problem): boolean {
  const status = statusOfProblem(problem.code);
  return status === 404 || status === 409 || status === 412;
}

function refusalOf({ code, message: detail, failures, extra }: Problem): Refusal {
  return { code, detail, failures, extra };
}
