import type { Engine } from './engine';

/** How long what is being sent may take to end. */
const SENDS_MS = 3_000;

/** Gives to the other nodes at once what only one may do, such as listening to a mailbox. */
export async function handOver({ listeners, leases }: Engine): Promise<void> {
  await listeners.stop();
  await leases.stop();
}

/** From the outside in: nothing new comes, what is under way ends, and the database goes last. */
export async function stopEngine(engine: Engine): Promise<void> {
  const { backFill, media, relay, watchers, away, teams, ingest, queue, lanes } = engine;
  const { events, health, bus, registry, store, teamRules } = engine;
  const parts = [backFill, media, relay, watchers, away, teams, teamRules, queue];
  await Promise.all(parts.map((part) => part.stop()));
  await ingest.idle();
  await lanes.stop(SENDS_MS);
  await Promise.all([events.stop(), health.stop()]);
  await bus.stop();
  await registry.close();
  await store.close();
}
