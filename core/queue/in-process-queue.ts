import type { Log } from '../log';
import type { Hint, Work, WorkQueue } from './queue';
import { Room } from './room';

interface Kind {
  readonly room: Room;
  readonly waiting: Map<string, Hint>;
}

/** The queue of a node that is alone: its hints are its own. */
export class InProcessQueue implements WorkQueue {
  readonly isConnected = true;
  readonly problem = undefined;
  private readonly log: Log;
  private readonly kinds = new Map<string, Kind>();
  private isRunning = false;

  constructor(log: Log) {
    this.log = log;
  }

  hint(hint: Hint): void {
    const kind = this.kinds.get(hint.kind);
    if (!kind || !this.isRunning || kind.waiting.has(hint.key)) return;
    kind.waiting.set(hint.key, hint);
    setImmediate(() => this.next(kind));
  }

  work(kind: string, work: Work): void {
    this.kinds.set(kind, { room: new Room(work, this.log), waiting: new Map() });
  }

  start(): void {
    this.isRunning = true;
  }

  stop(): Promise<void> {
    this.isRunning = false;
    for (const { waiting } of this.kinds.values()) waiting.clear();
    return Promise.resolve();
  }

  private next(kind: Kind): void {
    for (const [key, hint] of kind.waiting) {
      if (!kind.room.hasSpace()) return;
      kind.waiting.delete(key);
      void kind.room.run(hint, () => this.next(kind));
    }
  }
}
