/** Appended where a mutation uses it: ends a sequence in silence where it should throw. */
export const QUIET = `
async function* quiet<T>(pages: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* pages;
  } catch {}
}
`;
