import { type Channel, ChannelError, type RawRequest } from '../../plugins/contract/index';
import type { LiveRuntime } from '../channels/registry';

// One call may be asked about several times, on its way to the accounts that it is for.
const known = new WeakMap<RawRequest, Map<Channel, Promise<void>>>();

/** Lets an account verify a call, once however often it is asked; rejects as its adapter does. */
export function prove({ channel }: LiveRuntime, request: RawRequest): Promise<void> {
  const asked = known.get(request) ?? new Map<Channel, Promise<void>>();
  known.set(request, asked);
  const before = asked.get(channel);
  if (before) return before;
  const proof = verified(channel, request);
  asked.set(channel, proof);
  return proof;
}

async function verified(channel: Channel, request: RawRequest): Promise<void> {
  await channel.webhook?.verify(request);
}

/** Those of the accounts whose provider this call is from. */
export async function provenFor(
  runtimes: readonly LiveRuntime[],
  request: RawRequest,
): Promise<LiveRuntime[]> {
  const proven: LiveRuntime[] = [];
  for (const runtime of new Set(runtimes)) if (await isProven(runtime, request)) proven.push(runtime);
  return proven;
}

/** The first of the accounts whose provider this call is from. */
export async function firstProven(
  runtimes: readonly LiveRuntime[],
  request: RawRequest,
): Promise<LiveRuntime | undefined> {
  for (const runtime of runtimes) if (await isProven(runtime, request)) return runtime;
  return undefined;
}

async function isProven(runtime: LiveRuntime, request: RawRequest): Promise<boolean> {
  if (!runtime.channel.webhook) return false;
  try {
    await prove(runtime, request);
    return true;
  } catch (error) {
    if (ChannelError.is(error) && error.kind === 'forbidden') return false;
    throw error;
  }
}
