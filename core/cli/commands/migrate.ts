import type { Command } from 'commander';
import { addCommand, atDesk, type Run, report } from '../command';
import { progressAt } from '../progress';

/** `parley migrate` */
export function addMigrate(program: Command): void {
  addCommand(program, 'migrate', {
    summary: 'bring the schema of the database up to date (each start does so, too)',
    examples: ['migrate', 'migrate --dry-run --json'],
  })
    .option('--dry-run', 'only say what is missing')
    .action((options: { json?: boolean; dryRun?: boolean }) =>
      atDesk(options, (run) => (options.dryRun ? sayWhatIsMissing(run) : migrate(run))),
    );
}

async function sayWhatIsMissing(run: Run): Promise<void> {
  const { onOwnDatabase } = await import('../own-database.js');
  const pending = await onOwnDatabase((store) => store.pendingMigrations());
  report(run, { pending }, () =>
    pending.length > 0 ? `missing: ${pending.join(', ')}` : 'the schema is up to date',
  );
}

async function migrate(run: Run): Promise<void> {
  const { isUpToDate, onDatabaseAlone } = await import('../own-database.js');
  // Asked first: a gateway that runs on SQLite has the database to itself, and has migrated it.
  const done = (await isUpToDate())
    ? []
    : await onDatabaseAlone(async (store) => {
        const pending = await store.pendingMigrations();
        const progress = progressAt(run.desk, 'migrations');
        try {
          progress.step(0, pending.length);
          await store.migrate(progress.step);
        } finally {
          progress.end();
        }
        return pending;
      });
  report(run, { done }, () => (done.length > 0 ? `done: ${done.join(', ')}` : 'the schema is up to date'));
}
