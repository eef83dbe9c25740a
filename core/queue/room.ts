import type { Log } from '../log';
import type { Hint, Work } from './queue';

/** Runs so many at the same time. */
export class Room {
  private readonly work: Work;
  private readonly log: Log;
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(work: Work, log: Log) {
    this.work = work;
    this.log = log;
  }

  hasSpace(): boolean {
    return this.running < this.work.atOnce;
  }

  /** Resolves when there is room. */
  space(): Promise<void> {
    if (this.hasSpace()) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Works on a hint now; `ended` is called when there is room for another. */
  async run(hint: Hint, ended: () => void): Promise<void> {
    this.running += 1;
    try {
      await this.work.take(hint);
    } catch (error) {
      this.log.error({ error, kind: hint.kind, key: hint.key }, 'a hint could not be followed');
    } finally {
      this.running -= 1;
      this.waiting.shift()?.();
      ended();
    }
  }
}
