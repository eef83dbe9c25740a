import type { Command } from 'commander';
import { addCommand, atDesk, type Run, report } from '../command';
import { table } from '../table';

interface Options {
  readonly json?: boolean;
}

/** `parley space ...` */
export function addSpace(program: Command): void {
  const space = program
    .command('space')
    .description('API spaces: the tenants, between which nothing crosses');
  addCommand(space, 'list', { summary: "the partner's API spaces", examples: ['space list'] }).action(
    (options: Options) => atDesk(options, list),
  );
  addCommand(space, 'create <name>', {
    summary: 'make an API space; its first access token is shown this once',
    examples: ['space create Shop', 'space create Shop --json | jq -r .accessToken'],
  }).action((name: string, options: Options) => atDesk(options, (run) => create(run, name)));
  addCommand(space, 'rename <spaceId> <name>', {
    summary: 'give it another name',
    examples: ['space rename 01a2b3c4-... "Shop North"'],
  }).action((id: string, name: string, options: Options) => atDesk(options, (run) => rename(run, id, name)));
  addCommand(space, 'revoke <spaceId>', {
    summary: 'close it: its tokens and its channels stop; nothing is erased',
    examples: ['space revoke 01a2b3c4-...'],
  }).action((id: string, options: Options) => atDesk(options, (run) => close(run, id)));
}

async function list(run: Run): Promise<void> {
  const { partnerApi, space } = await import('../access.js');
  const { z } = await import('zod');
  const spaces = await partnerApi(run.desk).get('/apispaces', z.array(space));
  report(run, spaces, () =>
    table(spaces.map(({ id, name, _createdOn }) => ({ space: id, name, made: _createdOn }))),
  );
}

async function create(run: Run, name: string): Promise<void> {
  const { partnerApi, space } = await import('../access.js');
  const { z } = await import('zod');
  const made = await partnerApi(run.desk).send('POST', '/apispaces', {
    body: { name },
    shape: space.extend({ accessToken: z.string() }),
  });
  report(run, made, () => `space         ${made.id}\naccess token  ${made.accessToken}   (shown this once)`);
}

async function rename(run: Run, id: string, name: string): Promise<void> {
  const { partnerApi, space } = await import('../access.js');
  const path = `/apispaces/${encodeURIComponent(id)}`;
  const renamed = await partnerApi(run.desk).send('PUT', path, { body: { name }, shape: space });
  report(run, renamed, () => `${renamed.id} is now "${renamed.name}"`);
}

async function close(run: Run, id: string): Promise<void> {
  const { partnerApi } = await import('../access.js');
  const { good } = await import('../api.js');
  good(await partnerApi(run.desk).call('DELETE', `/apispaces/${encodeURIComponent(id)}`));
  report(run, { id, closed: true }, () => 'closed');
}
