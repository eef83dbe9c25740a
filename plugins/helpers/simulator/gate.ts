/** Holds requests on their way until they are let go. */
export interface Gate {
  hold(where: Side): void;
  release(): void;
  /** How many wait. */
  waiting(): number;
  pass(side: Side): Promise<void> | undefined;
}

/** Before the request has taken effect, or after it and before it is answered. */
export type Side = 'before' | 'after';

export function createGate(): Gate {
  let held: Side | undefined;
  let waiting: (() => void)[] = [];
  return {
    hold(where) {
      held = where;
    },
    release() {
      held = undefined;
      const free = waiting;
      waiting = [];
      for (const go of free) go();
    },
    waiting: () => waiting.length,
    pass: (side) => (held === side ? new Promise((go) => waiting.push(go)) : undefined),
  };
}
