import type { Lane } from '../store/outbox';

/** How many sends may be under way at once on this node. */
const MOST_AT_ONCE = 64;

export interface CrowdOptions {
  /** How many sends of an account may be under way at once on this node. */
  readonly mostOf: (accountId: string) => number;
  readonly isBlocked: (accountId: string) => boolean;
}

/** The lanes of this node that want to send, and those that do; says which come next. */
export class Crowd {
  private readonly options: CrowdOptions;
  private readonly awake = new Map<string, string>();
  private readonly running = new Map<string, string>();
  private readonly fresh = new Map<string, string>();
  private readonly onRest = new Map<string, (() => void)[]>();

  constructor(options: CrowdOptions) {
    this.options = options;
  }

  /** `isNews`: the other nodes do not know of it yet. */
  join({ chatId, accountId }: Lane, isNews: boolean): void {
    this.awake.set(chatId, accountId);
    if (isNews) this.fresh.set(chatId, accountId);
  }

  /** The lanes to claim now: awake, not running, and with room at their account. They run until `rest`. */
  next(): string[] {
    const room = new Map<string, number>();
    const chosen: string[] = [];
    for (const [chatId, accountId] of this.awake) {
      if (this.running.size >= MOST_AT_ONCE) break;
      if (this.running.has(chatId) || this.options.isBlocked(accountId)) continue;
      const left = room.get(accountId) ?? this.roomOf(accountId);
      if (left <= 0) continue;
      room.set(accountId, left - 1);
      this.awake.delete(chatId);
      this.running.set(chatId, accountId);
      chosen.push(chatId);
    }
    return chosen;
  }

  /** Those of the news that found no room here and might elsewhere; each is given once. */
  leftOut(): Lane[] {
    const lanes = [...this.fresh].map(([chatId, accountId]) => ({ chatId, accountId }));
    this.fresh.clear();
    return lanes.filter(
      ({ chatId, accountId }) =>
        this.awake.has(chatId) && !this.running.has(chatId) && !this.options.isBlocked(accountId),
    );
  }

  /** A lane does nothing any more, for now. */
  rest(chatId: string): void {
    this.running.delete(chatId);
    if (this.awake.has(chatId)) return;
    for (const tell of this.onRest.get(chatId) ?? []) tell();
    this.onRest.delete(chatId);
  }

  /** Resolves when a lane neither does nor wants anything here. */
  untilAtRest(chatId: string): Promise<void> {
    if (!this.awake.has(chatId) && !this.running.has(chatId)) return Promise.resolve();
    return new Promise((resolve) => {
      this.onRest.set(chatId, [...(this.onRest.get(chatId) ?? []), resolve]);
    });
  }

  private roomOf(accountId: string): number {
    const most = this.options.mostOf(accountId);
    let running = 0;
    for (const other of this.running.values()) if (other === accountId) running += 1;
    return most - running;
  }
}
