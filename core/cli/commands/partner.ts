import type { Command } from 'commander';
import type { Config } from '../../../config/load';
import type { Operator } from '../../services/partners';
import { addCommand, atDesk, type Run, report } from '../command';
import { overlapMs, overlapOption } from '../overlap';
import { table } from '../table';

interface Options {
  readonly json?: boolean;
  readonly overlap: string;
}

/** `parley partner ...`: at the database itself, since no token may make or end partners' keys. */
export function addPartner(program: Command): void {
  const partner = program
    .command('partner')
    .description('who owns API spaces, and their keys; works on the database of this installation');
  addCommand(partner, 'list', {
    summary: 'partners and the ids of their keys',
    examples: ['partner list'],
  }).action((options: Options) => asOperator(options, list));
  addCommand(partner, 'create <name>', {
    summary: 'make a partner; their key is shown this once',
    examples: ['partner create "Reseller North"', 'partner create "Reseller North" --json'],
  }).action((name: string, options: Options) => asOperator(options, (run, at) => create(run, at, name)));
  addCommand(partner, 'rotate <partnerId>', {
    summary: 'give a partner a new key; the old ones work on for a while',
    examples: ['partner rotate 01a2b3c4-...', 'partner rotate 01a2b3c4-... --overlap 0'],
  })
    .addOption(overlapOption('keys'))
    .action((id: string, options: Options) =>
      asOperator(options, (run, at) => rotate(run, at, { id, overlapMs: overlapMs(options.overlap) })),
    );
  addCommand(partner, 'revoke <keyId>', {
    summary: 'end a key at once',
    examples: ['partner revoke 01a2b3c4-...'],
  }).action((id: string, options: Options) => asOperator(options, (run, at) => revoke(run, at, id)));
}

interface AtDatabase {
  readonly operator: Operator;
  readonly config: Config;
}

async function asOperator(
  options: Options,
  work: (run: Run, at: AtDatabase) => Promise<void>,
): Promise<void> {
  const { onOwnDatabase } = await import('../own-database.js');
  await atDesk(options, (run) =>
    onOwnDatabase((store, config) => work(run, { operator: { store, now: Date.now }, config })),
  );
}

async function list(run: Run, { operator }: AtDatabase): Promise<void> {
  const partners = await import('../../services/partners.js');
  const { presentPartner } = await import('../present-partner.js');
  const all = (await partners.list(operator)).map(presentPartner);
  report(run, all, () =>
    table(
      all.flatMap(({ id, name, keys }) =>
        (keys.length > 0 ? keys : [undefined]).map((key) => ({
          ...{ partner: id, name, key: key?.id ?? 'none' },
          made: key?.createdOn ?? '',
          'last used': key?.lastUsedOn ?? '',
          ends: key?.expiresOn ?? '',
        })),
      ),
    ),
  );
}

async function create(run: Run, { operator }: AtDatabase, name: string): Promise<void> {
  const partners = await import('../../services/partners.js');
  const { id, secret: key } = await partners.create(operator, name);
  report(run, { id, name, key }, () => `partner  ${id}\nkey      ${key}   (shown this once)`);
}

async function rotate(
  run: Run,
  { operator, config }: AtDatabase,
  wish: { readonly id: string; readonly overlapMs: number },
): Promise<void> {
  const partners = await import('../../services/partners.js');
  const { hashOf } = await import('../../services/tokens.js');
  const { keepPartnerKey, keptPartnerKey } = await import('../../partner-key-file.js');
  const { secret: key, before } = await partners.rotate(operator, wish.id, wish.overlapMs);
  const kept = keptPartnerKey(config.dataDir);
  // What the first start left in the data folder stays a key that works.
  const isKept = kept !== undefined && before.some(({ hash }) => hash === hashOf(kept));
  if (isKept) keepPartnerKey(config.dataDir, key);
  const where = isKept ? `(kept in ${config.dataDir}, in place of the old one)` : '(shown this once)';
  report(run, { id: wish.id, key }, () => `key  ${key}   ${where}`);
}

async function revoke(run: Run, { operator }: AtDatabase, id: string): Promise<void> {
  const partners = await import('../../services/partners.js');
  await partners.revoke(operator, id);
  report(run, { id, revoked: true }, () => 'revoked; gateways that run notice within seconds');
}
