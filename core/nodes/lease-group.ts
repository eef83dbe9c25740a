import type { Log } from '../log';
import { holdLease, type LeaseRow } from '../store/leases';
import { type Lease, type LeaseGroup, LeaseLost } from './lease';
import type { Life } from './life';

interface Held {
  readonly row: LeaseRow;
  readonly lease: Lease;
  readonly end: AbortController;
  /** Set when it may be another's by now, or this node's anew and under the same token. */
  readonly doubt: { isInDoubt: boolean };
}

export interface SharedGroupOptions {
  readonly kind: string;
  readonly life: Life;
  readonly log: Log;
  /** Called when it wants others than before. */
  readonly onWant: () => void;
}

/** The leases of one kind among several nodes, as this node holds them. */
export class SharedGroup implements LeaseGroup {
  readonly prefix: string;
  /** The names of all that is wanted. */
  wanted: ReadonlySet<string> = new Set();
  private readonly options: SharedGroupOptions;
  private readonly held = new Map<string, Held>();
  onChange: LeaseGroup['onChange'] = () => {};

  constructor(options: SharedGroupOptions) {
    this.options = options;
    this.prefix = `${options.kind}:`;
  }

  want(ids: ReadonlySet<string>): void {
    const names = new Set([...ids].map((id) => this.prefix + id));
    const isSame = names.size === this.wanted.size && [...names].every((name) => this.wanted.has(name));
    if (isSame) return;
    this.wanted = names;
    this.options.onWant();
  }

  holds(id: string): Lease | undefined {
    return this.held.get(this.prefix + id)?.lease;
  }

  /** Takes over what the database says is ours; resolves when nothing is done any more by what is not. */
  async hold(rows: readonly LeaseRow[]): Promise<void> {
    const ours = new Map(rows.map((row) => [row.name, row]));
    const gone = [...this.held.values()].filter(({ row }) => ours.get(row.name)?.token !== row.token);
    for (const { row, end } of gone) {
      end.abort();
      this.held.delete(row.name);
    }
    const fresh = rows.filter((row) => !this.held.has(row.name));
    for (const row of fresh) this.held.set(row.name, this.heldBy(row));
    if (gone.length + fresh.length === 0) return;
    try {
      await this.onChange(new Map([...this.held.values()].map(({ lease }) => [lease.id, lease])));
    } catch (error) {
      this.options.log.error({ error, kind: this.options.kind }, 'a change of leases was not followed');
    }
  }

  /** Lets go of everything at once: it is not sure any more that it is ours. */
  async doubt(): Promise<void> {
    for (const { doubt } of this.held.values()) doubt.isInDoubt = true;
    await this.hold([]);
  }

  private heldBy(row: LeaseRow): Held {
    const { life } = this.options;
    const end = new AbortController();
    const { signal } = end;
    const doubt = { isInDoubt: false };
    const lease: Lease = {
      ...{ id: row.name.slice(this.prefix.length), token: row.token, signal },
      isHeld: () => !signal.aborted && life.id === row.owner && life.isAlive(),
      async fence(tx) {
        // While it is handed over its holder still writes down what it has done; the database knows until when.
        if (doubt.isInDoubt || !(await holdLease(tx, row))) throw new LeaseLost(row.name);
      },
    };
    return { row, lease, end, doubt };
  }
}
