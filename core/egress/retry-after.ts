const LONGEST_MS = 86_400_000;

/** How long a receiver asks us to wait, at most a day; undefined when it does not ask, or not in a way that is known. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  // RFC 9110 10.2.3: seconds, or a date.
  const ms = /^\d{1,10}$/.test(text) ? Number(text) * 1000 : dateOf(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST_MS);
}

// Without the test, `Date.parse` makes a date of almost anything that ends in a number.
function dateOf(text: string): number {
  return /^[A-Z][a-z]{2,8}, .{8,20} GMT$/.test(text) ? Date.parse(text) : Number.NaN;
}
