import { setTimeout as pause } from 'node:timers/promises';
import Bull from 'bull';
import type { Redis } from 'ioredis';
import type { Json } from '../bus/bus';
import { connectionTo, hangUp, keepAsking, keepConnected } from '../bus/connection';
import type { Outage } from '../bus/outage';
import type { Log } from '../log';
import type { Work } from './queue';
import { Room } from './room';

export interface BullKindOptions {
  readonly kind: string;
  readonly url: string;
  readonly namespace: string;
  readonly outage: Outage;
  readonly log: Log;
  readonly work: Work;
}

interface JobData {
  readonly key: string;
  readonly data: Json;
}

const MOST_UNDER_WAY = 500;
const AGAIN_MS = 500;
/** How long Redis lets a worker wait for a job before it answers that there is none. */
const DRAIN_SECONDS = 5;
/** A worker that hears nothing for so long has lost its connection, whatever the system says. */
const SILENCE_MS = (DRAIN_SECONDS + 3) * 1_000;
/** An id that got stuck in Redis is in the way of its key for no longer than this. */
const SAME_ID_MS = 60_000;

/**
 * The hints of one kind in Bull. Jobs are fetched by hand (Bull's guide, "Manually fetching jobs"), and only when there is
 * room: Bull's own workers would fetch one more and keep it from the others, and cannot be stopped while Redis is frozen.
 * A job ends when it is taken, so that what Redis has is what waits.
 */
export class BullKind {
  private readonly options: BullKindOptions;
  private readonly room: Room;
  private readonly client: Redis;
  private readonly worker: Redis;
  private readonly queue: Bull.Queue<JobData>;
  private readonly end = new AbortController();
  private underWay = 0;
  private stopAsking = () => {};

  constructor(options: BullKindOptions) {
    this.options = options;
    this.room = new Room(options.work, options.log);
    const { url, kind, outage, namespace } = options;
    this.client = connectionTo({ url, name: `queue ${kind}`, outage });
    this.worker = connectionTo({
      ...{ url, name: `queue ${kind} worker`, outage },
      // Bull insists on the first; the other has to be longer than a worker waits.
      more: { enableReadyCheck: false, commandTimeout: undefined },
    });
    const settings = {
      prefix: `${namespace}:queue`,
      createClient: (type: string) => (type === 'bclient' ? this.worker : this.client),
      skipVersionCheck: true, // Bull's types do not know it; the check would connect before `start`
      settings: { drainDelay: DRAIN_SECONDS },
    };
    this.queue = new Bull<JobData>(kind, settings);
  }

  get isConnected(): boolean {
    return this.client.status === 'ready' && this.worker.status === 'ready';
  }

  /** Calls with the connection whenever it is there anew. */
  onReady(run: (client: Redis) => void): void {
    this.client.on('ready', () => run(this.client));
  }

  /** Gives a hint to whichever node has room, if Redis is there. */
  add(job: JobData): void {
    if (this.client.status !== 'ready' || this.underWay >= MOST_UNDER_WAY) return;
    const jobId = `~${job.key}~${Math.floor(Date.now() / SAME_ID_MS)}`;
    this.underWay += 1;
    // It may come to nothing, and it may be there all the same after it failed.
    this.queue
      .add(job, { jobId, removeOnComplete: true, removeOnFail: true, attempts: 1 })
      .catch(() => undefined)
      .finally(() => {
        this.underWay -= 1;
      });
  }

  start(): void {
    for (const client of [this.client, this.worker]) keepConnected(client);
    this.stopAsking = keepAsking(this.client);
    void this.takeJobs();
  }

  async stop(): Promise<void> {
    this.end.abort();
    this.stopAsking();
    this.worker.disconnect(); // a farewell would wait behind the question for the next job
    await hangUp(this.client);
  }

  private async takeJobs(): Promise<void> {
    const { signal } = this.end;
    while (!signal.aborted) {
      await this.room.space();
      try {
        if (!this.isConnected) throw new Error('Redis is away');
        await this.takeOne();
      } catch {
        // The outage is said by the connection.
        await pause(AGAIN_MS, undefined, { ref: false, signal }).catch(() => undefined);
      }
    }
  }

  private async takeOne(): Promise<void> {
    const silence = setTimeout(() => this.worker.disconnect(true), SILENCE_MS).unref();
    const job = await this.queue.getNextJob().finally(() => clearTimeout(silence));
    if (!job) return;
    const { key, data } = job.data;
    const ended = job.moveToCompleted('', false, true);
    // One that comes while we stop is lost here; another node finds in the database what it was about.
    if (!this.end.signal.aborted) void this.room.run({ kind: this.options.kind, key, data }, () => {});
    await ended;
  }
}
