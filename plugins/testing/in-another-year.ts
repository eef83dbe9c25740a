const LATER_MS = 5 * 365 * 24 * 3_600_000;

/** Runs something with another clock and other dice, so that whatever depends on them shows. */
export function inAnotherYear<T>(run: () => T): T {
  const { Date: clock, Math: maths } = globalThis;
  const now = (): number => clock.now() + LATER_MS;
  const dice = maths.random;
  // A proxy, because its dates are real ones: a subclass would make every date look different.
  globalThis.Date = new Proxy(clock, {
    construct: (target, given) => Reflect.construct(target, given.length === 0 ? [now()] : given),
    apply: () => new clock(now()).toString(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
  maths.random = () => (dice() + 0.5) % 1;
  try {
    return run();
  } finally {
    globalThis.Date = clock;
    maths.random = dice;
  }
}
