import type { Redis } from 'ioredis';
import type { Outage } from '../bus/outage';
import type { Log } from '../log';
import { BullKind } from './bull-kind';
import { evictionProblem } from './eviction';
import type { Hint, Work, WorkQueue } from './queue';

export interface RedisQueueOptions {
  readonly url: string;
  /** What the names of all keys begin with. */
  readonly namespace: string;
  readonly outage: Outage;
  readonly log: Log;
}

/** The queue among nodes that share a Redis. While that is away no hint arrives, and each node does what it finds. */
export class RedisQueue implements WorkQueue {
  private readonly options: RedisQueueOptions;
  private readonly kinds = new Map<string, BullKind>();
  private currentProblem: string | undefined;

  constructor(options: RedisQueueOptions) {
    this.options = options;
  }

  get isConnected(): boolean {
    return [...this.kinds.values()].every((kind) => kind.isConnected);
  }

  get problem(): string | undefined {
    return this.currentProblem;
  }

  hint({ kind, key, data }: Hint): void {
    this.kinds.get(kind)?.add({ key, data });
  }

  work(kind: string, work: Work): void {
    const made = new BullKind({ ...this.options, kind, work });
    made.onReady((client) => void this.check(client));
    this.kinds.set(kind, made);
  }

  start(): void {
    for (const kind of this.kinds.values()) kind.start();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.kinds.values()].map((kind) => kind.stop()));
  }

  private async check(client: Redis): Promise<void> {
    try {
      const problem = await evictionProblem(client);
      if (problem !== undefined && problem !== this.currentProblem) this.options.log.error(problem);
      this.currentProblem = problem;
    } catch (error) {
      this.options.log.debug({ error }, 'Redis does not say how it makes room');
    }
  }
}
