import type { LeaseRow } from '../store/leases';

/** What a node sees of the leases of one kind. */
export interface View {
  readonly me: string;
  /** The living nodes, in the same order everywhere. */
  readonly nodes: readonly string[];
  /** All names that this node wants. */
  readonly wanted: ReadonlySet<string>;
  /** The leases of these names, and all of this node's. */
  readonly rows: readonly LeaseRow[];
  /** Free for so long that whoever should have it does not want it. */
  readonly orphans: ReadonlySet<string>;
}

/** What a node does about it. */
export interface Plan {
  readonly take: readonly string[];
  /** To ask others for that have more than their share, and that were not asked before. */
  readonly ask: readonly string[];
  /** To give away: to the node that asked, or to nobody when it is not wanted any more. */
  readonly pass: readonly { readonly row: LeaseRow; readonly to: string | undefined }[];
}

/** Leads to equal shares, give or take one, whatever the nodes began with; moves no more than it must. */
export function planOf(view: View): Plan {
  const { me, wanted, rows, nodes } = view;
  const quota = quotaOf(view, me);
  const owners = new Map(rows.map((row) => [row.name, row.owner]));
  const isFree = (name: string) => !nodes.includes(owners.get(name) ?? '');
  const free = fromOwnPlace(view, [...wanted].filter(isFree));
  const mine = rows.filter((row) => row.owner === me && wanted.has(row.name));
  const room = Math.max(0, quota - mine.length);
  const take = free.filter((name, index) => index < room || view.orphans.has(name));
  return {
    take,
    ask: room > take.length ? namesToAsk(view, room - take.length) : [],
    pass: [...unwanted(view), ...askedOf(view, mine, mine.length - quota)],
  };
}

function quotaOf({ nodes, wanted }: Pick<View, 'nodes' | 'wanted'>, node: string): number {
  return shareOf(wanted.size, { nodes, node });
}

/** How many of so many are a node's; all shares together are just as many. */
export function shareOf(
  total: number,
  among: { readonly nodes: readonly string[]; readonly node: string },
): number {
  const count = among.nodes.length;
  const place = among.nodes.indexOf(among.node);
  if (place < 0) return 0;
  return Math.floor(total / count) + (place < total % count ? 1 : 0);
}

// Each node begins elsewhere in the list, so that those that look at the same moment do not all take the same.
function fromOwnPlace({ me, nodes }: View, names: readonly string[]): string[] {
  const start = Math.floor((names.length * Math.max(0, nodes.indexOf(me))) / nodes.length);
  return [...names.slice(start), ...names.slice(0, start)];
}

function unwanted({ me, wanted, rows }: View): Plan['pass'] {
  const surplus = rows.filter((row) => row.owner === me && !wanted.has(row.name));
  return surplus.map((row) => ({ row, to: undefined }));
}

function askedOf({ me, nodes }: View, mine: readonly LeaseRow[], surplus: number): Plan['pass'] {
  const asked = mine.filter(
    ({ askedBy }) => askedBy !== undefined && askedBy !== me && nodes.includes(askedBy),
  );
  return asked.slice(0, Math.max(0, surplus)).map((row) => ({ row, to: row.askedBy }));
}

function namesToAsk({ me, nodes, wanted, rows }: View, missing: number): string[] {
  const chosen: LeaseRow[] = [];
  for (const node of nodes) {
    if (node === me) continue;
    const theirs = rows.filter((row) => row.owner === node && wanted.has(row.name));
    const open = theirs.filter(({ askedBy }) => askedBy === me || !nodes.includes(askedBy ?? ''));
    const surplus = open.length - quotaOf({ nodes, wanted }, node);
    // Those that were asked for already come first, or each round would ask for others.
    const ordered = open.toSorted((a, b) => Number(b.askedBy === me) - Number(a.askedBy === me));
    chosen.push(...ordered.slice(0, Math.max(0, surplus)));
  }
  const unasked = chosen.slice(0, missing).filter(({ askedBy }) => askedBy !== me);
  return unasked.map(({ name }) => name);
}
