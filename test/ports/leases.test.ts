import type { Bus } from '../../core/bus/bus';
import { createLog } from '../../core/log';
import { newId } from '../../core/model/id';
import { createLeases } from '../../core/nodes/cluster';
import { type Lease, LeaseLost, type Leases } from '../../core/nodes/lease';
import { holdLease, leasesFor, takeLeases } from '../../core/store/leases';
import { buryNodes, deleteNode, insertNode, renewNode } from '../../core/store/nodes';
import { type Store, StoreUnavailable } from '../../core/store/store';
import { onPostgres, openSqlite, type TestDatabase } from '../support/databases';
import { linkedBuses } from '../support/linked-buses';
import { onEachStore, storeOn } from '../support/stores';
import { until } from '../support/until';

const log = createLog('silent');
const ids = (count: number) => new Set(Array.from({ length: count }, (_, n) => `thing ${n}`));

/** One node's part in the leases, with what it holds. */
interface Member {
  readonly leases: Leases;
  readonly store: Store;
  readonly held: () => readonly string[];
  /** While true, the database cannot be reached from there. */
  isCut: boolean;
  /** Runs whenever what is held has changed. */
  onChange: (held: ReadonlyMap<string, Lease>) => void | Promise<void>;
  want(ids: ReadonlySet<string>): void;
  holds(id: string): Lease | undefined;
}

function aMember(database: TestDatabase, bus: Bus): Member {
  const real = storeOn(database);
  const store: Store = {
    ...real,
    transaction: (work) =>
      member.isCut ? Promise.reject(new StoreUnavailable('cut')) : real.transaction(work),
  };
  const leases = createLeases({ store, bus, log });
  const group = leases.group('thing');
  let held: readonly string[] = [];
  const member: Member = {
    ...{ leases, store },
    isCut: false,
    held: () => held,
    onChange: () => {},
    want: (wanted) => group.want(wanted),
    holds: (id) => group.holds(id),
  };
  group.onChange = (now) => {
    held = [...now.keys()].sort();
    return member.onChange(now);
  };
  return member;
}

onPostgres('leases', (open) => {
  let database: TestDatabase;
  let members: Member[] = [];

  beforeEach(async () => {
    database = await open();
    const store = storeOn(database);
    await store.migrate();
    await store.close();
  });
  afterEach(async () => {
    for (const member of members) {
      member.isCut = false;
      await member.leases.stop();
      await member.store.close();
    }
    await database.drop();
  });

  const join = async (count: number, wanted: ReadonlySet<string>) => {
    members = linkedBuses(count).map((bus) => aMember(database, bus));
    for (const member of members) member.want(wanted);
    return members;
  };
  const shares = () => members.map((member) => member.held().length);
  const everythingIsHeldOnce = (wanted: ReadonlySet<string>) =>
    expect(members.flatMap((member) => member.held()).sort()).toEqual([...wanted].sort());

  test('are shared out evenly among the nodes, and no two ever hold the same', async () => {
    const wanted = ids(10);
    await join(3, wanted);
    let doubled = 0;
    for (const member of members)
      member.onChange = (held) => {
        for (const id of held.keys())
          doubled += members.filter((other) => other.holds(id)?.isHeld()).length === 1 ? 0 : 1;
      };

    await Promise.all(members.map(({ leases }) => leases.start()));

    await until(() => {
      everythingIsHeldOnce(wanted);
      return expect(shares().sort((a, b) => a - b)).toEqual([3, 3, 4]) === undefined;
    });
    expect(doubled).toBe(0);
  });

  test('go to a node that joins when whoever had them is done with them, and not before', async () => {
    const [first, second] = await join(2, ids(4));
    if (!first || !second) throw new Error('two were to join');
    const busy = new Set<string>();
    const seen: string[] = [];
    let finish = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    await first.leases.start();
    await until(() => first.held().length === 4);
    for (const id of first.held()) busy.add(id);
    const lost: Lease[] = [];
    const had = first.held().map((id) => first.holds(id));
    first.onChange = async (held) => {
      lost.push(...had.filter((lease) => lease !== undefined && !held.has(lease.id)).filter(isLease));
      await finished;
      for (const { id } of lost) busy.delete(id);
    };
    second.onChange = (held) => void seen.push(...[...held.keys()].filter((id) => busy.has(id)));

    await second.leases.start();
    await until(() => lost.length === 2);
    const whileBusy = second.held().length;
    // Whoever hands over may still write down what it has done, and then no more.
    for (const lease of lost) await first.store.transaction((tx) => lease.fence(tx));
    finish();
    await until(() => second.held().length === 2);
    const late = lost.map((lease) => first.store.transaction((tx) => lease.fence(tx)));

    expect({ whileBusy, seen }).toEqual({ whileBusy: 0, seen: [] });
    for (const attempt of late) await expect(attempt).rejects.toThrow(LeaseLost);
    for (const lease of lost) {
      expect(lease.signal.aborted).toBe(true);
      expect(lease.isHeld()).toBe(false);
      expect(second.holds(lease.id)?.token).toBeGreaterThan(lease.token);
    }
  });

  test('of a node that leaves are with the others at once', async () => {
    const wanted = ids(9);
    await join(3, wanted);
    await Promise.all(members.map(({ leases }) => leases.start()));
    await until(() => expect(shares()).toEqual([3, 3, 3]) === undefined);
    const [leaver] = members;

    const began = performance.now();
    await leaver?.leases.stop();
    await until(() => expect(shares().sort((a, b) => a - b)).toEqual([0, 4, 5]) === undefined);
    const tookMs = performance.now() - began;

    everythingIsHeldOnce(wanted);
    expect(tookMs).toBeLessThan(1_000); // far sooner than the next beat
    console.log(`three leases handed over in ${Math.round(tookMs)} ms`);
  });

  test('of a node that lost the database are nobody’s first, then another’s; what it still writes is refused', async () => {
    const wanted = ids(2);
    const [lost, other] = await join(2, wanted);
    if (!lost || !other) throw new Error('two were to join');
    await lost.leases.start();
    await other.leases.start();
    await until(() => expect(shares()).toEqual([1, 1]) === undefined);
    const id = lost.held()[0] ?? '';
    const lease = lost.holds(id);
    let heldByBoth = false;
    other.onChange = (held) => {
      heldByBoth ||= held.has(id) && lease?.isHeld() === true;
    };

    lost.isCut = true;
    const began = performance.now();
    await until(() => other.held().length === 2, { patienceMs: 25_000 });
    const tookMs = performance.now() - began;
    lost.isCut = false;
    const late = lost.store.transaction(async (tx) => lease?.fence(tx));

    await expect(late).rejects.toThrow(LeaseLost);
    expect(heldByBoth).toBe(false);
    expect(other.holds(id)?.token).toBeGreaterThan(lease?.token ?? Number.POSITIVE_INFINITY);
    await until(() => expect(shares()).toEqual([1, 1]) === undefined); // it comes back under another name
    console.log(`taken over from a node that was cut off after ${Math.round(tookMs)} ms`);
  }, 60_000);

  test('that only one node wants are that node’s, whatever its share', async () => {
    const [first, second] = await join(2, ids(1));
    if (!first || !second) throw new Error('two were to join');
    for (const member of [first, second]) member.want(member === first ? ids(3) : new Set());
    await Promise.all([second.leases.start(), first.leases.start()]);

    await until(() => first.held().length === 3);
    second.want(ids(3));
    await until(() => second.held().length > 0);

    await until(() => everythingIsHeldOnce(ids(3)) === undefined);
  });

  test('that nobody wants any more are let go, and taken anew with a higher token', async () => {
    const [member] = await join(1, ids(1));
    await member?.leases.start();
    const before = await until(() => member?.holds('thing 0'));

    member?.want(new Set());
    await until(() => member?.held().length === 0);
    member?.want(ids(1));
    const after = await until(() => member?.holds('thing 0'));

    expect(before.isHeld()).toBe(false);
    expect(after.isHeld()).toBe(true);
    expect(after.token).toBeGreaterThan(before.token);
  });
});

