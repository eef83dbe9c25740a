import type { InboundEvent, InboundMessage, MessageChange, StatusUpdate } from '../../plugins/contract/index';
import type { RulesOf } from '../automatic/team-rules';
import type { Health } from '../channels/health';
import type { LiveRuntime, Registry } from '../channels/registry';
import { isLive } from '../channels/registry';
import type { Log } from '../log';
import type { Instant } from '../model/instant';
import { findByExternalId } from '../store/external-ids';
import { isUnderWay } from '../store/outbox';
import { dropParkedChange, ripeChanges } from '../store/parked-changes';
import { isParked, unpark, unparkable } from '../store/receipts';
import { type Store, StoreUnavailable } from '../store/store';
import type { Tx } from '../store/tx';
import { appendArrivals, type Outcome } from './append';
import { type Arrival, type ArrivalKind, arrivalOf } from './arrival';
import { type Batches, createBatches } from './batches';
import { applyChange } from './changes';
import { applyControl } from './control';
import { inOrder } from './in-order';
import { hasLargeFiles, type Keep, withLargeFilesApart } from './large-files';
import { applyKnownWatermarks, applyStatus, type StatusOutcome } from './statuses';

export interface IngestOptions {
  readonly store: Store;
  readonly registry: Registry;
  readonly health: Health;
  readonly log: Log;
  readonly now: () => Instant;
  readonly count: (what: string, adapter: string) => void;
  /** What teams say by themselves. */
  readonly rulesOf: RulesOf;
  /** A lane may go on. */
  readonly wake: (lane: { chatId: string; accountId: string }) => void;
  /** Files wait to be fetched. */
  readonly onMedia: () => void;
  /** Keeps a file of an account apart from its message. */
  readonly keep: (accountId: string, ...file: Parameters<Keep>) => ReturnType<Keep>;
  /** The bytes of files whose message was withdrawn are to be removed. */
  readonly forget: (mediaIds: readonly string[]) => void;
}

const MOST_IN_A_BATCH = 128;
const SWEPT_AT_ONCE = 100;

/** Takes what adapters understood, and resolves once it is stored. */
export class Ingest {
  private readonly options: IngestOptions;
  private readonly batches: Batches<Arrival, Outcome>;

  constructor(options: IngestOptions) {
    this.options = options;
    this.batches = createBatches({
      store: (take) => this.append(take),
      most: MOST_IN_A_BATCH,
      atOnce: options.store.kind === 'postgres' ? 2 : 1,
      isCommon: (error) => error instanceof StoreUnavailable,
    });
  }

