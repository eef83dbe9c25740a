import { onPostgres } from '../support/databases';
import { surviveCrashes } from './crashes';

onPostgres('a gateway that is killed again and again', (open) => {
  test('loses nothing that it acknowledged, sends nothing twice, and keeps the order', async () => {
    const database = await open();

    const aftermath = await surviveCrashes(database);

    console.log('PostgreSQL', aftermath);
    expect(aftermath.crashes).toBeGreaterThanOrEqual(3);
    await database.drop();
  }, 360_000);
});