onEachStore('a lease whose holder writes', (store) => {
  test('is nobody else’s before that is committed, though the holder is dead', async () => {
    const [holder, heir] = [newId(), newId()];
    const [name] = [`thing:${newId()}`];
    await store().transaction(async (tx) => {
      await insertNode(tx, holder, 60_000);
      await insertNode(tx, heir, 60_000);
    });
    const [lease] = await store().transaction((tx) => takeLeases(tx, holder, [name]));
    if (!lease) throw new Error('it was free');
    const early = await store().transaction((tx) => takeLeases(tx, heir, [name]));
    await store().transaction((tx) => deleteNode(tx, holder));
    const written: string[] = [];

    const late = store().transaction(async (tx) => {
      const isHeld = await holdLease(tx, lease);
      const race = store()
        .transaction((other) => takeLeases(other, heir, [name]))
        .then((taken) => void written.push(`heir has ${taken.length}`));
      if (store().kind === 'postgres') await race; // SQLite has one writer: the heir waits for its turn
      written.push('holder wrote');
      return isHeld;
    });
    const wasHeld = await late;
    const after = await until(async () => {
      const [mine] = await store().read((tx) => leasesFor(tx, heir, []));
      return mine ?? (await store().transaction((tx) => takeLeases(tx, heir, [name])))[0];
    });
    const isHeldStill = await store().transaction((tx) => holdLease(tx, lease));

    expect(early).toEqual([]);
    expect(wasHeld).toBe(true);
    expect(written).toEqual(
      store().kind === 'postgres' ? ['heir has 0', 'holder wrote'] : ['holder wrote', 'heir has 1'],
    );
    expect(after.owner).toBe(heir);
    expect(after.token).toBeGreaterThan(lease.token);
    expect(isHeldStill).toBe(false);
  });

  test('cannot be renewed by a node that was buried', async () => {
    const id = newId();
    await store().transaction((tx) => insertNode(tx, id, -1));

    const buried = await store().transaction(buryNodes);
    const isKnown = await store().transaction((tx) => renewNode(tx, id, 60_000));

    expect(buried).toContain(id);
    expect(isKnown).toBe(false);
  });
});

function isLease(lease: Lease | undefined): lease is Lease {
  return lease !== undefined;
}

describe('leases of a node that is alone', () => {
  test('are held at once, all of them, until they are not wanted', async () => {
    const database = await openSqlite();
    const [bus] = linkedBuses(1);
    if (!bus) throw new Error('there is no bus');
    const member = aMember(database, bus);
    await member.leases.start();

    member.want(ids(3));
    const all = member.held();
    const lease = member.holds('thing 1');
    member.want(new Set(['thing 0']));

    expect(all).toEqual(['thing 0', 'thing 1', 'thing 2']);
    expect(member.held()).toEqual(['thing 0']);
    expect({ isHeld: lease?.isHeld(), isAborted: lease?.signal.aborted }).toEqual({
      isHeld: false,
      isAborted: true,
    });
    await member.leases.stop();
    expect(member.held()).toEqual([]);
    await member.store.close();
    await database.drop();
  });
});
