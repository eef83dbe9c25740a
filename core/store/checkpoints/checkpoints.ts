import { Worker } from 'node:worker_threads';
import { workerFile } from '../../../plugins/helpers/worker-file';

/** What the thread is asked to do. */
export type Asked = 'move' | 'end';

/** What it says when pages were moved. */
export interface Moved {
  readonly tookMs: number;
}

/** A commit that takes longer moved thousands of pages along with it; two of them so soon after each other are load. */
const SLOW_COMMIT_MS = 25;
const SOON_MS = 2_000;
/** While pages are synced, commits wait for the disk, too: a step is to be no longer than this. */
const STEP_MS = 8;
const SOONEST_MS = 10;
/** Where so seldom is enough, the writer can do it himself. */
const SELDOM_MS = 500;
const LIMITS = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2 };

/**
 * Moves pages from the log of an SQLite database into its file, beside the writer and in small steps. The writer does so
 * itself, thousands of pages at once, and everybody waits meanwhile: that is nothing where most pages are changed again
 * and again, and a tenth of a second where messages of many chats come in. Only then there is a thread for it, until
 * there is little to do.
 */
export class Checkpoints {
  private readonly file: string;
  private worker: Worker | undefined;
  private isClosed = false;
  private isAsked = false;
  private slowOneAt = Number.NEGATIVE_INFINITY;
  private ending: Promise<void> = Promise.resolve();
  private pauseMs = SOONEST_MS;
  private timer: NodeJS.Timeout | undefined;

  constructor(file: string) {
    this.file = file;
  }

  /** Something was committed, and it took so long. */
  committed(tookMs: number): void {
    this.isAsked = true;
    if (tookMs <= SLOW_COMMIT_MS || this.worker || this.isClosed) return;
    const now = performance.now();
    if (now - this.slowOneAt < SOON_MS) this.start();
    this.slowOneAt = now;
  }

  /** Resolves when the file is let go of. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.end();
    await this.ending;
  }

  private start(): void {
    const worker = new Worker(workerFile(__dirname), { workerData: this.file, resourceLimits: LIMITS });
    this.worker = worker;
    this.pauseMs = SOONEST_MS;
    worker.unref();
    worker.on('message', (moved: Moved) => this.pause(moved));
    // Whatever keeps it from its work: the writer does it, as before.
    worker.on('error', () => void this.close());
    this.move();
  }

  private move(): void {
    this.isAsked = false;
    this.worker?.postMessage('move' satisfies Asked);
  }

  /** The next step comes sooner when this one was long, for there will be less to move, but leaves as much time again. */
  private pause({ tookMs }: Moved): void {
    const faster = Math.min(Math.max(STEP_MS / tookMs, 0.5), 2);
    this.pauseMs = Math.max(this.pauseMs * faster, SOONEST_MS, tookMs);
    this.timer = setTimeout(() => {
      if (this.isAsked && this.pauseMs < SELDOM_MS) this.move();
      else this.end();
    }, this.pauseMs).unref();
  }

  private end(): void {
    clearTimeout(this.timer);
    const { worker } = this;
    if (!worker) return;
    this.worker = undefined;
    this.ending = new Promise((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage('end' satisfies Asked);
  }
}
