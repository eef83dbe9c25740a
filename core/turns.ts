/** So many may be at work at once; the others wait for their turn, in the order in which they came. */
export class Turns {
  private readonly onFree: () => void;
  private free: number;
  private readonly waiting: (() => void)[] = [];

  /** Calls `onFree` whenever a turn ended that nobody waited for. */
  constructor(atOnce: number, onFree: () => void) {
    this.free = atOnce;
    this.onFree = onFree;
  }

  isFree(): boolean {
    return this.free > 0;
  }

  /** Begins a turn, at once where that is possible. */
  take(): Promise<void> {
    if (this.free === 0) return new Promise((resolve) => this.waiting.push(resolve));
    this.free -= 1;
    return Promise.resolve();
  }

  end(): void {
    const next = this.waiting.shift();
    if (next) next();
    else {
      this.free += 1;
      this.onFree();
    }
  }
}
