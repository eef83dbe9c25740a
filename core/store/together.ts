/**
 * Runs statements of one transaction without waiting for each answer. Throws what the first one threw, but only when
 * all have ended: none may still be at work when the transaction is over.
 */
export async function together<T extends readonly Promise<unknown>[]>(
  statements: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(statements);
  return Promise.all(statements);
}
