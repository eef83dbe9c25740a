import type { Log } from '../log';
import type { Lease, LeaseGroup, Leases } from './lease';

/** The leases of a node that shares its database with nobody: whatever it wants it has, at once. */
export class LoneLeases implements Leases {
  private readonly log: Log;
  private readonly groups = new Map<string, LoneGroup>();

  constructor(log: Log) {
    this.log = log;
  }

  group(kind: string): LeaseGroup {
    const known = this.groups.get(kind) ?? new LoneGroup(this.log);
    this.groups.set(kind, known);
    return known;
  }

  shareOf(total: number): number {
    return total;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.groups.values()].map((group) => group.close()));
  }
}

class LoneGroup implements LeaseGroup {
  private readonly log: Log;
  private readonly held = new Map<string, { readonly lease: Lease; readonly end: AbortController }>();
  private isClosed = false;
  onChange: LeaseGroup['onChange'] = () => {};

  constructor(log: Log) {
    this.log = log;
  }

  want(ids: ReadonlySet<string>): void {
    if (!this.isClosed) void this.hold(ids);
  }

  holds(id: string): Lease | undefined {
    return this.held.get(id)?.lease;
  }

  close(): Promise<void> {
    this.isClosed = true;
    return this.hold(new Set());
  }

  private async hold(ids: ReadonlySet<string>): Promise<void> {
    const gone = [...this.held.keys()].filter((id) => !ids.has(id));
    const fresh = [...ids].filter((id) => !this.held.has(id));
    for (const id of gone) {
      this.held.get(id)?.end.abort();
      this.held.delete(id);
    }
    for (const id of fresh) this.held.set(id, aLease(id));
    if (gone.length + fresh.length === 0) return;
    try {
      await this.onChange(new Map([...this.held].map(([id, { lease }]) => [id, lease])));
    } catch (error) {
      this.log.error({ error }, 'a change of leases was not followed');
    }
  }
}

function aLease(id: string) {
  const end = new AbortController();
  const { signal } = end;
  const isHeld = () => !signal.aborted;
  const lease: Lease = { id, token: 1, signal, isHeld, fence: () => Promise.resolve() };
  return { lease, end };
}
