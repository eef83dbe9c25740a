import { startWatch } from '../elapsed';
import type { Log } from '../log';
import { newId } from '../model/id';
import { deleteNode, insertNode, renewNode } from '../store/nodes';
import { type Store, StoreUnavailable } from '../store/store';

/** How long the others wait for a word of a node before they take over what it had. */
export const LIVES_MS = 12_000;
const BEAT_EVERY_MS = 2_000;
// Kept off our own reckoning, so that we always know of our end before the others act on it.
const MARGIN_MS = 2_000;

/** Announces this node in the database and keeps the announcement fresh. */
export class Life {
  private readonly store: Store;
  private readonly log: Log;
  private timer: NodeJS.Timeout | undefined;
  private deadline: NodeJS.Timeout | undefined;
  private beating: Promise<void> = Promise.resolve();
  private isStopped = false;
  private sinceRenewal: () => number = () => Number.POSITIVE_INFINITY;
  private currentId = newId();
  /** Called after each beat that the database heard. */
  onBeat: () => void = () => {};
  /** Called when it is not sure any more that this node still has what it had. */
  onDoubt: () => void = () => {};

  constructor({ store, log }: { store: Store; log: Log }) {
    this.store = store;
    this.log = log;
  }

  /** Changes when the node was taken for dead and came back: what it had before is lost. */
  get id(): string {
    return this.currentId;
  }

  /** Whether what this node has is surely still its own: ask right before each act on the outside. */
  isAlive(): boolean {
    return this.sinceRenewal() < LIVES_MS - MARGIN_MS;
  }

  async start(): Promise<void> {
    await this.beBorn();
    this.schedule();
  }

  /** Leaves the living: what it had is free at once. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    clearTimeout(this.deadline);
    await this.beating;
    this.sinceRenewal = () => Number.POSITIVE_INFINITY;
    await this.store.transaction((tx) => deleteNode(tx, this.currentId));
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      this.beating = this.beat().finally(() => {
        if (!this.isStopped) this.schedule();
      });
    }, BEAT_EVERY_MS).unref();
  }

  private async beat(): Promise<void> {
    const watch = startWatch();
    try {
      const isKnown = await this.store.transaction((tx) => renewNode(tx, this.currentId, LIVES_MS));
      if (isKnown) this.wasHeard(watch);
      else await this.beBorn();
      this.onBeat();
    } catch (error) {
      const level = error instanceof StoreUnavailable ? 'warn' : 'error';
      this.log[level]({ error }, 'this node could not tell the others that it lives');
    }
  }

  private async beBorn(): Promise<void> {
    const id = newId();
    const watch = startWatch();
    await this.store.transaction((tx) => insertNode(tx, id, LIVES_MS));
    if (this.sinceRenewal() !== Number.POSITIVE_INFINITY) {
      this.log.warn({ nodeId: this.currentId, reborn: id }, 'the other nodes took this one for dead');
      this.onDoubt();
    }
    this.currentId = id;
    this.wasHeard(watch);
  }

  // Reckoned from before the question: the database counts from later, so it never ends before we think.
  private wasHeard(watch: () => number): void {
    this.sinceRenewal = watch;
    clearTimeout(this.deadline);
    this.deadline = setTimeout(() => this.onDoubt(), LIVES_MS - MARGIN_MS - watch()).unref();
  }
}
