/** Stops what the set-up started. */
export default async function globalTeardown(): Promise<void> {
  for (const server of globalThis.parleyTestServers ?? []) await server.stop();
}
