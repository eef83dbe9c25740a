const COUNTED = /Socket|TCP|Pipe|TLS|Timeout|DNS|HTTP/i;

/** How many sockets, timers and the like keep the process alive, by kind. */
export function openResources(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo())
    if (COUNTED.test(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

/** What is open now and was not then; the timer of whoever waits for it does not count. */
export function openedSince(before: ReadonlyMap<string, number>): readonly string[] {
  return [...openResources()]
    .filter(([kind, count]) => count > (before.get(kind) ?? 0) + Number(kind === 'Timeout'))
    .map(([kind, count]) => `${count - (before.get(kind) ?? 0)} ${kind}`);
}
