import { z } from 'zod';
import { inSpace } from '../access';
import { type Run, report } from '../command';
import { table } from '../table';
import { account } from './shapes';

/** Prints the accounts of an API space. */
export async function listChannels(run: Run, space: string | undefined): Promise<void> {
  const accounts = await inSpace(run.desk, { space, scopes: ['channels:read'] }, ({ api }) =>
    api.get('/channels', z.array(account)),
  );
  report(run, accounts, () =>
    table(
      accounts.map(({ id, kind, name, teamId, health }) => ({
        ...{ account: id, kind, name, team: teamId },
        state: health.isPaused ? `${health.state}, paused` : health.state,
        problem: health.lastError?.message ?? '',
      })),
    ),
  );
}
