import { isLive } from '../channels/registry';
import { replay as replayDelivery } from '../inbound/take-delivery';
import { isId } from '../model/id';
import { notFound, Problem } from '../model/problem';
import type { Quarantined } from '../store/quarantine';
import * as store from '../store/quarantine';
import { businessOnly, type Caller } from './caller';
import type { Context } from './context';

export async function list(
  caller: Caller,
  page: { readonly state?: string | undefined; readonly before?: string | undefined; readonly limit: number },
): Promise<Quarantined[]> {
  businessOnly(caller);
  return caller.read((tx) => store.listQuarantined(tx, { spaceId: caller.spaceId, ...page }));
}

/** Reads a kept delivery again, after a fix. What it stored before is not stored twice. */
export async function replay(context: Context, caller: Caller, id: string): Promise<Quarantined> {
  businessOnly(caller);
  const item = isId(id)
    ? await caller.read((tx) => store.findQuarantined(tx, caller.spaceId, id))
    : undefined;
  if (!item) throw notFound('quarantined delivery', id);
  const runtime = await context.registry.find(item.accountId);
  if (!isLive(runtime)) throw new Problem('conflict', 'its channel account or its plugin is gone');
  try {
    await replayDelivery(context, runtime, item.request);
  } catch (error) {
    const words = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';
    throw new Problem('conflict', `it still cannot be read: ${words.slice(0, 300)}`);
  }
  const settled = { ...item, state: 'replayed' as const, settledOn: context.now() };
  await context.store.transaction((tx) => store.settleQuarantined(tx, settled));
  return settled;
}
