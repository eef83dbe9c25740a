/** One turn without news is no sign: a sender that shares the processor, or the loop, has every other turn. */
const QUIET_TURNS = 2;

/**
 * Waits as long as the turns of the event loop bring more: what was answered together comes back one by one, and of
 * connections that are opened together a server takes one each turn.
 */
export async function gathered(count: () => number, most: number): Promise<void> {
  for (let quiet = 0; quiet < QUIET_TURNS && count() < most; ) {
    const before = count();
    await new Promise(setImmediate);
    quiet = count() > before ? 0 : quiet + 1;
  }
}
