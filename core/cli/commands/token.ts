import type { Command } from 'commander';
import { addCommand, atDesk, type Run, report } from '../command';
import { overlapOption, overlapSeconds } from '../overlap';
import { table } from '../table';

interface Options {
  readonly json?: boolean;
  readonly space?: string;
  readonly scopes?: string;
  readonly expires?: string;
  readonly overlap: string;
}

/** `parley token ...` */
export function addToken(program: Command): void {
  const token = program.command('token').description('access tokens of an API space');
  addCommand(token, 'list', {
    summary: 'the tokens that work, without their secrets',
    examples: ['token list'],
  })
    .option('--space <spaceId>', 'the API space, where there are several')
    .action((options: Options) => atDesk(options, (run) => list(run, options)));
  addCommand(token, 'create <name>', {
    summary: 'make an access token; it is shown this once',
    examples: [
      'token create "Shop system"',
      'token create Reports --scopes chat:read,events:read --expires 2030-01-01T00:00:00Z',
    ],
  })
    .option('--space <spaceId>', 'the API space, where there are several')
    .option('--scopes <list>', 'what it may do, by comma; all where it is not said')
    .option('--expires <time>', 'when it ends, as 2030-01-01T00:00:00Z')
    .action((name: string, options: Options) => atDesk(options, (run) => create(run, name, options)));
  addCommand(token, 'rotate <tokenId>', {
    summary: 'replace a token; the old one works on for a while',
    examples: ['token rotate 01a2b3c4-... --overlap 3600'],
  })
    .option('--space <spaceId>', 'the API space, where there are several')
    .addOption(overlapOption('token'))
    .action((id: string, options: Options) => atDesk(options, (run) => rotate(run, id, options)));
  addCommand(token, 'revoke <tokenId>', {
    summary: 'end a token at once',
    examples: ['token revoke 01a2b3c4-...'],
  })
    .option('--space <spaceId>', 'the API space, where there are several')
    .action((id: string, options: Options) => atDesk(options, (run) => revoke(run, id, options)));
}

async function shapes() {
  const { z } = await import('zod');
  const token = z.looseObject({
    ...{ id: z.string(), name: z.string(), scopes: z.array(z.string()), _createdOn: z.string() },
    ...{ expiresOn: z.string().optional(), lastUsedOn: z.string().optional() },
  });
  return { list: z.array(token), created: token.extend({ token: z.string() }) };
}

async function list(run: Run, options: Options): Promise<void> {
  const { partnerSpace } = await import('../access.js');
  const { api } = await partnerSpace(run.desk, options.space);
  const tokens = await api.get('/tokens', (await shapes()).list);
  report(run, tokens, () =>
    table(
      tokens.map(({ id, name, scopes, _createdOn, lastUsedOn = '', expiresOn = '' }) => ({
        ...{ token: id, name, scopes: scopes.join(','), made: _createdOn },
        ...{ 'last used': lastUsedOn, ends: expiresOn },
      })),
    ),
  );
}

async function create(run: Run, name: string, options: Options): Promise<void> {
  const { partnerSpace } = await import('../access.js');
  const { api } = await partnerSpace(run.desk, options.space);
  const body = {
    name,
    ...(options.scopes === undefined ? {} : { scopes: options.scopes.split(',').map((one) => one.trim()) }),
    ...(options.expires === undefined ? {} : { expiresOn: options.expires }),
  };
  const made = await api.send('POST', '/tokens', { body, shape: (await shapes()).created });
  report(run, made, () => shown(made));
}

async function rotate(run: Run, id: string, options: Options): Promise<void> {
  const body = { overlapSeconds: overlapSeconds(options.overlap) };
  const { partnerSpace } = await import('../access.js');
  const { api } = await partnerSpace(run.desk, options.space);
  const path = `/tokens/${encodeURIComponent(id)}/rotate`;
  const made = await api.send('POST', path, { body, shape: (await shapes()).created });
  report(run, made, () => shown(made));
}

async function revoke(run: Run, id: string, options: Options): Promise<void> {
  const { partnerSpace } = await import('../access.js');
  const { good } = await import('../api.js');
  const { api } = await partnerSpace(run.desk, options.space);
  good(await api.call('DELETE', `/tokens/${encodeURIComponent(id)}`));
  report(run, { id, revoked: true }, () => 'revoked');
}

function shown({ id, token }: { readonly id: string; readonly token: string }): string {
  return `id     ${id}\ntoken  ${token}   (shown this once)`;
}
