import type { TeamKey } from '../store/queues';
import { StoreUnavailable } from '../store/store';
import { Turns } from '../turns';
import type { TeamsContext } from './context';

// The database has connections for a few at once, and the callers of the API want some too.
const LANES_AT_ONCE = 3;

/** What the work for a team is given. */
export interface Lane {
  readonly signal: AbortSignal;
  /** Waits for somebody outside, and lets other teams go on meanwhile. */
  readonly aside: <T>(wait: () => Promise<T>) => Promise<T>;
}

type Work = (key: TeamKey, lane: Lane) => Promise<void>;

/** Works for one team at a time, and for few teams at once; whoever is woken while at work goes on once more. */
export class TeamLanes {
  private readonly context: Pick<TeamsContext, 'log'>;
  private readonly work: Work;
  private readonly waiting = new Map<string, TeamKey>();
  private readonly running = new Map<string, Promise<void>>();
  private readonly turns = new Turns(LANES_AT_ONCE, () => this.next());
  private readonly ending = new AbortController();
  private readonly lane: Lane = {
    signal: this.ending.signal,
    aside: async (wait) => {
      this.turns.end();
      try {
        return await wait();
      } finally {
        await this.turns.take();
      }
    },
  };

  constructor(context: Pick<TeamsContext, 'log'>, work: Work) {
    this.context = context;
    this.work = work;
  }

  /** Something changed that may bring work or room to a team. */
  wake(key: TeamKey): void {
    if (this.ending.signal.aborted) return;
    this.waiting.set(`${key.spaceId} ${key.teamId}`, key);
    this.next();
  }

  async stop(): Promise<void> {
    this.ending.abort();
    this.waiting.clear();
    await Promise.all(this.running.values());
  }

  private next(): void {
    for (const [name, key] of this.waiting) {
      if (!this.turns.isFree()) return;
      if (this.running.has(name)) continue;
      this.waiting.delete(name);
      this.running.set(name, this.once(name, key));
    }
  }

  private async once(name: string, key: TeamKey): Promise<void> {
    await this.turns.take();
    try {
      await this.work(key, this.lane);
    } catch (error) {
      // The sweep comes back to it.
      const level = error instanceof StoreUnavailable ? 'warn' : 'error';
      this.context.log[level]({ error, teamId: key.teamId }, 'chats not handed out');
    } finally {
      this.running.delete(name);
      this.turns.end();
    }
  }
}
