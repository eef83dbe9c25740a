/** How long to wait before the nth try (from 1): doubling, bounded, never in step with everybody else. */
export function waitBefore(tries: number, leastMs = 0): number {
  const ms = Math.min(30_000, 500 * 2 ** Math.min(tries, 10));
  return Math.max(leastMs, ms / 2 + (ms / 2) * Math.random());
}

/** Waits so long, or until the browser says that the network is back or the page is looked at again. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer);
      removeEventListener('online', go);
      document.removeEventListener('visibilitychange', seen);
      signal.removeEventListener('abort', go);
      resolve();
    };
    const seen = () => {
      if (!document.hidden) go();
    };
    const timer = setTimeout(go, ms);
    addEventListener('online', go);
    document.addEventListener('visibilitychange', seen);
    signal.addEventListener('abort', go);
    if (signal.aborted) go();
  });
}
