import fc from 'fast-check';
import { planOf, shareOf, type View } from '../../core/nodes/share';
import type { LeaseRow } from '../../core/store/leases';

type Table = Map<string, LeaseRow>;
type Wants = Readonly<Record<string, ReadonlySet<string>>>;

const none: ReadonlySet<string> = new Set();

function viewOf(table: Table, wants: Wants, me: string, orphans = none): View {
  const nodes = Object.keys(wants);
  const wanted = wants[me] ?? none;
  const rows = [...table.values()].filter(({ name, owner }) => owner === me || wanted.has(name));
  return { me, nodes, wanted, rows, orphans };
}

/** One node looks and acts, as the database lets it. */
function act(table: Table, wants: Wants, me: string, orphans = none): void {
  const { take, ask, pass } = planOf(viewOf(table, wants, me, orphans));
  for (const name of take) {
    const before = table.get(name);
    expect(wants).not.toHaveProperty(before?.owner ?? 'nobody'); // the living are asked
    table.set(name, { name, owner: me, token: (before?.token ?? 0) + 1 });
  }
  for (const name of ask) table.set(name, { ...rowOf(table, name), askedBy: me });
  for (const { row, to } of pass) {
    expect(row.owner).toBe(me);
    if (to === undefined) table.delete(row.name);
    else table.set(row.name, { name: row.name, owner: to, token: row.token + 1 });
  }
}

function rowOf(table: Table, name: string): LeaseRow {
  const row = table.get(name);
  if (!row) throw new Error(`nobody has ${name}`);
  return row;
}

/** Leases that these nodes have, by their numbers. */
function tableOf(owners: readonly number[]): Table {
  const rows = owners.map((owner, n) => ({ name: `thing:${n}`, owner: `node${owner}`, token: 1 }));
  return new Map(rows.map((row) => [row.name, row]));
}

/** Everybody looks so many times, one after the other. */
function rounds(table: Table, wants: Wants, count: number, orphans: () => ReadonlySet<string> = () => none) {
  for (let round = 0; round < count; round += 1)
    for (const node of Object.keys(wants)) act(table, wants, node, orphans());
}

const names = (count: number) => new Set(Array.from({ length: count }, (_, n) => `thing:${n}`));
const counts = (table: Table, nodes: readonly string[]) =>
  nodes.map((node) => [...table.values()].filter(({ owner }) => owner === node).length);

describe('the shares of leases', () => {
  test('are equal, give or take one, and together the whole', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.integer({ min: 1, max: 9 }), (total, count) => {
        const nodes = Array.from({ length: count }, (_, n) => `node${n}`);
        const shares = nodes.map((node) => shareOf(total, { nodes, node }));
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(total);
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
      }),
    );
    expect(shareOf(5, { nodes: ['a'], node: 'stranger' })).toBe(0);
  });

  test('come about from any beginning, whoever looks first, and then stay', () => {
    const beginning = fc.record({
      count: fc.nat(12),
      nodes: fc.integer({ min: 1, max: 4 }),
      owners: fc.array(fc.nat(6), { maxLength: 12 }), // some of them dead
      turns: fc.array(fc.nat(3), { minLength: 60, maxLength: 60 }),
    });
    fc.assert(
      fc.property(beginning, ({ count, nodes: size, owners, turns }) => {
        const nodes = Array.from({ length: size }, (_, n) => `node${n}`);
        const wants: Wants = Object.fromEntries(nodes.map((node) => [node, names(count)]));
        const table = tableOf(owners.slice(0, count));
        for (const turn of turns) act(table, wants, `node${turn % size}`);
        rounds(table, wants, 4);

        const held = counts(table, nodes);
        const before = JSON.stringify([...table]);
        rounds(table, wants, 1);

        expect(held).toEqual(nodes.map((node) => shareOf(count, { nodes, node })));
        expect(JSON.stringify([...table])).toBe(before);
      }),
    );
  });

  test('move no more than they must when a node joins', () => {
    const table: Table = new Map();
    const two: Wants = { node0: names(9), node1: names(9) };
    rounds(table, two, 3);
    const before = new Map(table);
    const three: Wants = { ...two, node2: names(9) };
    for (let round = 0; round < 3; round += 1) for (const node of Object.keys(three)) act(table, three, node);

    const moved = [...table.values()].filter(({ name, owner }) => before.get(name)?.owner !== owner);
    expect(counts(table, ['node0', 'node1', 'node2'])).toEqual([3, 3, 3]);
    expect(moved).toHaveLength(3);
  });

  test('leave nothing free that somebody wants, however differently they want', () => {
    const wants = fc.array(fc.uniqueArray(fc.nat(5)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(wants, (lists) => {
        const all: Wants = Object.fromEntries(
          lists.map((list, n) => [`node${n}`, new Set(list.map((one) => `thing:${one}`))]),
        );
        const wanted = new Set(Object.values(all).flatMap((set) => [...set]));
        const table: Table = new Map();
        rounds(table, all, 2);
        // What is still free now is an orphan.
        rounds(table, all, 4, () => new Set([...wanted].filter((name) => !table.has(name))));

        for (const name of wanted) expect(all[table.get(name)?.owner ?? '']?.has(name)).toBe(true);
      }),
    );
  });

  test('give up what nobody wants any more', () => {
    const table: Table = new Map([['thing:0', { name: 'thing:0', owner: 'node0', token: 7 }]]);
    act(table, { node0: none }, 'node0');
    expect([...table]).toEqual([]);
  });
});
