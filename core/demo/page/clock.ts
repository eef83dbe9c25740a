/** The time of day of a moment, with seconds where they matter. */
export function timeOf(moment: string, hasSeconds = false): string {
  const seconds = hasSeconds ? ({ second: '2-digit' } as const) : {};
  return new Date(moment).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', ...seconds });
}
