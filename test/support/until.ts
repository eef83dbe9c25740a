const PATIENCE_MS = 30_000;
const EVERY_MS = 20;

/** Waits until something is so, and gives it; an assertion that keeps failing is thrown as it is. */
export async function until<T>(
  probe: () => T | Promise<T>,
  options: { readonly patienceMs?: number } = {},
): Promise<NonNullable<T>> {
  const deadline = Date.now() + (options.patienceMs ?? PATIENCE_MS);
  let last: unknown = new Error('it never came true');
  while (Date.now() < deadline) {
    try {
      const value = await probe();
      if (value) return value;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  throw last;
}
