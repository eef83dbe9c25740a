import { type Bus, CONNECTED } from '../bus/bus';
import { startWatch } from '../elapsed';
import type { Log } from '../log';
import { askForLeases, type LeaseRow, leasesFor, passLease, sweepLeases, takeLeases } from '../store/leases';
import { buryNodes, livingNodes } from '../store/nodes';
import { type Store, StoreUnavailable } from '../store/store';
import type { Tx } from '../store/tx';
import type { LeaseGroup, Leases } from './lease';
import { SharedGroup } from './lease-group';
import type { Life } from './life';
import { type Plan, planOf, shareOf } from './share';

const TOPIC = 'nodes';
/** How long a holder may take to end what it does before its lease is handed on all the same. */
const HAND_OVER_MS = 3_000;
/** What was free for so long is taken by whoever wants it: the node whose share it would be does not. */
const FREE_MS = 3_000;

export interface SharedLeasesOptions {
  readonly store: Store;
  readonly bus: Bus;
  readonly log: Log;
  readonly life: Life;
}

/** When another node was quicker, or what was to be taken is still being written. */
const AGAIN_MS = 100;

interface Outcome {
  readonly mine: readonly LeaseRow[];
  readonly plan: Plan;
  readonly isComplete: boolean;
}

/** Shares the leases out among the nodes of a cluster; what one node hands over, another has within milliseconds. */
export class SharedLeases implements Leases {
  private readonly options: SharedLeasesOptions;
  private readonly groups = new Map<string, SharedGroup>();
  private readonly freeSince = new Map<string, () => number>();
  private readonly leaving = new Set<string>();
  private round: Promise<void> = Promise.resolve();
  private isDue = false;
  private isStopped = true;
  private nodes: readonly string[] = [];
  private unsubscribe = () => {};

  constructor(options: SharedLeasesOptions) {
    this.options = options;
  }

  group(kind: string): LeaseGroup {
    const { life, log } = this.options;
    const known = this.groups.get(kind) ?? new SharedGroup({ kind, life, log, onWant: () => this.look() });
    this.groups.set(kind, known);
    return known;
  }

  shareOf(total: number): number {
    const { nodes } = this;
    return nodes.length === 0 ? total : Math.max(1, shareOf(total, { nodes, node: this.options.life.id }));
  }

  async start(): Promise<void> {
    const { life, bus, store } = this.options;
    await store.transaction(sweepLeases);
    await life.start();
    this.isStopped = false;
    life.onBeat = () => this.look();
    life.onDoubt = () => this.dropAll();
    const ends = [
      bus.subscribe(TOPIC, (_, from) => from !== bus.nodeId && this.look()),
      bus.subscribe(CONNECTED, () => this.announce()),
    ];
    this.unsubscribe = () => {
      for (const end of ends) end();
    };
    this.announce();
    await this.round;
  }

  async stop(): Promise<void> {
    if (this.isStopped) return;
    this.isStopped = true;
    this.unsubscribe();
    await this.round;
    await inTime(Promise.all([...this.groups.values()].map((group) => group.hold([]))));
    try {
      await this.options.life.stop();
      this.tellOthers();
    } catch (error) {
      this.options.log.warn({ error }, 'the other nodes take over when they miss this one');
    }
  }

  private announce(): void {
    this.tellOthers();
    this.look();
  }

  private tellOthers(): void {
    this.options.bus.publish(TOPIC, null);
  }

  /** Looks at once, or right after the round that is under way. */
  private look(): void {
    if (this.isDue || this.isStopped) return;
    this.isDue = true;
    this.round = this.round.then(async () => {
      this.isDue = false;
      if (!this.isStopped) await this.once();
    });
  }

  private async once(): Promise<void> {
    const { store, log } = this.options;
    try {
      const outcome = await store.transaction((tx) => this.negotiate(tx));
      if (!outcome) return;
      const { mine, plan, isComplete } = outcome;
      const passed = new Set(plan.pass.map(({ row }) => row.name));
      for (const { row } of plan.pass) this.leaving.add(row.name);
      const kept = mine.filter(({ name }) => !passed.has(name));
      const settled = [...this.groups.values()].map((group) =>
        group.hold(kept.filter(({ name }) => group.wanted.has(name))),
      );
      if (plan.pass.length > 0) void this.pass(plan, Promise.all(settled));
      if (plan.ask.length > 0) this.tellOthers();
      if (!isComplete) setTimeout(() => this.look(), AGAIN_MS).unref();
    } catch (error) {
      log[error instanceof StoreUnavailable ? 'warn' : 'error']({ error }, 'leases not looked at');
    }
  }

  private async negotiate(tx: Tx): Promise<Outcome | undefined> {
    const me = this.options.life.id;
    const groups = [...this.groups.values()];
    const buried = await buryNodes(tx);
    const nodes = await livingNodes(tx);
    if (!nodes.includes(me)) return undefined; // the next beat finds out
    this.nodes = nodes;
    const names = groups.flatMap(({ wanted }) => [...wanted]);
    const all = await leasesFor(tx, me, names);
    const rows = all.filter(({ name }) => !this.leaving.has(name));
    const orphans = this.orphansOf(names, rows, nodes);
    const plans = groups.map(({ prefix, wanted }) =>
      planOf({ me, nodes, wanted, orphans, rows: rows.filter(({ name }) => name.startsWith(prefix)) }),
    );
    const plan: Plan = {
      take: plans.flatMap(({ take }) => take),
      ask: plans.flatMap(({ ask }) => ask),
      pass: plans.flatMap(({ pass }) => pass),
    };
    const taken = await takeLeases(tx, me, plan.take);
    await askForLeases(tx, me, plan.ask);
    if (buried.length > 0) tx.afterCommit(() => this.options.log.warn({ nodes: buried }, 'nodes are dead'));
    const mine = [...rows.filter(({ owner }) => owner === me), ...taken];
    return { mine, plan, isComplete: taken.length === plan.take.length };
  }

  private orphansOf(
    names: readonly string[],
    rows: readonly LeaseRow[],
    nodes: readonly string[],
  ): ReadonlySet<string> {
    const taken = new Set(rows.filter(({ owner }) => nodes.includes(owner)).map(({ name }) => name));
    const free = new Set(names.filter((name) => !taken.has(name)));
    for (const name of this.freeSince.keys()) if (!free.has(name)) this.freeSince.delete(name);
    for (const name of free) if (!this.freeSince.has(name)) this.freeSince.set(name, startWatch());
    return new Set([...free].filter((name) => (this.freeSince.get(name)?.() ?? 0) > FREE_MS));
  }

  private async pass({ pass }: Plan, settled: Promise<unknown>): Promise<void> {
    const { store, log } = this.options;
    await inTime(settled);
    try {
      await store.transaction(async (tx) => {
        for (const { row, to } of pass) await passLease(tx, row, to);
      });
      this.tellOthers();
    } catch (error) {
      log.warn({ error }, 'leases not handed on');
    } finally {
      for (const { row } of pass) this.leaving.delete(row.name);
    }
  }

  private dropAll(): void {
    for (const group of this.groups.values()) void group.doubt();
  }
}

function inTime(work: Promise<unknown>): Promise<unknown> {
  return Promise.race([
    work,
    new Promise((resolve) => {
      setTimeout(resolve, HAND_OVER_MS).unref();
    }),
  ]);
}
