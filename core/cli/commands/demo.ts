import { type Command, InvalidArgumentError } from 'commander';
import { addCommand, atDesk, type Run } from '../command';
import { CommandFailure } from '../failure';

const USUAL_PORT = 4000;

/** `parley demo` */
export function addDemo(program: Command): void {
  addCommand(program, 'demo', {
    summary: 'try all of it with pretend providers: no account, no network, and nothing stays',
    examples: ['demo', 'demo --port 8000'],
  })
    .option('--port <port>', 'where its page is (4000, or another one where that is taken)', portOf)
    .action((options: { json?: boolean; port?: number }) =>
      atDesk(options, (run) => show(run, options.port)),
    );
}

async function show({ desk, isJson }: Run, wanted: number | undefined): Promise<void> {
  const { startDemo } = await import('../../demo/demo.js');
  const { signal } = desk;
  const start = (port: number) => startDemo({ port, signal });
  const demo = await start(wanted ?? USUAL_PORT).catch((error: unknown) => {
    if (!isTaken(error)) throw error;
    if (wanted === undefined) return start(0);
    throw new CommandFailure('failed', `port ${wanted} is taken; give another one`, { cause: error });
  });
  desk.print(isJson ? JSON.stringify({ url: demo.url }) : greeting(demo.url));
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  await demo.stop();
}

function greeting(url: string): string {
  return [
    `The demo is ready. Open ${url}`,
    '',
    'Five pretend devices write to a pretend shop, and you answer as its agents. All of it is on this machine;',
    'Ctrl+C ends it, and nothing stays.',
  ].join('\n');
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('expected a port');
  return port;
}
