import { openSqlite } from '../support/databases';
import { surviveCrashes } from './crashes';

describe('a gateway on SQLite that is killed again and again', () => {
  test('loses nothing that it acknowledged, sends nothing twice, and keeps the order', async () => {
    const database = await openSqlite();

    const aftermath = await surviveCrashes(database);

    console.log('SQLite', aftermath);
    expect(aftermath.crashes).toBeGreaterThanOrEqual(3);
    await database.drop();
  }, 360_000);
});