  /** Stores every event of a delivery, or rejects when one of them could not be stored. */
  async accept(runtime: LiveRuntime, events: readonly InboundEvent[], kind: ArrivalKind = {}): Promise<void> {
    const { account } = runtime;
    if (events.length > 0 && !kind.isHistory) this.options.health.sawInbound(account.id);
    const outcomes = await inOrder(events, (event) => this.take(runtime, event, kind));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** Applies receipts whose message became known just when they were put aside. */
  async sweep(): Promise<void> {
    const found = await this.options.store.read((tx) => unparkable(tx, SWEPT_AT_ONCE));
    for (const { accountId, externalId } of found) await this.release(accountId, [externalId]);
    await this.sweepChanges();
  }

  /** Applies receipts that came before their message was known. */
  async release(accountId: string, externalIds: readonly string[]): Promise<void> {
    const { store, registry } = this.options;
    const runtime = registry.get(accountId);
    if (!isLive(runtime)) return;
    const { watermarks } = runtime.definition.capabilities;
    // Most have nothing waiting for them. What is put aside just now is found by the sweep.
    if (!watermarks && !(await store.read((tx) => isParked(tx, accountId, externalIds)))) return;
    await store.transaction(async (tx) => {
      for (const parked of await unpark(tx, accountId, externalIds)) {
        const { externalId, state, at, reason, providerCode, receivedOn } = parked;
        const status = {
          target: { externalId },
          state,
          at: new Date(at),
          reason,
          providerCode,
        } as StatusUpdate;
        await applyStatus(tx, { runtime, status, receivedOn, wake: this.waker(accountId) });
      }
      if (watermarks) await applyKnownWatermarks(tx, runtime, { externalIds, wake: this.waker(accountId) });
    });
  }

  /** Stores arrivals as a part of a larger transaction; nothing else of it may read or change what is written. */
  async appendWithin(tx: Tx, arrivals: readonly Arrival[]): Promise<void> {
    const { rulesOf } = this.options;
    const outcomes = await appendArrivals(tx, arrivals, { rulesOf, isLast: true });
    tx.afterCommit(() => {
      this.fetchMediaOf(arrivals);
      for (const [index, { runtime }] of arrivals.entries()) {
        this.options.health.sawInbound(runtime.account.id);
        this.count(outcomes[index] ?? 'stored', runtime);
      }
    });
  }

  /** Resolves when nothing is under way. */
  idle(): Promise<void> {
    return this.batches.idle();
  }

  private async take(runtime: LiveRuntime, event: InboundEvent, kind: ArrivalKind): Promise<void> {
    switch (event.type) {
      case 'message':
        return this.takeMessage(runtime, event.message, kind);
      case 'echo':
        return this.takeEcho(runtime, event, kind);
      case 'status':
        await this.takeStatus(runtime, event.status);
        return undefined;
      case 'ignored':
        return this.ignore(event.reason, runtime);
      case 'change':
        return this.takeChange(runtime, event.change);
      case 'control':
        return this.takeControl(runtime, event);
      case 'typing':
        return this.ignore(event.type, runtime);
      default:
        return never(event);
    }
  }

  private ignore(reason: string, runtime: LiveRuntime): void {
    this.options.log.debug({ accountId: runtime.account.id, reason }, 'inbound event ignored');
    this.count('ignored', runtime);
  }

  private async takeMessage(runtime: LiveRuntime, message: InboundMessage, kind: ArrivalKind): Promise<void> {
    const owner = this.ownerOf(runtime, message);
    const whole = hasLargeFiles(message) ? await this.withFilesApart(owner, message) : message;
    const arrival = arrivalOf(owner, whole, this.options.now(), kind);
    const outcome = await this.batches.add(message.address.party, arrival);
    this.count(outcome, owner);
  }

  private async withFilesApart({ account }: LiveRuntime, message: InboundMessage): Promise<InboundMessage> {
    const { store, keep } = this.options;
    const { externalId } = message;
    // A repetition is dropped, and all that comes along with it.
    if (await store.read((tx) => findByExternalId(tx, account.id, externalId))) return message;
    return withLargeFilesApart(message, (name, data) => keep(account.id, name, data));
  }

  /** Our own message come back proves that it was sent; any other one was said from outside. */
  private async takeEcho(
    runtime: LiveRuntime,
    { message, idempotencyKey }: Extract<InboundEvent, { type: 'echo' }>,
    kind: ArrivalKind,
  ): Promise<void> {
    const { externalId, sentAt } = message;
    if (idempotencyKey !== undefined) {
      const at = sentAt === undefined ? {} : { at: sentAt };
      const status = { target: { externalId, idempotencyKey }, state: 'sent', ...at } as const;
      if ((await this.takeStatus(runtime, status)) !== 'unknown') return;
    }
    if (kind.isHistory) await this.mustKnowItsOwn(runtime, message);
    await this.takeMessage(runtime, message, { ...kind, isEcho: true });
  }

  // History brings no keys: before we know which of them are ours, nothing of it may be taken for somebody else's.
  private async mustKnowItsOwn(runtime: LiveRuntime, message: InboundMessage): Promise<void> {
    const { id: accountId } = runtime.account;
    const { externalId, address } = message;
    const isOpen = await this.options.store.read(
      async (tx) =>
        (await findByExternalId(tx, accountId, externalId)) === undefined &&
        (await isUnderWay(tx, accountId, address.party)),
    );
    if (isOpen)
      throw new Error('a message of ours to this customer is still on its way; history waits for it');
  }

  /** The account that the message is for: the one that has the number, else the one that it came through. */
  private ownerOf(runtime: LiveRuntime, message: InboundMessage): LiveRuntime {
    const { spaceId, adapter } = runtime.account;
    const named = this.options.registry.byName(spaceId, adapter, [message.address.own, message.via]);
    return isLive(named) ? named : runtime;
  }

  private async takeStatus(runtime: LiveRuntime, status: StatusUpdate): Promise<StatusOutcome> {
    const { store, now } = this.options;
    const wake = this.waker(runtime.account.id);
    const arrival = { runtime, status, receivedOn: now(), wake };
    const outcome = await store.transaction((tx) => applyStatus(tx, arrival));
    this.count(`status ${outcome}`, runtime);
    return outcome;
  }

  private async takeChange(runtime: LiveRuntime, change: MessageChange): Promise<void> {
    const { store, now, forget } = this.options;
    const arrival = { runtime, change, receivedOn: now(), forget };
    const outcome = await store.transaction((tx) => applyChange(tx, arrival));
    this.count(`change ${outcome}`, runtime);
  }

  private async takeControl(
    runtime: LiveRuntime,
    event: Extract<InboundEvent, { type: 'control' }>,
  ): Promise<void> {
    const { store, now } = this.options;
    const control = { ...event, receivedOn: now() };
    const outcome = await store.transaction((tx) => applyControl(tx, runtime, control));
    this.count(`control ${outcome}`, runtime);
  }

  /** Applies what was done to messages that have come since. */
  private async sweepChanges(): Promise<void> {
    const { store, registry } = this.options;
    for (const { id, accountId, change } of await store.read((tx) => ripeChanges(tx, SWEPT_AT_ONCE))) {
      const runtime = registry.get(accountId);
      if (isLive(runtime)) await this.takeChange(runtime, change);
      await store.transaction((tx) => dropParkedChange(tx, id));
    }
  }

  private waker(accountId: string) {
    return (chatId: string) => this.options.wake({ chatId, accountId });
  }

  private async append(take: () => readonly Arrival[]): Promise<Outcome[]> {
    const { store, rulesOf } = this.options;
    const appendOnce = (isBold: boolean) =>
      store.routine(async (tx) => {
        const arrivals = take();
        return { arrivals, outcomes: await appendArrivals(tx, arrivals, { rulesOf, isLast: true, isBold }) };
      });
    const { arrivals, outcomes } = await appendOnce(true).catch((error: unknown) => {
      if (store.isConflict(error)) return appendOnce(false);
      throw error;
    });
    this.fetchMediaOf(arrivals);
    return outcomes;
  }

  private fetchMediaOf(arrivals: readonly Arrival[]): void {
    const isAwaited = arrivals.some(({ media }) => media.some(({ state }) => state === 'pending'));
    if (isAwaited) this.options.onMedia();
  }

  private count(what: string, runtime: LiveRuntime): void {
    this.options.count(what, runtime.account.adapter);
  }
}

function never(event: never): never {
  throw new Error(`an adapter gave an event of an unknown type: ${JSON.stringify(event)}`);
}
