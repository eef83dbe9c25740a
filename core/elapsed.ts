/**
 * Starts a watch; it gives how many milliseconds have passed at most. The monotonic clock stands still while a machine
 * sleeps or is moved, and the wall clock can be set back: whichever went further is believed.
 */
export function startWatch(): () => number {
  const monotonic = performance.now();
  const wall = Date.now();
  return () => Math.max(performance.now() - monotonic, Date.now() - wall);
}
