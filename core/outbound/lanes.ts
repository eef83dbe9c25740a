import { setTimeout as pause } from 'node:timers/promises';
import { startWatch } from '../elapsed';
import { claimHeads, type Lane, lanesOfAccount } from '../store/outbox';
import { StoreUnavailable } from '../store/store';
import { attempt, type Claim } from './attempt';
import { LEASE_MS, type OutboundContext } from './context';
import { Crowd } from './crowd';
import { laneHint, takeHints } from './hints';
import { abandon } from './take-over';

const ACCOUNT_DEFAULT = 8;

/**
 * Sends what is due. A chat's messages leave one after the other; lanes of different chats run side by side, bounded
 * per account. A node sends what it accepted as long as it has room, and tells the others of the rest; what nobody was
 * told of the relay brings.
 */
export class Lanes {
  private readonly context: OutboundContext;
  private readonly crowd: Crowd;
  private readonly blockedUntil = new Map<string, number>();
  private isScheduled = false;
  private isStopped = false;
  private pumping: Promise<void> = Promise.resolve();
  private readonly attempts = new Map<Claim, Promise<void>>();

  constructor(context: OutboundContext) {
    this.context = context;
    this.crowd = new Crowd({
      isBlocked: (accountId) => (this.blockedUntil.get(accountId) ?? 0) > context.now(),
      mostOf: (accountId) => {
        const { definition } = context.registry.get(accountId) ?? {};
        return context.leases.shareOf(definition?.capabilities.sendConcurrency ?? ACCOUNT_DEFAULT);
      },
    });
    takeHints(context.queue, (lane) => this.take(lane));
  }

  /** Something may be due in this lane, and nobody else may know of it yet. */
  wake(lane: Lane): void {
    this.join(lane, true);
  }

  /** Something may be due in this lane, as every node can see. */
  look(lane: Lane): void {
    this.join(lane, false);
  }

  /** An account that was paused may send again: its lanes go on, in order. */
  async resume(accountId: string): Promise<void> {
    this.blockedUntil.delete(accountId);
    try {
      const held = await this.context.store.read((tx) => lanesOfAccount(tx, accountId));
      for (const lane of held) this.wake(lane);
    } catch (error) {
      this.context.log.warn({ error, accountId }, 'lanes wait for the relay');
    }
  }

  /**
   * Claims nothing more, gives back what is claimed and not sent, and resolves when what is being sent has ended. What has
   * not after `patienceMs` is left as one whose outcome is not known, for another node to look up.
   */
  async stop(patienceMs: number): Promise<void> {
    this.isStopped = true;
    const ended = this.pumping.then(() => Promise.all(this.attempts.values()));
    await Promise.race([ended, pause(patienceMs, undefined, { ref: false })]);
    const left = [...this.attempts.keys()].map(({ row }) => row);
    if (left.length > 0) await abandon(this.context, left);
  }

  /** Looks at a lane for another node; resolves when there is nothing more to do in it here. */
  private take(lane: Lane): Promise<void> {
    this.join(lane, false);
    return this.crowd.untilAtRest(lane.chatId);
  }

  private join(lane: Lane, isNews: boolean): void {
    if (this.isStopped) return;
    this.crowd.join(lane, isNews);
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      this.pumping = this.pumping.then(() => this.pump());
    });
  }

  private async pump(): Promise<void> {
    if (this.isStopped) return;
    const chatIds = this.crowd.next();
    for (const lane of this.crowd.leftOut()) this.context.queue.hint(laneHint(lane));
    if (chatIds.length === 0) return;
    const ageMs = startWatch();
    const { store, now, nodeId, log } = this.context;
    try {
      const rows = await store.transaction((tx) =>
        claimHeads(tx, chatIds, { owner: nodeId, leaseMs: LEASE_MS, now: now() }),
      );
      for (const row of rows) this.run({ row, ageMs });
      const claimed = new Set(rows.map((row) => row.chatId));
      for (const chatId of chatIds) if (!claimed.has(chatId)) this.crowd.rest(chatId);
    } catch (error) {
      for (const chatId of chatIds) this.crowd.rest(chatId);
      // The relay finds these lanes again.
      log.warn({ error, lanes: chatIds.length }, 'lanes not claimed');
    }
  }

  private run(claim: Claim): void {
    const { row } = claim;
    const ended = attempt(this.context, claim, {
      isStopping: () => this.isStopped,
      onRateLimited: (accountId, forMs) => {
        this.blockedUntil.set(accountId, this.context.now() + forMs);
      },
    })
      .catch((error: unknown) => {
        // The claim stays and runs out: then it is looked up, never repeated blindly.
        const level = error instanceof StoreUnavailable ? 'warn' : 'error';
        this.context.log[level]({ error, messageId: row.messageId }, 'outcome of an attempt not stored');
      })
      .finally(() => {
        this.attempts.delete(claim);
        this.look({ chatId: row.chatId, accountId: row.accountId });
        this.crowd.rest(row.chatId);
      });
    this.attempts.set(claim, ended);
  }
}
