/** A point in time: milliseconds since 1970 UTC. */
export type Instant = number;

/** As the API writes it. */
export function iso(at: Instant): string {
  return new Date(at).toISOString();
}
