import { randomBytes } from 'node:crypto';
import { messageOf } from '../../adapters/sms/inbound';
import sms from '../../adapters/sms/index';
import { loadConfig } from '../../config/load';
import { isLive, type LiveRuntime } from '../../core/channels/registry';
import { createEngine, type Engine } from '../../core/engine';
import { appendArrivals } from '../../core/inbound/append';
import { arrivalOf } from '../../core/inbound/arrival';
import { createLog } from '../../core/log';
import { numberEvents } from '../../core/store/events';
import type { TestDatabase } from '../support/databases';
import { vacuum } from './vacuum';
import { customerNumber, webhookFields } from './webhook-fields';
import type { World } from './world';

const AT_ONCE = 2_000;

/**
 * Writes many chats through the gateway's own inbound code, in this process and while the gateway is down: the rows are
 * those that it would have written, in the order of a life in which all customers write in turn.
 */
export async function fill(
  world: World,
  size: { readonly chats: number; readonly messagesEach: number },
): Promise<void> {
  const engine = engineOn(world.database);
  try {
    await engine.registry.refresh();
    const runtime = await engine.registry.find(world.accountId);
    if (!isLive(runtime)) throw new Error('the account to fill is not there');
    for (let message = 0; message < size.messagesEach; message += 1)
      for (let first = 0; first < size.chats; first += AT_ONCE) {
        await append(engine, runtime, { first, count: Math.min(AT_ONCE, size.chats - first) });
        // As it would have been within the first minute: without statistics PostgreSQL plans as for empty tables.
        if (message === 0 && first === 0) await vacuum(world.database);
      }
  } finally {
    await engine.registry.close();
    await engine.store.close();
  }
}

function engineOn({ dataDir, databaseUrl }: TestDatabase): Engine {
  const config = loadConfig({
    PARLEY_DATA_DIR: dataDir,
    DATABASE_URL: databaseUrl,
    PARLEY_LOG_LEVEL: 'silent',
  });
  return createEngine({
    config,
    log: createLog('silent'),
    definitions: new Map([[sms.id, sms]]),
    now: Date.now,
    publicUrl: () => 'http://localhost',
  });
}

async function append(
  { store }: Engine,
  runtime: LiveRuntime,
  { first, count }: { readonly first: number; readonly count: number },
): Promise<void> {
  const arrivals = Array.from({ length: count }, (_, index) => {
    const sid = `SM${randomBytes(16).toString('hex')}`;
    const to = String(runtime.account.settings['number']);
    const accountSid = String(runtime.account.settings['accountSid']);
    const message = messageOf(webhookFields({ sid, from: customerNumber(first + index), to, accountSid }));
    if (!message) throw new Error('the adapter sees no message in its own webhook');
    return arrivalOf(runtime, message, Date.now());
  });
  await store.routine((tx) => appendArrivals(tx, arrivals));
  while ((await store.transaction(numberEvents)) !== 0);
}
