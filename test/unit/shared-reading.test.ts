import type { Knex } from 'knex';
import type { Client } from 'pg';
import { SharedReading } from '../../core/store/shared-reading';

/** A pool that counts what it lends. */
function pool({ isEmpty = false } = {}) {
  let lent = 0;
  const out = new Set<object>();
  const client = {
    isEmpty,
    async acquireConnection() {
      if (client.isEmpty) throw new Error('no connection');
      lent += 1;
      const connection = { number: lent };
      out.add(connection);
      return connection;
    },
    async releaseConnection(connection: object) {
      out.delete(connection);
    },
  };
  return { client, out, reading: new SharedReading(client as unknown as Knex['client']) };
}

const numberOf = async (connection: Client) => (connection as unknown as { number: number }).number;

/** A question that is answered when the test says so. */
function question() {
  let answer = () => {};
  let fail = (_error: Error) => {};
  const answered = new Promise<void>((resolve, reject) => {
    answer = resolve;
    fail = reject;
  });
  const ask = async (connection: Client) => {
    await answered;
    return numberOf(connection);
  };
  return { ask, answer, fail };
}

describe('whoever reads at the same time', () => {
  it('shares a connection, which is given back behind the last of them', async () => {
    const { reading, out } = pool();
    const [first, second] = [question(), question()];
    const both = [reading.lent(first.ask), reading.lent(second.ask)];

    first.answer();
    await expect(both[0]).resolves.toBe(1);
    expect(out.size).toBe(1);
    second.answer();
    await expect(both[1]).resolves.toBe(1);

    expect(out.size).toBe(0);
    await expect(reading.lent(numberOf)).resolves.toBe(2);
  });

  it('has a further one where eight share the first', async () => {
    const { reading, out } = pool();
    const questions = Array.from({ length: 9 }, question);
    const all = questions.map(({ ask }) => reading.lent(ask));

    for (const { answer } of questions) answer();

    expect(await Promise.all(all)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 2]);
    expect(out.size).toBe(0);
  });

  it('does not begin with one on which something failed', async () => {
    const { reading, out } = pool();
    const [broken, other] = [question(), question()];
    const [failed, slow] = [reading.lent(broken.ask), reading.lent(other.ask)];
    broken.fail(new Error('the connection is gone'));
    await expect(failed).rejects.toThrow('the connection is gone');

    await expect(reading.lent(numberOf)).resolves.toBe(2);
    other.answer();
    await expect(slow).resolves.toBe(1);

    expect(out.size).toBe(0);
  });

  it('is told when there is none to be had, and the next one tries anew', async () => {
    const { client, reading } = pool({ isEmpty: true });
    const both = [reading.lent(numberOf), reading.lent(numberOf)];
    await expect(both[0]).rejects.toThrow('no connection');
    await expect(both[1]).rejects.toThrow('no connection');

    client.isEmpty = false;

    await expect(reading.lent(numberOf)).resolves.toBe(1);
  });
});
