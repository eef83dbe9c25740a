import BetterSqlite3 from 'better-sqlite3';
import { openSqlite, type TestDatabase } from '../../support/databases';
import { aSpace, startGateway, type TestGateway } from '../../support/start-gateway';

const MANY = 260;
/** Far from one for each: those that wait together are served together. */
const FEW = MANY / 3;

describe('many teams that are made at once', () => {
  let database: TestDatabase;
  let gateway: TestGateway;
  beforeAll(async () => {
    database = await openSqlite();
    gateway = await startGateway({ database, definitions: [] });
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await gateway?.stop();
    await database?.drop();
  });

  test('share their commits, the look at the rules of teams, and what is known of the caller', async () => {
    const api = await aSpace(gateway);
    await api.post('/chat/config/agents', { id: 'ann', name: 'Ann', email: 'ann@shop.example' });
    const times = countStatements();

    const answers = await Promise.all(
      Array.from({ length: MANY }, (_, index) =>
        api.post('/chat/config/teams', { name: `Team ${index}`, members: [{ username: 'ann' }] }),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(times('insert into team ')).toBe(MANY);
    expect(times('commit')).toBeLessThan(FEW);
    expect(times('auto_assign` is not null')).toBeLessThan(FEW);
    expect(times('from `token`')).toBeLessThan(FEW);
  });
});

/** Says how often SQLite was asked in this process, from now on, for what holds some words. */
function countStatements(): (words: string) => number {
  const database = new BetterSqlite3(':memory:');
  const prototype: BetterSqlite3.Statement = Object.getPrototypeOf(database.prepare('select 1'));
  database.close();
  const spies = [jest.spyOn(prototype, 'run'), jest.spyOn(prototype, 'all')];
  const asked = () => spies.flatMap((spy) => spy.mock.contexts as readonly BetterSqlite3.Statement[]);
  return (words) => asked().filter(({ source }) => source.includes(words)).length;
}
